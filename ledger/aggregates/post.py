"""Posts: a holder proposed for a role, approved, ended (domain 7.2.O, SD8; Appendix B.4).

An appointment is a joint act of registrars at the log's threshold; nobody proposes or approves
her own. So is the end of another registrar's post, or one could stop all joint acts (ADR 0018); any
other post is ended by one. One stream is one appointment: another term is another post. Hand-over,
elections and relations are later types, not handled here.
"""

from collections.abc import Iterator
from datetime import date
from typing import ClassVar, assert_never, cast

from ledger.errors import NotFound, RuleViolation
from ledger.kernel.act import Act, Proposed, Tag
from ledger.kernel.aggregate import Aggregate, Command, Context
from ledger.kernel.event import ActorRef, Date, Digest, UnitRef
from ledger.kernel.facts import Facts
from ledger.rules import posts
from ledger.rules.authority import require_holder, require_role, require_unit
from ledger.rules.genesis import LOG, log_of
from ledger.rules.joint import (
    OtherThanProposed,
    named,
    verify_approval,
    verify_completed,
    verify_person,
)
from ledger.rules.persons import DEVICE_ROLES, Registration, actor_tag, verify_actor
from ledger.rules.posts import (
    HOLDER,
    REGISTRAR,
    Appointment,
    PostAppointmentProposed,
    PostApproved,
    PostEnded,
    PostEndProposed,
    PostEvent,
    RoleCode,
    founder_post,
    is_registrar,
    post_tag,
)
from ledger.rules.time import local_date, parse_date

State = Appointment | None


class PostUnknown(NotFound):
    """No appointment was proposed in this stream."""

    code = "post.unknown"
    zh = "岗位 {post} 不存在。请核对编号。"
    en = "There is no post {post}. Check the id."


class PostTaken(RuleViolation):
    """The stream is an appointment already."""

    code = "post.taken"
    zh = "岗位 {post} 已有任职提议。每次任职请另开新岗位。"
    en = "Post {post} has its appointment. Propose another in a new post."


class OwnAppointment(RuleViolation):
    """Someone proposes or approves a post for herself (SD8)."""

    code = "post.own_appointment"
    zh = "不能提议或批准本人任职。请由其他登记员办理。"
    en = "Nobody proposes or approves a post for herself. Let another registrar do it."


class RoleReserved(RuleViolation):
    """The role cannot be given to this holder."""

    code = "post.role_reserved"
    zh = "身份 {role} 不能授予 {holder}。请选择其他身份。"
    en = "Role {role} cannot be given to {holder}. Choose another role."


class BadTerm(RuleViolation):
    """The post would end before it begins."""

    code = "post.bad_term"
    zh = "任期截止日须晚于起始日 {since}。请更正日期。"
    en = "The post must end after it begins on {since}. Correct the days."


class PostOver(RuleViolation):
    """The post was ended, or its proposal withdrawn."""

    code = "post.over"
    zh = "该任职自 {day} 起已终止。如需继续，请重新提议。"
    en = "This post is over from {day} on. Propose it anew if it is to go on."


class HolderDiffers(RuleViolation):
    """The act names another holder than the appointment."""

    code = "post.holder_differs"
    zh = "所填任职人与提议不一致：应为 {holder}。请更正后重新提交。"
    en = "The holder is not the one proposed: it is {holder}. Correct it and submit again."


class ProposeAppointment(Command, frozen=True, kw_only=True):
    """Propose somebody for a post, at a unit and those below it or else for the whole ledger.

    ``until`` is the first day on which she holds it no more.
    """

    name: ClassVar[str] = "post.appoint"
    holder: ActorRef
    post_role: RoleCode
    from_date: Date
    until: Date | None = None
    unit: UnitRef | None = None


class ApproveAppointment(Command, frozen=True, kw_only=True):
    """Approve an appointment, or its end, that another registrar proposed."""

    name: ClassVar[str] = "post.approve"
    approves: Digest


class EndPost(Command, frozen=True, kw_only=True):
    """End a post from a day on, resign from one, or withdraw a proposal.

    Ending another registrar's post takes several: it is proposed, and others approve it.
    """

    name: ClassVar[str] = "post.end"
    effective_from: Date


PostCommand = ProposeAppointment | ApproveAppointment | EndPost


def decide(state: State, command: PostCommand, context: Context) -> tuple[Proposed, ...]:
    """Propose the acts of a command.

    Raises:
        PostUnknown: nothing to approve or to end.
    """
    stream = command.stream or f"post/{context.new_id()}"
    if isinstance(command, ProposeAppointment):
        return (Proposed(stream=stream, event=_proposal(command)),)
    post = _known(state, stream, context.facts)
    match command:
        case ApproveAppointment(approves=digest):
            event: PostEvent = _approval(post, digest, context)
        case EndPost(effective_from=day):
            event = _end(post, day, context)
        case _:
            assert_never(command)
    return (Proposed(stream=stream, event=event),)


def _approval(post: Appointment, digest: str, context: Context) -> PostApproved | PostEnded:
    """The last approval an end needs is the end itself."""
    ending = named(post.endings, digest)
    if ending and ending.reached_by(context.who.actor, log_of(context.facts).threshold):
        proposed = cast(PostEndProposed, ending.event)
        return PostEnded(
            holder=post.holder,
            effective_from=proposed.effective_from,
            approves=digest,
            unit=post.unit,
        )
    return PostApproved(approves=digest, holder=post.holder, unit=post.unit)


def _end(post: Appointment, day: str, context: Context) -> PostEnded | PostEndProposed:
    kind: type[PostEnded | PostEndProposed] = PostEnded
    if _needs_others(post, context.who.actor, context.now.date(), context.facts):
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


def check(state: State, act: Act, facts: Facts) -> None:
    """Hold every rule of posts.

    Raises:
        RoleNotAllowed, NotHolder, UnitDiffers, PersonNeeded: not hers to do.
        PostTaken, OwnAppointment, RoleReserved, ActorUnknown, DeviceOutOfUse, BadDate, BadTerm:
            a proposal that may not be.
        PostUnknown, HolderDiffers, PostOver, ProposalUnknown, OwnProposal, ApprovedTwice,
            AlreadyEffective, MoreNeeded, OtherThanProposed: an approval or an end that may not be.
    """
    event = cast(PostEvent, act.event)
    match event:
        case PostAppointmentProposed():
            _check_proposal(state, event, act, facts)
        case PostApproved():
            _check_approval(_own(state, event, act, facts), event, act, facts)
        case PostEndProposed():
            require_role(act, REGISTRAR)
            verify_person(act)
            _check_day(_own(state, event, act, facts), event)
        case PostEnded():
            _check_end(_own(state, event, act, facts), event, act, facts)
        case _:
            assert_never(event)


def _check_proposal(state: State, event: PostAppointmentProposed, act: Act, facts: Facts) -> None:
    require_role(act, REGISTRAR)
    verify_person(act)
    if state is not None or act.stream in _founders(facts):
        raise PostTaken(post=act.stream)
    if event.holder == act.actor:
        raise OwnAppointment
    _check_role(event.post_role, event.holder, verify_actor(facts, event.holder))
    since = parse_date(event.from_)
    if event.until is not None and parse_date(event.until) <= since:
        raise BadTerm(since=event.from_)


def _check_role(role: str, holder: str, registered: Registration) -> None:
    # Nobody is made holder of what is hers anyway. A machine has the one role of its kind: in a
    # person's it would act beside her, and separate duties would be in one hand.
    machine = None if registered.kind is None else DEVICE_ROLES[registered.kind]
    if role == HOLDER or (machine is not None and role != machine):
        raise RoleReserved(role=role, holder=holder)


def _check_approval(post: Appointment, event: PostApproved, act: Act, facts: Facts) -> None:
    require_role(act, REGISTRAR)
    threshold = log_of(facts).threshold
    if (ending := named(post.endings, event.approves)) is not None:
        verify_approval(ending.joint, act, threshold)
        return
    if post.ended is not None:
        raise PostOver(day=post.ended.isoformat())
    if post.holder == act.actor:
        raise OwnAppointment
    proposal = post.joint if post.joint and post.joint.digest == event.approves else None
    verify_approval(proposal, act, threshold)


def _check_end(post: Appointment, event: PostEnded, act: Act, facts: Facts) -> None:
    require_holder(act, post.holder)
    _check_day(post, event)
    if event.approves is None and not _needs_others(post, act.actor, local_date(act.iat), facts):
        return
    proposal = verify_completed(post.endings, act, log_of(facts).threshold)
    if cast(PostEndProposed, proposal.event).effective_from != event.effective_from:
        raise OtherThanProposed


def _check_day(post: Appointment, event: PostEnded | PostEndProposed) -> None:
    day = parse_date(event.effective_from)
    # An end announced for a far day must not keep the post from being ended sooner.
    if post.ended is not None and (post.over or day >= post.ended):
        raise PostOver(day=post.ended.isoformat())
    if day < post.since:
        raise BadTerm(since=post.since.isoformat())


def _needs_others(post: Appointment, actor: str, day: date, facts: Facts) -> bool:
    """Tell whether ending it takes several people: a registrar's, by somebody else."""
    threshold = log_of(facts).threshold
    return threshold > 1 and actor != post.holder and is_registrar((post,), day, threshold)


def _own(
    state: State, event: PostApproved | PostEndProposed | PostEnded, act: Act, facts: Facts
) -> Appointment:
    post = _known(state, act.stream, facts)
    if event.holder != post.holder:
        raise HolderDiffers(holder=post.holder)
    require_unit(act, post.unit)
    return post


def _known(state: State, stream: str, facts: Facts) -> Appointment:
    post = state or _founder_post(stream, facts)
    if post is None:
        raise PostUnknown(post=stream)
    return post


def _founder_post(stream: str, facts: Facts) -> Appointment | None:
    holder = _founders(facts).get(stream)
    return facts.fold(post_tag(holder), posts.fold).get(stream) if holder else None


def _founders(facts: Facts) -> dict[str, str]:
    return {founder_post(each.actor): each.actor for each in log_of(facts).genesis.founders}


def evolve(state: State, act: Act) -> State:
    """Return the appointment after an act."""
    return posts.step({act.stream: state} if state else {}, act).get(act.stream)


def asks(_: State, what: Command | Act, facts: Facts) -> Iterator[Tag]:
    """Yield the tags of the log, of the holder, and of the founder whose post this may be."""
    yield LOG
    if isinstance(what, Act) and isinstance(what.event, PostAppointmentProposed):
        yield actor_tag(what.event.holder)
    elif facts.knows(LOG) and (founder := _founders(facts).get(str(what.stream))):
        yield post_tag(founder)


def tags(act: Act) -> Iterator[Tag]:
    """Yield the tag of the holder's posts."""
    yield post_tag(cast(PostEvent, act.event).holder)


aggregate = Aggregate[State](
    name="post",
    initial=None,
    events=(PostAppointmentProposed, PostEndProposed, PostApproved, PostEnded),
    commands=(ProposeAppointment, ApproveAppointment, EndPost),
    decide=decide,
    check=check,
    evolve=evolve,
    asks=asks,
    tags=tags,
)
