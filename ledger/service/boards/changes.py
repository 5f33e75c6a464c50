"""Changes: what was recorded after a size, a line per stream with the acts that came to it.

The stretch asked about is read as it is, so its length is bounded; without a size it is the last 30
days, whole ones with today, or as much of them as may be read. Acts of the log as a whole (keys,
packs) show where no unit is asked about.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from ledger.errors import MalformedError
from ledger.kernel.act import Act
from ledger.rules.time import day_ends, local_date, occ_date
from ledger.service.board import Board, Called, Column, Desk, Line
from ledger.service.ledger import as_of

BACK = timedelta(days=30)
MOST = 20_000
"""Entries read for one board at most; a few tenths of a second."""
BATCH = 500


class StretchTooLong(MalformedError):
    """More entries lie between the sizes asked about than one board reads."""

    code = "board.stretch_too_long"
    zh = "从第 {since} 条到第 {size} 条超过 {most} 条。请从第 {least} 条或更晚查起，分段查看。"
    en = "From {since} to {size} are more than {most} entries. Ask from {least} on, in stretches."


@dataclass(slots=True)
class Changed:
    """A stream and the acts that came to it, in log order."""

    unit: str
    acts: list[Act] = field(default_factory=list)


def rows(desk: Desk) -> Iterator[Line]:
    """Yield one line for each stream something was recorded in, the newest change first."""
    found: dict[str, Changed] = {}
    for act in _acts(desk):
        unit = str(act.event.unit or "")
        if desk.covers(unit):
            found.setdefault(act.stream, Changed(unit=unit)).acts.append(act)
    newest = sorted(found.values(), key=lambda one: one.acts[-1].index or 0, reverse=True)
    yield from (_line(one) for one in newest)


def _acts(desk: Desk) -> Iterator[Act]:
    size = desk.point.size
    for start in range(_since(desk), size, BATCH):
        yield from desk.ledger.known.streams.acts(start, min(BATCH, size - start))


def _since(desk: Desk) -> int:
    size, after = desk.point.size, desk.asked.after
    least = max(0, size - MOST)
    if after is None:
        # By days: within one, a board changes by entries alone, and so does its entity tag.
        before = day_ends(local_date(desk.point.at // 1000) - BACK) - 1
        return max(least, as_of(desk.ledger, at=max(0, before)).size)
    if after < least:
        raise StretchTooLong(since=after, size=size, most=MOST, least=least)
    return after


def _line(one: Changed) -> Line:
    first, last = one.acts[0], one.acts[-1]
    return {
        "unit": one.unit or None,
        "record": last.stream,
        "begun": first.seq == 1,
        "acts": " ".join(dict.fromkeys(act.type for act in one.acts)),
        "entries": len(one.acts),
        "first": first.index,
        "last": last.index,
        "day": occ_date(last.occ).isoformat(),
        "recorded": local_date((last.recorded_at or 0) // 1000).isoformat(),
    }


board = Board(
    name="changes",
    zh="变动情况",
    en="Changes",
    columns=(
        Column(id="unit", zh="单位", en="Unit", form="unit"),
        Column(id="record", zh="记录", en="Record", form="stream"),
        Column(id="begun", zh="新立", en="Begun", form="mark"),
        Column(id="acts", zh="办理步骤", en="Acts", form="acts"),
        Column(id="entries", zh="条数", en="Entries", form="count"),
        Column(id="first", zh="首条序号", en="First index", form="entry"),
        Column(id="last", zh="末条序号", en="Last index", form="entry"),
        Column(id="day", zh="发生日期", en="Occurred", form="day"),
        Column(id="recorded", zh="登记日期", en="Recorded", form="day"),
    ),
    names=("record",),
    rows=rows,
    heeds=("size",),
    notes=(
        Called(
            zh="列出某一账本条数之后登记的各条记录；未写明条数时列近 30 天，最多两万条。",
            en="What was recorded after a size of the log; without one, of the last 30 days, at "
            "most 20,000 entries.",
        ),
    ),
    about=Called(
        zh="某一条之后，账本里又登记了什么。",
        en="What was recorded after a size of the log.",
    ),
    empty=Called(
        zh="所查的这一段里没有新的记录。可把起点往前移，或换一个单位。",
        en=(
            "Nothing was recorded in the stretch asked about. Begin earlier, or choose "
            "another unit."
        ),
    ),
)
