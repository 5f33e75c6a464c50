"""What the acts of an item have made of it, from their public members and who signed them."""

from datetime import date
from typing import Literal, assert_never, cast

import msgspec
from msgspec.structs import replace

from ledger.aggregates.disclosure_item.events import (
    Amount,
    AnyItemEvent,
    Approved,
    Archived,
    Attached,
    Challenged,
    ChallengeDecided,
    Drafted,
    ItemEvent,
    Published,
    QueryAnswered,
    QueryRaised,
    Returned,
    Reviewed,
    Revised,
    TakenDown,
    Version,
    Withdrawn,
)
from ledger.kernel.act import Act
from ledger.rules.kinds.disclosure import ItemStanding
from ledger.rules.time import parse_date


class ItemState(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An item; ``standing`` is "" before its first draft.

    ``draft`` is the digest of the newest version, ``drafters`` who signed one, the newest's last;
    ``reviewers`` reviewed the newest. ``hands`` are all persons who ever drafted, reviewed,
    approved or published it. ``posted`` and ``until`` are the days of the newest posting,
    ``open_queries`` the numbers of questions not answered.
    """

    standing: ItemStanding | Literal[""] = ""
    unit: str = ""
    code: str = ""
    period: str = ""
    amounts: tuple[Amount, ...] = ()
    version: int = 0
    draft: str = ""
    drafters: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    hands: tuple[str, ...] = ()
    posted: date | None = None
    until: date | None = None
    queries: int = 0
    open_queries: tuple[int, ...] = ()
    contested: bool = False

    @property
    def begun(self) -> bool:
        """Whether there is such an item."""
        return bool(self.standing)


_STANDS: dict[type[ItemEvent], ItemStanding] = {
    Returned: "returned",
    TakenDown: "taken_down",
    Withdrawn: "withdrawn",
    Archived: "archived",
}


def evolve(state: ItemState, act: Act) -> ItemState:
    """Return the item after an act that was accepted."""
    event = cast(AnyItemEvent, act.event)
    match event:
        case Drafted() | Revised():
            after = _drafted(state, event, act)
        case Reviewed():
            reviewers = (*state.reviewers, act.actor)
            standing = "reviewed" if event.complete else state.standing
            after = replace(_handed(state, act), reviewers=reviewers, standing=standing)
        case Approved():
            after = replace(_handed(state, act), standing="approved")
        case Published():
            day, until = parse_date(event.day), parse_date(event.until)
            after = replace(_handed(state, act), standing="published", posted=day, until=until)
        case QueryRaised():
            asked = (*state.open_queries, event.number)
            after = replace(state, queries=event.number, open_queries=asked)
        case QueryAnswered():
            left = tuple(each for each in state.open_queries if each != event.number)
            after = replace(state, open_queries=left)
        case Challenged() | ChallengeDecided():
            after = replace(state, contested=isinstance(event, Challenged))
        case Attached():
            after = state
        case Returned() | TakenDown() | Withdrawn() | Archived():
            after = replace(state, standing=_STANDS[type(event)])
        case _:
            assert_never(event)
    return after


def _drafted(state: ItemState, event: Version, act: Act) -> ItemState:
    return replace(
        _handed(state, act),
        standing="drafted",
        unit=event.unit,
        code=event.code,
        period=event.period,
        amounts=event.amounts,
        version=state.version + 1,
        draft=act.digest or "",
        drafters=(*(each for each in state.drafters if each != act.actor), act.actor),
        reviewers=(),
    )


def _handed(state: ItemState, act: Act) -> ItemState:
    if act.actor in state.hands:
        return state
    return replace(state, hands=(*state.hands, act.actor))
