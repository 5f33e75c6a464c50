"""The compliance matrix of a ledger as of a point: what its units owed, and what became of it.

Everything read is of that size: packs adopted, units established, evidence recorded by then. The
judgement itself is ``ledger.rules.compliance``.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from ledger.kernel.act import AsOf, Tag
from ledger.kernel.facts import Facts
from ledger.projections.evidence import EvidenceRow, shelf
from ledger.rules.compliance import Evidence, Line, is_for, matrix
from ledger.rules.duties import Begun, Duty, Place
from ledger.rules.packs.book import asks_book
from ledger.rules.packs.reigns import Reign, reigns
from ledger.rules.packs.sections import obligations
from ledger.rules.time import local_date, parse_date
from ledger.rules.units import mode_switches, unit_of, unit_tag
from ledger.service.acts.facts import facts_of
from ledger.service.board import Desk
from ledger.service.ledger import Ledger

PAGE = 500
MANY = 20
"""Units beyond which their evidence is read year by year instead of unit by unit."""


Laws = Callable[[str], tuple[Reign, ...]]
"""Returns the packs to judge a unit by, through time."""


def compliance(
    ledger: Ledger, point: AsOf, units: Sequence[str], *, since: date, laws: Laws | None = None
) -> Iterator[Line]:
    """Yield what became of every duty of ``units`` due on ``since`` or later, as of ``point``.

    Owed is what the packs in force want, or others that ``laws`` gives instead.

    Raises:
        ProjectionBehind: a view has not read that far.
        NotFound, PackInvalid: adopted bytes are gone, or are no valid packs.
    """
    day = local_date(point.at // 1000)
    # A period is spelt with a year it lies in, and falls due in that year or the next.
    years = [str(year) for year in range(since.year - 1, day.year + 2)]
    shown, announced = _evidence_of(ledger, point, units, years)
    places = (_place(ledger, point, unit, years, laws) for unit in units)
    lines = matrix(
        (each for each in places if each),
        lambda unit: shown.get(unit, ()),
        since=since,
        day=day,
    )
    for line in lines:
        open_ = () if line.by else announced.get(line.duty.unit, ())
        yield replace(line, begun=begun) if (begun := _begun_for(line.duty, open_)) else line


def of_desk(desk: Desk, since: date) -> tuple[Line, ...]:
    """Return what became of the duties of a desk's units, by unit; made once for a desk."""
    return desk.once(_of_desk, since)


def _of_desk(desk: Desk, since: date) -> tuple[Line, ...]:
    units = sorted(desk.covered, key=lambda name: (desk.order(name), name))
    return tuple(compliance(desk.ledger, desk.point, units, since=since))


def _begun_for(duty: Duty, announced: Sequence[EvidenceRow]) -> tuple[str, ...]:
    """Return what was put up for a duty and meets it not, or not yet."""
    return tuple(row.evidence for row in announced if is_for(duty, row.of, row.code, row.period))


def _evidence_of(
    ledger: Ledger, point: AsOf, units: Sequence[str], years: Sequence[str]
) -> tuple[Mapping[str, list[Evidence]], Mapping[str, list[EvidenceRow]]]:
    """Return the evidence of some years by unit, and what was only announced.

    Asked unit by unit, or of many all at once.
    """
    if len(units) > MANY:
        wheres = [{"year": year} for year in years]
    else:
        wheres = [{"shelf": shelf(unit, year)} for unit in units for year in years]
    found: dict[str, list[Evidence]] = {}
    announced: dict[str, list[EvidenceRow]] = {}
    for where in wheres:
        for row in _rows(ledger, "evidence", point, where):
            if row.done_on is not None:
                found.setdefault(row.unit, []).append(_evidence(row, row.done_on))
            else:
                announced.setdefault(row.unit, []).append(row)
    return found, announced


def _place(
    ledger: Ledger, point: AsOf, unit: str, years: Sequence[str], laws: Laws | None
) -> Place | None:
    day = local_date(point.at // 1000)

    def asks(known: Facts) -> Iterator[Tag]:
        yield unit_tag(unit)
        yield from asks_book(unit, known)

    facts = facts_of(ledger, asks, size=point.size)
    standing = unit_of(facts, unit)
    books: tuple[Reign, ...] = ()
    if standing is not None:
        books = reigns(facts, unit, day) if laws is None else laws(unit)
    owed = [duty for each in books for duty in each.book.items(obligations.section)]
    if standing is None or not owed:
        return None
    return Place(
        unit=unit,
        standing=standing,
        reigns=books,
        modes=mode_switches(facts, unit),
        begun=tuple(_begun(ledger, point, unit, years)) if any(d.after for d in owed) else (),
        stated=tuple(_stated(ledger, point, unit)) if any(d.while_ for d in owed) else (),
    )


def _rows(ledger: Ledger, view: str, point: AsOf, where: Mapping[str, str]) -> Iterator[Any]:
    store, after = ledger.views[view], None
    key = store.view.row.__struct_fields__[0]
    while page := store.rows(point, where=where, after=after, limit=PAGE):
        yield from page
        after = getattr(page[-1], key)


def _evidence(row: EvidenceRow, done_on: str) -> Evidence:
    return Evidence(
        of=row.of,
        code=row.code,
        period=row.period,
        done_on=parse_date(done_on),
        withdrawn_on=parse_date(row.withdrawn_on) if row.withdrawn_on else None,
        stream=row.evidence,
        recorded_on=parse_date(row.recorded_on) if row.recorded_on else None,
    )


def _begun(ledger: Ledger, point: AsOf, unit: str, years: Sequence[str]) -> Iterator[Begun]:
    for year in years:
        for row in _rows(ledger, "beginnings", point, {"shelf": shelf(unit, year)}):
            stream = row.beginning.partition(" ")[0]
            yield Begun(act=row.act, code=row.code, day=parse_date(row.day), stream=stream)


def _stated(ledger: Ledger, point: AsOf, unit: str) -> Iterator[tuple[str, date, int]]:
    for row in _rows(ledger, "unit_facts", point, {"unit": unit}):
        yield row.code, parse_date(row.day), row.value
