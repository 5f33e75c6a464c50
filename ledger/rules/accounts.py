"""Accounts as other rules read them: whose it is, whether it is open, what an order credited.

A volunteer is named by her account alone; who she is stays sealed in it. An office-holder who
volunteers may let her own id stand beside it, so that duties are told apart by person. An order
confirmed credits minutes to the accounts that claimed it, each account once: by ``order_tag`` the
rules of both find each other's acts. The acts are those of the ``account`` and ``case`` aggregates.
"""

from dataclasses import dataclass, field, replace
from typing import Annotated, Literal, Protocol, cast

import msgspec
from msgspec import Meta

from ledger.errors import NotFound
from ledger.kernel.act import Act, Tag
from ledger.kernel.event import (
    Code,
    Date,
    Event,
    Group,
    PersonRef,
    UnitRef,
    event,
    group,
)
from ledger.kernel.facts import Facts
from ledger.rules.periods import PeriodText

AccountRef = Annotated[str, Meta(pattern=r"\Aaccount/[0-9A-HJKMNP-TV-Z]{26}\Z")]
SessionRef = Annotated[str, Meta(pattern=r"\Asession/[0-9A-HJKMNP-TV-Z]{26}\Z")]
Amount = Annotated[int, Meta(ge=1, le=1_000_000_000_000)]
Balance = Annotated[int, Meta(ge=-1_000_000_000_000_000, le=1_000_000_000_000_000)]
MinuteOfDay = Annotated[int, Meta(ge=0, le=1439)]
TimeOfDay = Annotated[str, Meta(pattern=r"\A([01][0-9]|2[0-3]):[0-5][0-9]\Z")]
"""A time as typed: HH:MM."""
Category = Literal["resident", "staff"]

MINUTES_OF_DAY = 24 * 60
CONFIRMED, CREDITED = "case.confirmed.v1", "account.credited.v1"


class AccountNeverOpened(NotFound):
    """An account that was never opened."""

    code = "account.never_opened"
    zh = "账户 {account} 未开立。请核对编号，或先开立。"
    en = "Account {account} was never opened. Check the id, or open it first."


@group(
    "holder",
    data_class="identity",
    purpose="truthful record of volunteering",
    years=10,
    zh="持有人",
    en="Holder",
)
class Holder(Group, frozen=True, kw_only=True):
    """Whose account it is; ``person`` is her id where she holds an office."""

    name: str | None = None
    contact: str | None = None
    id_no: str | None = None
    person: str | None = None


@event("account.opened.v1", Holder, zh="开立账户", en="Account opened")
class AccountOpened(Event, frozen=True, kw_only=True):
    """An account was opened for a unit, or for a volunteer of it, who is sealed.

    ``holder`` is the office-holder whose it is, if she lets that stand. ``opening`` is what a
    unit's account begins with, ``since`` the first period that will be closed.
    """

    unit: UnitRef
    kind: Code
    category: Category | None = None
    holder: PersonRef | None = None
    opening: Balance = 0
    since: PeriodText | None = None


@event("account.closed.v1", zh="销户", en="Account closed")
class AccountClosed(Event, frozen=True, kw_only=True):
    """It is closed, for a reason; what was posted stays."""

    unit: UnitRef


class Credit(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """Minutes an order gave: to which account, for what, on which day from which minute on."""

    account: AccountRef
    purpose: Code
    day: Date
    start: MinuteOfDay
    minutes: Amount


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """An account as others see it."""

    unit: str
    kind: str
    holder: str | None
    closed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What is known of an order: what its confirmation gave, which accounts were credited."""

    credits: dict[str, Credit] = field(default_factory=dict)
    credited: frozenset[str] = frozenset()


class _Confirms(Protocol):
    credits: tuple[Credit, ...]


def minute_of(time: str) -> int:
    """Return the minute of the day of a ``TimeOfDay``."""
    hours, _, minutes = time.partition(":")
    return int(hours) * 60 + int(minutes)


def account_tag(account: str) -> Tag:
    """Return the tag of the acts that open and close ``account/<id>``."""
    return Tag(f"account:{account}")


def order_tag(case: str) -> Tag:
    """Return the tag of the acts that confirm an order and credit it."""
    return Tag(f"order:{case}")


def account_of(facts: Facts, account: str) -> Opened:
    """Return an account; ``account_tag`` must have been asked.

    Raises:
        AccountNeverOpened: never opened.
    """
    found = facts.fold(account_tag(account), _fold_account)
    if found is None:
        raise AccountNeverOpened(account=account)
    return found


def order_of(facts: Facts, case: str) -> Order:
    """Return what is known of an order; ``order_tag`` must have been asked."""
    return facts.fold(order_tag(case), _fold_order)


def _fold_account(acts: tuple[Act, ...]) -> Opened | None:
    found: Opened | None = None
    for act in acts:
        if isinstance(act.event, AccountOpened):
            opened = act.event
            found = found or Opened(unit=opened.unit, kind=opened.kind, holder=opened.holder)
        elif found is not None:
            found = replace(found, closed=True)
    return found


def _fold_order(acts: tuple[Act, ...]) -> Order:
    found = Order()
    for act in acts:
        if act.type == CONFIRMED:
            given = cast(_Confirms, act.event).credits
            found = replace(found, credits={credit.account: credit for credit in given})
        elif act.type == CREDITED:
            found = replace(found, credited=found.credited | {act.stream})
    return found
