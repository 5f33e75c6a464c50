"""What is new to residents: what was posted, decided, held and closed, each thing told once.

A stream of entries is no news: most of them are steps that only whoever takes them understands.
Told is what ends something, with what it is called; which acts do, the boards say (``News``). Only
public members are read.

Not handled: what is new to those who work here (their desk), and feeds (``reading.disclosed``).
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

import msgspec

from ledger.kernel.act import Act
from ledger.service.board import Desk, News
from ledger.service.sheet import boards_declared

LOOKED_AT: Final = 600
"""Entries looked through, the newest; what is older is on the boards."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is new: ``code`` is its kind, of ``section``; ``period`` what it is about.

    ``index`` is the entry that says so, ``result`` what a vote on it came to: what is closed may
    have been voted down.
    """

    index: int
    stream: str
    type: str
    unit: str
    recorded_at: int
    section: str
    code: str
    period: str | None
    result: str | None = None


def latest(desk: Desk, most: int) -> list[Told]:
    """Return at most ``most`` things that are new at a desk's units, the newest first."""
    begin = max(0, desk.point.size - LOOKED_AT)
    acts = desk.ledger.known.streams.acts(begin, desk.point.size - begin)
    found: dict[str, Act] = {}
    for act in reversed(acts):
        unit = act.event.unit
        if _news(act) is not None and unit is not None and desk.covers(unit):
            found.setdefault(act.stream, act)
    return list(_told(desk, list(found.values())[:most]))


def _told(desk: Desk, acts: list[Act]) -> Iterator[Told]:
    for act in acts:
        news = _news(act)
        assert news is not None, "only what is news was chosen"
        row = desk.store(news.view).rows_of([act.stream], desk.point).get(act.stream)
        if row is not None:
            yield Told(
                index=act.index or 0,
                stream=act.stream,
                type=act.type,
                unit=row.unit,
                recorded_at=act.recorded_at or 0,
                section=news.words,
                code=getattr(row, news.code),
                period=getattr(row, "period", None),
                result=getattr(row, "result", None),
            )


def _news(act: Act) -> News | None:
    return _declared().get(act.type.rpartition(".v")[0])


@cache
def _declared() -> Mapping[str, News]:
    """What boards tell as new, by aggregate and fact."""
    return {
        f"{board.of}.{fact}": board.news
        for board in boards_declared().values()
        if board.news is not None
        for fact in board.news.facts
    }
