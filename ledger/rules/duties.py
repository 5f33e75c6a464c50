"""Duties: what a unit owes by its obligations, over periods, begun events and conditions.

``owed`` expands obligations for one unit. It is pure and evaluated on a day: what was not recorded
by then does not count. The packs in force on a period's last day decide what was owed for it.

Not handled: what became of a duty (``compliance``); a unit that came under another unit's packs
between two adoptions is judged by where it stood at the later.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from ledger.kernel.event import Basis
from ledger.rules.calendars import Due, Step, due_date
from ledger.rules.obligations import WEEKDAYS, Obligation
from ledger.rules.packs.book import Book
from ledger.rules.packs.reigns import Reign
from ledger.rules.packs.sections import obligations as declared
from ledger.rules.periods import Period, between, containing
from ledger.rules.units import Mode, Unit, unit_at

_DAY = timedelta(days=1)
_YEAR = 366 * _DAY
_REST = 31
"""More days than rest days ever followed each other."""


class Begun(NamedTuple):
    """An event that begins duties: the act, its code, the day, the stream."""

    act: str
    code: str
    day: date
    stream: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A unit and what its duties depend on.

    ``reigns`` follow each other by day; the first is where the office began. ``stated`` are its
    stated numbers as (fact, day, value), by day; ``modes`` are switches, by day.
    """

    unit: str
    standing: Unit
    reigns: tuple[Reign, ...]
    begun: tuple[Begun, ...] = ()
    stated: tuple[tuple[str, date, int], ...] = ()
    modes: tuple[tuple[date, Mode], ...] = ()

    def mode(self, day: date) -> Mode:
        """Return the mode of ``day``: ordinary until it was switched."""
        return next((mode for since, mode in reversed(self.modes) if since <= day), "ordinary")

    def fact(self, name: str, day: date) -> int | None:
        """Return the number last stated by ``day``, None if none was."""
        found = [value for fact, on, value in self.stated if fact == name and on <= day]
        return found[-1] if found else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Duty:
    """One thing owed: for a period, after an event, or standing (its period the day asked about).

    It is in time until ``deadline``, which is ``due`` and the grace; ``provisional`` while a year's
    holidays are not announced. ``certain`` is False while nobody stated what it rests on.
    """

    unit: str
    obligation: Obligation
    period: Period
    due: date
    deadline: date
    basis: tuple[Basis, ...]
    provisional: bool = False
    certain: bool = True
    begun: Begun | None = None


def owed(place: Place, *, since: date, day: date) -> Iterator[Duty]:
    """Yield the duties of a unit that began by ``day`` and whose deadline is ``since`` or later."""
    for reign in place.reigns:
        if reign.since > day:
            continue
        for obligation in reign.book.items(declared.section):
            for duty in _duties(place, reign, obligation, since, day):
                if duty.deadline >= since:
                    yield duty


def _duties(
    place: Place, reign: Reign, obligation: Obligation, since: date, day: date
) -> Iterator[Duty]:
    if obligation.after is not None:
        yield from _after(place, reign, obligation, day)
    elif obligation.every is None:
        yield from _standing(place, reign, obligation, day)
    else:
        yield from _periodic(place, reign, obligation, since, day)


def _periodic(
    place: Place, reign: Reign, obligation: Obligation, since: date, day: date
) -> Iterator[Duty]:
    assert obligation.every is not None
    begin = max(place.reigns[0].since, obligation.from_, place.standing.versions[0].since)
    earliest = max(begin, since - _reach(obligation))
    for period in between(obligation.every, earliest, day):
        if not reign.covers(min(period.last, day)):
            continue
        if obligation.until is not None and period.last > obligation.until:
            continue
        if not _binds(place, obligation, period.last):
            continue
        if (certain := _holds(place, reign.book, obligation, period.last)) is not False:
            yield _due(place, reign.book, obligation, period, certain=certain is True)


def _reach(obligation: Obligation) -> timedelta:
    """Return how long before its deadline a period begins, at most, rest days included."""
    term = obligation.due
    longest = (
        0 if term is None else term.value * {"day": 1, "working_day": 2, "month": 31}[term.unit]
    )
    return _YEAR + (longest + obligation.grace + _REST) * _DAY


def _after(place: Place, reign: Reign, obligation: Obligation, day: date) -> Iterator[Duty]:
    assert obligation.after is not None
    for begun in place.begun:
        fits = begun.act == obligation.after.act and obligation.after.code in {None, begun.code}
        in_time = obligation.from_ <= begun.day <= min(day, obligation.until or day)
        if not (fits and in_time and reign.covers(begun.day)):
            continue
        if not _binds(place, obligation, begun.day):
            continue
        if (certain := _holds(place, reign.book, obligation, begun.day)) is not False:
            period = containing("day", begun.day)
            duty = _due(place, reign.book, obligation, period, certain=certain is True)
            yield replace(duty, begun=begun)


def _standing(place: Place, reign: Reign, obligation: Obligation, day: date) -> Iterator[Duty]:
    """A condition alone is asked about on the day itself."""
    in_time = obligation.from_ <= day and (obligation.until is None or day <= obligation.until)
    if not (in_time and reign.covers(day) and _binds(place, obligation, day)):
        return
    if (certain := _holds(place, reign.book, obligation, day)) is not False:
        period = containing("day", day)
        yield _due(place, reign.book, obligation, period, certain=certain is True)


def _binds(place: Place, obligation: Obligation, day: date) -> bool:
    version = unit_at(place.standing, day)
    if version is None or version.level not in obligation.levels:
        return False
    return obligation.mode is None or obligation.mode == place.mode(day)


def _holds(place: Place, book: Book, obligation: Obligation, day: date) -> bool | None:
    """Tell whether its conditions hold on a day; None when nobody stated what they rest on."""
    found = (_under_law(place, obligation, day), _reached(place, book, obligation, day))
    return False if False in found else None if None in found else True


def _under_law(place: Place, obligation: Obligation, day: date) -> bool | None:
    regime = place.standing.placed(day).regime
    if obligation.regime is None:
        return True
    return None if regime is None else regime == obligation.regime


def _reached(place: Place, book: Book, obligation: Obligation, day: date) -> bool | None:
    if obligation.while_ is None:
        return True
    rule = book.find_rule(obligation.while_.rule, day)
    value = place.fact(obligation.while_.fact, day)
    if rule is None or rule.threshold is None:
        return False
    return None if value is None else rule.threshold.met(value)


def _due(
    place: Place, book: Book, obligation: Obligation, period: Period, *, certain: bool = True
) -> Duty:
    found = _last_day(obligation, period, book)
    return Duty(
        unit=place.unit,
        obligation=obligation,
        period=period,
        due=found.day,
        deadline=found.day + obligation.grace * _DAY,
        basis=(
            book.basis(declared.section, obligation.id),
            book.rule_basis(obligation.rule),
        ),
        provisional=found.provisional,
        certain=certain,
    )


def _last_day(obligation: Obligation, period: Period, book: Book) -> Due:
    """Return the day a duty falls due, without its grace, and how that is found."""
    if obligation.on is not None:
        day = period.first + WEEKDAYS.index(obligation.on) * _DAY
        begun = Step("weekday", day)
    else:
        day = period.last
        begun = Step("period", day)
    term = obligation.due
    if term is None:
        return Due(day=day, provisional=False, explain=(begun,))
    found = due_date(day, term.value, term.unit, book.holidays)
    if obligation.after is not None:
        return found  # the count says itself that it begins with the event
    return Due(day=found.day, provisional=found.provisional, explain=(begun, *found.explain))


def steps_of(duty: Duty, book: Book) -> tuple[Step, ...]:
    """Return how the deadline of a duty is found, by the packs that were in force for it."""
    steps = _last_day(duty.obligation, duty.period, book).explain
    if duty.deadline == duty.due:
        return steps
    return (*steps, Step("grace", duty.deadline))
