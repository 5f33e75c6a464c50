"""The compliance matrix of a ledger as of a point: what its units owed, and what became of it.

Everything read is of that size: packs adopted, units established, evidence recorded by then. The
judgement itself is ``ledger.rules.compliance``.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import cast

from ledger.kernel.act import AsOf, Tag
from ledger.kernel.facts import Facts
from ledger.projections.beginnings import BeginningRow
from ledger.projections.evidence import EvidenceRow, shelf
from ledger.projections.unit_facts import UnitFactRow
from ledger.rules.book import asks_book
from ledger.rules.compliance import Begun, Evidence, Line, Place, matrix
from ledger.rules.reigns import reigns
from ledger.rules.sections import obligations
from ledger.rules.time import local_date, parse_date
from ledger.rules.units import unit_of, unit_tag
from ledger.service.facts import facts_of
from ledger.service.ledger import Ledger

PAGE = 500


def compliance(ledger: Ledger, point: AsOf, units: Iterable[str], *, since: date) -> Iterator[Line]:
    """Yield what became of every duty of ``units`` due on ``since`` or later, as of ``point``.

    Raises:
        ProjectionBehind: a view has not read that far.
        NotFound, PackInvalid: adopted bytes are gone, or are no valid packs.
    """
    day = local_date(point.at // 1000)
    years = range(since.year - 1, day.year + 2)

    def shown(unit: str) -> list[Evidence]:
        return [_evidence(row) for row in _shelved(ledger, "evidence", point, unit, years)]

    places = (_place(ledger, point, unit, day, years) for unit in units)
    yield from matrix((each for each in places if each), shown, since=since, day=day)


def _place(ledger: Ledger, point: AsOf, unit: str, day: date, years: range) -> Place | None:
    def asks(known: Facts) -> Iterator[Tag]:
        yield unit_tag(unit)
        yield from asks_book(unit, known)

    facts = facts_of(ledger, asks, size=point.size)
    standing = unit_of(facts, unit)
    books = reigns(facts, unit, day) if standing is not None else ()
    owing = [each for each in books if each.book.items(obligations.section)]
    if standing is None or not owing:
        return None
    begun = _shelved(ledger, "beginnings", point, unit, years)
    stated = ledger.views["unit_facts"].rows(point, where={"unit": unit}, limit=PAGE)
    return Place(
        unit=unit,
        standing=standing,
        reigns=books,
        begun=tuple(_begun(row) for row in begun),
        stated=tuple(_stated(row) for row in stated),
    )


def _shelved(
    ledger: Ledger, view: str, point: AsOf, unit: str, years: range
) -> Iterator[EvidenceRow | BeginningRow]:
    store = ledger.views[view]
    key = store.view.row.__struct_fields__[0]
    for year in years:
        after = None
        while page := store.rows(
            point, where={"shelf": shelf(unit, year)}, after=after, limit=PAGE
        ):
            yield from page
            after = getattr(page[-1], key)


def _evidence(row: EvidenceRow | BeginningRow) -> Evidence:
    row = cast("EvidenceRow", row)
    return Evidence(
        of=row.of,
        code=row.code,
        period=row.period,
        done_on=parse_date(row.done_on),
        withdrawn_on=parse_date(row.withdrawn_on) if row.withdrawn_on else None,
        stream=row.evidence,
    )


def _begun(row: EvidenceRow | BeginningRow) -> Begun:
    row = cast("BeginningRow", row)
    stream = row.beginning.partition(" ")[0]
    return Begun(act=row.act, code=row.code, day=parse_date(row.day), stream=stream)


def _stated(row: UnitFactRow) -> tuple[str, date, int]:
    return row.code, parse_date(row.day), row.value
