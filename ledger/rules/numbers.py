"""Official numbers: which series an entry takes its number in, as the packs in force say.

Nobody signs a number in advance. An entry states, in the standard member ``numbered``, the series
it stands in: the pack's line, the unit whose series it is, the year it was signed. The number is
its rank among the entries of that series in the order of the log: gap-free by what it is, the same
for whoever has the log. ``check`` holds what is stated to the packs, for every act of every
aggregate.

Not handled: counting (``service.reading.numbers``), for rules never need a rank.
"""

from datetime import date

from ledger.errors import RuleViolation
from ledger.kernel.act import Act
from ledger.kernel.event import SPECS, Event, Numbered
from ledger.kernel.facts import Facts
from ledger.rules.packs.book import Book, book_in_force
from ledger.rules.packs.sections import numbers
from ledger.rules.packs.sections.numbers import Series
from ledger.rules.time import local_date
from ledger.rules.units import chain, unit_of


class SeriesDiffers(RuleViolation):
    """The entry stands in another series than the packs in force say, or in none."""

    code = "number.series_differs"
    zh = "编号序列应为 {series}（单位 {unit}，{year} 年）。请按现行规则包重新拟制后签署。"
    en = "The series of its number is {series} (unit {unit}, {year}). Prepare it anew and sign."


def stated(event: Event, iat: int, facts: Facts) -> Numbered | None:
    """Return the series an entry signed at ``iat`` (Unix seconds) must state; None for none.

    The aggregate of an event that ``numbers`` has asked for the book of its unit.

    Raises:
        NoPackAdopted, NotFound, PackInvalid: as ``book_in_force``.
    """
    if event.numbers is None or event.unit is None:
        return None
    book = book_in_force(facts, event.unit, iat)
    found = _series(book, event)
    if found is None:
        return None
    day = local_date(iat)
    unit = _unit(facts, event.unit, found.level, day)
    return Numbered(
        pack=book.basis(numbers.section, found.id).pack,
        series=found.id,
        unit=None if unit == event.unit else unit,
        year=day.year,
    )


def check(act: Act, facts: Facts) -> None:
    """Hold what an act states of its number to the packs. Raises: SeriesDiffers; as ``stated``."""
    event = act.event
    if event.numbers is None and event.numbered is None:
        return
    expected = stated(event, act.iat, facts)
    if event.numbered != expected:
        raise SeriesDiffers(
            series="-" if expected is None else expected.series,
            unit="-" if expected is None else expected.unit or event.unit,
            year="-" if expected is None else expected.year,
        )


def _series(book: Book, event: Event) -> Series | None:
    aggregate = SPECS[type(event)].name.partition(".")[0]
    kind = getattr(event, event.numbers or "")
    of_kind = book.find(numbers.section, f"{aggregate}.{kind}")
    return of_kind or book.find(numbers.section, aggregate)


def _unit(facts: Facts, unit: str, level: str | None, day: date) -> str:
    """Return the unit whose series it is: the nearest of its level, else the act's own."""
    for each in chain(facts, unit, day) if level is not None else ():
        known = unit_of(facts, each)
        if known is not None and known.placed(day).level == level:
            return each
    return unit
