"""Copies of whole units and periods handed to the inspectors, and whether they were received.

That is all that stands in the log of it: who or what is looked at does not (S1-16).
"""

from collections.abc import Iterator
from typing import cast

from ledger.aggregates.delivery import Acknowledged, HandedOver
from ledger.kernel.act import Act
from ledger.rules.time import occ_date
from ledger.service.board import Board, Called, Cell, Column, Desk, Glance, Line
from ledger.service.reading.delivered import delivered


def rows(desk: Desk) -> Iterator[Line]:
    """Yield the copies by unit, in the order in which they were handed over."""
    acts = delivered(desk.ledger, desk.covered, desk.point.size)
    received = {act.stream: act for act in acts if isinstance(act.event, Acknowledged)}
    handed = (act for act in acts if isinstance(act.event, HandedOver))
    for act in sorted(handed, key=lambda act: desk.order(str(act.event.unit))):
        yield _line(act, received.get(act.stream))


def _line(act: Act, received: Act | None) -> dict[str, Cell]:
    handed = cast(HandedOver, act.event)
    return {
        "unit": handed.unit,
        "period": handed.period,
        "handed_on": occ_date(act.occ).isoformat(),
        "receiver": handed.receiver,
        "received_on": None if received is None else occ_date(received.occ).isoformat(),
        "received": received is not None,
        "size": handed.size,
        "root": handed.root,
        "package": handed.package,
        "record": act.stream,
    }


board = Board(
    name="deliveries",
    zh="副本移交",
    en="Copies handed over",
    columns=(
        Column(id="unit", zh="单位（含下级）", en="Unit, with those under it", form="unit"),
        Column(id="period", zh="时段", en="Period"),
        Column(id="handed_on", zh="移交日期", en="Handed over", form="day"),
        Column(id="receiver", zh="接收机关所在单位", en="Inspectors of", form="unit"),
        Column(id="received", zh="已签收", en="Received", form="mark"),
        Column(id="received_on", zh="签收日期", en="Received on", form="day"),
        Column(id="record", zh="记录", en="Record", form="stream"),
        Column(id="size", zh="导出时账本条数", en="Size", form="count", programs=True),
        Column(id="root", zh="导出时的树根", en="Root", programs=True),
        Column(id="package", zh="证据包摘要", en="Digest of the package", programs=True),
    ),
    names=("unit", "period", "handed_on", "receiver", "record"),
    rows=rows,
    views={},
    besides=frozenset({"delivery"}),
    of="delivery",
    glance=Glance(
        place=2,
        zh="交给纪检监察机关的副本",
        en="Copies for the inspectors",
        columns=("unit", "period", "handed_on", "receiver", "received", "record"),
        asks=("record",),
    ),
    notes=(
        Called(
            zh="移交的是整个单位、整段时间的副本，与查什么、查谁无关；那些不进入本账本。证据包摘要可由任何人核对。",
            en="A copy is of a whole unit and period, whatever is looked for in it: that never "
            "enters this ledger. Anybody can check the digest of the package.",
        ),
        Called(
            zh="副本按登入账本的日期划分：时段内发生、之后才登入账本的，在登入那天所属时段的副本里。",
            en="A copy goes by the day of recording: what happened in the period and was recorded "
            "later is in the copy of the period it was recorded in.",
        ),
    ),
    about=Called(
        zh="哪些单位、哪段时间的整套记录移交给了纪检监察机关，签收了没有。",
        en="Of which unit and period a whole copy was handed to the inspectors, and received.",
    ),
    empty=Called(
        zh="还没有移交过副本。移交一个单位整段时间的副本后，列在这里。",
        en="No copy was handed over. Once one is, it stands here.",
    ),
)
