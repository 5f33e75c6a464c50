"""What happens to a disclosure item: ``disclosure_item.<fact>.v1`` and the groups they seal.

Public are the kind, the period it covers, amounts in fen, the days of posting, and that a question
or a challenge came and was settled. Title, text and table are sealed: what must vanish from the
board one day may not sit in a log that keeps everything, so their field disclosures are handed out
while the item is posted. Who asks or challenges is sealed.

Not handled: whether an item came in time (obligations).
"""

from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from ledger.kernel.event import Code, Date, Event, Group, UnitRef, event, group
from ledger.rules.attachments import BlobRef, Voucher
from ledger.rules.evidence import Gives
from ledger.rules.periods import PeriodText

_ID = "[0-9A-HJKMNP-TV-Z]{26}"
ItemRef = Annotated[str, Meta(pattern=rf"\Adisclosure_item/{_ID}\Z")]
SessionRef = Annotated[str, Meta(pattern=rf"\Asession/{_ID}\Z")]
Fen = Annotated[int, Meta(ge=-(10**13), le=10**13)]
Number = Annotated[int, Meta(ge=1, le=100_000)]
Verdict = Literal["upheld", "dismissed"]


class Amount(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """So many fen of something, by a code the kind lists: opening, income, expense, closing."""

    fen: Fen
    of: Code


@group(
    "content",
    data_class="published",
    purpose="disclosure while posted",
    years=30,
    zh="公开内容",
    en="Content",
)
class Content(Group, frozen=True, kw_only=True):
    """What the item says. ``table`` is canonical JSON: an array of rows, each an array of texts."""

    title: str | None = None
    text: str | None = None
    table: str | None = None


@group("question", data_class="personal", purpose="answering", years=5, zh="询问", en="Question")
class Question(Group, frozen=True, kw_only=True):
    """What somebody wants to know, and how to reach her."""

    text: str | None = None
    name: str | None = None
    contact: str | None = None


@group("answer", data_class="personal", purpose="answering", years=5, zh="答复", en="Answer")
class Answer(Group, frozen=True, kw_only=True):
    """What she was told."""

    text: str | None = None


class ItemEvent(Event, frozen=True, kw_only=True):
    """Every event names the item's unit; ``basis`` cites its kind's arrangement and the law."""

    unit: UnitRef


class Version(ItemEvent, frozen=True, kw_only=True):
    """One version of the item: its kind, the period it covers, the amounts it states by code."""

    code: Code
    period: PeriodText
    amounts: tuple[Amount, ...] = ()


@event("disclosure_item.drafted.v1", Content, zh="拟公开", en="Drafted")
class Drafted(Version, frozen=True, kw_only=True):
    """The first version was drafted."""

    numbers: ClassVar[str | None] = "code"


@event("disclosure_item.revised.v1", Content, zh="修订公开稿", en="Revised")
class Revised(Version, frozen=True, kw_only=True):
    """Another version was drafted, for a reason: one was returned, or what is posted is wrong."""


@event("disclosure_item.reviewed.v1", zh="监委会审核", en="Reviewed by the committee")
class Reviewed(ItemEvent, frozen=True, kw_only=True):
    """A member of the supervision committee signed the version ``approves`` names.

    ``complete`` tells whether hers was the last signature needed.
    """

    complete: bool = False


@event("disclosure_item.returned.v1", zh="退回修改", en="Returned")
class Returned(ItemEvent, frozen=True, kw_only=True):
    """A member of the committee, or the joint meeting, sent it back for a reason."""


@event("disclosure_item.approved.v1", zh="联席会议批准", en="Approved by the joint meeting")
class Approved(ItemEvent, frozen=True, kw_only=True):
    """The joint meeting approved the version ``approves`` names; ``session`` is its record."""

    session: SessionRef | None = None


@event("disclosure_item.published.v1", zh="公布", en="Published")
class Published(ItemEvent, frozen=True, kw_only=True):
    """It was posted on ``day``, to stay through ``until``; it meets what was owed."""

    gives: ClassVar[Gives] = "met"
    code: Code
    period: PeriodText
    day: Date
    until: Date
    channel: Code


@event("disclosure_item.taken_down.v1", zh="撤下", en="Taken down")
class TakenDown(ItemEvent, frozen=True, kw_only=True):
    """It was taken down; ``early``: before it had been posted as long as it must."""

    early: bool = False


@event("disclosure_item.query_raised.v1", Question, zh="提出询问", en="Question raised")
class QueryRaised(ItemEvent, frozen=True, kw_only=True):
    """Somebody asked about it: the item's question ``number``, to be answered by ``due``."""

    number: Number
    due: Date


@event("disclosure_item.query_answered.v1", Answer, zh="答复询问", en="Question answered")
class QueryAnswered(ItemEvent, frozen=True, kw_only=True):
    """Question ``number`` was answered."""

    number: Number


@event("disclosure_item.challenged.v1", Question, zh="提出异议申请", en="Challenged")
class Challenged(ItemEvent, frozen=True, kw_only=True):
    """Somebody told the level above that it is late or untrue."""


@event("disclosure_item.challenge_decided.v1", Answer, zh="裁定异议", en="Challenge decided")
class ChallengeDecided(ItemEvent, frozen=True, kw_only=True):
    """The level above found the challenge right (``upheld``) or not."""

    verdict: Verdict


@event("disclosure_item.withdrawn.v1", zh="收回公开稿", en="Withdrawn")
class Withdrawn(ItemEvent, frozen=True, kw_only=True):
    """It was taken back for a reason; ``replaced_by`` is what stands in its place."""

    gives: ClassVar[Gives] = "withdrawn"
    voids: ClassVar[bool] = True
    replaced_by: ItemRef | None = None


@event("disclosure_item.archived.v1", zh="归档", en="Archived")
class Archived(ItemEvent, frozen=True, kw_only=True):
    """It was put on file."""


@event("disclosure_item.attached.v1", Voucher, zh="附件", en="File attached")
class Attached(ItemEvent, frozen=True, kw_only=True):
    """A file behind it was put to it: vouchers, minutes, a contract."""

    blob: BlobRef


AnyItemEvent = (
    Drafted | Revised | Reviewed | Returned | Approved | Published | TakenDown | QueryRaised
    | QueryAnswered | Challenged | ChallengeDecided | Withdrawn | Archived | Attached
)  # fmt: skip

EVENTS: tuple[type[ItemEvent], ...] = AnyItemEvent.__args__
REASONED = (Revised, Returned, Withdrawn)
"""Acts that must give a reason; the kind lists the codes."""
SIGNED = (Reviewed, Approved)
"""Acts that sign one version and say which."""
