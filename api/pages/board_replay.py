"""Replay of a board, entry by entry: what each changed of its rows, and what days alone did.

``at`` is the number of the step in its ``part`` of the log, the first where none is said, so that a
view can be cited by its address while the log grows; ``day`` asks for a day, also one on which
nothing of the board was recorded: a term runs out or a month becomes missing without an entry. So
of every step is told, beside what its entry changed, what had changed without one since the step
before (ADR 0047).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Annotated, Any, NamedTuple

import msgspec
from fastapi import APIRouter, Depends, Path, Query

from api.deps import LARGEST, Decimal, Filled, SurfaceDep, begun_point
from api.routes.boards import DayText, UnitCode
from api.showing.board_changes import Changed, beside_now, changed_rows
from api.sight import Sight, page
from api.wording.times import long_gap
from ledger.kernel.act import Act, AsOf
from ledger.rules.time import day_ends, local_date, parse_date
from ledger.service.board import Board
from ledger.service.directory import unit_as_of
from ledger.service.ledger import Ledger, today
from ledger.service.reading.board_steps import PART, Step, parts_of, steps_of
from ledger.service.reading.entries import line_of
from ledger.service.sheet import Sheet, board_named, make_sheet

router = APIRouter()
ROWS_SHOWN = 40
DAY = timedelta(days=1)
Number = Annotated[int | None, Decimal, Query(ge=1, le=LARGEST)]


class Where(NamedTuple):
    """Where in a replay one asks to stand: at a step of a part, or on a day."""

    number: int | None
    part: int | None
    day: date | None


def parse_where(
    number: Annotated[Number, Query(alias="at")] = None,
    part: Number = None,
    day: Annotated[DayText, Filled, Query()] = None,
) -> Where:
    """Return where an address asks to stand. Raises: BadDate."""
    return Where(number, part, None if day is None else parse_date(day))


class Walk(NamedTuple):
    """A board of a place, its steps in one part of the log, and where in it one stands.

    ``at`` counts from 1; the step it names is on ``day``, or, where ``act`` is None, before it.
    Where no day was asked for and there is no act, the part has no step: one stands at its end.
    """

    ledger: Ledger
    board: Board
    place: str | None
    size: int
    part: int
    steps: Sequence[Step]
    at: int
    day: date
    day_asked: bool
    act: Act | None


class Moment(NamedTuple):
    """Points to compare: as the step before left the board; just before the entry; after it.

    None where there is nothing before; on a day without an entry the last two are one.
    """

    before: AsOf | None
    turned: AsOf | None
    after: AsOf
    gap_ms: int | None = None


class StepDay(msgspec.Struct, frozen=True, kw_only=True):
    """A day with steps: the number of its first, and how many it has."""

    day: date
    at: int
    steps: int


@page(router, "/boards/{name}/replay", "board-replay.html")
def of_board(
    surface: SurfaceDep,
    name: Annotated[str, Path(max_length=64)],
    where: Annotated[Where, Depends(parse_where)],
    unit: UnitCode = None,
    now: Annotated[bool, Query()] = False,
) -> Sight:
    """A board entry by entry: which of its rows each changed, and which changed by days alone."""
    ledger, board = surface.ledger, board_named(name)
    point = begun_point(ledger, None)
    place = unit_as_of(ledger, unit, point) if unit else None

    def data() -> dict[str, Any]:
        walk = _walk(ledger, board, place, point, where)
        if walk.act:
            moment = _of_step(walk, walk.act)
        else:
            moment = _of_day(walk, point) if walk.day_asked else _of_part(walk)
        return _told(walk, moment) | _rows(walk, moment, point if now else None)

    depends = ("board-replay", name, place, point.size, where, now, today(ledger))
    return Sight(depends=depends, point=point, data=data)


def _walk(ledger: Ledger, board: Board, place: str | None, point: AsOf, where: Where) -> Walk:
    number, part, asked = where
    if asked is not None:
        asked = min(max(asked, _recorded_on(ledger, 0)), today(ledger))
        part = _part_of(ledger, board, place, point, asked)
    elif number and not part:
        part = 1
    part = min(part or LARGEST, parts_of(point.size))
    steps = steps_of(ledger, board, place, point.size, part)
    if asked is None:
        at = min(number or LARGEST, len(steps))
        on = steps[at - 1].day if at else _recorded_on(ledger, min(point.size, part * PART) - 1)
    else:
        at, on = bisect_right(steps, asked, key=lambda step: step.day), asked
    act = None
    if at and steps[at - 1].day == on:
        (act,) = ledger.known.streams.acts(steps[at - 1].entry, 1)
    return Walk(ledger, board, place, point.size, part, steps, at, on, asked is not None, act)


def _part_of(ledger: Ledger, board: Board, place: str | None, point: AsOf, day: date) -> int:
    """Return the last part in which a day has a step, else the part the day ends in."""
    last = parts_of(_ended(ledger, day, point).size)
    first = parts_of(_ended(ledger, day - DAY, point).size + 1)
    for part in range(last, first - 1, -1):
        if any(step.day == day for step in steps_of(ledger, board, place, point.size, part)):
            return part
    return last


def _recorded_on(ledger: Ledger, index: int) -> date:
    return local_date(ledger.recorder.recorded_at(index) // 1000)


def _ended(ledger: Ledger, day: date, point: AsOf) -> AsOf:
    """Return the end of a day, or ``point`` where that is earlier."""
    at = min(day_ends(day) - 1, point.at)
    return AsOf(size=min(ledger.recorder.size_at(at), point.size), at=at)


def _left_at(ledger: Ledger, size: int) -> AsOf:
    return AsOf(size=size, at=ledger.recorder.recorded_at(size - 1))


def _of_step(walk: Walk, act: Act) -> Moment:
    index, at = act.index or 0, act.recorded_at or 0
    after = AsOf(size=index + 1, at=at)
    if index == 0:
        return Moment(None, None, after)
    before, last = _before(walk), _step_before(walk)
    gap = None if before is None or last is None else at - before.at
    return Moment(before, AsOf(size=index, at=at), after, gap)


def _of_part(walk: Walk) -> Moment:
    """Return what a part without a step is compared with: so its walk, too, loses no change."""
    after = _left_at(walk.ledger, min(walk.size, walk.part * PART))
    return Moment(_before(walk), after, after)


def _before(walk: Walk) -> AsOf | None:
    """Return where the step before left the board; after a part without one, where ours begins."""
    if (last := _step_before(walk)) is not None:
        return _left_at(walk.ledger, last.entry + 1)
    begun = (walk.part - 1) * PART
    return _left_at(walk.ledger, begun) if begun else None


def _step_before(walk: Walk) -> Step | None:
    if walk.at > 1:
        return walk.steps[walk.at - 2]
    if walk.part == 1:
        return None
    earlier = steps_of(walk.ledger, walk.board, walk.place, walk.size, walk.part - 1)
    return earlier[-1] if earlier else None


def _of_day(walk: Walk, point: AsOf) -> Moment:
    after = _ended(walk.ledger, walk.day, point)
    return Moment(_ended(walk.ledger, walk.day - DAY, point), after, after)


def _told(walk: Walk, moment: Moment) -> dict[str, Any]:
    """Return where one stands, the entry, and where one can go from here."""
    days = _days(walk.steps)
    here, first = [each.day for each in days], _recorded_on(walk.ledger, 0)
    earlier, later = bisect_left(here, walk.day), bisect_right(here, walk.day)
    return {
        "board": walk.board,
        "unit": walk.place,
        "part": walk.part,
        "parts": parts_of(walk.size),
        "stepless": walk.act is None and not walk.day_asked,
        "covers": ((walk.part - 1) * PART + 1, min(walk.size, walk.part * PART)),
        "at": walk.at,
        "last": len(walk.steps),
        "day": walk.day,
        "days": days,
        "day_before": days[earlier - 1] if earlier else None,
        "day_after": days[later] if later < len(days) else None,
        "yesterday": walk.day - DAY if walk.day > first else None,
        "tomorrow": walk.day + DAY if walk.day < today(walk.ledger) else None,
        "first_day": first,
        "last_day": today(walk.ledger),
        "act": walk.act,
        "line": line_of(walk.act) if walk.act else None,
        "gap_ms": moment.gap_ms,
        "long": long_gap(moment.gap_ms),
        "then": moment.after,
    }


def _days(steps: Sequence[Step]) -> list[StepDay]:
    found, at = [], 1
    for day, some in groupby(steps, key=lambda step: step.day):
        number = len(list(some))
        found.append(StepDay(day=day, at=at, steps=number))
        at += number
    return found


def _rows(walk: Walk, moment: Moment, now: AsOf | None) -> dict[str, Any]:
    """Return the board after the step, the rows its entry changed, and those days alone did."""

    def sheet(at: AsOf | None) -> Sheet | None:
        return None if at is None else make_sheet(walk.ledger, walk.board.name, at, walk.place)

    names = walk.board.names
    after = make_sheet(walk.ledger, walk.board.name, moment.after, walk.place)
    turned = after if moment.turned == moment.after else sheet(moment.turned)
    before = turned if _at_once(moment) else sheet(moment.before)
    by_days = changed_rows(before, turned, names) if turned else []
    by_entry = changed_rows(turned, after, names)
    current = sheet(now)

    def shown(changed: list[Changed]) -> list[Changed]:
        some = changed[:ROWS_SHOWN]
        return beside_now(some, current, names) if current else some

    return {
        "sheet": after,
        "turned": turned,
        "before": before,
        "current": current,
        "changed": shown(by_entry),
        "count": len(by_entry),
        "by_days": shown(by_days),
        "days_count": len(by_days),
    }


def _at_once(moment: Moment) -> bool:
    """Tell whether nothing can lie between two steps: no other entry, and no night."""
    before, turned = moment.before, moment.turned
    if before is None or turned is None or before.size != turned.size:
        return False
    return local_date(before.at // 1000) == local_date(turned.at // 1000)
