"""Who is in which team: one row for each account in a team, while it is. Teams are units."""

from ledger.aggregates.account.events import Joined, Left
from ledger.kernel.act import Act
from ledger.kernel.view import Row, View


class MemberRow(Row, frozen=True, kw_only=True):
    """One member: ``member`` is ``<team> <account>``, ``unit`` the team."""

    member: str
    unit: str
    account: str
    purpose: str | None = None


def keys(act: Act) -> tuple[str, ...]:
    """Return the row of a member who joins or leaves."""
    event = act.event
    return (f"{event.team} {act.stream}",) if isinstance(event, Joined | Left) else ()


def fold(row: MemberRow | None, act: Act, key: str) -> MemberRow | None:
    """Return the member's row after ``act``."""
    event = act.event
    if isinstance(event, Joined):
        return MemberRow(member=key, unit=event.team, account=act.stream, purpose=event.purpose)
    return None if isinstance(event, Left) else row


view = View(
    name="teams",
    version=1,
    row=MemberRow,
    reads=frozenset({"account"}),
    keys=keys,
    fold=fold,
    counts=(("unit",),),
)
