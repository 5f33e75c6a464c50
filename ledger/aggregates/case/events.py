"""What happens to a case in hand: the published types ``case.<fact>.v1``, the groups they seal.

Every event says which state the case is in after it, which terms were set or stopped, and on which
rules that rests, so that a reader of the public members alone can follow a case without the packs.
Public members are codes, days and references to office-holders: the whole village reads them. What
people said, who they are and the exact time are sealed.

A file put to a case is an attachment (``rules.attachments``).
An order (四单制) is claimed by volunteers, named by their accounts alone (``rules.accounts``).

What steers a case beside its handling, and mediation, are packages beside this; all types together:
``published``.
"""

from typing import Annotated, ClassVar

from msgspec import Meta

from ledger.kernel.event import Code, Event, Group, PersonRef, UnitRef, event, group
from ledger.rules.accounts import AccountRef, Credit
from ledger.rules.attachments import Attachment, BlobRef
from ledger.rules.clocks import DueDate
from ledger.rules.kinds.case import Route
from ledger.rules.law import MAX_TERM

ExtraDays = Annotated[int, Meta(ge=1, le=MAX_TERM)]


@group("reporter", data_class="contact", purpose="reply", years=5, zh="反映人", en="Reporter")
class Reporter(Group, frozen=True, kw_only=True):
    """Who reported, as far as she said; ``ref`` is her name in the system it came from."""

    name: str | None = None
    contact: str | None = None
    address: str | None = None
    ref: str | None = None


@group(
    "matter",
    subject="reporter",
    data_class="personal",
    purpose="handling",
    years=10,
    zh="反映的内容",
    en="What was reported",
)
class Matter(Group, frozen=True, kw_only=True):
    """What was reported. ``received_at`` is RFC 3339; ``form`` is canonical JSON."""

    title: str | None = None
    text: str | None = None
    received_at: str | None = None
    place: str | None = None
    form: str | None = None


@group(
    "answer",
    subject="reporter",
    data_class="personal",
    purpose="handling",
    years=10,
    zh="答复",
    en="Answer",
)
class Answer(Group, frozen=True, kw_only=True):
    """What the reporter was told. ``answered_at`` is RFC 3339."""

    text: str | None = None
    answered_at: str | None = None


@group(
    "note",
    subject="matter",
    data_class="personal",
    purpose="handling",
    years=10,
    zh="经办人的说明",
    en="What the office-holder noted",
)
class Note(Group, frozen=True, kw_only=True):
    """What an office-holder wrote about it."""

    text: str | None = None


@group(
    "comment",
    subject="reporter",
    data_class="personal",
    purpose="appraisal",
    years=5,
    zh="反映人的评价",
    en="What the reporter thinks",
)
class Comment(Group, frozen=True, kw_only=True):
    """What the reporter said of the outcome."""

    text: str | None = None


class CaseEvent(Event, frozen=True, kw_only=True):
    """Members of every event: the case's unit, and what the act leads to.

    ``state`` is the state after it, ``open`` whether that counts as open; ``due`` are the terms it
    set or moved, ``stopped`` the clocks it stopped, by clock.
    """

    unit: UnitRef
    state: Code
    open: bool = True
    due: tuple[DueDate, ...] = ()
    stopped: tuple[Code, ...] = ()


@event("case.received.v1", Reporter, Matter)
class Received(CaseEvent, frozen=True, kw_only=True):
    """A matter was taken in; it is a case from now on."""

    numbers: ClassVar[str | None] = "kind"
    kind: Code
    channel: Code
    category: Code | None = None


@event("case.accepted.v1")
class Accepted(CaseEvent, frozen=True, kw_only=True):
    """It will be handled, and the reporter is told so."""


@event("case.refused.v1", Note)
class Refused(CaseEvent, frozen=True, kw_only=True):
    """It will not be handled, for a reason."""


@event("case.triaged.v1")
class Triaged(CaseEvent, frozen=True, kw_only=True):
    """It was routed: to its finder, to one department, or to a joint consultation."""

    route: Route


@event("case.assigned.v1")
class Assigned(CaseEvent, frozen=True, kw_only=True):
    """Someone was made to handle it."""

    concerns: ClassVar[tuple[str, ...]] = ("handler",)
    handler: PersonRef


@event("case.objected.v1", Note)
class Objected(CaseEvent, frozen=True, kw_only=True):
    """The handler objects to having been given it."""


@event("case.reassigned.v1")
class Reassigned(CaseEvent, frozen=True, kw_only=True):
    """Someone else was made to handle it."""

    concerns: ClassVar[tuple[str, ...]] = ("handler",)
    handler: PersonRef


@event("case.progress_noted.v1", Note)
class ProgressNoted(CaseEvent, frozen=True, kw_only=True):
    """The handler noted how it goes."""


@event("case.extended.v1", Note)
class Extended(CaseEvent, frozen=True, kw_only=True):
    """A clock was given more natural days."""

    prompt: ClassVar[bool] = True

    clock: Code
    days: ExtraDays


@event("case.resolved.v1", Note)
class Resolved(CaseEvent, frozen=True, kw_only=True):
    """The handler reports it done, with an outcome."""

    outcome: Code


@event("case.verified.v1", Note)
class Verified(CaseEvent, frozen=True, kw_only=True):
    """Another person found it done."""


@event("case.verification_failed.v1", Note)
class VerificationFailed(CaseEvent, frozen=True, kw_only=True):
    """Another person found it not done."""


@event("case.answered.v1", Answer)
class Answered(CaseEvent, frozen=True, kw_only=True):
    """The reporter was answered."""


@event("case.rated.v1", Comment)
class Rated(CaseEvent, frozen=True, kw_only=True):
    """The reporter rated it: was she responded to, is it solved, is she satisfied."""

    responded: bool | None = None
    solved: bool | None = None
    satisfied: bool | None = None


@event("case.called_back.v1", Note)
class CalledBack(CaseEvent, frozen=True, kw_only=True):
    """The reporter was called back, and reached or not."""

    reached: bool


@event("case.closed.v1")
class Closed(CaseEvent, frozen=True, kw_only=True):
    """It is done with."""


@event("case.reopened.v1", Note)
class Reopened(CaseEvent, frozen=True, kw_only=True):
    """It is taken up again."""


@event("case.withdrawn.v1", Note)
class Withdrawn(CaseEvent, frozen=True, kw_only=True):
    """It was taken back, or should never have been recorded."""

    voids: ClassVar[bool] = True


@event("case.submitted.v1")
class Submitted(CaseEvent, frozen=True, kw_only=True):
    """交单: the grid passed an order on to the community."""


@event("case.issued.v1")
class Issued(CaseEvent, frozen=True, kw_only=True):
    """下单: the community offered it to volunteers."""


@event("case.claimed.v1")
class Claimed(CaseEvent, frozen=True, kw_only=True):
    """接单: a volunteer undertook to do it."""

    account: AccountRef


@event("case.released.v1")
class Released(CaseEvent, frozen=True, kw_only=True):
    """A volunteer gave her claim back."""

    account: AccountRef


@event("case.completed.v1", Note)
class Completed(CaseEvent, frozen=True, kw_only=True):
    """It was done."""


@event("case.confirmed.v1", Note)
class Confirmed(CaseEvent, frozen=True, kw_only=True):
    """It was found done; ``credits`` are the minutes it gave, by account."""

    credits: Annotated[tuple[Credit, ...], Meta(min_length=1)]


@event("case.cancelled.v1", Note)
class Cancelled(CaseEvent, frozen=True, kw_only=True):
    """It is not wanted any more."""


@event("case.expired.v1")
class Expired(CaseEvent, frozen=True, kw_only=True):
    """Nobody claimed it in time."""


@event("case.attached.v1", Attachment)
class Attached(CaseEvent, frozen=True, kw_only=True):
    """A file was put to it: a photograph, a letter, a report."""

    blob: BlobRef


HandlingEvent = (
    Received | Accepted | Refused | Triaged | Assigned | Objected | Reassigned | ProgressNoted
    | Extended | Resolved | Verified | VerificationFailed | Answered | Rated | CalledBack | Closed
    | Reopened | Withdrawn | Submitted | Issued | Claimed | Released | Completed | Confirmed
    | Cancelled | Expired | Attached
)  # fmt: skip

EVENTS: tuple[type[CaseEvent], ...] = HandlingEvent.__args__
