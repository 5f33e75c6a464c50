"""What is stated of a post beside who holds it: its election, hand-over, relatives, recusals.

The published types and what they make of an appointment, pure. Who may state them is judged by
``ledger.aggregates.post``; that a recused person no longer acts in a matter by ``authority``. Who a
relative is, what exactly was handed over and why somebody withdrew are sealed.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, ClassVar, Final, Literal

from msgspec import Meta

from ledger.entry.ids import ID
from ledger.kernel.act import Act
from ledger.kernel.event import ActorRef, Code, Digest, Event, Group, PersonRef, event, group
from ledger.rules.time import occ_date

NEAR_RELATIVE: Final = "near_relative"
"""The verdict of a declaration; its subject is the body a relative is in, or is not."""
Mandate = Literal["election", "by_election"]
Part = Literal["old", "new", "supervisor"]
PARTS: frozenset[Part] = frozenset({"old", "new", "supervisor"})
Voters = Annotated[int, Meta(ge=0, le=10_000_000)]
Matter = Annotated[str, Meta(pattern=rf"\A(account|case|decision|disclosure_item|session)/{ID}\Z")]
"""What one may have to withdraw from."""


@group(
    "inventory",
    data_class="personal",
    purpose="hand-over of a post",
    years=30,
    zh="移交清单",
    en="Inventory",
)
class Inventory(Group, frozen=True, kw_only=True):
    """What exactly is handed over, in words."""

    text: str | None = None


@group(
    "relative",
    data_class="personal",
    purpose="separation of duties",
    years=10,
    zh="亲属",
    en="Relative",
)
class Relative(Group, frozen=True, kw_only=True):
    """Who a near relative is, and what she is to the holder."""

    name: str | None = None
    relation: str | None = None


@group("ground", data_class="personal", purpose="recusal", years=10, zh="理由说明", en="Ground")
class Ground(Group, frozen=True, kw_only=True):
    """Why somebody withdrew from a matter, in words."""

    text: str | None = None


@event("post.mandate_stated.v1", zh="登记选举结果", en="Election stated")
class PostMandateStated(Event, frozen=True, kw_only=True):
    """State the election somebody comes from; a by-election fills the seat of ``former``."""

    holder: ActorRef
    by: Mandate
    voters: Voters
    cast: Voters
    ayes: Voters
    former: PersonRef | None = None


@event("post.handover_drawn_up.v1", Inventory, zh="拟定移交清单", en="Hand-over drawn up")
class PostHandoverDrawnUp(Event, frozen=True, kw_only=True):
    """Draw up what the holder of a post hands over to whom; it replaces one not yet signed."""

    concerns: ClassVar[tuple[str, ...]] = ("to",)
    replaces: ClassVar[bool] = True
    holder: ActorRef
    to: PersonRef
    items: Annotated[tuple[Code, ...], Meta(min_length=1)]


@event("post.handover_signed.v1", zh="签署移交清单", en="Hand-over signed")
class PostHandoverSigned(Event, frozen=True, kw_only=True):
    """Sign the list: who leaves, who comes, or who supervises."""

    holder: ActorRef
    part: Part
    approves: Digest


@event("post.relation_declared.v1", Relative, zh="申报近亲属", en="Near relatives declared")
class PostRelationDeclared(Event, frozen=True, kw_only=True):
    """Declare whether a near relative is in a body; ``checks`` holds the verdict alone."""

    holder: ActorRef


@event("post.recusal_proposed.v1", Ground, zh="提议回避", en="Recusal proposed")
class PostRecusalProposed(Event, frozen=True, kw_only=True):
    """Propose to withdraw somebody else from one matter; ``post.recused.v1`` completes it."""

    holder: ActorRef
    matter: Matter


@event("post.recused.v1", Ground, zh="回避", en="Withdrew from a matter")
class PostRecused(Event, frozen=True, kw_only=True):
    """Withdraw the holder from one matter.

    Where she does not do so herself, ``approves`` names the proposal it completes.
    """

    holder: ActorRef
    matter: Matter


OfficeEvent = (
    PostMandateStated | PostHandoverDrawnUp | PostHandoverSigned | PostRelationDeclared
    | PostRecusalProposed | PostRecused
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Handover:
    """A list of what is handed over, who signed which part, and the day of the last signature."""

    digest: str | None
    to: str
    items: tuple[str, ...]
    drawn_up: date
    signed: tuple[Part, ...] = ()
    last: date | None = None

    @property
    def complete(self) -> date | None:
        """The day all three had signed, None while one has not."""
        return self.last if set(self.signed) >= PARTS else None


def draw_up(happened: PostHandoverDrawnUp, act: Act) -> Handover:
    """Return the hand-over that a list begins."""
    return Handover(
        digest=act.digest, to=happened.to, items=happened.items, drawn_up=occ_date(act.occ)
    )


def sign(handover: Handover, happened: PostHandoverSigned, act: Act) -> Handover:
    """Return the hand-over with one part signed; a signature under another list is none."""
    if happened.approves != handover.digest or happened.part in handover.signed:
        return handover
    return replace(handover, signed=(*handover.signed, happened.part), last=occ_date(act.occ))
