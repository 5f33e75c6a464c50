"""The calendar: sessions planned and held, by day; what was called off or taken back says so.

What a meeting resolved to have done is a case that arose there (S1-01), so its end is the case's.
"""

from collections.abc import Iterator
from typing import cast

from ledger.projections.sessions import SessionRow
from ledger.service.board import Board, Called, Column, Desk, Line, News

SHOWN = ("day", "unit", "code", "period", "standing", "present", "expected", "problems",
         "outcome", "corrected", "session")  # fmt: skip


def rows(desk: Desk) -> Iterator[Line]:
    """Yield one line for each session, the newest day first."""
    found = cast("Iterator[SessionRow]", desk.rows("sessions", "session"))
    shown = sorted(found, key=lambda row: (row.day, row.session), reverse=True)
    arisen = {row.session: row.cases.split() for row in shown}
    known = desk.store("register").rows_of(
        (case for cases in arisen.values() for case in cases), desk.point
    )
    for row in shown:
        ended = [case for case in arisen[row.session] if case in known and not known[case].open]
        yield {
            **{column: getattr(row, column) for column in SHOWN},
            "arisen": len(arisen[row.session]),
            "ended": len(ended),
        }


board = Board(
    name="calendar",
    zh="活动日历",
    en="Calendar",
    columns=(
        Column(id="day", zh="日期", en="Day", form="day"),
        Column(id="unit", zh="单位", en="Unit", form="unit"),
        Column(id="code", zh="活动", en="Session", form="code", words="sessions"),
        Column(id="period", zh="覆盖期间", en="Period"),
        Column(id="standing", zh="状态", en="Standing", form="code", words="standing"),
        Column(id="present", zh="实到", en="Present", form="count"),
        Column(id="expected", zh="应到", en="Expected", form="count"),
        Column(id="problems", zh="提出问题", en="Problems raised", form="count"),
        Column(id="arisen", zh="其中立为事项", en="Of these cases", form="count"),
        Column(id="ended", zh="事项已了结", en="Cases ended", form="count"),
        Column(id="outcome", zh="结果", en="Outcome", form="code", words="outcome"),
        Column(id="corrected", zh="更正次数", en="Corrections", form="count"),
        Column(id="session", zh="记录", en="Record", form="stream"),
    ),
    names=("session",),
    headed=("day", "code"),
    by="day",
    rows=rows,
    views={"sessions": (), "register": ("open",)},
    of="session",
    news=News(facts=("held",), view="sessions", words="sessions"),
    listed=("day", "unit", "code", "standing", "present", "expected", "problems", "outcome"),
    about=Called(
        zh="近期开过和要开的会、课、值班和走访，谁来了多少人。",
        en="Meetings, classes, duty days and visits, past and coming, and how many attended.",
    ),
    empty=Called(
        zh="还没有安排或举行活动。工作人员登记一次会议、课程、值班或走访后，这里就会出现一行。",
        en="No activity has been planned or held. Each meeting, class, duty day or "
        "visit recorded is a line here.",
    ),
)
