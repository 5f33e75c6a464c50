"""From a wish to the events that state it."""

from typing import assert_never, cast

from ledger.aggregates.post.check import known, needs_others
from ledger.aggregates.post.commands import (
    ApproveAppointment,
    DeclareRelation,
    DrawUpHandover,
    Elect,
    EndPost,
    PostCommand,
    ProposeAppointment,
    Recuse,
    SignHandover,
)
from ledger.aggregates.post.declared import withdrawal_needs_others
from ledger.aggregates.post.errors import NoHandoverDrawnUp
from ledger.kernel.act import Proposed
from ledger.kernel.aggregate import Context
from ledger.kernel.event import Group, Verdict
from ledger.rules.genesis import log_of
from ledger.rules.joint import named
from ledger.rules.post_statements import (
    NEAR_RELATIVE,
    Ground,
    Inventory,
    Part,
    PostHandoverDrawnUp,
    PostHandoverSigned,
    PostMandateStated,
    PostRecusalProposed,
    PostRecused,
    PostRelationDeclared,
    Relative,
)
from ledger.rules.posts import (
    Appointment,
    PostAppointmentProposed,
    PostApproved,
    PostEnded,
    PostEndProposed,
    PostEvent,
)
from ledger.rules.texts import sealable

State = Appointment | None


def decide(state: State, command: PostCommand, context: Context) -> tuple[Proposed, ...]:
    """Propose the acts of a command.

    Raises:
        PostUnknown: nothing to approve, to end, to hand over or to declare of.
        NoHandoverDrawnUp: no list to sign.
        BadText, TextBlank: a text is not as it must be.
    """
    stream = command.stream or f"post/{context.new_id()}"
    if isinstance(command, ProposeAppointment):
        return (Proposed(stream=stream, event=_proposal(command)),)
    if isinstance(command, Elect):
        return _election(stream, command)
    post = known(state, stream, context.facts)
    sealed: tuple[Group, ...] = ()
    match command:
        case ApproveAppointment(approves=digest):
            event: PostEvent = _approval(post, digest, context)
            sealed = (Ground(),) if isinstance(event, PostRecused) else ()
        case EndPost(effective_from=day):
            event = _end(post, day, context)
        case DrawUpHandover():
            event = PostHandoverDrawnUp(
                holder=post.holder, unit=post.unit, to=command.to, items=command.items
            )
            sealed = (Inventory(text=sealable("text", command.text, lines=True)),)
        case SignHandover():
            event = _signature(post, command.part)
        case DeclareRelation():
            event, sealed = _relation(post, command)
        case Recuse():
            event = _recusal(post, command.matter, context)
            sealed = (Ground(text=sealable("text", command.text, lines=True)),)
        case _:
            assert_never(command)
    return (Proposed(stream=stream, event=event, sealed=sealed),)


def _election(stream: str, command: Elect) -> tuple[Proposed, ...]:
    proposal = PostAppointmentProposed(
        holder=command.holder,
        post_role=command.post_role,
        from_=command.from_date,
        until=command.until,
        unit=command.unit,
    )
    stated = PostMandateStated(
        holder=command.holder,
        unit=command.unit,
        by="election" if command.former is None else "by_election",
        voters=command.voters,
        cast=command.cast,
        ayes=command.ayes,
        former=command.former,
    )
    return tuple(Proposed(stream=stream, event=event) for event in (proposal, stated))


def _signature(post: Appointment, part: Part) -> PostHandoverSigned:
    if post.handover is None or post.handover.digest is None:
        raise NoHandoverDrawnUp(what="handover")
    return PostHandoverSigned(
        holder=post.holder, unit=post.unit, part=part, approves=post.handover.digest
    )


def _relation(
    post: Appointment, command: DeclareRelation
) -> tuple[PostRelationDeclared, tuple[Group, ...]]:
    verdict = Verdict(check=NEAR_RELATIVE, subject=command.body, verdict=command.related)
    event = PostRelationDeclared(holder=post.holder, unit=post.unit, checks=(verdict,))
    relative = sealable("relative", command.relative)
    relation = sealable("relation", command.relation)
    return event, (Relative(name=relative, relation=relation),)


def _approval(
    post: Appointment, digest: str, context: Context
) -> PostApproved | PostEnded | PostRecused:
    """The last approval that an end or a recusal needs is the end or the recusal itself."""
    found = named(post.proposals, digest)
    if found is None or not found.reached_by(context.who.actor, log_of(context.facts).threshold):
        return PostApproved(approves=digest, holder=post.holder, unit=post.unit)
    proposed = cast(PostEndProposed | PostRecusalProposed, found.event)
    if isinstance(proposed, PostRecusalProposed):
        return PostRecused(
            holder=post.holder, matter=proposed.matter, approves=digest, unit=post.unit
        )
    return PostEnded(
        holder=post.holder,
        effective_from=proposed.effective_from,
        approves=digest,
        unit=post.unit,
    )


def _recusal(post: Appointment, matter: str, context: Context) -> PostRecused | PostRecusalProposed:
    kind: type[PostRecused | PostRecusalProposed] = PostRecused
    if withdrawal_needs_others(post, context.who.actor, context.facts):
        kind = PostRecusalProposed
    return kind(holder=post.holder, unit=post.unit, matter=matter)


def _end(post: Appointment, day: str, context: Context) -> PostEnded | PostEndProposed:
    kind: type[PostEnded | PostEndProposed] = PostEnded
    if needs_others(post, context.who.actor, context.now.date(), context.facts):
        kind = PostEndProposed
    return kind(holder=post.holder, effective_from=day, unit=post.unit)


def _proposal(command: ProposeAppointment) -> PostAppointmentProposed:
    return PostAppointmentProposed(
        holder=command.holder,
        post_role=command.post_role,
        from_=command.from_date,
        until=command.until,
        unit=command.unit,
    )
