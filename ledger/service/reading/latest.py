"""What is new to residents: what was posted, decided, held and closed, each thing told once.

A stream of entries is no news: most of them are steps that only whoever takes them understands.
Told is what ends something, with what it is called. Only public members are read.

Not handled: what is new to those who work here (their desk), and feeds (``api.routes.events``).
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import msgspec

from ledger.kernel.act import Act
from ledger.service.board import Desk

LOOKED_AT: Final = 600
"""Entries looked through, the newest; what is older is on the boards."""


class Source(NamedTuple):
    """Where a kind of stream tells what it is: its view, the member, the section of its words."""

    view: str
    member: str
    section: str


SOURCES: Final[Mapping[str, Source]] = {
    "case": Source("register", "kind", "cases"),
    "decision": Source("decisions", "code", "decisions"),
    "disclosure_item": Source("disclosures", "code", "catalogues"),
    "session": Source("sessions", "code", "sessions"),
}
ENDS: Final = frozenset(
    {
        "case.closed",
        "decision.closed",
        "decision.revoked",
        "disclosure_item.published",
        "session.held",
    }
)


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is new: ``code`` is its kind, of ``section``; ``period`` what it is about."""

    stream: str
    type: str
    unit: str
    recorded_at: int
    section: str
    code: str
    period: str | None


def latest(desk: Desk, most: int) -> list[Told]:
    """Return at most ``most`` things that are new at a desk's units, the newest first."""
    begin = max(0, desk.point.size - LOOKED_AT)
    acts = desk.ledger.known.streams.acts(begin, desk.point.size - begin)
    found: dict[str, Act] = {}
    for act in reversed(acts):
        ends = act.type.rpartition(".v")[0] in ENDS
        if ends and act.event.unit is not None and desk.covers(act.event.unit):
            found.setdefault(act.stream, act)
    return list(_told(desk, list(found.values())[:most]))


def _told(desk: Desk, acts: list[Act]) -> Iterator[Told]:
    for act in acts:
        source = SOURCES[act.stream.partition("/")[0]]
        row = desk.store(source.view).rows_of([act.stream], desk.point).get(act.stream)
        if row is not None:
            yield Told(
                stream=act.stream,
                type=act.type,
                unit=row.unit,
                recorded_at=act.recorded_at or 0,
                section=source.section,
                code=getattr(row, source.member),
                period=getattr(row, "period", None),
            )
