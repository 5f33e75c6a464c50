"""What happens to an account: the published types ``account.<fact>.v1`` and what they seal.

Each claim is an *item*, numbered within the account; signatures, posting and reversal name it. An
act that moves the balance states the balance after it, so that a reader needs no rule. Day and
hours of service are public, since whether two overlap must be checked again by every auditor; who
served is sealed, and named here by the account alone.

Not handled: training, honours, invoices used twice.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from ledger.kernel.event import CaseRef, Code, Date, Event, Group, UnitRef, event, group
from ledger.rules.accounts import (
    AccountClosed,
    AccountOpened,
    Amount,
    Balance,
    Category,
    MinuteOfDay,
    SessionRef,
)
from ledger.rules.kinds.account import Flow, Vest
from ledger.rules.periods import PeriodText

ItemNumber = Annotated[int, Meta(ge=1, le=1_000_000)]
Scope = Literal["board"]
"""What a volunteer consents to: her masked name on the public board."""


class Standing(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """What a volunteer's minutes amount to: stars, the vest she wears, all vests she may."""

    stars: Annotated[int, Meta(ge=0, le=9)]
    vest: Vest
    vests: tuple[Vest, ...]


@group(
    "claim",
    data_class="personal",
    purpose="evidence of the claim",
    years=10,
    zh="申报内容",
    en="What was claimed",
)
class Claim(Group, frozen=True, kw_only=True):
    """What the claim rests on: in words, to whom it is paid, the voucher's number and digest."""

    text: str | None = None
    payee: str | None = None
    voucher: str | None = None
    digest: str | None = None


@group(
    "remark",
    subject="claim",
    data_class="personal",
    purpose="evidence of the claim",
    years=10,
    zh="备注",
    en="Remark",
)
class Remark(Group, frozen=True, kw_only=True):
    """What an office-holder said of an item."""

    text: str | None = None


@group(
    "naming",
    data_class="identity",
    purpose="public naming by consent",
    years=10,
    zh="公开用名",
    en="Name to be shown",
)
class Naming(Group, frozen=True, kw_only=True):
    """The name a volunteer gives to be shown, masked; kept apart so that it can go alone."""

    name: str | None = None


class AccountEvent(Event, frozen=True, kw_only=True):
    """Every event names the account's unit; ``basis`` cites the arrangement of its kind."""

    unit: UnitRef


class Moves(AccountEvent, frozen=True, kw_only=True):
    """The balance moves by ``amount``, which is negative when less is left; ``balance`` is after.

    ``flags`` mark what supervisors should look at; ``period`` is the one it is booked in.
    """

    item: ItemNumber
    amount: Balance
    balance: Balance
    period: PeriodText | None = None
    flags: tuple[Code, ...] = ()
    standing: Standing | None = None


@event("account.claimed.v1", Claim, zh="申报", en="Claimed")
class Claimed(AccountEvent, frozen=True, kw_only=True):
    """Minutes, points or fen were claimed, in or out; ``start`` is the minute of the day."""

    item: ItemNumber
    flow: Flow
    amount: Amount
    purpose: Code
    day: Date
    start: MinuteOfDay | None = None
    activity: SessionRef | None = None


@event("account.confirmed.v1", Remark, zh="确认", en="Confirmed")
class Confirmed(AccountEvent, frozen=True, kw_only=True):
    """One person signed a step of a claim.

    ``unrelated`` is her declaration that a volunteer's claim is neither hers nor a near relative's.
    """

    item: ItemNumber
    step: Code
    unrelated: bool = False


@event("account.rejected.v1", Remark, zh="驳回", en="Rejected")
class Rejected(AccountEvent, frozen=True, kw_only=True):
    """A claim will not be posted, for a reason."""

    item: ItemNumber


@event("account.posted.v1", zh="入账", en="Posted")
class Posted(Moves, frozen=True, kw_only=True):
    """A claim everyone signed was booked."""


@event("account.credited.v1", zh="记入订单时长", en="Order credited")
class Credited(Moves, frozen=True, kw_only=True):
    """What the confirmation of an order gave was booked, once."""

    order: CaseRef
    purpose: Code
    day: Date
    start: MinuteOfDay


@event("account.reversed.v1", Remark, zh="冲正", en="Reversed")
class Reversed(Moves, frozen=True, kw_only=True):
    """What was posted was wrong, for a reason: it is booked back, in its own period."""


@event("account.period_closed.v1", zh="结账", en="Period closed")
class PeriodClosed(AccountEvent, frozen=True, kw_only=True):
    """A period is closed: opening + income - expense = closing; only reversals reach it now."""

    period: PeriodText
    opening: Balance
    income: Balance
    expense: Balance
    closing: Balance


@event("account.consent_given.v1", Naming, zh="同意公开姓名", en="Consent to be named")
class ConsentGiven(AccountEvent, frozen=True, kw_only=True):
    """The volunteer consents to be named, by the name sealed here and for this alone."""

    scope: Scope


@event("account.consent_withdrawn.v1", zh="撤回公开姓名", en="Consent withdrawn")
class ConsentWithdrawn(AccountEvent, frozen=True, kw_only=True):
    """She does so no longer."""

    scope: Scope


@event("account.joined.v1", zh="加入队伍", en="Joined a team")
class Joined(AccountEvent, frozen=True, kw_only=True):
    """The volunteer joined a team, which serves a purpose."""

    team: UnitRef
    purpose: Code | None = None
    standing: Standing | None = None


@event("account.left.v1", zh="退出队伍", en="Left a team")
class Left(AccountEvent, frozen=True, kw_only=True):
    """She left a team."""

    team: UnitRef
    standing: Standing | None = None


@event("account.categorised.v1", zh="认定类别", en="Category set")
class Categorised(AccountEvent, frozen=True, kw_only=True):
    """She volunteers as a resident, or as staff of an institution."""

    category: Category
    standing: Standing | None = None


@event("account.certified.v1", zh="出具证书", en="Certified")
class Certified(AccountEvent, frozen=True, kw_only=True):
    """Her minutes were certified; the number is the certificate's rank in the log's order."""

    balance: Balance
    standing: Standing | None = None


AnyAccountEvent = (
    AccountOpened | Claimed | Confirmed | Rejected | Posted | Credited | Reversed | PeriodClosed
    | ConsentGiven | ConsentWithdrawn | Joined | Left | Categorised | Certified | AccountClosed
)  # fmt: skip

EVENTS: tuple[type[Event], ...] = AnyAccountEvent.__args__
REASONED = (Rejected, Reversed, AccountClosed)
"""Acts that must give a reason; the kind lists the codes."""
OF_VOLUNTEERS = (Credited, ConsentGiven, ConsentWithdrawn, Joined, Left, Categorised, Certified)
"""Acts on a volunteer's account alone."""
