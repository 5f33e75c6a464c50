"""Compliance: which duties units had by a day, and what became of each. Absence is a line, too.

``owed`` expands obligations over one unit's periods, begun events and conditions; ``judge``
compares each duty with the evidence. Both are pure and evaluated on a day: what was not recorded,
or not done, by then does not count. The packs in force on a period's last day decide what was owed
for it.

Evidence covers a period when it names that very period, or a day within it. A duty that follows an
event is met by the first evidence given since; one piece of evidence meets one such duty, that of
the older event first. Evidence that was taken back is passed over where other evidence stands.

Not handled: reading anything (``ledger.service.compliance``); a unit that came under another unit's
packs between two adoptions is judged by where it stood at the later.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import NamedTuple

from ledger.kernel.event import Basis
from ledger.rules.calendars import Due, Step, due_date
from ledger.rules.obligations import WEEKDAYS, Obligation, Verdict
from ledger.rules.packs.book import Book
from ledger.rules.packs.reigns import Reign
from ledger.rules.packs.sections import obligations as declared
from ledger.rules.periods import BadPeriod, Period, between, containing, parse_period
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


class Evidence(NamedTuple):
    """What shows a duty met: aggregate, code, period covered, day done, day taken back.

    ``recorded_on`` is the day the ledger was told of it, whatever day it is said to have been done.
    """

    of: str
    code: str
    period: str
    done_on: date
    withdrawn_on: date | None
    stream: str
    recorded_on: date | None = None


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A cell of the matrix: a duty, what became of it, and what shows it.

    ``done`` counts what stands; ``done_on`` is the day the last one needed was done. ``afterwards``
    is the day what counts as in time was recorded, where that was past the deadline: what is said
    to have been done then was not on record then. ``begun`` is what was put up for it and does not
    count, or not yet: a decision proposed, or taken with a defect.
    """

    duty: Duty
    verdict: Verdict
    done: int = 0
    done_on: date | None = None
    afterwards: date | None = None
    by: tuple[str, ...] = field(default=())
    begun: tuple[str, ...] = ()


def matrix(
    places: Iterable[Place],
    evidence: Callable[[str], Sequence[Evidence]],
    *,
    since: date,
    day: date,
) -> Iterator[Line]:
    """Yield what became, by ``day``, of every duty whose deadline is ``since`` or later.

    ``evidence(unit)`` is what a unit has to show. Lines come by unit, obligation, period.
    """
    for place in places:
        duties = sorted(owed(place, since=since, day=day), key=_order)
        yield from judge(duties, evidence(place.unit), day)


def _order(duty: Duty) -> tuple[str, date, str]:
    return duty.obligation.id, duty.period.first, duty.begun.stream if duty.begun else ""


# -- what is owed ----------------------------------------------------------------------------


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


# -- what became of it -----------------------------------------------------------------------


def judge(duties: Iterable[Duty], evidence: Iterable[Evidence], day: date) -> Iterator[Line]:
    """Yield a line for each duty of one unit, in their order."""
    shown: dict[tuple[str, str], list[Evidence]] = {}
    for each in sorted(evidence, key=lambda each: (each.done_on, each.stream)):
        if each.done_on <= day:
            shown.setdefault((each.of, each.code), []).append(each)
    used: dict[str, set[str]] = {}
    for duty in duties:
        mine = [each for each in shown.get(duty.obligation.evidence, ()) if _meets(duty, each)]
        if duty.begun is not None:
            taken = used.setdefault(duty.obligation.id, set())
            free = [each for each in mine if each.stream not in taken]
            mine = (_not_taken_back(free, day) or free)[:1]
            taken.update(each.stream for each in mine)
        yield _judged(duty, mine, day)


def _meets(duty: Duty, evidence: Evidence) -> bool:
    if duty.begun is not None:
        return evidence.done_on >= duty.begun.day
    if duty.obligation.every is None:
        return True
    on = duty.obligation.on
    if on is not None and WEEKDAYS[evidence.done_on.weekday()] != on:
        return False
    return _covers(evidence, duty.period)


def _covers(evidence: Evidence, owed_for: Period) -> bool:
    period = _named(evidence.period)
    if period is None or evidence.done_on < period.first:
        return False  # nobody has done what a period owes before it begins
    return _within(period, owed_for)


def is_for(duty: Duty, of: str, code: str, period: str) -> bool:
    """Tell whether something of an aggregate, a code and a period was put up for a duty."""
    named = _named(period)
    periodic = duty.obligation.every is not None and duty.obligation.evidence == (of, code)
    return periodic and named is not None and _within(named, duty.period)


def _named(text: str) -> Period | None:
    try:
        return parse_period(text)
    except BadPeriod:
        return None  # whose aggregate let that pass; the other lines must still be told


def _within(period: Period, owed_for: Period) -> bool:
    return period == owed_for or (period.kind == "day" and period.first in owed_for)


def _judged(duty: Duty, mine: Sequence[Evidence], day: date) -> Line:
    standing = _not_taken_back(mine, day)
    times = duty.obligation.times
    enough = len(standing) >= times
    return Line(
        duty=duty,
        verdict=_verdict(duty, mine, standing, day),
        done=len(standing),
        done_on=standing[times - 1].done_on if enough else None,
        afterwards=_afterwards(duty, standing) if enough else None,
        by=tuple(each.stream for each in (standing or mine)),
    )


def _afterwards(duty: Duty, standing: Sequence[Evidence]) -> date | None:
    """Return when so many as are owed were on record, if that was too late for what was not."""
    times = duty.obligation.times
    done = standing[times - 1].done_on
    recorded = sorted(each.recorded_on or each.done_on for each in standing)[times - 1]
    return recorded if done <= duty.deadline < recorded else None


def _not_taken_back(evidence: Iterable[Evidence], day: date) -> list[Evidence]:
    return [each for each in evidence if each.withdrawn_on is None or each.withdrawn_on > day]


def _verdict(
    duty: Duty, mine: Sequence[Evidence], standing: Sequence[Evidence], day: date
) -> Verdict:
    times = duty.obligation.times
    lasting = duty.obligation.every is None and duty.begun is None
    if len(standing) >= times:
        # What has only to stand has no day it was due by.
        in_time = lasting or standing[times - 1].done_on <= duty.deadline
        return "on_time" if in_time else "late"
    if not duty.certain:
        return "unknown"
    if len(mine) >= times:
        return "withdrawn"
    return "missing" if lasting or day > duty.deadline else "not_yet_due"


def tally(lines: Iterable[Line]) -> Mapping[Verdict, int]:
    """Return how many lines have each verdict; those none has are absent."""
    found: dict[Verdict, int] = {}
    for line in lines:
        found[line.verdict] = found.get(line.verdict, 0) + 1
    return found
