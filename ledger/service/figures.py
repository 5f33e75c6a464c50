"""Figures as of a point: each number somebody states beside what the entries make of it.

A number is stated by the pack a unit adopted, as the district published it, or by an entry. The
packs in force at the unit define what computes it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ledger.kernel.act import Tag
from ledger.kernel.facts import Facts
from ledger.projections.figures import FigureRow
from ledger.rules.figures import Agreement, Figure, Sort, Statement, sort_of
from ledger.rules.genesis import LOG
from ledger.rules.measures import Bound
from ledger.rules.packs import adoptions
from ledger.rules.packs.sections import figures
from ledger.rules.periods import parse_period
from ledger.rules.units import unit_at
from ledger.service.acts.facts import facts_of
from ledger.service.board import Desk
from ledger.service.measures import Counted, Total, counted_rows, left_out, total


@dataclass(frozen=True, kw_only=True, slots=True)
class Stated:
    """A number somebody stated; ``source`` and ``record`` only where an entry states it."""

    value: int
    at_least: bool
    period: str | None
    read: int | None = None
    before: int | None = None
    source: str | None = None
    record: str | None = None
    withdrawn: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Reconciled:
    """A figure at a unit: stated, computed, or both; ``rows`` add up to ``total``.

    ``aim`` is the least it should be, by the rule in force on the last day it is of. ``left_out``
    are the sessions that a rate says nothing of.
    """

    unit: str
    figure: Figure
    stated: Stated | None
    rows: tuple[Counted, ...]
    left_out: tuple[Counted, ...] = ()
    aim: Bound | None = None

    @property
    def total(self) -> Total:
        """What the rows add up to."""
        return total(self.rows)

    @property
    def computed(self) -> int | None:
        """What the rows make of it; None where nothing computes it."""
        return self.total.number(self.figure)

    @property
    def sort(self) -> Sort:
        """What is known of it."""
        said = self.stated
        return sort_of(
            self.figure,
            computed=self.computed is not None,
            stated=said is not None,
            read=said is not None and said.read is not None,
        )

    @property
    def difference(self) -> int | None:
        """Computed less stated, or less what it is read as; None without both."""
        said = self.stated
        if said is None or self.computed is None:
            return None
        return self.computed - (said.value if said.read is None else said.read)

    @property
    def agreement(self) -> Agreement | None:
        """Whether both say the same; at least so many is met by more. None without both."""
        if self.stated is None or self.stated.withdrawn:
            return "withdrawn" if self.stated else None
        if self.difference is None:
            return None
        met = self.difference == 0 or (self.stated.at_least and self.difference > 0)
        return "agrees" if met else "differs"


def places(desk: Desk) -> Iterator[tuple[Desk, bool]]:
    """Yield the desks of the units whose figures are asked for, and whether a pack is theirs.

    Where no unit is asked about: those that adopted packs; else the one asked about.
    """
    adopters = _adopters(desk)
    units = sorted(adopters, key=desk.order) if desk.unit is None else [desk.unit]
    yield from ((desk.of(unit), unit in adopters) for unit in units)


def defined(desk: Desk) -> tuple[Figure, ...]:
    """Return the figures the packs in force at a desk's unit define."""
    book = desk.book(desk.unit or "")
    return () if book is None else book.items(figures.section)


def reconciled(desk: Desk) -> tuple[Reconciled, ...]:
    """Return the figures packs define, then those entries state, by unit; made once for a desk."""
    return desk.once(_all)


def _all(desk: Desk) -> tuple[Reconciled, ...]:
    return (*_defined(desk), *_stated(desk))


def _defined(desk: Desk) -> Iterator[Reconciled]:
    for place, adopted in places(desk):
        for figure in defined(place):
            one = _by_pack(place, figure, figure.stated if adopted else None)
            if adopted or one.computed is not None:
                yield one


def _stated(desk: Desk) -> Iterator[Reconciled]:
    stated: list[FigureRow] = list(desk.rows("figures", "figure"))
    stated.sort(key=lambda row: (desk.order(row.unit), row.code, row.period or "", row.figure))
    for row in stated:
        place = desk.of(row.unit)
        # One that no pack in force defines any more cannot be reconciled.
        yield from (_by_entry(place, each, row) for each in defined(place) if each.id == row.code)


def _by_pack(desk: Desk, figure: Figure, said: Statement | None) -> Reconciled:
    stated = None
    if said is not None:
        stated = Stated(value=said.value, at_least=said.at_least, period=said.period)
    return _made(desk, figure, stated)


def _by_entry(desk: Desk, figure: Figure, row: FigureRow) -> Reconciled:
    stated = Stated(
        value=row.value,
        at_least=row.at_least,
        period=row.period,
        read=row.read,
        before=row.before,
        source=row.source,
        record=row.figure,
        withdrawn=row.standing == "withdrawn",
    )
    return _made(desk, figure, stated)


def _made(desk: Desk, figure: Figure, stated: Stated | None) -> Reconciled:
    period = parse_period(stated.period) if stated and stated.period else None
    days = (period.first, period.last) if period else ()
    rows = tuple(counted_rows(desk, figure, *days))
    return Reconciled(
        unit=desk.unit or "",
        figure=figure,
        stated=stated,
        rows=rows,
        left_out=tuple(left_out(desk, figure, *days)),
        aim=_aim(desk, figure, min(desk.day, period.last) if period else desk.day),
    )


def _aim(desk: Desk, figure: Figure, day: date) -> Bound | None:
    book = desk.book(desk.unit or "")
    if figure.aim is None or book is None:
        return None
    rule = book.find_rule(figure.aim, day)
    return None if rule is None else rule.threshold


def _adopters(desk: Desk) -> frozenset[str]:
    """Return the units covered for which a pack was adopted; the topmost where for the whole log.

    Only packs in force on the day count.
    """
    facts = facts_of(desk.ledger, _asks, size=desk.point.size)
    named = {
        adoption.unit
        for adoption in adoptions.adoptions(facts)
        if adoption.effective_from <= desk.day
    }
    placed = {name: unit_at(unit, desk.day) for name, unit in desk.covered.items()}
    return frozenset(
        name
        for name, version in placed.items()
        if version is not None and (name in named or (None in named and version.parent is None))
    )


def _asks(_: Facts) -> tuple[Tag, ...]:
    return (adoptions.ADOPTIONS, LOG)
