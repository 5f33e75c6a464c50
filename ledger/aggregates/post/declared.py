"""Rules of what is stated of a post: its election, its hand-over, relatives, recusals.

An election is stated with its ballots: one that was not carried is recorded and becomes a finding.
A hand-over is a list signed by who leaves, who comes and a supervisor, three persons; when it is
due and by whom it may be supervised is the packs'. As long as the one who leaves has not signed a
list she may draw up another. A list that two have signed and the third never signs stays open: a
finding says so, and answering the finding is the way out (ADR 0028). SD3, SD9; coverage B-04.
"""

from collections.abc import Iterator
from typing import cast

from ledger.aggregates.post import errors
from ledger.kernel.act import Act, Tag
from ledger.kernel.facts import Facts
from ledger.rules.authority import require_holder, require_role
from ledger.rules.genesis import log_of
from ledger.rules.joint import OtherThanProposed, verify_completed, verify_person
from ledger.rules.kinds.post import PostKind
from ledger.rules.packs.book import asks_book, book_in_force
from ledger.rules.packs.sections import posts as kinds
from ledger.rules.persons import actor_tag, verify_actor
from ledger.rules.post_statements import (
    NEAR_RELATIVE,
    Handover,
    Part,
    PostHandoverDrawnUp,
    PostHandoverSigned,
    PostMandateStated,
    PostRecusalProposed,
    PostRecused,
    PostRelationDeclared,
)
from ledger.rules.posts import HOLDER, REGISTRAR, Appointment, post_tag, posts_of
from ledger.rules.time import local_date


def asks(act: Act, facts: Facts) -> Iterator[Tag]:
    """Yield the tags these rules read: the former holder's posts, packs, who comes."""
    match act.event:
        case PostMandateStated(former=str(former)):
            yield post_tag(former)
        case PostHandoverDrawnUp(unit=unit, to=to):
            yield actor_tag(to)
            if unit is not None:
                yield from asks_book(unit, facts)
        case PostHandoverSigned(unit=str(unit)):
            yield from asks_book(unit, facts)


def check_mandate(post: Appointment, event: PostMandateStated, act: Act, facts: Facts) -> None:
    """Hold the rules of an election.

    Raises:
        RoleNotAllowed, PersonNeeded: not hers to state.
        MandateStated, BallotsDoNotAddUp, FormerMissing, SeatNotVacant, BeyondTerm: it cannot be.
    """
    require_role(act, REGISTRAR)
    verify_person(act)
    if post.mandate is not None:
        raise errors.MandateStated
    if not event.ayes <= event.cast <= event.voters:
        raise errors.BallotsDoNotAddUp
    if (event.by == "by_election") != (event.former is not None):
        raise errors.FormerMissing
    if event.former is not None:
        _check_vacant(post, event.former, facts)


def _check_vacant(post: Appointment, former: str, facts: Facts) -> None:
    held = [
        other
        for other in posts_of(facts, former)
        if (other.role, other.unit) == (post.role, post.unit) and other.stream != post.stream
    ]
    vacant = [other for other in held if not other.held(post.since) and other.since < post.since]
    if not vacant or len(vacant) < len(held):
        raise errors.SeatNotVacant(former=former, day=post.since.isoformat())
    terms = [other.until for other in vacant if other.until is not None]
    if terms and (post.until is None or post.until > max(terms)):
        raise errors.BeyondTerm(until=max(terms).isoformat())


def check_drawn_up(post: Appointment, event: PostHandoverDrawnUp, act: Act, facts: Facts) -> None:
    """Hold the rules of a list of what is handed over.

    Raises:
        RoleNotAllowed, NotHolder: by herself or a registrar.
        HandoverSigned: it would undo the holder's signature, or one that is not hers to undo.
        NoHandover, NotLeaving, ItemNotHandedOver, OneHandTwice, ActorUnknown: it cannot be.
    """
    require_holder(act, post.holder)
    signed = set(post.handover.signed) if post.handover is not None else set()
    if signed and not _hers_to_replace(signed, by_holder=act.actor == post.holder):
        raise errors.HandoverSigned(parts=" / ".join(sorted(signed)))
    if post.ends is None:
        raise errors.NotLeaving
    allowed = _kind(post, act, facts).items
    if len(set(event.items)) < len(event.items) or not set(event.items) <= set(allowed):
        raise errors.ItemNotHandedOver(allowed=", ".join(allowed))
    if event.to == post.holder:
        raise errors.OneHandTwice
    verify_actor(facts, event.to)


def _hers_to_replace(signed: set[Part], *, by_holder: bool) -> bool:
    # What she hands over is hers to say: a list she never signed binds her to nothing, or a list
    # drawn up by another and signed by a friend would keep her from handing over for good.
    return by_holder and ("old" not in signed or signed == {"old"})


def check_signed(post: Appointment, event: PostHandoverSigned, act: Act, facts: Facts) -> None:
    """Hold the rules of a signature under the newest list.

    Raises:
        NoHandoverDrawnUp: another list, or none.
        PartSigned, NotHerPart, OneHandTwice: not hers to sign.
    """
    verify_person(act)
    handover = post.handover
    if handover is None or handover.digest != event.approves:
        raise errors.NoHandoverDrawnUp(what="handover")
    if event.part in handover.signed:
        raise errors.PartSigned(part=event.part)
    if event.part == "supervisor":
        _check_supervisor(post, handover, act, facts)
        return
    hers = post.holder if event.part == "old" else handover.to
    if act.role != HOLDER or act.actor != hers:
        raise errors.NotHerPart(part=event.part, who=hers)


def _check_supervisor(post: Appointment, handover: Handover, act: Act, facts: Facts) -> None:
    witnesses = _kind(post, act, facts).witnesses
    if act.role not in witnesses:
        raise errors.NotHerPart(part="supervisor", who=" / ".join(witnesses) or "-")
    if act.actor in {post.holder, handover.to}:
        raise errors.OneHandTwice


def _kind(post: Appointment, act: Act, facts: Facts) -> PostKind:
    kind = None
    if post.unit is not None:
        kind = book_in_force(facts, post.unit, act.iat).find(kinds.section, post.role)
    if kind is None or kind.hand_over is None:
        raise errors.NoHandover(role=post.role)
    return kind


def check_relation(post: Appointment, event: PostRelationDeclared, act: Act) -> None:
    """Hold the rules of a declaration of relatives.

    Raises:
        RoleNotAllowed, NotHolder, PersonNeeded: she declares it herself.
        CheckMissing: it states no verdict, or others.
    """
    verify_person(act)
    require_role(act, HOLDER)
    require_holder(act, post.holder)
    if [verdict.check for verdict in event.checks] != [NEAR_RELATIVE]:
        raise errors.CheckMissing


def check_recusal_proposed(post: Appointment, event: PostRecusalProposed, act: Act) -> None:
    """Hold the rules of a recusal that somebody else proposes.

    Raises:
        RoleNotAllowed, PersonNeeded: by a registrar.
        PostOver, RecusedBefore: there is nothing to recuse her from.
    """
    require_role(act, REGISTRAR)
    verify_person(act)
    _check_may_withdraw(post, event, act)


def check_recusal(post: Appointment, event: PostRecused, act: Act, facts: Facts) -> None:
    """Hold the rules of a recusal: one registrar alone would take a case out of any hands.

    Raises:
        RoleNotAllowed, NotHolder: she declares it, or registrars do together.
        PostOver, RecusedBefore: there is nothing to recuse her from.
        MoreNeeded, PersonNeeded, OtherThanProposed: it is not what several signed.
    """
    require_holder(act, post.holder)
    _check_may_withdraw(post, event, act)
    if event.approves is None and not withdrawal_needs_others(post, act.actor, facts):
        return
    proposal = verify_completed(post.proposed(PostRecusalProposed), act, log_of(facts).threshold)
    if cast(PostRecusalProposed, proposal.event).matter != event.matter:
        raise OtherThanProposed


def _check_may_withdraw(
    post: Appointment, event: PostRecusalProposed | PostRecused, act: Act
) -> None:
    if post.past(local_date(act.iat)):
        raise errors.PostOver(day=str(post.ended))
    if event.matter in post.recused:
        raise errors.RecusedBefore(matter=event.matter)


def withdrawal_needs_others(post: Appointment, actor: str, facts: Facts) -> bool:
    """Tell whether a recusal takes several people: of somebody else, where there are several."""
    return actor != post.holder and log_of(facts).threshold > 1
