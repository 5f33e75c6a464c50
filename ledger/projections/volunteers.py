"""Volunteers by account: minutes, stars and vest, whether they let themselves be named.

A row holds no name, only where the consent stands that seals one (`named_at`, a log index);
whoever shows a board opens that group alone, while consent stands. Points have rows of their own,
told apart by ``kind``. Not handled: single services (the account's stream).
"""

from typing import assert_never, cast

from msgspec.structs import replace

from ledger.aggregates.account import events
from ledger.aggregates.account.events import AnyAccountEvent, Moves, Standing
from ledger.kernel.act import Act
from ledger.kernel.view import Row, View
from ledger.rules.accounts import AccountClosed, AccountOpened


class VolunteerRow(Row, frozen=True, kw_only=True):
    """A volunteer's account as of a size; ``balance`` is minutes or points.

    ``named_at`` is the log index of the consent in force, None without one. ``services`` counts
    items that stand posted, ``flagged`` those among all ever posted that were marked. ``vests`` are
    all she may wear, parted by spaces.
    """

    account: str
    unit: str
    kind: str
    category: str
    balance: int = 0
    services: int = 0
    flagged: int = 0
    stars: int = 0
    vest: str | None = None
    vests: str = ""
    named_at: int | None = None
    teams: int = 0
    certified: int = 0
    closed: bool = False


def fold(row: VolunteerRow | None, act: Act, key: str) -> VolunteerRow | None:
    """Return the account's row after ``act``; accounts of units have none."""
    event = cast(AnyAccountEvent, act.event)
    if isinstance(event, AccountOpened):
        if event.category is None:
            return None
        return VolunteerRow(account=key, unit=event.unit, kind=event.kind, category=event.category)
    if row is None:
        return None
    if isinstance(event, Moves):
        row = _moved(row, event)
    elif isinstance(event, events.Joined | events.Left | events.Categorised):
        row = _stood(row, event.standing)
    return _by_fact(row, event, act.index)


def _moved(row: VolunteerRow, event: Moves) -> VolunteerRow:
    step = -1 if isinstance(event, events.Reversed) else 1
    return replace(
        _stood(row, event.standing),
        balance=event.balance,
        services=row.services + step,
        flagged=row.flagged + bool(event.flags),
    )


def _stood(row: VolunteerRow, standing: Standing | None) -> VolunteerRow:
    if standing is None:
        return row
    vests = " ".join(standing.vests)
    return replace(row, stars=standing.stars, vest=standing.vest, vests=vests)


def _by_fact(row: VolunteerRow, event: AnyAccountEvent, index: int | None) -> VolunteerRow:
    after = row
    match event:
        case events.ConsentGiven():
            after = replace(row, named_at=index)
        case events.ConsentWithdrawn():
            after = replace(row, named_at=None)
        case events.Joined():
            after = replace(row, teams=row.teams + 1)
        case events.Left():
            after = replace(row, teams=row.teams - 1)
        case events.Categorised():
            after = replace(row, category=event.category)
        case events.Certified():
            after = replace(row, certified=row.certified + 1)
        case AccountClosed():
            after = replace(row, closed=True)
        case (
            AccountOpened() | events.Claimed() | events.Confirmed() | events.Rejected()
            | events.Posted() | events.Credited() | events.Reversed() | events.PeriodClosed()
        ):  # fmt: skip
            pass
        case _:
            assert_never(event)
    return after


view = View(
    name="volunteers",
    version=3,
    row=VolunteerRow,
    reads=frozenset({"account"}),
    keys=lambda act: (act.stream,),
    fold=fold,
    counts=(("unit", "kind", "vest"),),
    lists=(("kind",), ("kind", "unit")),
)
