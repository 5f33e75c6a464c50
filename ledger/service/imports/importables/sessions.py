"""Sessions that were held: meetings, classes, duty days, visits, sweeps, one row each.

Not handled: plans, who attended, problems raised; those are acts of their own.
"""

from collections.abc import Iterator, Sequence
from typing import Any, cast

from ledger.service.imports import cells
from ledger.service.imports.importable import Fact, Held, Importable, Intake, Row
from ledger.service.imports.tables import Column
from ledger.service.reading.recorded import Recorded, recorded

OFFSET = "+08:00"

UNIT = Column(id="unit", zh="单位代码", en="Unit", form=cells.code, required=True,
              example="520602001001")  # fmt: skip
CODE = Column(id="code", zh="活动类型", en="Kind", words="sessions", required=True,
              example="法治课堂")  # fmt: skip
DAY = Column(id="day", zh="举行日期", en="Day", form=cells.day, required=True,
             example="2026-03-05")  # fmt: skip
PERIOD = Column(id="period", zh="所属期间", en="Period", form=cells.period, example="2026-W10",
                note_zh="留空按日期推定", note_en="from the day if empty")  # fmt: skip
STARTS = Column(id="starts_at", zh="开始时间", en="From", form=cells.clock, example="09:30")
ENDS = Column(id="ends_at", zh="结束时间", en="To", form=cells.clock, example="11:00")
PRESENT = Column(id="present", zh="实到人数", en="Present", form=cells.whole, required=True,
                 example="32")  # fmt: skip
EXPECTED = Column(id="expected", zh="应到人数", en="Expected", form=cells.whole, example="40")
OUTCOME = Column(id="outcome", zh="结果", en="Outcome", words="outcome")
COUNTS = Column(id="counts", zh="计数", en="Counts", form=cells.counts,
                example="leaflets=300; places=2")  # fmt: skip
TITLE = Column(id="title", zh="题目", en="Title")
PLACE = Column(id="place", zh="地点", en="Place")
TEXT = Column(id="text", zh="记录", en="Minutes", form=cells.prose)


def _key(row: Row) -> tuple[str, ...]:
    return tuple(row.of(name) for name in ("unit", "code", "day", "starts_at", "title"))


def _held(intake: Intake) -> Iterator[Held]:
    """Yield the sessions that stand, as last corrected, in the order recorded."""
    types = ("session.held.v1", "session.corrected.v1", "session.withdrawn.v1")
    found: dict[str, dict[str, str]] = {}
    for each in recorded(intake.ledger, "session", *types):
        if each.act.type == types[2]:
            found.pop(each.act.stream, None)
        else:
            told = found.setdefault(each.act.stream, {})
            told |= _said(intake, each)
    for stream, told in found.items():
        yield Held(stream, told)


def _said(intake: Intake, each: Recorded) -> dict[str, str]:
    event = cast("Any", each.act.event)
    values = {name: each.value("minutes", name) for name in ("title", "text", "place")}
    times = {
        name: _time_of(each.value("minutes", name), event.day) for name in ("starts_at", "ends_at")
    }
    # What a correction does not say again stays.
    said = {name: value for name, value in (values | times).items() if value}
    return said | {
        "unit": intake.unit_code(event.unit),
        "code": event.code,
        "day": event.day,
        "period": event.period,
        "present": str(event.present),
        "expected": "" if event.expected is None else str(event.expected),
        "outcome": event.outcome or "",
        "counts": "; ".join(f"{count.of}={count.number}" for count in event.counts),
    }


def _plan(intake: Intake, row: Row) -> Sequence[Fact]:
    day = row.of("day")
    command = intake.command(
        "session.hold",
        stream=intake.stream("session", "session", _key(row)),
        occ=day,
        unit=intake.unit(row.of("unit"), UNIT),
        code=row.of("code"),
        period=row.get("period"),
        present=int(row.of("present")),
        expected=int(row.of("expected")) if row.get("expected") else None,
        counts=tuple(row.of("counts").split("; ")) if row.get("counts") else (),
        outcome=row.get("outcome"),
        title=row.get("title"),
        place=row.get("place"),
        text=row.get("text"),
        starts_at=_moment(day, row.get("starts_at")),
        ends_at=_moment(day, row.get("ends_at")),
    )
    return (Fact("session", _key(row), command),)


def _moment(day: str, time: str | None) -> str | None:
    return f"{day}T{time}:00{OFFSET}" if time else None


def _time_of(moment: str, day: str) -> str:
    """Return the time of a moment of the session's own day, else all of it."""
    before, after = f"{day}T", f":00{OFFSET}"
    if moment.startswith(before) and moment.endswith(after):
        return moment.removeprefix(before).removesuffix(after)
    return moment


importable = Importable(
    name="sessions",
    zh="活动",
    en="Sessions held",
    columns=(
        UNIT, CODE, DAY, PERIOD, STARTS, ENDS, PRESENT, EXPECTED, OUTCOME, COUNTS, TITLE, PLACE,
        TEXT,
    ),
    told_by="、".join(column.zh for column in (UNIT, CODE, DAY, STARTS, TITLE)),
    key=_key,
    held=_held,
    plan=_plan,
    by_device=True,
)  # fmt: skip
