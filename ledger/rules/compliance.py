"""Compliance: what became of each duty by a day. Absence is a line, too.

``judge`` compares the ``duties`` of a unit with the evidence. It is pure and evaluated on a day:
what was not recorded, or not done, by then does not count.

Evidence covers a period when it names that very period, or a day within it. A duty that follows an
event is met by the first evidence given since; one piece of evidence meets one such duty, that of
the older event first. Evidence that was taken back is passed over where other evidence stands.

Not handled: reading anything (``ledger.service.compliance``).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from ledger.rules.duties import Duty, Place, owed
from ledger.rules.obligations import WEEKDAYS, Verdict
from ledger.rules.periods import BadPeriod, Period, parse_period


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
