"""Posts as every rule reads them: who holds which role, where, from when to when.

An appointment is a joint act of registrars; a genesis makes its founders registrars of the whole
log. A founder's own post is the stream ``post/<id>`` with the id of her person, where it can be
ended. A post lasts from its first day until the day before ``until`` or before its end. Who may
appoint and end is judged by ``ledger.aggregates.post``, what a post allows by each aggregate.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Final, assert_never, cast

import msgspec
from msgspec import Meta

from ledger.entry.ids import NAME
from ledger.kernel.act import Act, Tag
from ledger.kernel.event import ActorRef, Date, Digest, Event, event
from ledger.kernel.facts import Facts
from ledger.rules import joint
from ledger.rules.genesis import LogGenesis
from ledger.rules.joint import Joint, Proposal
from ledger.rules.post_statements import (
    Handover,
    PostHandoverDrawnUp,
    PostHandoverSigned,
    PostMandateStated,
    PostRecusalProposed,
    PostRecused,
    PostRelationDeclared,
    draw_up,
    sign,
)
from ledger.rules.time import local_date, parse_date

REGISTRAR: Final = "registrar"
"""The role that keeps the registry: persons, devices, keys, units, posts and packs."""
HOLDER: Final = "holder"
"""The role of anyone acting on her own key or post; it is no post and cannot be given."""

RoleCode = Annotated[str, Meta(pattern=rf"\A{NAME}\Z")]


@event("post.appointment_proposed.v1", zh="提议任职", en="Appointment proposed")
class PostAppointmentProposed(Event, frozen=True, kw_only=True):
    """Propose a holder for a role; ``unit`` is the scope, None the whole log."""

    holder: ActorRef
    post_role: RoleCode
    from_: Date = msgspec.field(name="from")
    until: Date | None = None


@event("post.end_proposed.v1", zh="提议终止任职", en="End of post proposed")
class PostEndProposed(Event, frozen=True, kw_only=True):
    """Propose to end another registrar's post from a day on; ``post.ended.v1`` completes it."""

    holder: ActorRef
    effective_from: Date


@event("post.approved.v1", zh="批准任职", en="Appointment approved")
class PostApproved(Event, frozen=True, kw_only=True):
    """Approve an appointment, or the end proposed of one."""

    approves: Digest
    holder: ActorRef


@event("post.ended.v1", zh="终止任职", en="Post ended")
class PostEnded(Event, frozen=True, kw_only=True):
    """End a post, or withdraw its proposal: it is not held from this day on.

    Where it needs several people, ``approves`` names the proposal it completes.
    """

    holder: ActorRef
    effective_from: Date


PostEvent = (
    PostAppointmentProposed | PostEndProposed | PostApproved | PostEnded | PostMandateStated
    | PostHandoverDrawnUp | PostHandoverSigned | PostRelationDeclared
    | PostRecusalProposed | PostRecused
)  # fmt: skip
EVENTS: tuple[type[Event], ...] = PostEvent.__args__


@dataclass(frozen=True, kw_only=True, slots=True)
class Appointment:
    """One post: its holder, role, scope and days, and the signatures behind it.

    ``joint`` is None for a founder's post, in effect from the genesis. ``over`` tells that its end
    was in effect when it was recorded: whatever comes later in the log is not of this post.
    ``proposals`` are the ends and recusals proposed of it. ``related`` are the bodies in which she
    declared a near relative, ``recused`` the matters she withdrew from.
    """

    stream: str
    holder: str
    role: str
    unit: str | None
    since: date
    until: date | None = None
    ended: date | None = None
    over: bool = False
    joint: Joint | None = None
    proposals: tuple[Proposal, ...] = ()
    mandate: PostMandateStated | None = None
    handover: Handover | None = None
    related: frozenset[str] = frozenset()
    recused: frozenset[str] = frozenset()

    @property
    def ends(self) -> date | None:
        """The first day on which it is held no more, None while that is not known."""
        return min((day for day in (self.until, self.ended) if day is not None), default=None)

    def effective(self, threshold: int) -> bool:
        """Tell whether it has the signatures it needs."""
        return self.joint is None or self.joint.reached(threshold)

    def held(self, day: date) -> bool:
        """Tell whether ``day`` is one of its days."""
        return (
            not self.over
            and self.since <= day
            and (self.until is None or day < self.until)
            and (self.ended is None or day < self.ended)
        )

    def proposed(self, kind: type[Event]) -> tuple[Proposal, ...]:
        """Return what was proposed of it by an event of this type."""
        return tuple(each for each in self.proposals if isinstance(each.event, kind))

    def past(self, day: date) -> bool:
        """Tell whether it was ended for good by ``day``, however a clock of that day is set.

        A day after its end: nothing signed then can pass for one of its days.
        """
        return self.over or (self.ended is not None and self.ended < day)


Appointments = dict[str, Appointment]
"""Appointments by stream."""


def post_tag(actor: str) -> Tag:
    """Return the tag of the acts about the posts of ``actor``."""
    return Tag(f"post:{actor}")


def founder_post(actor: str) -> str:
    """Return the stream of a founder's post: the id is her person's."""
    return f"post/{actor.partition('/')[2]}"


def step(posts: Appointments, act: Act) -> Appointments:
    """Fold one act about posts."""
    happened = cast(PostEvent | LogGenesis, act.event)
    if isinstance(happened, LogGenesis):
        return {post.stream: post for post in _founders(happened, act)} | posts
    if isinstance(happened, PostAppointmentProposed):
        return {act.stream: _proposed(happened, act)} | posts
    if (post := posts.get(act.stream)) is None:
        return posts
    return posts | {act.stream: _moved(post, happened, act)}


def _moved(post: Appointment, happened: PostEvent, act: Act) -> Appointment:
    after = post
    match happened:
        case PostEndProposed() | PostRecusalProposed():
            proposal = Proposal(event=happened, joint=joint.propose(act))
            after = replace(post, proposals=(*post.proposals, proposal))
        case PostApproved():
            after = _approved(post, act)
        case PostEnded():
            day = parse_date(happened.effective_from)
            # An end in effect when it was signed holds by log position, as a key's does: nobody
            # goes on in a post by dating her acts back. One announced ahead comes with its day.
            after = replace(post, ended=day, over=day <= local_date(act.iat))
        case PostMandateStated():
            after = replace(post, mandate=happened)
        case PostHandoverDrawnUp():
            after = replace(post, handover=draw_up(happened, act))
        case PostHandoverSigned():
            signed = post.handover and sign(post.handover, happened, act)
            after = replace(post, handover=signed)
        case PostRelationDeclared():
            after = replace(post, related=_related(post.related, happened))
        case PostRecused():
            after = replace(post, recused=post.recused | {happened.matter})
        case PostAppointmentProposed():
            pass  # a stream is one appointment, which its first act made
        case _:
            assert_never(happened)
    return after


def _related(before: frozenset[str], happened: PostRelationDeclared) -> frozenset[str]:
    for verdict in happened.checks:
        body = frozenset({verdict.subject})
        before = before | body if verdict.verdict else before - body
    return before


def _approved(post: Appointment, act: Act) -> Appointment:
    if post.joint is not None and post.joint.digest == act.event.approves:
        return replace(post, joint=joint.approve(post.joint, act))
    return replace(post, proposals=joint.approve_named(post.proposals, act))


def _founders(genesis: LogGenesis, act: Act) -> list[Appointment]:
    return [
        Appointment(
            stream=founder_post(founder.actor),
            holder=founder.actor,
            role=REGISTRAR,
            unit=None,
            since=local_date(act.iat),
        )
        for founder in genesis.founders
    ]


def _proposed(happened: PostAppointmentProposed, act: Act) -> Appointment:
    return Appointment(
        stream=act.stream,
        holder=happened.holder,
        role=happened.post_role,
        unit=happened.unit,
        since=parse_date(happened.from_),
        until=None if happened.until is None else parse_date(happened.until),
        joint=joint.propose(act),
    )


def fold(acts: tuple[Act, ...]) -> Appointments:
    """Return the appointments the acts of one tag tell of."""
    posts: Appointments = {}
    for act in acts:
        posts = step(posts, act)
    return posts


def posts_of(facts: Facts, actor: str) -> tuple[Appointment, ...]:
    """Return all appointments of ``actor``, pending and past too; ``post_tag`` must be asked."""

    def find() -> tuple[Appointment, ...]:
        posts = facts.fold(post_tag(actor), fold).values()
        return tuple(post for post in posts if post.holder == actor)

    return facts.once((posts_of, actor), find)


def is_registrar(posts: Iterable[Appointment], day: date, threshold: int) -> bool:
    """Tell whether one of these posts is a registrar's, in effect and not past on ``day``."""
    return any(
        post.role == REGISTRAR and post.effective(threshold) and not post.past(day)
        for post in posts
    )
