"""Every rule of a key's acts, and what they must know; the same in prepare, submit and audit."""

from collections.abc import Iterator
from datetime import date
from typing import assert_never, cast

from ledger.aggregates.key.commands import (
    EnrolKey,
)
from ledger.aggregates.key.errors import (
    AlreadyEnded,
    AlreadyEnrolled,
    AlreadyHers,
    DisputedTooEarly,
    HolderEnrolsHerself,
    NotEnrolled,
    NotStreamsKey,
    RegistrarEnrolsHerself,
    RegistrarRotatesHerself,
    UnfitSuccessor,
)
from ledger.kernel.act import Act, Tag
from ledger.kernel.aggregate import Command
from ledger.kernel.facts import Facts
from ledger.rules.authority import require_holder, require_role, require_unit
from ledger.rules.genesis import LOG, log_of, verify_key
from ledger.rules.joint import (
    OtherThanProposed,
    named,
    verify_approval,
    verify_completed,
    verify_person,
)
from ledger.rules.keys import (
    Key,
    KeyApproved,
    KeyEnrolled,
    KeyEvent,
    KeyRevocationProposed,
    KeyRevoked,
    KeyRotated,
    asks_keys,
    holder_tag,
    key_of,
    key_tag,
    keys_in_force,
)
from ledger.rules.persons import actor_tag, verify_actor
from ledger.rules.posts import HOLDER, REGISTRAR, is_registrar, post_tag, posts_of
from ledger.rules.time import local_date

State = Key | None


def check(state: State, act: Act, facts: Facts) -> None:
    """Hold every rule of keys.

    Raises:
        RoleNotAllowed, NotHolder, UnitDiffers: not hers to do.
        HolderEnrolsHerself, RegistrarEnrolsHerself, AlreadyEnrolled, AlreadyHers, NotStreamsKey,
        BadKey, WeakKey, BadProof, ActorUnknown, DeviceOutOfUse:
            an enrolment that may not be.
        NotEnrolled, AlreadyEnded, UnfitSuccessor, DisputedTooEarly, RegistrarRotatesHerself,
        MoreNeeded, OtherThanProposed: an end that may not be.
        ProposalUnknown, OwnProposal, ApprovedTwice, AlreadyEffective: nor may an approval.
    """
    event = cast(KeyEvent, act.event)
    match event:
        case KeyEnrolled():
            _check_enrolment(state, event, act, facts)
        case KeyRotated():
            _check_rotation(_own(state, act, facts), event, act, facts)
        case KeyRevoked():
            _check_revocation(_own(state, act, facts), event, act, facts)
        case KeyRevocationProposed():
            require_role(act, REGISTRAR)
            verify_person(act)
            _check_end(_own(state, act, facts), event)
        case KeyApproved():
            require_role(act, REGISTRAR)
            proposal = named(_own(state, act, facts).revocations, event.approves)
            verify_approval(proposal.joint if proposal else None, act, log_of(facts).threshold)
        case _:
            assert_never(event)


def _check_enrolment(state: State, event: KeyEnrolled, act: Act, facts: Facts) -> None:
    require_role(act, REGISTRAR, HOLDER)
    if act.actor != event.holder:
        require_role(act, REGISTRAR)
    kid = kid_of(act.stream)
    if (known := state or key_of(facts, kid)) is not None:
        hers = known.holder == event.holder and not known.ended
        raise (AlreadyHers if hers else AlreadyEnrolled)(kid=kid)
    # Keys are enrolled where their holder is registered: a registrar of one place cannot make
    # herself a key of someone in another.
    require_unit(act, verify_actor(facts, event.holder).unit)
    _require_not_anothers_registrar(event.holder, act, facts)
    key = verify_key(event.jwk, event.proof, origin=log_of(facts).origin, actor=event.holder)
    if key.kid != kid:
        raise NotStreamsKey
    if act.actor != event.holder:
        _require_keyless(event.holder, facts)


def _require_keyless(holder: str, facts: Facts) -> None:
    # A key made for somebody who has one would let a registrar act as her, and nobody notice.
    for key in keys_in_force(facts, holder):
        raise HolderEnrolsHerself(holder=holder, kid=key.kid)


def _require_not_anothers_registrar(holder: str, act: Act, facts: Facts) -> None:
    # Joint acts count persons. Could one registrar enrol a key for another, he would be both.
    day = local_date(act.iat)
    for post in posts_of(facts, holder):
        if post.role == REGISTRAR and not post.past(day) and act.actor != holder:
            raise RegistrarEnrolsHerself(holder=holder)


def needs_others(key: Key, actor: str, day: date, facts: Facts) -> bool:
    """Tell whether revoking it takes several people: a registrar's, by somebody else."""
    threshold = log_of(facts).threshold
    if threshold == 1 or actor == key.holder:
        return False
    return is_registrar(posts_of(facts, key.holder), day, threshold)


def _check_rotation(key: Key, event: KeyRotated, act: Act, facts: Facts) -> None:
    if key.ended:
        raise AlreadyEnded(kid=key.kid)
    if needs_others(key, act.actor, local_date(act.iat), facts):
        raise RegistrarRotatesHerself(holder=key.holder)
    successor = key_of(facts, event.successor)
    if (
        successor is None
        or successor.ended
        or successor.holder != key.holder
        or successor.kid == key.kid
    ):
        raise UnfitSuccessor(kid=event.successor)


def _check_revocation(key: Key, event: KeyRevoked, act: Act, facts: Facts) -> None:
    _check_end(key, event)
    if event.approves is None and not needs_others(key, act.actor, local_date(act.iat), facts):
        return
    proposal = verify_completed(key.revocations, act, log_of(facts).threshold)
    proposed = cast(KeyRevocationProposed, proposal.event)
    if (proposed.reason, proposed.since) != (event.reason, event.since):
        raise OtherThanProposed


def _check_end(key: Key, event: KeyRevoked | KeyRevocationProposed) -> None:
    # A second revocation can only dispute more: a compromise found to be older than thought.
    disputes_more = event.since is not None and not key.disputes(event.since)
    if key.revoked and not disputes_more:
        raise AlreadyEnded(kid=key.kid)
    if event.since is not None and key.enrolled is not None and event.since < key.enrolled:
        raise DisputedTooEarly(since=event.since, enrolled=key.enrolled)


def _own(state: State, act: Act, facts: Facts) -> Key:
    key = known_key(state, act.stream, facts)
    require_holder(act, key.holder)
    require_unit(act, key.unit)
    return key


def known_key(state: State, stream: str, facts: Facts) -> Key:
    """Return the key a stream is about; a founder's stands in the genesis. Raises: NotEnrolled."""
    key = state or key_of(facts, kid_of(stream))
    if key is None:
        raise NotEnrolled(kid=kid_of(stream))
    return key


def kid_of(stream: str) -> str:
    """Return the thumbprint a key's stream is named by."""
    return stream.removeprefix("key/")


def asks(_: State, what: Command | Act, facts: Facts) -> Iterator[Tag]:
    """Yield the tags of the key, its holder and her posts, its successor, the log's origin."""
    if isinstance(what, EnrolKey):
        yield actor_tag(what.holder)
        return
    yield LOG
    kid = kid_of(str(what.stream))
    yield key_tag(kid)
    event = what.event if isinstance(what, Act) else None
    if isinstance(event, KeyEnrolled):
        yield actor_tag(event.holder)
        yield post_tag(event.holder)
        yield from asks_keys(event.holder, facts)
    elif facts.knows(key_tag(kid)) and (key := key_of(facts, kid)):
        yield post_tag(key.holder)
    if isinstance(event, KeyRotated):
        yield key_tag(event.successor)


def tags(act: Act) -> Iterator[Tag]:
    """Yield the tag of the key, and of its holder's keys where one is enrolled."""
    yield key_tag(kid_of(act.stream))
    if isinstance(act.event, KeyEnrolled):
        yield holder_tag(act.event.holder)
