"""What people wish for an account: imperative, flat, as typed. Texts are checked in ``decide``."""

from collections.abc import Mapping
from typing import ClassVar

from ledger.aggregates.account.events import ItemNumber, Scope
from ledger.kernel.aggregate import Command
from ledger.kernel.event import CaseRef, Code, Date, PersonRef, UnitRef
from ledger.rules.accounts import Amount, Balance, Category, SessionRef, TimeOfDay
from ledger.rules.kinds.account import Flow, Holder
from ledger.rules.periods import PeriodText
from ledger.rules.texts import Line, Text


class Open(Command, frozen=True, kw_only=True):
    """Open an account of a unit, or of a volunteer of it, whose name is sealed."""

    name: ClassVar[str] = "account.open"
    zh: ClassVar[str] = "开立账户"
    en: ClassVar[str] = "Open an account"
    begins: ClassVar[bool] = True
    usual: ClassVar[frozenset[str]] = frozenset({"category"})
    asked_of: ClassVar[Mapping[str, Holder]] = {
        "category": "volunteer",
        "holder": "volunteer",
        "full_name": "volunteer",
        "contact": "volunteer",
        "id_no": "volunteer",
        "person": "volunteer",
    }
    unit: UnitRef
    kind: Code
    category: Category | None = None
    holder: PersonRef | None = None
    opening: Balance = 0
    since: PeriodText | None = None
    full_name: Line | None = None
    contact: Line | None = None
    id_no: Line | None = None
    person: Line | None = None


class Claim(Command, frozen=True, kw_only=True):
    """Claim minutes, points or fen; service needs its day and the time it began."""

    name: ClassVar[str] = "account.claim"
    zh: ClassVar[str] = "申报"
    en: ClassVar[str] = "Claim"
    usual: ClassVar[frozenset[str]] = frozenset({"text", "start", "payee", "voucher"})
    asked_of: ClassVar[Mapping[str, Holder]] = {
        "start": "volunteer",
        "activity": "volunteer",
        "payee": "unit",
        "voucher": "unit",
        "digest": "unit",
    }
    flow: Flow = "in"
    amount: Amount
    purpose: Code
    day: Date
    start: TimeOfDay | None = None
    activity: SessionRef | None = None
    text: Text | None = None
    payee: Line | None = None
    voucher: Line | None = None
    digest: Line | None = None


class Confirm(Command, frozen=True, kw_only=True):
    """Sign a step of a claim; without a step, the first that is open to your role.

    ``unrelated`` declares that a volunteer's claim is neither yours nor a near relative's.
    """

    name: ClassVar[str] = "account.confirm"
    zh: ClassVar[str] = "签署确认"
    en: ClassVar[str] = "Confirm"
    usual: ClassVar[frozenset[str]] = frozenset({"unrelated", "text"})
    asked_of: ClassVar[Mapping[str, Holder]] = {"unrelated": "volunteer"}
    item: ItemNumber
    step: Code | None = None
    unrelated: bool = False
    text: Text | None = None


class Reject(Command, frozen=True, kw_only=True):
    """Turn a claim down."""

    name: ClassVar[str] = "account.reject"
    zh: ClassVar[str] = "退回申报"
    en: ClassVar[str] = "Reject"
    item: ItemNumber
    reason: Code
    text: Text | None = None


class Post(Command, frozen=True, kw_only=True):
    """Book a claim everyone signed; without a period, in that of its day."""

    name: ClassVar[str] = "account.post"
    zh: ClassVar[str] = "入账"
    en: ClassVar[str] = "Post"
    item: ItemNumber
    period: PeriodText | None = None


class CreditOrder(Command, frozen=True, kw_only=True):
    """Book what the confirmation of an order gave this account."""

    name: ClassVar[str] = "account.credit_order"
    zh: ClassVar[str] = "工单计时入账"
    en: ClassVar[str] = "Credit order"
    order: CaseRef


class Reverse(Command, frozen=True, kw_only=True):
    """Book an item back."""

    name: ClassVar[str] = "account.reverse"
    zh: ClassVar[str] = "冲正"
    en: ClassVar[str] = "Reverse"
    item: ItemNumber
    reason: Code
    text: Text | None = None


class ClosePeriod(Command, frozen=True, kw_only=True):
    """Close the next period that is over."""

    name: ClassVar[str] = "account.close_period"
    zh: ClassVar[str] = "结账"
    en: ClassVar[str] = "Close period"


class GiveConsent(Command, frozen=True, kw_only=True):
    """Record that the volunteer consents to be named, and by what name; it is shown masked."""

    name: ClassVar[str] = "account.give_consent"
    zh: ClassVar[str] = "登记公示同意"
    en: ClassVar[str] = "Give consent"
    shown_name: Line
    scope: Scope = "board"


class WithdrawConsent(Command, frozen=True, kw_only=True):
    """Record that she does so no longer."""

    name: ClassVar[str] = "account.withdraw_consent"
    zh: ClassVar[str] = "撤回公示同意"
    en: ClassVar[str] = "Withdraw consent"
    scope: Scope = "board"


class Join(Command, frozen=True, kw_only=True):
    """Record that the volunteer joined a team, and what it serves."""

    name: ClassVar[str] = "account.join"
    zh: ClassVar[str] = "加入队伍"
    en: ClassVar[str] = "Join"
    team: UnitRef
    purpose: Code | None = None


class Leave(Command, frozen=True, kw_only=True):
    """Record that she left a team."""

    name: ClassVar[str] = "account.leave"
    zh: ClassVar[str] = "退出队伍"
    en: ClassVar[str] = "Leave"
    team: UnitRef


class Categorise(Command, frozen=True, kw_only=True):
    """Record that she volunteers as a resident, or as staff of an institution."""

    name: ClassVar[str] = "account.categorise"
    zh: ClassVar[str] = "登记志愿者类别"
    en: ClassVar[str] = "Categorise"
    category: Category


class Certify(Command, frozen=True, kw_only=True):
    """Certify the minutes posted so far."""

    name: ClassVar[str] = "account.certify"
    zh: ClassVar[str] = "出具服务证明"
    en: ClassVar[str] = "Certify"


class Close(Command, frozen=True, kw_only=True):
    """Close the account."""

    name: ClassVar[str] = "account.close"
    zh: ClassVar[str] = "注销账户"
    en: ClassVar[str] = "Close"
    reason: Code


AccountCommand = (
    Open | Claim | Confirm | Reject | Post | CreditOrder | Reverse | ClosePeriod | GiveConsent
    | WithdrawConsent | Join | Leave | Categorise | Certify | Close
)  # fmt: skip

COMMANDS: tuple[type[Command], ...] = AccountCommand.__args__
