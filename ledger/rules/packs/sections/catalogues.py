"""``catalogues/<name>.csv``: what a district lists: matters to disclose, small powers, services.

One row is one item: its code and words, its class, and as far as they apply the period its
disclosure covers, the rule it is posted by and how it is disclosed, the role that holds the power,
the kinds of case or decision that exercise it, its legal ground. The catalogue is the file's name;
codes are unique over all catalogues of a pack.

Not handled: what becomes of an item in the log (its own aggregates); flowcharts.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from ledger.errors import NotFound
from ledger.kernel.event import Code
from ledger.rules.files.csv_table import parse_csv
from ledger.rules.files.toml_file import Problem, UnknownName
from ledger.rules.packs.section import (
    Content,
    Hands,
    Section,
    Step,
    Whole,
    table_content,
    unnamed,
)
from ledger.rules.packs.sections import cases, decisions, disclosures, law
from ledger.rules.periods import Kind
from ledger.rules.words import Label


class UnknownCatalogueItem(NotFound):
    """The packs in force list no such item."""

    code = "book.unknown_catalogue_item"
    zh = "现行规则包 {pack} 的目录中没有“{name}”。请核对编号。"
    en = 'The catalogues of the pack in force, {pack}, have no item "{name}". Check the code.'


EXERCISING: Mapping[str, Section[Any]] = {"case": cases.section, "decision": decisions.section}
"""What may exercise a power, and the section its kinds stand in."""

_KIND = "(case|decision):[a-z0-9][a-z0-9_.-]*"
Exercise = Annotated[str, Meta(pattern=rf"\A{_KIND}( {_KIND})*\Z", max_length=400)]
"""Kinds that exercise a power: ``case:dispute decision:residents_four_two``."""


class _Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: Code
    zh: Label
    en: Label
    class_: Code = msgspec.field(name="class")
    period: Kind | None = None
    rule: Code | None = None
    role: Code | None = None
    procedure: Code | None = None
    exercised_by: Exercise | None = None
    ground: Annotated[str, Meta(max_length=200)] | None = None


class CatalogueItem(_Row, frozen=True, kw_only=True):
    """One row, and the catalogue it stands in.

    ``period`` is the kind of period an item disclosed under this code covers (None: a day),
    ``procedure`` how it is disclosed, ``role`` who holds the power; ``rule`` cites a rule of a
    pack, ``ground`` is the legal ground in words where no rule of a pack stands for it.
    ``exercised_by`` are the kinds of case or decision that exercise a power.
    """

    catalogue: str

    @property
    def kinds(self) -> tuple[tuple[str, str], ...]:
        """The kinds that exercise the power: what they are kinds of, and their codes."""
        named = (one.partition(":") for one in (self.exercised_by or "").split())
        return tuple((noun, code) for noun, _, code in named)


def _read(file: str, data: bytes) -> Content[CatalogueItem]:
    catalogue = file.rpartition("/")[2].removesuffix(".csv")
    rows = parse_csv(file, data, _Row)
    made = (CatalogueItem(catalogue=catalogue, **msgspec.structs.asdict(row)) for row in rows)
    return table_content(file, made)


def _whole(item: CatalogueItem, book: Whole) -> Iterator[Problem]:
    yield from unnamed(book, "class", (item.class_,), ("class",))
    yield from unnamed(book, "role", (item.role,) if item.role else (), ("role",))
    rules = None if item.rule is None else book.find(law.section, item.rule)
    if item.rule is not None and rules is None:
        yield Problem(("rule",), UnknownName, {"what": "rule", "name": item.rule})
    for noun, code in item.kinds:
        if book.find(EXERCISING[noun], code) is None:
            yield Problem(("exercised_by",), UnknownName, {"what": noun, "name": code})
    if item.procedure is None:
        return
    if book.find(disclosures.section, item.procedure) is None:
        yield Problem(("procedure",), UnknownName, {"what": "procedure", "name": item.procedure})
    if any(rule.posting is None for rule in rules or ()) or item.rule is None:
        facts: dict[str, object] = {"name": item.rule or "-", "needs": "posting"}
        yield Problem(("rule",), disclosures.RuleWithout, facts)


def _hands(item: CatalogueItem, book: Whole) -> Iterator[Hands]:
    """SD2: the drafter neither reviews nor approves, and each review is another person's."""
    way = item.procedure and book.find(disclosures.section, item.procedure)
    if way:
        drafted = Step(name="drafted", roles=way.drafters)
        yield drafted, Step(name="reviewed", roles=way.reviewers, persons=way.reviews)
        if way.approvers:
            yield drafted, Step(name="approved", roles=way.approvers)
        yield (Step(name="published", roles=way.publishers),)


section = Section[CatalogueItem](
    name="catalogues",
    path="catalogues/*.csv",
    read=_read,
    whole=_whole,
    lists={"class": None},
    cites="catalogue.",
    unknown=UnknownCatalogueItem,
    evidence="disclosure_item",
    hands=_hands,
)
