"""``numbers.toml``: series of official numbers, and how a number is written.

A line is named by what it numbers: ``case.petition`` for a kind, ``case`` for all kinds without a
line of their own. ``form`` is what is printed: ``{code}`` (the unit's code that day), ``{year}``
and ``{number}``, of at least ``digits`` digits. ``level`` says whose series it is: the nearest unit
of that level at or above; left out, each unit's own. ``void`` are the reasons of a withdrawal that
make a number void: it stays taken, and is told as void.
"""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Final

from msgspec import Meta

from ledger.kernel.event import Code
from ledger.rules.files.toml_file import PackInvalid, Problem, UnknownName
from ledger.rules.packs.section import Section, Whole, tables, unnamed
from ledger.rules.packs.sections import cases, catalogues, decisions
from ledger.rules.words import Word

NUMBERED: Final[dict[str, Section[Any]]] = {
    "case": cases.section,
    "decision": decisions.section,
    "disclosure_item": catalogues.section,
}
"""What can be numbered, and where its kinds are listed."""
_FIELDS = ("code", "year", "number")
_FIELD = re.compile(r"\{([^{}]*)\}")


class BadNumberForm(PackInvalid):
    """The form of a number does not tell numbers apart, or has a field there is not."""

    code = "pack.number_form"
    zh = (
        "{file}:{line}：编号格式“{name}”须含 {{year}} 和 {{number}} 各一次，可含 {{code}}，"
        "不得有其他花括号。"
    )
    en = (
        "{file}:{line}: the form {name} must hold {{year}} and {{number}} once each, may hold "
        "{{code}}, and no other braces."
    )


class Series(Word, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One series."""

    form: Annotated[str, Meta(min_length=1, max_length=60)]
    digits: Annotated[int, Meta(ge=1, le=9)] = 4
    level: Code | None = None
    void: tuple[Code, ...] = ()

    def written(self, *, code: str, year: int, number: int) -> str:
        """Return a number of this series as it is printed."""
        values = {"code": code, "year": str(year), "number": f"{number:0{self.digits}}"}
        return _FIELD.sub(lambda found: values[found[1]], self.form)


def _own(series: Series) -> Iterator[Problem]:
    fields = _FIELD.findall(series.form)
    rest = _FIELD.sub("", series.form)
    known = set(fields) <= set(_FIELDS) and "{" not in rest and "}" not in rest
    if not known or fields.count("year") != 1 or fields.count("number") != 1:
        yield Problem(("form",), BadNumberForm, {"name": series.form})


def _whole(series: Series, book: Whole) -> Iterator[Problem]:
    aggregate, _, kind = series.id.partition(".")
    section = NUMBERED.get(aggregate)
    if section is None or (kind and book.find(section, kind) is None):
        yield Problem(("id",), UnknownName, {"what": "kind", "name": series.id})
    if series.level is not None:
        yield from unnamed(book, "level", (series.level,), ("level",))
    yield from unnamed(book, "reason", series.void, ("void",))


section = tables(
    name="numbers",
    file="numbers.toml",
    table="series",
    item=Series,
    own=_own,
    whole=_whole,
    cites="number.",
    lists={"level": None, "reason": None},
)
