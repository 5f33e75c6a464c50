"""Answers to findings (疑点): a supervision committee takes one up, or lays it aside, for a reason.

A finding is computed and never stored; what people made of it is an entry. An answer names the
facts found by their digest: should they change, it answers them no longer, and the finding stands
open again. One member acknowledges a finding; two dismiss it; whoever acknowledges it after that
puts it up again. Only persons answer, each in a stream of her own (ADR 0039).

Whether there is such a finding is no rule: it is read from views, which rules cannot. An answer to
facts that nothing found, or that names another kind or record than was found, shows nowhere. So a
member who is recused from a matter can be refused by the record that her answer must name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final, Self, cast

from msgspec import Meta

from ledger.errors import NotAuthorised, RuleViolation
from ledger.kernel.act import Act, Proposed, Tag
from ledger.kernel.aggregate import Aggregate, Command, Context
from ledger.kernel.event import Code, Digest, Event, Group, UnitRef, event, group
from ledger.kernel.facts import Facts
from ledger.kernel.naming import Name, Naming
from ledger.rules.accounts import account_of, account_tag
from ledger.rules.answers import ACKNOWLEDGING, DISMISSING, NEEDED
from ledger.rules.authority import Recused, require_role
from ledger.rules.joint import verify_person
from ledger.rules.keys import key_of, key_tag
from ledger.rules.posts import post_tag, posts_of
from ledger.rules.texts import Text, sealable

SUPERVISOR: Final = "supervisor"
Version = Annotated[int, Meta(ge=1, le=1_000)]
RecordRef = Annotated[str, Meta(pattern=r"\A[a-z][a-z_]{0,63}/[A-Za-z0-9._@-]+\Z", max_length=128)]


class AnsweredAlready(RuleViolation):
    """The same person gives the same answer again, or a stream that holds an answer."""

    code = "finding.answered_already"
    zh = "您对这条疑点已作出同样的处理，一人只计一次。请等待其他成员签署。"
    en = "You have answered this finding so already; each counts once. Let another member sign."


class OwnMatter(NotAuthorised):
    """Who acted in the record, or whose it is, does not lay a finding about it aside (SD13)."""

    code = "finding.own_matter"
    zh = "您办理过 {record}，或其属于您本人，不能排除有关疑点（SD13）。可以受理；排除须由他人办理。"
    en = (
        "You acted in {record}, or it is your own, so you dismiss no finding about it (SD13). "
        "You may acknowledge it; let other members dismiss it."
    )


class ReasonNotListed(RuleViolation):
    """An answer gives one of the reasons there are for it."""

    code = "finding.reason_not_listed"
    zh = "处理疑点须从 {allowed} 中说明理由。请选择其一后重新签署。"
    en = "An answer needs a reason out of {allowed}. Choose one and sign again."


@group("remark", data_class="personal", purpose="supervision", years=10, zh="备注", en="Remark")
class Remark(Group, frozen=True, kw_only=True):
    """What she has to say about the finding."""

    text: str | None = None


class Answer(Event, frozen=True, kw_only=True):
    """An answer to a finding at a unit: by which rule it was found, of which record, which facts.

    ``facts`` is the digest the board ``findings`` shows; ``record`` is none of an absence.
    """

    unit: UnitRef
    kind: Code
    version: Version
    facts: Digest
    record: RecordRef | None = None

    @property
    def named(self) -> tuple[str, str | None]:
        """The kind and record named, which must be those of the facts for it to count."""
        return self.kind, self.record


@event("finding.acknowledged.v1", Remark, zh="受理疑点", en="Acknowledged")
class Acknowledged(Answer, frozen=True, kw_only=True):
    """A member of the committee takes it up; one that was dismissed stands again."""


@event("finding.dismissed.v1", Remark, zh="排除疑点", en="Dismissed")
class Dismissed(Answer, frozen=True, kw_only=True):
    """A member of the committee lays it aside; with a second one it is."""


class AnswerFinding(Command, frozen=True, kw_only=True):
    """What both commands say: the finding as the board shows it, and why."""

    unit: UnitRef
    kind: Code
    version: Version = 1
    facts: Digest
    record: RecordRef | None = None
    reason: Code
    text: Text | None = None


class Acknowledge(AnswerFinding, frozen=True, kw_only=True):
    """Take a finding up, as a member of the supervision committee."""

    name: ClassVar[str] = "finding.acknowledge"
    zh: ClassVar[str] = "受理疑点"
    en: ClassVar[str] = "Acknowledge"


class Dismiss(AnswerFinding, frozen=True, kw_only=True):
    """Lay a finding aside for a reason; it takes two members of the supervision committee."""

    name: ClassVar[str] = "finding.dismiss"
    zh: ClassVar[str] = "排除疑点"
    en: ClassVar[str] = "Dismiss"


_EVENT_OF: dict[type[Command], type[Answer]] = {Acknowledge: Acknowledged, Dismiss: Dismissed}
REASONS: dict[type[Answer], tuple[str, ...]] = {Acknowledged: ACKNOWLEDGING, Dismissed: DISMISSING}
"""The reasons there are for each answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answers:
    """What the answers to some facts amount to: who acknowledged them, who would dismiss them."""

    acknowledged: frozenset[str] = frozenset()
    dismissing: frozenset[str] = frozenset()

    @property
    def standing(self) -> str:
        """Where the finding stands, one of ``answers.STANDINGS``."""
        if len(self.dismissing) >= NEEDED:
            return "dismissed"
        if self.dismissing:
            return "to_dismiss"
        return "acknowledged" if self.acknowledged else "open"

    def after(self, act: Act) -> Self:
        """Return them with one answer more; who acknowledges takes all dismissals back."""
        if isinstance(act.event, Dismissed):
            return type(self)(
                acknowledged=self.acknowledged, dismissing=self.dismissing | {act.actor}
            )
        return type(self)(acknowledged=self.acknowledged | {act.actor})

    def holds(self, act: Act) -> bool:
        """Tell whether the same person's same answer stands."""
        if isinstance(act.event, Dismissed):
            return act.actor in self.dismissing
        return act.actor in self.acknowledged and not self.dismissing


State = Answers | None


def finding_tag(unit: str, facts: str) -> Tag:
    """Return the tag of the answers to the facts found at a unit."""
    return Tag(f"finding:{unit}:{facts}")


def fold(acts: tuple[Act, ...]) -> Answers:
    """Return what answers amount to, in log order."""
    found = Answers()
    for act in acts:
        found = found.after(act)
    return found


def step(_: State, act: Act) -> Answers:
    """Return the answer an act gives."""
    return Answers().after(act)


def decide(state: State, command: Acknowledge | Dismiss, context: Context) -> tuple[Proposed, ...]:
    """Propose the answer, in a stream of its own.

    Raises:
        AnsweredAlready: the stream holds one.
        BadText, TextBlank: a remark with refused characters, or of nothing but space.
    """
    if state is not None:
        raise AnsweredAlready
    answer = _EVENT_OF[type(command)](
        unit=command.unit,
        kind=command.kind,
        version=command.version,
        facts=command.facts,
        record=command.record,
        reason=command.reason,
    )
    remark = Remark(text=sealable("text", command.text, lines=True))
    stream = command.stream or f"finding/{context.new_id()}"
    return (Proposed(stream=stream, event=answer, sealed=(remark,)),)


def check(state: State, act: Act, facts: Facts) -> None:
    """Hold every rule of an answer.

    Raises:
        RoleNotAllowed, PersonNeeded: not by a member of the committee, in person.
        Recused: she withdrew from the record that the finding is about.
        OwnMatter: she would dismiss what she had a hand in, or what is about herself.
        ReasonNotListed: no such reason for it.
        AnsweredAlready: she gave this answer and it stands, or the stream holds one.
    """
    require_role(act, SUPERVISOR)
    verify_person(act)
    answer = cast(Answer, act.event)
    if any(answer.record in post.recused for post in posts_of(facts, act.actor)):
        raise Recused(actor=act.actor, matter=answer.record)
    if isinstance(answer, Dismissed) and _is_own(answer.record, act.actor, facts):
        raise OwnMatter(record=answer.record)
    allowed = REASONS[type(answer)]
    if answer.reason not in allowed:
        raise ReasonNotListed(allowed=", ".join(allowed))
    given = facts.about(finding_tag(answer.unit, answer.facts))
    alike = tuple(one for one in given if cast(Answer, one.event).named == answer.named)
    if state is not None or fold(alike).holds(act):
        raise AnsweredAlready


def _is_own(record: str | None, actor: str, facts: Facts) -> bool:
    """Tell whether she acted in a record, or it is she, or a post, an account or a key of hers."""
    if record is None:
        return False
    if record == actor or record in facts.fold(signed_tag(actor), _streams):
        return True
    kind, _, name = record.partition("/")
    match kind:
        case "post":
            return any(post.stream == record for post in posts_of(facts, actor))
        case "account":
            # An answer may name an account there is not: it is nobody's, and shows nowhere.
            known = facts.about(account_tag(record))
            return bool(known) and account_of(facts, record).holder == actor
        case "key":
            key = key_of(facts, name)
            return key is not None and key.holder == actor
        case _:
            return False


def _streams(acts: tuple[Act, ...]) -> frozenset[str]:
    return frozenset(act.stream for act in acts)


def signed_tag(actor: str) -> Tag:
    """Return the tag of all acts of an actor, which the registry gives them."""
    return Tag(f"actor:{actor}")


def asks(_: State, what: Command | Act, __: Facts) -> Iterator[Tag]:
    """Yield the tags of the answers to these facts, of the posts of who gives one, and of her acts.

    Her acts are many, and asked for only where she would dismiss.
    """
    named = cast("Answer | AnswerFinding", what.event if isinstance(what, Act) else what)
    yield finding_tag(named.unit, named.facts)
    if not isinstance(what, Act):
        return
    yield post_tag(what.actor)
    if isinstance(named, Dismissed) and named.record is not None:
        yield signed_tag(what.actor)
        kind, name = named.record.split("/", 1)
        if kind == "account":
            yield account_tag(named.record)
        elif kind == "key":
            yield key_tag(name)


def tags(act: Act) -> Iterator[Tag]:
    """Yield the tag of the answers to these facts."""
    answer = cast(Answer, act.event)
    yield finding_tag(answer.unit, answer.facts)


NAMING = Naming(
    zh="疑点处理",
    en="Answer to a finding",
    about="What a supervision committee made of a finding",
    members={
        "kind": Name("疑点类型", "Kind of finding"),
        "facts": Name("疑点内容摘要", "Digest of what was found"),
        "record": Name("所涉记录", "Record it is about"),
        "acknowledged": Name("已受理的成员", "Members who acknowledged it"),
        "dismissing": Name("同意排除的成员", "Members who dismissed it"),
    },
    prompts={
        "kind": Name("疑点类型（照原样）", "Kind of finding (as it stands)"),
        "version": Name("规则版本（照原样）", "Version of the rule (as it stands)"),
        "facts": Name("疑点内容摘要（照原样）", "Digest of what was found (as it stands)"),
        "record": Name("所涉记录（照原样）", "Record it is about (as it stands)"),
        "text": Name("想说的话（密封保存）", "What you have to say (kept sealed)"),
    },
)

aggregate = Aggregate[State](
    name="finding",
    naming=NAMING,
    initial=None,
    events=(Acknowledged, Dismissed),
    commands=(Acknowledge, Dismiss),
    decide=decide,
    check=check,
    evolve=step,
    asks=asks,
    tags=tags,
)
