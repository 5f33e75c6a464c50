"""Wishes of those who handle a case: imperative, flat, as typed; texts are checked later."""

from typing import Annotated, ClassVar

from msgspec import Meta

from ledger.aggregates.case import events
from ledger.aggregates.case.events import CaseEvent, ExtraDays
from ledger.kernel.aggregate import Command
from ledger.kernel.event import Code, Date, PersonRef, UnitRef
from ledger.rules.accounts import AccountRef, Amount, TimeOfDay
from ledger.rules.attachments import FileText
from ledger.rules.kinds.case import Route

Line = Annotated[str, Meta(min_length=1, max_length=200)]
Text = Annotated[str, Meta(min_length=1, max_length=20_000)]
Moment = Annotated[str, Meta(min_length=1, max_length=40)]
"""RFC 3339 with offset, or a date alone."""


class Wish(Command, frozen=True, kw_only=True):
    """Base of a case's commands: the event each ``leads_to``.

    A part split off begins with the split itself.
    """

    leads_to: ClassVar[type[CaseEvent]]


class Receive(Wish, frozen=True, kw_only=True):
    """Take a matter in; an import names the ``stream``. ``form`` is a JSON object."""

    name: ClassVar[str] = "case.receive"
    zh: ClassVar[str] = "登记事项"
    en: ClassVar[str] = "Report a case"
    begins: ClassVar[bool] = True
    usual: ClassVar[frozenset[str]] = frozenset({"category", "title", "place", "form"})
    leads_to = events.Received
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


class Accept(Wish, frozen=True, kw_only=True):
    """Undertake to handle it."""

    name: ClassVar[str] = "case.accept"
    zh: ClassVar[str] = "受理"
    en: ClassVar[str] = "Accept"
    leads_to = events.Accepted


class Refuse(Wish, frozen=True, kw_only=True):
    """Decline to handle it, for a reason."""

    name: ClassVar[str] = "case.refuse"
    zh: ClassVar[str] = "不予受理"
    en: ClassVar[str] = "Refuse"
    leads_to = events.Refused
    reason: Code
    text: Text | None = None


class Triage(Wish, frozen=True, kw_only=True):
    """Route it."""

    name: ClassVar[str] = "case.triage"
    zh: ClassVar[str] = "研判分流"
    en: ClassVar[str] = "Triage"
    leads_to = events.Triaged
    route: Route


class Assign(Wish, frozen=True, kw_only=True):
    """Make someone handle it."""

    name: ClassVar[str] = "case.assign"
    zh: ClassVar[str] = "交办"
    en: ClassVar[str] = "Assign"
    leads_to = events.Assigned
    handler: PersonRef


class Object(Wish, frozen=True, kw_only=True):
    """Object to having been given it."""

    name: ClassVar[str] = "case.object"
    zh: ClassVar[str] = "提出异议"
    en: ClassVar[str] = "Object"
    aside: ClassVar[bool] = True
    leads_to = events.Objected
    reason: Code
    text: Text | None = None


class Reassign(Wish, frozen=True, kw_only=True):
    """Make someone else handle it."""

    name: ClassVar[str] = "case.reassign"
    zh: ClassVar[str] = "改派"
    en: ClassVar[str] = "Reassign"
    aside: ClassVar[bool] = True
    leads_to = events.Reassigned
    handler: PersonRef
    reason: Code


class NoteProgress(Wish, frozen=True, kw_only=True):
    """Note how it goes."""

    name: ClassVar[str] = "case.note_progress"
    zh: ClassVar[str] = "记录进展"
    en: ClassVar[str] = "Note progress"
    aside: ClassVar[bool] = True
    leads_to = events.ProgressNoted
    text: Text


class Extend(Wish, frozen=True, kw_only=True):
    """Give a clock more natural days."""

    name: ClassVar[str] = "case.extend"
    zh: ClassVar[str] = "延期"
    en: ClassVar[str] = "Extend"
    aside: ClassVar[bool] = True
    leads_to = events.Extended
    clock: Code
    days: ExtraDays
    reason: Code
    text: Text | None = None


class Resolve(Wish, frozen=True, kw_only=True):
    """Report it done."""

    name: ClassVar[str] = "case.resolve"
    zh: ClassVar[str] = "办理完毕"
    en: ClassVar[str] = "Resolve"
    leads_to = events.Resolved
    outcome: Code
    text: Text | None = None


class Verify(Wish, frozen=True, kw_only=True):
    """Find it done."""

    name: ClassVar[str] = "case.verify"
    zh: ClassVar[str] = "核查通过"
    en: ClassVar[str] = "Verify"
    leads_to = events.Verified
    text: Text | None = None


class FailVerification(Wish, frozen=True, kw_only=True):
    """Find it not done."""

    name: ClassVar[str] = "case.fail_verification"
    zh: ClassVar[str] = "核查未通过"
    en: ClassVar[str] = "Fail verification"
    leads_to = events.VerificationFailed
    reason: Code
    text: Text | None = None


class GiveAnswer(Wish, frozen=True, kw_only=True):
    """Answer the reporter."""

    name: ClassVar[str] = "case.answer"
    zh: ClassVar[str] = "答复"
    en: ClassVar[str] = "Answer"
    leads_to = events.Answered
    text: Text
    answered_at: Moment | None = None


class Rate(Wish, frozen=True, kw_only=True):
    """Record how the reporter rates it; at least one of the three."""

    name: ClassVar[str] = "case.rate"
    zh: ClassVar[str] = "评价"
    en: ClassVar[str] = "Rate"
    usual: ClassVar[frozenset[str]] = frozenset({"responded", "solved", "satisfied", "text"})
    leads_to = events.Rated
    responded: bool | None = None
    solved: bool | None = None
    satisfied: bool | None = None
    text: Text | None = None


class CallBack(Wish, frozen=True, kw_only=True):
    """Record a call to the reporter."""

    name: ClassVar[str] = "case.call_back"
    zh: ClassVar[str] = "回访"
    en: ClassVar[str] = "Call back"
    leads_to = events.CalledBack
    reached: bool
    text: Text | None = None


class Close(Wish, frozen=True, kw_only=True):
    """Be done with it."""

    name: ClassVar[str] = "case.close"
    zh: ClassVar[str] = "办结"
    en: ClassVar[str] = "Close"
    leads_to = events.Closed


class Reopen(Wish, frozen=True, kw_only=True):
    """Take it up again."""

    name: ClassVar[str] = "case.reopen"
    zh: ClassVar[str] = "重办"
    en: ClassVar[str] = "Reopen"
    leads_to = events.Reopened
    reason: Code
    text: Text | None = None


class Withdraw(Wish, frozen=True, kw_only=True):
    """Take it back."""

    name: ClassVar[str] = "case.withdraw"
    zh: ClassVar[str] = "撤回"
    en: ClassVar[str] = "Withdraw"
    aside: ClassVar[bool] = True
    leads_to = events.Withdrawn
    reason: Code
    text: Text | None = None


class Submit(Wish, frozen=True, kw_only=True):
    """Pass an order on to the community 交单."""

    name: ClassVar[str] = "case.submit"
    zh: ClassVar[str] = "交单"
    en: ClassVar[str] = "Submit"
    leads_to = events.Submitted


class Issue(Wish, frozen=True, kw_only=True):
    """Offer an order to volunteers 下单."""

    name: ClassVar[str] = "case.issue"
    zh: ClassVar[str] = "下单"
    en: ClassVar[str] = "Issue"
    leads_to = events.Issued


class Claim(Wish, frozen=True, kw_only=True):
    """Undertake an order, for a volunteer's account 接单."""

    name: ClassVar[str] = "case.claim"
    zh: ClassVar[str] = "接单"
    en: ClassVar[str] = "Claim"
    leads_to = events.Claimed
    account: AccountRef


class Release(Wish, frozen=True, kw_only=True):
    """Give a claim back."""

    name: ClassVar[str] = "case.release"
    zh: ClassVar[str] = "退单"
    en: ClassVar[str] = "Release"
    leads_to = events.Released
    account: AccountRef
    reason: Code


class Complete(Wish, frozen=True, kw_only=True):
    """Report an order done."""

    name: ClassVar[str] = "case.complete"
    zh: ClassVar[str] = "完成服务"
    en: ClassVar[str] = "Complete"
    leads_to = events.Completed
    text: Text | None = None


class Confirm(Wish, frozen=True, kw_only=True):
    """Find an order done, and say what it gave to each account; without accounts, to all claims."""

    name: ClassVar[str] = "case.confirm"
    zh: ClassVar[str] = "确认订单并计时"
    en: ClassVar[str] = "Confirm"
    leads_to = events.Confirmed
    minutes: Amount
    purpose: Code
    day: Date
    start: TimeOfDay
    accounts: tuple[AccountRef, ...] = ()
    text: Text | None = None


class Cancel(Wish, frozen=True, kw_only=True):
    """Call an order off."""

    name: ClassVar[str] = "case.cancel"
    zh: ClassVar[str] = "取消订单"
    en: ClassVar[str] = "Cancel"
    leads_to = events.Cancelled
    reason: Code
    text: Text | None = None


class Expire(Wish, frozen=True, kw_only=True):
    """Record that nobody claimed an order in time."""

    name: ClassVar[str] = "case.expire"
    zh: ClassVar[str] = "订单过期"
    en: ClassVar[str] = "Expire"
    leads_to = events.Expired


class Attach(Wish, frozen=True, kw_only=True):
    """Put a file to it: PDF, JPEG, PNG or WebP."""

    name: ClassVar[str] = "case.attach"
    zh: ClassVar[str] = "附上文件"
    en: ClassVar[str] = "Attach"
    usual: ClassVar[frozenset[str]] = frozenset({"title"})
    aside: ClassVar[bool] = True
    leads_to = events.Attached
    file: FileText
    title: Line | None = None
