"""What the acts of an account have made of it, from their public members and who signed them."""

from datetime import date
from typing import Literal, assert_never, cast

import msgspec
from msgspec.structs import replace

from ledger.aggregates.account.events import (
    AnyAccountEvent,
    Categorised,
    Certified,
    Claimed,
    Confirmed,
    ConsentGiven,
    ConsentWithdrawn,
    Credited,
    Joined,
    Left,
    PeriodClosed,
    Posted,
    Rejected,
    Reversed,
)
from ledger.kernel.act import Act
from ledger.rules.accounts import AccountClosed, AccountOpened
from ledger.rules.time import parse_date


class Signature(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One person's signature under a step."""

    step: str
    person: str


class Item(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One claim or credit; ``amount`` is signed, ``start`` the minute of the day.

    It counts while ``standing`` is claimed or posted.
    """

    number: int
    amount: int
    purpose: str
    day: date
    start: int | None = None
    claimant: str
    signatures: tuple[Signature, ...] = ()
    standing: Literal["claimed", "rejected", "posted", "reversed"] = "claimed"
    period: str | None = None
    poster: str | None = None

    @property
    def counts(self) -> bool:
        """Whether it stands, or may yet."""
        return self.standing in {"claimed", "posted"}


class AccountState(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An account; ``kind`` is "" before it is opened.

    ``holder`` is the office-holder whose it is, if that was said. ``teams`` are those joined, each
    with its purpose. ``closed_through`` is the last period closed.
    """

    kind: str = ""
    unit: str = ""
    holder: str | None = None
    category: str | None = None
    opening: int = 0
    balance: int = 0
    since: str | None = None
    closed_through: str | None = None
    items: tuple[Item, ...] = ()
    consents: bool = False
    teams: tuple[tuple[str, str | None], ...] = ()
    certified: int = 0
    closed: bool = False

    @property
    def begun(self) -> bool:
        """Whether the account has been opened."""
        return bool(self.kind)

    def item(self, number: int) -> Item | None:
        """Return an item by its number."""
        return self.items[number - 1] if 1 <= number <= len(self.items) else None


def evolve(state: AccountState, act: Act) -> AccountState:
    """Return the account after an act that was accepted."""
    return after(state, cast(AnyAccountEvent, act.event), act.actor)


def after(state: AccountState, event: AnyAccountEvent, actor: str) -> AccountState:
    """Return the account after an event that ``actor`` signs."""
    now = state
    match event:
        case Claimed():
            now = replace(state, items=(*state.items, _claimed(event, actor)))
        case Confirmed():
            now = _signed(state, event, actor)
        case Rejected():
            now = _changed(state, event.item, standing="rejected")
        case Posted():
            now = _changed(state, event.item, standing="posted", period=event.period, poster=actor)
            now = replace(now, balance=event.balance)
        case Credited():
            item = _credited(event, actor)
            now = replace(state, items=(*state.items, item), balance=event.balance)
        case Reversed():
            now = _changed(state, event.item, standing="reversed")
            now = replace(now, balance=event.balance)
        case PeriodClosed():
            now = replace(state, closed_through=event.period)
        case _:
            now = _held(state, event)
    return now


def _held(
    state: AccountState,
    event: (
        AccountOpened | ConsentGiven | ConsentWithdrawn | Joined | Left | Categorised | Certified
        | AccountClosed
    ),
) -> AccountState:  # fmt: skip
    """Return the account after an event about whose it is."""
    now = state
    match event:
        case AccountOpened():
            now = _opened(state, event)
        case ConsentGiven() | ConsentWithdrawn():
            now = replace(state, consents=isinstance(event, ConsentGiven))
        case Joined():
            now = replace(state, teams=(*state.teams, (event.team, event.purpose)))
        case Left():
            left = tuple(team for team in state.teams if team[0] != event.team)
            now = replace(state, teams=left)
        case Categorised():
            now = replace(state, category=event.category)
        case Certified():
            now = replace(state, certified=state.certified + 1)
        case AccountClosed():
            now = replace(state, closed=True)
        case _:
            assert_never(event)
    return now


def _opened(state: AccountState, event: AccountOpened) -> AccountState:
    return replace(
        state,
        kind=event.kind,
        unit=event.unit,
        holder=event.holder,
        category=event.category,
        opening=event.opening,
        balance=event.opening,
        since=event.since,
    )


def _claimed(event: Claimed, actor: str) -> Item:
    return Item(
        number=event.item,
        amount=event.amount if event.flow == "in" else -event.amount,
        purpose=event.purpose,
        day=parse_date(event.day),
        start=event.start,
        claimant=actor,
    )


def _credited(event: Credited, actor: str) -> Item:
    return Item(
        number=event.item,
        amount=event.amount,
        purpose=event.purpose,
        day=parse_date(event.day),
        start=event.start,
        claimant=actor,
        standing="posted",
        period=event.period,
        poster=actor,
    )


def _signed(state: AccountState, event: Confirmed, actor: str) -> AccountState:
    found = state.item(event.item)
    if found is None:
        return state
    signatures = (*found.signatures, Signature(step=event.step, person=actor))
    return _changed(state, event.item, signatures=signatures)


def _changed(state: AccountState, number: int, **members: object) -> AccountState:
    items = tuple(
        replace(item, **members) if item.number == number else item for item in state.items
    )
    return replace(state, items=items)
