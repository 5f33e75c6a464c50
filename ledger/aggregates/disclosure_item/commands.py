"""What people wish for a disclosure item: imperative, flat, as typed."""

from typing import Annotated, ClassVar

from msgspec import Meta

from ledger.aggregates.disclosure_item.events import ItemRef, Number, SessionRef, Verdict
from ledger.kernel.aggregate import Command
from ledger.kernel.event import Code, UnitRef
from ledger.rules.attachments import FileText
from ledger.rules.periods import PeriodText
from ledger.rules.texts import Line, Text

AmountText = Annotated[
    str, Meta(pattern=r"\A[a-z0-9][a-z0-9_.-]{0,63}=-?(0|[1-9][0-9]{0,10})(\.[0-9]{2})?\Z")
]
"""So many yuan of something: ``income=1234.50``."""
TableText = Annotated[str, Meta(min_length=2, max_length=40_000)]
"""Canonical JSON: an array of rows, each an array of texts."""


class Draft(Command, frozen=True, kw_only=True):
    """Draft an item for a period, with the amounts its kind asks for."""

    name: ClassVar[str] = "disclosure_item.draft"
    zh: ClassVar[str] = "起草公开事项"
    en: ClassVar[str] = "Draft a disclosure item"
    begins: ClassVar[bool] = True
    usual: ClassVar[frozenset[str]] = frozenset({"text", "table"})
    unit: UnitRef
    code: Code
    period: PeriodText
    title: Line
    text: Text | None = None
    table: TableText | None = None
    amounts: tuple[AmountText, ...] = ()


class Revise(Command, frozen=True, kw_only=True):
    """Draft the item anew: it was returned, or what is posted is wrong."""

    name: ClassVar[str] = "disclosure_item.revise"
    zh: ClassVar[str] = "修改（更正）公开事项"
    en: ClassVar[str] = "Revise"
    usual: ClassVar[frozenset[str]] = frozenset({"text", "table"})
    aside: ClassVar[bool] = True
    reason: Code
    title: Line
    text: Text | None = None
    table: TableText | None = None
    period: PeriodText | None = None
    amounts: tuple[AmountText, ...] | None = None


class Review(Command, frozen=True, kw_only=True):
    """Sign the newest version as a member of the supervision committee."""

    name: ClassVar[str] = "disclosure_item.review"
    zh: ClassVar[str] = "审核并签署"
    en: ClassVar[str] = "Review and sign"


class Return(Command, frozen=True, kw_only=True):
    """Send the newest version back."""

    name: ClassVar[str] = "disclosure_item.return"
    zh: ClassVar[str] = "退回修改"
    en: ClassVar[str] = "Return"
    aside: ClassVar[bool] = True
    reason: Code


class Approve(Command, frozen=True, kw_only=True):
    """Record that the joint meeting approved the newest version."""

    name: ClassVar[str] = "disclosure_item.approve"
    zh: ClassVar[str] = "登记联席会议批准"
    en: ClassVar[str] = "Approve"
    session: SessionRef | None = None


class Publish(Command, frozen=True, kw_only=True):
    """Post the approved version; how long is for the law of that day to say."""

    name: ClassVar[str] = "disclosure_item.publish"
    zh: ClassVar[str] = "公布"
    en: ClassVar[str] = "Publish"
    channel: Code


class TakeDown(Command, frozen=True, kw_only=True):
    """Take the posting down; done too early it is recorded as such."""

    name: ClassVar[str] = "disclosure_item.take_down"
    zh: ClassVar[str] = "撤下公示"
    en: ClassVar[str] = "Take down"


class RaiseQuery(Command, frozen=True, kw_only=True):
    """Record a resident's question about the item."""

    name: ClassVar[str] = "disclosure_item.raise_query"
    zh: ClassVar[str] = "登记居民询问"
    en: ClassVar[str] = "Raise query"
    text: Text
    asker: Line | None = None
    contact: Line | None = None


class AnswerQuery(Command, frozen=True, kw_only=True):
    """Answer a question by its number."""

    name: ClassVar[str] = "disclosure_item.answer_query"
    zh: ClassVar[str] = "答复询问"
    en: ClassVar[str] = "Answer query"
    number: Number
    text: Text


class Challenge(Command, frozen=True, kw_only=True):
    """Record that somebody holds the item to be late or untrue."""

    name: ClassVar[str] = "disclosure_item.challenge"
    zh: ClassVar[str] = "登记异议"
    en: ClassVar[str] = "Challenge"
    text: Text
    asker: Line | None = None
    contact: Line | None = None


class DecideChallenge(Command, frozen=True, kw_only=True):
    """Decide a challenge as the level above."""

    name: ClassVar[str] = "disclosure_item.decide_challenge"
    zh: ClassVar[str] = "裁定异议"
    en: ClassVar[str] = "Decide challenge"
    verdict: Verdict
    text: Text


class Withdraw(Command, frozen=True, kw_only=True):
    """Take the item back."""

    name: ClassVar[str] = "disclosure_item.withdraw"
    zh: ClassVar[str] = "撤回公开事项"
    en: ClassVar[str] = "Withdraw"
    aside: ClassVar[bool] = True
    reason: Code
    replaced_by: ItemRef | None = None


class Archive(Command, frozen=True, kw_only=True):
    """Put the item on file."""

    name: ClassVar[str] = "disclosure_item.archive"
    zh: ClassVar[str] = "归档"
    en: ClassVar[str] = "Archive"


class Attach(Command, frozen=True, kw_only=True):
    """Put a file behind the item: PDF, JPEG, PNG or WebP."""

    name: ClassVar[str] = "disclosure_item.attach"
    zh: ClassVar[str] = "附上文件"
    en: ClassVar[str] = "Attach"
    usual: ClassVar[frozenset[str]] = frozenset({"title"})
    aside: ClassVar[bool] = True
    file: FileText
    title: Line | None = None


ItemCommand = (
    Draft | Revise | Review | Return | Approve | Publish | TakeDown | RaiseQuery | AnswerQuery
    | Challenge | DecideChallenge | Withdraw | Archive | Attach
)  # fmt: skip

COMMANDS: tuple[type[Command], ...] = ItemCommand.__args__
