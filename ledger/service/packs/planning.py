"""Setting a district's units up from a pack: those of ``units.csv`` that do not stand yet.

Whether one stands is told by its code. Parents come before what is under them. Nothing is changed
of units that stand already.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from ledger.aggregates.unit import EstablishUnit
from ledger.entry import ids
from ledger.rules.packs.book import Book
from ledger.rules.packs.sections import units as section
from ledger.rules.packs.sections.units import PlannedUnit
from ledger.rules.time import parse_date
from ledger.rules.units import unit_at
from ledger.service.directory import units
from ledger.service.ledger import Ledger

AT_ONCE = 16
"""Entries of one submission, at most (docs/spec/entry.md)."""


def missing(ledger: Ledger, book: Book, effective_from: str) -> tuple[EstablishUnit, ...]:
    """Return commands that establish what no unit standing on the day bears the code of.

    In an order in which they can be done one after the other, each with its stream named.

    Raises:
        BadDate: no such day.
    """
    day = parse_date(effective_from)
    known = {
        version.code: name
        for name, unit in units(ledger)
        if (version := unit_at(unit, day)) is not None
    }
    planned = {unit.id: unit for unit in book.items(section.section)}
    new = {code: f"unit/{ids.ulid(ledger.clock.now_ms())}" for code in planned if code not in known}
    streams = known | new
    return tuple(
        EstablishUnit(
            stream=new[unit.id],
            code=unit.id,
            unit_name=unit.name,
            level=unit.level,
            parent=streams[unit.parent] if unit.parent else None,
            effective_from=effective_from,
        )
        for unit in _parents_first(planned)
        if unit.id in new
    )


def _parents_first(planned: Mapping[str, PlannedUnit]) -> Iterator[PlannedUnit]:
    """A checked book has no circles and no unknown parents."""
    done: set[str] = set()
    for unit in planned.values():
        above = [unit]
        while (parent := above[-1].parent) is not None and parent not in done:
            above.append(planned[parent])
        for each in reversed(above):
            if each.id not in done:
                done.add(each.id)
                yield each


def batches(commands: Sequence[EstablishUnit]) -> Iterator[tuple[EstablishUnit, ...]]:
    """Yield the commands as submissions hold them."""
    left = iter(commands)
    while batch := tuple(islice(left, AT_ONCE)):
        yield batch
