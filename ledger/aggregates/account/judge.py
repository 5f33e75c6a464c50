"""What an act on an account meets and what it leads to: balance, flags, standing, totals, basis.

``decide`` writes what ``settle`` says into the event and ``check`` compares, as for cases, so that
readers of the event need no rule.
"""

from dataclasses import dataclass
from datetime import date
from typing import cast

from msgspec.structs import replace

from ledger.aggregates.account import errors
from ledger.aggregates.account.events import (
    OF_VOLUNTEERS,
    AnyAccountEvent,
    Categorised,
    Certified,
    Claimed,
    Credited,
    Joined,
    Left,
    Moves,
    PeriodClosed,
    Posted,
    Reversed,
)
from ledger.aggregates.account.standing import standing_of
from ledger.aggregates.account.state import AccountState, Item, after
from ledger.kernel.act import Who
from ledger.kernel.event import SPECS, Basis, Event
from ledger.kernel.facts import Facts
from ledger.rules.accounts import AccountOpened, Credit, order_of
from ledger.rules.authority import RoleNotAllowed
from ledger.rules.kinds.account import BY_STEP, AccountKind
from ledger.rules.packs.book import book_in_force
from ledger.rules.packs.sections import accounts
from ledger.rules.periods import Period, containing, following, parse_period
from ledger.rules.time import local_date

DAY_FLAG, DAY_CAP = "over_day_flag", "over_day_cap"
"""Flags of a day with more minutes than the kind expects, or thinks possible."""

SD4 = {"rule": "SD4", "article": "申报与确认分由不同的人"}
SD6 = {"rule": "SD6", "article": "提出、审核、联签分由不同的人"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """An event for an account, its kind as the packs in force arrange it.

    ``on`` is the day it occurred, ``signed`` the day it was signed.
    """

    stream: str
    state: AccountState
    event: AnyAccountEvent
    who: Who
    on: date
    signed: date
    kind: AccountKind
    basis: Basis
    facts: Facts

    @property
    def fact(self) -> str:
        """The fact the event states, as packs name it."""
        return SPECS[type(self.event)].name.split(".")[1]

    @property
    def cite(self) -> dict[str, str]:
        """The arrangement a refusal rests on, as facts of an error."""
        return {"rule": self.basis.rule, "article": self.basis.pack}

    @property
    def of_volunteer(self) -> bool:
        """Whether the account is a volunteer's."""
        return self.kind.holder == "volunteer"

    @property
    def apart(self) -> dict[str, str]:
        """The separation of duty that holds here, as facts of an error."""
        return SD4 if self.of_volunteer else SD6

    def item(self, number: int, *standings: str) -> Item:
        """Return an item. Raises: ItemUnknown; ItemStandsOtherwise unless as ``standings``."""
        found = self.state.item(number)
        if found is None:
            raise errors.ItemUnknown(item=number, what="item")
        if found.standing not in standings:
            raise errors.ItemStandsOtherwise(
                item=number, standing=found.standing, needs="/".join(standings), **self.cite
            )
        return found


def judge(
    state: AccountState,
    event: Event,
    who: Who,
    *,
    stream: str,
    on: date,
    iat: int,
    facts: Facts,
) -> Judged:
    """Return what an event meets.

    Raises:
        AlreadyOpened, NotOpened, Closed: the account has begun, has not, or is over.
        NoPackAdopted, UnknownAccountKind, PackInvalid: nothing arranges this kind here and now.
        NotVolunteers: the act is one on volunteers' accounts.
    """
    if isinstance(event, AccountOpened):
        if state.begun:
            raise errors.AlreadyOpened
        kind = event.kind
    elif not state.begun:
        raise errors.NotOpened(what="account")
    else:
        kind = state.kind
    book = book_in_force(facts, str(event.unit), iat)
    judged = Judged(
        stream=stream,
        state=state,
        event=cast(AnyAccountEvent, event),
        who=who,
        on=on,
        signed=local_date(iat),
        kind=book.item(accounts.section, kind),
        basis=book.basis(accounts.section, kind),
        facts=facts,
    )
    if state.closed and not isinstance(event, Reversed):
        raise errors.Closed(**judged.cite)
    if isinstance(event, OF_VOLUNTEERS) and not judged.of_volunteer:
        raise errors.NotVolunteers(**judged.cite)
    return judged


def verify_role(judged: Judged) -> None:
    """Raise RoleNotAllowed for whoever acts in a role the kind does not give this act to."""
    roles = judged.kind.roles.get(judged.fact, ())
    if judged.fact == BY_STEP:
        roles = tuple(role for step in judged.kind.steps for role in step.roles)
    if judged.who.role not in roles:
        raise RoleNotAllowed(
            role=judged.who.role, roles=" / ".join(dict.fromkeys(roles)) or "-", **judged.cite
        )


def settle(judged: Judged) -> AnyAccountEvent:
    """Return the event with all that follows from the account and the packs in force.

    Raises:
        ItemUnknown, ItemStandsOtherwise: it is about an item that is not there, or not so.
        OrderNotConfirmed: an order gave this account nothing.
        NotNextPeriod: no period is to be closed.
    """
    event = replace(_filled(judged), basis=(judged.basis,))
    if isinstance(event, Moves):
        event = replace(event, balance=judged.state.balance + event.amount)
    if isinstance(event, Moves | Joined | Left | Categorised | Certified):
        now = after(judged.state, event, judged.who.actor)
        event = replace(event, standing=standing_of(judged.kind, now, judged.on))
        if isinstance(event, Posted | Credited):
            event = replace(event, flags=_flags(judged, now.items[event.item - 1], now))
    return event


def _filled(judged: Judged) -> AnyAccountEvent:
    """Return the event with the members that follow from the account as it stands."""
    filled, state = judged.event, judged.state
    match filled:
        case Claimed():
            filled = replace(filled, item=len(state.items) + 1)
        case Posted():
            filled = replace(filled, amount=judged.item(filled.item, "claimed").amount)
        case Reversed():
            item = judged.item(filled.item, "posted")
            filled = replace(filled, amount=-item.amount, period=item.period)
        case Credited():
            filled = _credited(judged, filled)
        case PeriodClosed():
            filled = _totals(judged, filled)
        case Certified():
            filled = replace(filled, balance=state.balance)
        case _:
            pass
    return filled


def _credited(judged: Judged, event: Credited) -> Credited:
    credit = credit_of(judged, event.order)
    return replace(
        event,
        item=len(judged.state.items) + 1,
        amount=credit.minutes,
        purpose=credit.purpose,
        day=credit.day,
        start=credit.start,
    )


def credit_of(judged: Judged, order: str) -> Credit:
    """Return what an order gave this account. Raises: OrderNotConfirmed."""
    found = order_of(judged.facts, order).credits.get(judged.stream)
    if found is None:
        raise errors.OrderNotConfirmed(**judged.cite)
    return found


def next_period(judged: Judged) -> Period:
    """Return the first period that is not closed. Raises: NotNextPeriod for accounts of none."""
    state, kind = judged.state, judged.kind.periods
    if kind is None or state.since is None:
        raise errors.NotNextPeriod(next="-", **judged.cite)
    if state.closed_through is not None:
        return following(parse_period(state.closed_through))
    return parse_period(state.since)


def period_of(judged: Judged, day: date) -> str | None:
    """Return the period a day is booked in, None for accounts that have none."""
    kind = judged.kind.periods
    return None if kind is None else str(containing(kind, day))


def _totals(judged: Judged, event: PeriodClosed) -> PeriodClosed:
    closing_of = next_period(judged)
    before, income, expense = judged.state.opening, 0, 0
    for item in judged.state.items:
        if item.standing != "posted" or item.period is None:
            continue
        booked = parse_period(item.period)
        if booked.first < closing_of.first:
            before += item.amount
        elif booked == closing_of:
            income += max(item.amount, 0)
            expense += max(-item.amount, 0)
    return replace(
        event,
        period=str(closing_of),
        opening=before,
        income=income,
        expense=expense,
        closing=before + income - expense,
    )


def minutes_on(state: AccountState, day: date, *standings: str) -> int:
    """Return the minutes of a day's items that stand so."""
    return sum(
        item.amount for item in state.items if item.day == day and item.standing in standings
    )


def _flags(judged: Judged, item: Item, now: AccountState) -> tuple[str, ...]:
    kind = judged.kind
    if kind.measure != "minute":
        return ()
    minutes = minutes_on(now, item.day, "posted")
    over = ((kind.day_cap, DAY_CAP), (kind.day_flag, DAY_FLAG))
    return tuple(flag for limit, flag in over if limit is not None and minutes > limit)
