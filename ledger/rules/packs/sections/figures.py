"""``figures.toml``: figures, checked against what their measures are taken of."""

from collections.abc import Callable, Iterator, Mapping

from ledger.errors import NotFound
from ledger.rules import figures
from ledger.rules.figures import (
    AGREEMENTS,
    COUNTED,
    SORTS,
    Figure,
    MeasureName,
    MeasureUnclear,
)
from ledger.rules.files.toml_file import Problem, UnknownName
from ledger.rules.files.toml_lines import Path
from ledger.rules.packs.section import Whole, sections, tables, unnamed
from ledger.rules.packs.sections import catalogue_kinds, law, sessions

LISTED = (("role", "keepers"), ("reason", "reasons"), ("source", "sources"))


class UnknownFigure(NotFound):
    """The packs in force define no such figure."""

    code = "book.unknown_figure"
    zh = "现行规则包 {pack} 中没有指标“{name}”。请核对编号。"
    en = 'The pack in force, {pack}, has no figure "{name}". Check the code.'


def _whole(figure: Figure, book: Whole) -> Iterator[Problem]:
    yield from unnamed(book, "counted", (figure.counted,), ("counted",))
    for table, member in LISTED:
        yield from unnamed(book, table, getattr(figure, member), (member,))
    name = figure.takes.of
    table = COUNTED if name == COUNTED else "count"
    for member in ("count", "out_of"):
        if (code := getattr(figure, member)) is not None:
            yield from unnamed(book, table, (code,), (member,))
    if figure.aim is not None:
        yield from law.without_threshold(book, figure.aim, ("aim",))
    if name == COUNTED:
        yield from unnamed(book, COUNTED, figure.of, ("of",))
    elif name is not None:
        yield from _unknown(figure, book, name)
    if figure.measure is not None and (further := _FURTHER.get(figure.measure)) is not None:
        yield from further(figure, book)


def _unknown(figure: Figure, book: Whole, name: str) -> Iterator[Problem]:
    """A measure is taken of items there are in its section."""
    (of,) = (section for section in sections() if section.name == name)
    for position, id_ in enumerate(figure.of):
        if book.find(of, id_) is None:
            yield Problem(("of", position), UnknownName, {"what": name, "name": id_})


def _unbound(figure: Figure, book: Whole) -> Iterator[Problem]:
    """A rule stands for a number only where all its generations have one."""
    for position, id_ in enumerate(figure.of):
        for rule in book.find(law.section, id_) or ():
            if rule.threshold is None and rule.ratio is None:
                yield _unclear(("of", position), figure, f"{id_} has no threshold")


def _without_threshold(figure: Figure, book: Whole) -> Iterator[Problem]:
    for position, id_ in enumerate(figure.of):
        if book.find(law.section, id_) is not None:
            yield from law.without_threshold(book, id_, ("of", position))


def _uncounted(figure: Figure, book: Whole) -> Iterator[Problem]:
    """A rate is of two things counted at the same sessions, and never of more than all."""
    for member in ("count", "out_of"):
        code = getattr(figure, member)
        for kind in filter(None, (book.find(sessions.section, id_) for id_ in figure.of)):
            if code is not None and code not in kind.counts:
                yield _unclear((member,), figure, f"{kind.id} does not count {code}")
            elif member == "out_of" and code is not None and code != kind.whole:
                yield _unclear((member,), figure, f"{code} is not the whole of {kind.id}")


def _unstated(figure: Figure, book: Whole) -> Iterator[Problem]:
    """A fact is counted only of catalogues whose items it may be stated of."""
    for kind in filter(None, (book.find(catalogue_kinds.section, id_) for id_ in figure.of)):
        if figure.fact is not None and figure.fact not in kind.facts:
            yield _unclear(("fact",), figure, f"{kind.id} does not state {figure.fact}")


def _unclear(at: Path, figure: Figure, why: str) -> Problem:
    return Problem(at, MeasureUnclear, {"name": figure.id, "why": why})


_FURTHER: Mapping[MeasureName, Callable[[Figure, Whole], Iterator[Problem]]] = {
    "rule": _unbound,
    "teams_rate": _without_threshold,
    "session_rate": _uncounted,
    "listed_rate": _unstated,
}
"""What further is asked of what some measures are taken of."""

section = tables(
    name="figures",
    file="figures.toml",
    table="figure",
    item=Figure,
    own=figures.problems,
    whole=_whole,
    cites="figure.",
    unknown=UnknownFigure,
    lists={
        "reason": None, "source": None, "counted": None, "count": None, "sort": SORTS,
        "agreement": AGREEMENTS,
    },
)  # fmt: skip
