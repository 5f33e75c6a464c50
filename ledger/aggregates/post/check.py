"""Every rule of a post's acts; the same in prepare, submit, import and audit.

Of elections, hand-overs, relatives and recusals: ``declared``.
"""

from collections.abc import Iterator
from datetime import date
from typing import assert_never, cast

from ledger.aggregates.post import declared
from ledger.aggregates.post.errors import (
    BadTerm,
    HolderDiffers,
    OwnAppointment,
    PostOver,
    PostTaken,
    PostUnknown,
    RoleReserved,
    TermRun,
)
from ledger.kernel.act import Act, Tag
from ledger.kernel.aggregate import Command
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
from ledger.rules.post_statements import (
    OfficeEvent,
    PostHandoverDrawnUp,
    PostHandoverSigned,
    PostMandateStated,
    PostRecusalProposed,
    PostRecused,
    PostRelationDeclared,
)
from ledger.rules.posts import (
    HOLDER,
    REGISTRAR,
    Appointment,
    PostAppointmentProposed,
    PostApproved,
    PostEnded,
    PostEndProposed,
    PostEvent,
    founder_post,
    is_registrar,
    post_tag,
)
from ledger.rules.time import local_date, parse_date

State = Appointment | None
OwnEvent = PostApproved | PostEndProposed | PostEnded | OfficeEvent


def check(state: State, act: Act, facts: Facts) -> None:
    """Hold every rule of posts.

    Raises:
        RoleNotAllowed, NotHolder, UnitDiffers, PersonNeeded: not hers to do.
        PostTaken, OwnAppointment, RoleReserved, ActorUnknown, DeviceOutOfUse, BadDate, BadTerm:
            a proposal that may not be.
        TermRun: a term that had run when it was to be recorded.
        LedgerError: what ``checks`` of elections, hand-overs and declarations raise.
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
        case PostMandateStated():
            declared.check_mandate(_own(state, event, act, facts), event, act, facts)
        case PostHandoverDrawnUp():
            declared.check_drawn_up(_own(state, event, act, facts), event, act, facts)
        case PostHandoverSigned():
            declared.check_signed(_own(state, event, act, facts), event, act, facts)
        case PostRelationDeclared():
            declared.check_relation(_own(state, event, act, facts), event, act)
        case PostRecusalProposed():
            declared.check_recusal_proposed(_own(state, event, act, facts), event, act)
        case PostRecused():
            declared.check_recusal(_own(state, event, act, facts), event, act, facts)
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
    if event.until is not None:
        if parse_date(event.until) <= since:
            raise BadTerm(since=event.from_)
        _check_not_run(parse_date(event.until), act)


def _check_not_run(until: date | None, act: Act) -> None:
    # Nobody acts under a term that is over when it comes into effect, but by dating her acts back.
    if until is not None and until <= local_date(act.iat):
        raise TermRun(until=until.isoformat())


def _check_role(role: str, holder: str, registered: Registration) -> None:
    # Nobody is made holder of what is hers anyway. A machine has the one role of its kind: in a
    # person's it would act beside her, and separate duties would be in one hand.
    machine = None if registered.kind is None else DEVICE_ROLES[registered.kind]
    if role == HOLDER or (machine is not None and role != machine):
        raise RoleReserved(role=role, holder=holder)


def _check_approval(post: Appointment, event: PostApproved, act: Act, facts: Facts) -> None:
    require_role(act, REGISTRAR)
    threshold = log_of(facts).threshold
    if (proposed := named(post.proposals, event.approves)) is not None:
        verify_approval(proposed.joint, act, threshold)
        return
    if post.ended is not None:
        raise PostOver(day=post.ended.isoformat())
    if post.holder == act.actor:
        raise OwnAppointment
    _check_not_run(post.until, act)
    proposal = post.joint if post.joint and post.joint.digest == event.approves else None
    verify_approval(proposal, act, threshold)


def _check_end(post: Appointment, event: PostEnded, act: Act, facts: Facts) -> None:
    require_holder(act, post.holder)
    _check_day(post, event)
    if event.approves is None and not needs_others(post, act.actor, local_date(act.iat), facts):
        return
    proposal = verify_completed(post.proposed(PostEndProposed), act, log_of(facts).threshold)
    if cast(PostEndProposed, proposal.event).effective_from != event.effective_from:
        raise OtherThanProposed


def _check_day(post: Appointment, event: PostEnded | PostEndProposed) -> None:
    day = parse_date(event.effective_from)
    # An end announced for a far day must not keep the post from being ended sooner.
    if post.ended is not None and (post.over or day >= post.ended):
        raise PostOver(day=post.ended.isoformat())
    if day < post.since:
        raise BadTerm(since=post.since.isoformat())


def needs_others(post: Appointment, actor: str, day: date, facts: Facts) -> bool:
    """Tell whether ending it takes several people: a registrar's, by somebody else."""
    threshold = log_of(facts).threshold
    return threshold > 1 and actor != post.holder and is_registrar((post,), day, threshold)


def _own(state: State, event: OwnEvent, act: Act, facts: Facts) -> Appointment:
    post = known(state, act.stream, facts)
    if event.holder != post.holder:
        raise HolderDiffers(holder=post.holder)
    require_unit(act, post.unit)
    return post


def known(state: State, stream: str, facts: Facts) -> Appointment:
    """Return the appointment of a stream, which may be a founder's. Raises: PostUnknown."""
    post = state or _founder_post(stream, facts)
    if post is None:
        raise PostUnknown(post=stream)
    return post


def _founder_post(stream: str, facts: Facts) -> Appointment | None:
    holder = _founders(facts).get(stream)
    return facts.fold(post_tag(holder), posts.fold).get(stream) if holder else None


def _founders(facts: Facts) -> dict[str, str]:
    return {founder_post(each.actor): each.actor for each in log_of(facts).genesis.founders}


def asks(_: State, what: Command | Act, facts: Facts) -> Iterator[Tag]:
    """Yield the tags of the log, of the holder, and of the founder whose post this may be."""
    yield LOG
    if isinstance(what, Act):
        yield from declared.asks(what, facts)
    if isinstance(what, Act) and isinstance(what.event, PostAppointmentProposed):
        yield actor_tag(what.event.holder)
    elif facts.knows(LOG) and (founder := _founders(facts).get(str(what.stream))):
        yield post_tag(founder)


def tags(act: Act) -> Iterator[Tag]:
    """Yield the tag of the holder's posts."""
    yield post_tag(cast(PostEvent, act.event).holder)
