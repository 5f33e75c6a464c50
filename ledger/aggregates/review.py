"""Range reviews: a member of a supervision committee signs what she has looked at, and how far.

She states the size up to which she looked and the root of the tree of that size, as a witness does:
who later shows another history of that size is contradicted by her signature. A range begins where
the unit's last one ended, so that nothing is passed over; further members sign the same range. Only
persons review (ADR 0035).

Whether the root is the log's is no rule: she states what she was shown, and readers compare it.
Not handled: how many members must sign a range, which is the committee's own affair.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final, Literal, cast

from msgspec import Meta

from ledger.entry.canonical import require_text
from ledger.errors import RuleViolation
from ledger.kernel.act import Act, Proposed, Tag
from ledger.kernel.aggregate import Aggregate, Command, Context
from ledger.kernel.event import Digest, Event, Group, UnitRef, event, group
from ledger.kernel.facts import Facts
from ledger.kernel.naming import Name, Naming
from ledger.rules.authority import require_role
from ledger.rules.joint import verify_person

SUPERVISOR: Final = "supervisor"
Outcome = Literal["nothing_found", "questions"]
Size = Annotated[int, Meta(ge=0, lt=2**53)]


class RangeOutOfPlace(RuleViolation):
    """The range does not go on where the unit's last review ended, or is none."""

    code = "review.range_out_of_place"
    zh = "审阅范围应自第 {start} 条之后开始，并止于账本已有的条目。请刷新后重新签署。"
    en = "The range must begin after entry {start} and end within the log. Reload and sign anew."


class ReviewedAlready(RuleViolation):
    """The same person signs the same range again, or a stream that holds a review."""

    code = "review.signed_already"
    zh = "您已签署过这一范围，一人只计一次。请等待其他成员签署，或审阅之后的条目。"
    en = "You have signed this range already. Let others sign it, or review what came after."


@group("remark", data_class="personal", purpose="supervision", years=10, zh="备注", en="Remark")
class Remark(Group, frozen=True, kw_only=True):
    """What she has to say about the range."""

    text: str | None = None


@event("review.signed.v1", Remark, zh="签署范围审阅", en="Range reviewed")
class Signed(Event, frozen=True, kw_only=True):
    """The entries from ``start`` (inclusive) to ``size`` (exclusive) were reviewed for a unit.

    ``root`` is the root of the first ``size`` entries as she was shown it, base64url.
    """

    unit: UnitRef
    start: Size
    size: Size
    root: Digest
    outcome: Outcome


class SignReview(Command, frozen=True, kw_only=True):
    """Sign that the entries from ``start`` up to ``size`` were reviewed for a unit.

    ``root`` is the root of that size, as the overview shows it. What she found she says herself:
    that nothing was found is never taken for granted.
    """

    name: ClassVar[str] = "review.sign"
    zh: ClassVar[str] = "签署范围审阅"
    en: ClassVar[str] = "Sign"
    brought: ClassVar[frozenset[str]] = frozenset({"unit", "start", "size", "root"})
    unit: UnitRef
    start: Size
    size: Size
    root: Digest
    outcome: Outcome
    text: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """A range that was reviewed, by whom."""

    person: str
    start: int
    size: int


State = Review | None


def review_tag(unit: str) -> Tag:
    """Return the tag of a unit's reviews."""
    return Tag(f"review:{unit}")


def fold(acts: tuple[Act, ...]) -> tuple[Review, ...]:
    """Return the reviews of a unit in log order."""
    return tuple(step(None, act) for act in acts)


def step(_: State, act: Act) -> Review:
    """Return the review an act signs."""
    signed = cast(Signed, act.event)
    return Review(person=act.actor, start=signed.start, size=signed.size)


def decide(state: State, command: SignReview, context: Context) -> tuple[Proposed, ...]:
    """Propose the signature, in a stream of its own.

    Raises:
        ReviewedAlready: the stream holds one.
        BadText: a remark with refused characters.
    """
    if state is not None:
        raise ReviewedAlready
    require_text(command.text or "", lines=True)
    signed = Signed(
        unit=command.unit,
        start=command.start,
        size=command.size,
        root=command.root,
        outcome=command.outcome,
    )
    stream = command.stream or f"review/{context.new_id()}"
    return (Proposed(stream=stream, event=signed, sealed=(Remark(text=command.text),)),)


def check(state: State, act: Act, facts: Facts) -> None:
    """Hold every rule of a review.

    Raises:
        RoleNotAllowed, PersonNeeded: not by a member of the committee, in person.
        ReviewedAlready: she signed this range, or the stream holds a review.
        RangeOutOfPlace: it does not go on where the last one ended.
    """
    require_role(act, SUPERVISOR)
    verify_person(act)
    if state is not None:
        raise ReviewedAlready
    signed = cast(Signed, act.event)
    before = facts.fold(review_tag(signed.unit), fold)
    last = max((each.size for each in before), default=0)
    same = [each for each in before if (each.start, each.size) == (signed.start, signed.size)]
    if any(each.person == act.actor for each in same):
        raise ReviewedAlready
    # Before it is sequenced an act stands behind every index: who submits compares the head.
    beyond = act.index is not None and signed.size > act.index
    if beyond or signed.start >= signed.size or not (same or signed.start == last):
        raise RangeOutOfPlace(start=last)


def asks(_: State, what: Command | Act, __: Facts) -> Iterator[Tag]:
    """Yield the tag of the unit's reviews."""
    unit = what.event.unit if isinstance(what, Act) else cast(SignReview, what).unit
    yield review_tag(str(unit))


def tags(act: Act) -> Iterator[Tag]:
    """Yield the tag of the unit's reviews."""
    yield review_tag(str(act.event.unit))


NAMING = Naming(
    zh="监督审阅",
    en="Review",
    about="What a supervision committee has looked at",
    members={
        "start": Name("起始条目", "First entry"),
    },
    codes={
        "outcome": {
            "nothing_found": Name("未发现问题", "Nothing found"),
            "questions": Name("有疑问", "Questions"),
        },
    },
    prompts={
        "sign.outcome": Name("看下来", "What you found"),
        "sign.root": Name("看到的树根（照原样）", "Root you were shown (as it stands)"),
        "sign.size": Name("看到账本多少条", "Up to which size you looked"),
        "sign.start": Name("从第几条开始看", "From which entry you looked"),
        "sign.text": Name("想说的话（密封保存）", "What you have to say (kept sealed)"),
    },
)

aggregate = Aggregate[State](
    name="review",
    naming=NAMING,
    initial=None,
    events=(Signed,),
    commands=(SignReview,),
    decide=decide,
    check=check,
    evolve=step,
    asks=asks,
    tags=tags,
)
