"""Wishes of those who handle a case: imperative, flat, as typed; texts are checked later."""

from typing import Annotated, ClassVar

from msgspec import Meta

from ledger.aggregates.case.events import ExtraDays
from ledger.kernel.aggregate import Command
from ledger.kernel.event import Code, Date, PersonRef, UnitRef
from ledger.rules.accounts import AccountRef, Amount, TimeOfDay
from ledger.rules.attachments import FileText
from ledger.rules.kinds import Route

Line = Annotated[str, Meta(min_length=1, max_length=200)]
Text = Annotated[str, Meta(min_length=1, max_length=20_000)]
Moment = Annotated[str, Meta(min_length=1, max_length=40)]
"""RFC 3339 with offset, or a date alone."""


class Receive(Command, frozen=True, kw_only=True):
    """Take a matter in; an import names the ``stream``. ``form`` is a JSON object."""

    name: ClassVar[str] = "case.receive"
    zh: ClassVar[str] = "登记"
    en: ClassVar[str] = "Receive"
    unit: UnitRef
    kind: Code
    channel: Code
    category: Code | None = None
    title: Line | None = None
    text: Text
    place: Line | None = None
    received_at: Moment | None = None
    form: Text | None = None
    reporter_name: Line | None = None
    reporter_contact: Line | None = None
    reporter_address: Line | None = None
    reporter_ref: Line | None = None


class Accept(Command, frozen=True, kw_only=True):
    """Undertake to handle it."""

    name: ClassVar[str] = "case.accept"
    zh: ClassVar[str] = "受理"
    en: ClassVar[str] = "Accept"


class Refuse(Command, frozen=True, kw_only=True):
    """Decline to handle it, for a reason."""

    name: ClassVar[str] = "case.refuse"
    zh: ClassVar[str] = "不予受理"
    en: ClassVar[str] = "Refuse"
    reason: Code
    text: Text | None = None


class Triage(Command, frozen=True, kw_only=True):
    """Route it."""

    name: ClassVar[str] = "case.triage"
    zh: ClassVar[str] = "研判分流"
    en: ClassVar[str] = "Triage"
    route: Route


class Assign(Command, frozen=True, kw_only=True):
    """Make someone handle it."""

    name: ClassVar[str] = "case.assign"
    zh: ClassVar[str] = "交办"
    en: ClassVar[str] = "Assign"
    handler: PersonRef


class Object(Command, frozen=True, kw_only=True):
    """Object to having been given it."""

    name: ClassVar[str] = "case.object"
    zh: ClassVar[str] = "提出异议"
    en: ClassVar[str] = "Object"
    reason: Code
    text: Text | None = None


class Reassign(Command, frozen=True, kw_only=True):
    """Make someone else handle it."""

    name: ClassVar[str] = "case.reassign"
    zh: ClassVar[str] = "改派"
    en: ClassVar[str] = "Reassign"
    handler: PersonRef
    reason: Code


class NoteProgress(Command, frozen=True, kw_only=True):
    """Note how it goes."""

    name: ClassVar[str] = "case.note_progress"
    zh: ClassVar[str] = "记录进展"
    en: ClassVar[str] = "Note progress"
    text: Text


class Extend(Command, frozen=True, kw_only=True):
    """Give a clock more natural days."""

    name: ClassVar[str] = "case.extend"
    zh: ClassVar[str] = "延期"
    en: ClassVar[str] = "Extend"
    clock: Code
    days: ExtraDays
    reason: Code
    text: Text | None = None


class Resolve(Command, frozen=True, kw_only=True):
    """Report it done."""

    name: ClassVar[str] = "case.resolve"
    zh: ClassVar[str] = "办理完毕"
    en: ClassVar[str] = "Resolve"
    outcome: Code
    text: Text | None = None


class Verify(Command, frozen=True, kw_only=True):
    """Find it done."""

    name: ClassVar[str] = "case.verify"
    zh: ClassVar[str] = "核查通过"
    en: ClassVar[str] = "Verify"
    text: Text | None = None


class FailVerification(Command, frozen=True, kw_only=True):
    """Find it not done."""

    name: ClassVar[str] = "case.fail_verification"
    zh: ClassVar[str] = "核查未通过"
    en: ClassVar[str] = "Fail verification"
    reason: Code
    text: Text | None = None


class GiveAnswer(Command, frozen=True, kw_only=True):
    """Answer the reporter."""

    name: ClassVar[str] = "case.answer"
    zh: ClassVar[str] = "答复"
    en: ClassVar[str] = "Answer"
    text: Text
    answered_at: Moment | None = None


class Rate(Command, frozen=True, kw_only=True):
    """Record how the reporter rates it; at least one of the three."""

    name: ClassVar[str] = "case.rate"
    zh: ClassVar[str] = "评价"
    en: ClassVar[str] = "Rate"
    responded: bool | None = None
    solved: bool | None = None
    satisfied: bool | None = None
    text: Text | None = None


class CallBack(Command, frozen=True, kw_only=True):
    """Record a call to the reporter."""

    name: ClassVar[str] = "case.call_back"
    zh: ClassVar[str] = "回访"
    en: ClassVar[str] = "Call back"
    reached: bool
    text: Text | None = None


class Close(Command, frozen=True, kw_only=True):
    """Be done with it."""

    name: ClassVar[str] = "case.close"
    zh: ClassVar[str] = "办结"
    en: ClassVar[str] = "Close"


class Reopen(Command, frozen=True, kw_only=True):
    """Take it up again."""

    name: ClassVar[str] = "case.reopen"
    zh: ClassVar[str] = "重办"
    en: ClassVar[str] = "Reopen"
    reason: Code
    text: Text | None = None


class Withdraw(Command, frozen=True, kw_only=True):
    """Take it back."""

    name: ClassVar[str] = "case.withdraw"
    zh: ClassVar[str] = "撤回"
    en: ClassVar[str] = "Withdraw"
    reason: Code
    text: Text | None = None


class Submit(Command, frozen=True, kw_only=True):
    """Pass an order on to the community 交单."""

    name: ClassVar[str] = "case.submit"
    zh: ClassVar[str] = "交单"
    en: ClassVar[str] = "Submit"


class Issue(Command, frozen=True, kw_only=True):
    """Offer an order to volunteers 下单."""

    name: ClassVar[str] = "case.issue"
    zh: ClassVar[str] = "下单"
    en: ClassVar[str] = "Issue"


class Claim(Command, frozen=True, kw_only=True):
    """Undertake an order, for a volunteer's account 接单."""

    name: ClassVar[str] = "case.claim"
    zh: ClassVar[str] = "接单"
    en: ClassVar[str] = "Claim"
    account: AccountRef


class Release(Command, frozen=True, kw_only=True):
    """Give a claim back."""

    name: ClassVar[str] = "case.release"
    zh: ClassVar[str] = "退单"
    en: ClassVar[str] = "Release"
    account: AccountRef
    reason: Code


class Complete(Command, frozen=True, kw_only=True):
    """Report an order done."""

    name: ClassVar[str] = "case.complete"
    zh: ClassVar[str] = "完成服务"
    en: ClassVar[str] = "Complete"
    text: Text | None = None


class Confirm(Command, frozen=True, kw_only=True):
    """Find an order done, and say what it gave to each account; without accounts, to all claims."""

    name: ClassVar[str] = "case.confirm"
    zh: ClassVar[str] = "确认订单并计时"
    en: ClassVar[str] = "Confirm"
    minutes: Amount
    purpose: Code
    day: Date
    start: TimeOfDay
    accounts: tuple[AccountRef, ...] = ()
    text: Text | None = None


class Cancel(Command, frozen=True, kw_only=True):
    """Call an order off."""

    name: ClassVar[str] = "case.cancel"
    zh: ClassVar[str] = "取消订单"
    en: ClassVar[str] = "Cancel"
    reason: Code
    text: Text | None = None


class Expire(Command, frozen=True, kw_only=True):
    """Record that nobody claimed an order in time."""

    name: ClassVar[str] = "case.expire"
    zh: ClassVar[str] = "订单过期"
    en: ClassVar[str] = "Expire"


class Attach(Command, frozen=True, kw_only=True):
    """Put a file to it: PDF, JPEG, PNG or WebP."""

    name: ClassVar[str] = "case.attach"
    zh: ClassVar[str] = "附上文件"
    en: ClassVar[str] = "Attach"
    file: FileText
    title: Line | None = None
