"""Measures: what a figure is computed from, as the rows it adds up, so that each opens to them.

A figure's number is the sum of what its measure yields, and nothing else: total and rows cannot
differ. A rate is one such sum by another, of the same rows. Which measures there are and what each
is taken of: ``ledger.rules.figures``. Everything read is as of the desk's point, of its unit and
those under it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ledger.projections.catalogues import FACT, ITEM, LIST
from ledger.projections.sessions import SessionRow, counted
from ledger.projections.unit_facts import UnitFactRow
from ledger.rules.figures import Figure, MeasureName, rate_of
from ledger.rules.packs.sections import law
from ledger.rules.time import parse_date
from ledger.service.board import Desk
from ledger.service.teams import teams


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """One row of a figure: the stream it is of, its unit, the day, how much it adds.

    Of a rate, ``amount`` adds to the part and ``out_of`` to the whole. ``item`` is the listed item
    it is of, where it is of one.
    """

    record: str
    unit: str
    day: str | None
    amount: int = 1
    out_of: int | None = None
    item: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Total:
    """What rows add up to: a rate's sum is the part, ``out_of`` its whole."""

    amount: int
    out_of: int

    def number(self, figure: Figure) -> int | None:
        """Return the figure's number; None where nothing computes it, or nothing was asked."""
        if figure.measure is None:
            return None
        if not figure.is_rate:
            return self.amount
        return rate_of(figure, self.amount, self.out_of)


Measure = Callable[[Desk, Figure], Iterator[Counted]]


def counted_rows(
    desk: Desk, figure: Figure, since: date | None = None, until: date | None = None
) -> list[Counted]:
    """Return the rows a figure adds up, of some days where they are named, both included.

    What has no day of its own, such as a rule, counts at all times.
    """
    if figure.measure is None:
        return []
    return _of_days(MEASURES[figure.measure](desk, figure), since, until)


def left_out(
    desk: Desk, figure: Figure, since: date | None = None, until: date | None = None
) -> list[Counted]:
    """Return the sessions of those days that a rate leaves out, as not both were counted there.

    They are told beside the rate: by counting no part at some of them it could be flattered.
    """
    if figure.measure != "session_rate":
        return []
    return _of_days((row for row, both in _asked(desk, figure) if not both), since, until)


def _of_days(rows: Iterable[Counted], since: date | None, until: date | None) -> list[Counted]:
    first, last = since or date.min, until or date.max
    return [row for row in rows if row.day is None or first <= parse_date(row.day) <= last]


def total(rows: Iterable[Counted]) -> Total:
    """Return what rows add up to."""
    amounts = [(row.amount, row.out_of or 0) for row in rows]
    return Total(amount=sum(each for each, _ in amounts), out_of=sum(each for _, each in amounts))


def _held(desk: Desk, code: str) -> tuple[SessionRow, ...]:
    """The sessions of a kind that were held; several figures are taken of the same ones."""
    return tuple(desk.rows("sessions", "session", code=code, standing="held"))


def _sessions(desk: Desk, figure: Figure) -> Iterator[Counted]:
    for code in figure.of:
        for row in desk.once(_held, code):
            yield Counted(record=row.session, unit=row.unit, day=row.day)


def _session_counts(desk: Desk, figure: Figure) -> Iterator[Counted]:
    for code in figure.of:
        for row in desk.once(_held, code):
            if amount := counted(row).get(figure.count or "", 0):
                yield Counted(record=row.session, unit=row.unit, day=row.day, amount=amount)


def _session_rate(desk: Desk, figure: Figure) -> Iterator[Counted]:
    """Sessions at which both were counted: who did not ask says nothing of how many know."""
    return (row for row, both in _asked(desk, figure) if both)


def _asked(desk: Desk, figure: Figure) -> Iterator[tuple[Counted, bool]]:
    """Yield the sessions of a rate, and whether both part and whole were counted there."""
    for code in figure.of:
        for row in desk.once(_held, code):
            at = counted(row)
            amount, out_of = at.get(figure.count or ""), at.get(figure.out_of or "")
            one = Counted(
                record=row.session, unit=row.unit, day=row.day, amount=amount or 0, out_of=out_of
            )
            yield one, amount is not None and out_of is not None


def _cases(desk: Desk, figure: Figure) -> Iterator[Counted]:
    state = {} if figure.state is None else {"state": figure.state}
    for kind in figure.of:
        for row in desk.rows("register", "case", kind=kind, **state):
            day = row.received_on if figure.state is None else row.closed_on
            yield Counted(record=row.case, unit=row.unit, day=day)


def _decisions(desk: Desk, figure: Figure) -> Iterator[Counted]:
    standing = {} if figure.state is None else {"standing": figure.state}
    for code in figure.of:
        for row in desk.rows("decisions", "decision", code=code, **standing):
            day = row.closed_on if figure.state == "closed" else row.proposed_on
            yield Counted(record=row.decision, unit=row.unit, day=day)


def _disclosures(desk: Desk, figure: Figure) -> Iterator[Counted]:
    for code in figure.of:
        for row in desk.rows("disclosures", "item", code=code):
            if row.shown and row.withdrawn is None:
                yield Counted(record=row.item, unit=row.unit, day=row.day)


def _services(desk: Desk, figure: Figure) -> Iterator[Counted]:
    for kind in figure.of:
        for row in desk.rows("volunteers", "account", kind=kind):
            if row.services:
                yield Counted(record=row.account, unit=row.unit, day=None, amount=row.services)


def _listed_rate(desk: Desk, figure: Figure) -> Iterator[Counted]:
    """Items listed now, those of which the fact holds now counted as 1: a stock, of no day."""
    lines = list(desk.rows("catalogues", "line"))
    lists = {row.catalogue for row in lines if row.sort == LIST and row.code in figure.of}
    so = {
        (row.catalogue, row.code)
        for row in lines
        if row.sort == FACT and row.fact == figure.fact and row.holds
    }
    for row in lines:
        if row.sort == ITEM and row.catalogue in lists:
            yield Counted(
                record=row.catalogue,
                unit=row.unit,
                day=None,
                amount=int((row.catalogue, row.code) in so),
                out_of=1,
                item=row.code,
            )


def _members(desk: Desk, _: Figure) -> Iterator[Counted]:
    for row in desk.rows("teams", "member"):
        yield Counted(record=row.account, unit=row.unit, day=None)


def _teams_rate(desk: Desk, figure: Figure) -> Iterator[Counted]:
    """Teams, those with as many members now as the rules ask for counted as 1: of no day."""
    for team in teams(desk, figure.of):
        yield Counted(record=team.unit, unit=team.unit, day=None, amount=int(team.enough), out_of=1)


def _unit_facts(desk: Desk, figure: Figure) -> Iterator[Counted]:
    """The number that holds on the day: each unit's newest, whatever was stated before."""
    for code in figure.of:
        for row in _newest(desk, code).values():
            yield Counted(record=row.stated_by, unit=row.unit, day=None, amount=row.value)


def _unit_rate(desk: Desk, figure: Figure) -> Iterator[Counted]:
    """One stated number of a unit by another, of the units that stated both."""
    wholes = _newest(desk, figure.out_of or "")
    for code in figure.of:
        for unit, row in _newest(desk, code).items():
            if unit in wholes:
                whole = wholes[unit].value
                yield Counted(
                    record=row.stated_by, unit=unit, day=None, amount=row.value, out_of=whole
                )


def _newest(desk: Desk, code: str) -> dict[str, UnitFactRow]:
    day, newest = desk.day.isoformat(), dict[str, UnitFactRow]()
    for row in desk.rows("unit_facts", "fact", code=code):
        if row.day <= day and (row.unit not in newest or newest[row.unit].day <= row.day):
            newest[row.unit] = row
    return newest


def _rule(desk: Desk, figure: Figure) -> Iterator[Counted]:
    """The number a rule of the packs in force sets; its record is the pack as adopted."""
    book = desk.book(desk.unit or "")
    for id_ in figure.of:
        rule = None if book is None else book.find_rule(id_, desk.day)
        if book is None or rule is None:
            continue
        bound, ratio = rule.threshold, rule.ratio
        number = ratio.most if ratio else bound and (bound.at_least or bound.more_than)
        record = f"pack/{book.basis(law.section, id_).pack}"
        yield Counted(record=record, unit=desk.unit or "", day=None, amount=number or 0)


MEASURES: Mapping[MeasureName, Measure] = {
    "sessions": _sessions,
    "session_counts": _session_counts,
    "session_rate": _session_rate,
    "cases": _cases,
    "decisions": _decisions,
    "disclosures": _disclosures,
    "services": _services,
    "listed_rate": _listed_rate,
    "members": _members,
    "teams_rate": _teams_rate,
    "unit_facts": _unit_facts,
    "unit_rate": _unit_rate,
    "rule": _rule,
}
