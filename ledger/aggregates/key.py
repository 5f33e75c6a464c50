"""Signing keys: enrolled, rotated away, revoked (docs/spec/entry.md).

The stream is the key: ``key/<thumbprint>``, so no key is enrolled twice. A founder's key is
enrolled by the genesis, hence its stream may begin with its end. To revoke another registrar's key
is a joint act, or one could stop all joint acts (ADR 0018). Sealed holders (residents and
volunteers) are a later type, not handled here.
"""

from collections.abc import Iterator
from datetime import date
from typing import ClassVar, assert_never, cast

from ledger.errors import MalformedError, NotFound, RuleViolation
from ledger.kernel.act import Act, Proposed, Tag
from ledger.kernel.aggregate import Aggregate, Command, Context
from ledger.kernel.event import ActorRef, Code, Digest
from ledger.kernel.facts import Facts
from ledger.kernel.naming import Name, Naming
from ledger.rules import keys
from ledger.rules.authority import require_holder, require_role, require_unit
from ledger.rules.genesis import LOG, Bytes32, Jwk, Signature64, jwk_kid, log_of, verify_key
from ledger.rules.joint import (
    OtherThanProposed,
    named,
    verify_approval,
    verify_completed,
    verify_person,
)
from ledger.rules.keys import (
    Custody,
    Key,
    KeyApproved,
    KeyEnrolled,
    KeyEvent,
    KeyRevocationProposed,
    KeyRevoked,
    KeyRotated,
    LogIndex,
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


class NotEnrolled(NotFound):
    """No such key was enrolled."""

    code = "key.not_enrolled"
    zh = "密钥 {kid} 未登记。请核对指纹。"
    en = "Key {kid} is not enrolled. Check the thumbprint."


class AlreadyEnrolled(RuleViolation):
    """The key is someone's already."""

    code = "key.already_enrolled"
    zh = "密钥 {kid} 已登记，一把密钥只登记一次。请重新生成密钥。"
    en = "Key {kid} is enrolled already, and a key is enrolled once. Make a new key."


class AlreadyHers(RuleViolation):
    """The key is enrolled already, for this very holder, and in force."""

    code = "key.already_hers"
    zh = "密钥 {kid} 已为该持有人登记且有效，无需再次登记，可直接使用。"
    en = "Key {kid} is enrolled for this holder and in force: nothing is left to do."


class NotStreamsKey(MalformedError):
    """The stream is not the thumbprint of the key."""

    code = "key.not_streams"
    zh = "密钥指纹与流编号不一致。请用公钥指纹作为流编号。"
    en = "The stream is not named by this key's thumbprint. Name it so."


class AlreadyEnded(RuleViolation):
    """The key was rotated away or revoked before."""

    code = "key.already_ended"
    zh = "密钥 {kid} 已更换或吊销，无需再次办理。"
    en = "Key {kid} was rotated away or revoked before; there is nothing to end."


class UnfitSuccessor(RuleViolation):
    """The successor is not another key in force of the same holder."""

    code = "key.unfit_successor"
    zh = "接替密钥 {kid} 须是同一持有人的另一把有效密钥。请先登记新密钥。"
    en = "Successor {kid} must be another key in force of the same holder. Enrol it first."


class DisputedTooEarly(RuleViolation):
    """The disputed entries would begin before the key was enrolled."""

    code = "key.disputed_too_early"
    zh = "存疑起点 {since} 早于密钥登记的序号 {enrolled}。请填写登记之后的序号。"
    en = "Index {since} lies before the key's enrolment at {enrolled}. Name a later index."


class HolderEnrolsHerself(RuleViolation):
    """A further key was to be enrolled by another, though its holder has one in force."""

    code = "key.holder_enrols_herself"
    zh = "{holder} 已有有效密钥 {kid}，新密钥须由本人用它登记；如已遗失，请先吊销旧密钥。"
    en = (
        "{holder} has key {kid} in force: she enrols further keys with it herself. If it is lost, "
        "revoke it first."
    )


class RegistrarEnrolsHerself(RuleViolation):
    """A further key of a registrar was to be enrolled by another."""

    code = "key.registrar_enrols_herself"
    zh = "登记员 {holder} 的密钥只能由本人登记；如已遗失，请先终止其岗位，登记新密钥后重新任命。"
    en = (
        "A key of registrar {holder} is enrolled by herself alone. If she lost hers: end her post, "
        "enrol a new key, then appoint her again."
    )


class RegistrarRotatesHerself(RuleViolation):
    """A registrar's key was to be rotated by another."""

    code = "key.registrar_rotates_herself"
    zh = "登记员 {holder} 的密钥只能由本人更换；如已遗失，请由其他登记员联署吊销。"
    en = "A key of registrar {holder} is rotated by herself; if it is lost, let others revoke it."


class EnrolKey(Command, frozen=True, kw_only=True):
    """Enrol the key of a person or device.

    What to give is what ``mingzhang key show FILE --for HOLDER`` prints where the key is.
    """

    name: ClassVar[str] = "key.enrol"
    zh: ClassVar[str] = "登记公钥"
    en: ClassVar[str] = "Enrol"
    holder: ActorRef
    public_key: Bytes32
    proof: Signature64
    custody: Custody


class RotateKey(Command, frozen=True, kw_only=True):
    """Replace a key by another of the same holder, enrolled before.

    ``successor`` is the thumbprint of the other one.
    """

    name: ClassVar[str] = "key.rotate"
    zh: ClassVar[str] = "更换密钥"
    en: ClassVar[str] = "Rotate"
    successor: Bytes32


class RevokeKey(Command, frozen=True, kw_only=True):
    """End a key that was lost, stolen or is no longer used.

    What it signed from entry ``since`` on is then disputed. Another registrar's key takes several:
    it is proposed, and others approve it.
    """

    name: ClassVar[str] = "key.revoke"
    zh: ClassVar[str] = "吊销密钥"
    en: ClassVar[str] = "Revoke"
    reason: Code
    since: LogIndex | None = None


class ApproveRevocation(Command, frozen=True, kw_only=True):
    """Approve the revocation of a key that another registrar proposed."""

    name: ClassVar[str] = "key.approve"
    zh: ClassVar[str] = "批准吊销密钥"
    en: ClassVar[str] = "Approve"
    approves: Digest


KeyCommand = EnrolKey | RotateKey | RevokeKey | ApproveRevocation


def decide(state: State, command: KeyCommand, context: Context) -> tuple[Proposed, ...]:
    """Propose the acts of a command; the unit is that of the holder's registration.

    Raises:
        NotEnrolled, ActorUnknown, DeviceOutOfUse: the key or its holder is not in the registry.
    """
    if isinstance(command, EnrolKey):
        jwk = Jwk(x=command.public_key)
        enrolled = KeyEnrolled(
            holder=command.holder,
            jwk=jwk,
            proof=command.proof,
            custody=command.custody,
            unit=verify_actor(context.facts, command.holder).unit,
        )
        return (Proposed(stream=f"key/{jwk_kid(jwk)}", event=enrolled),)
    stream = str(command.stream)
    key = _known(state, stream, context.facts)
    match command:
        case RotateKey():
            rotated = KeyRotated(successor=command.successor, unit=key.unit)
            return (Proposed(stream=stream, event=rotated),)
        case RevokeKey():
            kind: type[KeyRevoked | KeyRevocationProposed] = KeyRevoked
            if _needs_others(key, context.who.actor, context.now.date(), context.facts):
                kind = KeyRevocationProposed
            revoked = kind(reason=command.reason, since=command.since, unit=key.unit)
            return (Proposed(stream=stream, event=revoked),)
        case ApproveRevocation():
            return (Proposed(stream=stream, event=_approval(key, command.approves, context)),)
        case _:
            assert_never(command)


def _approval(key: Key, digest: str, context: Context) -> KeyApproved | KeyRevoked:
    """The last approval a revocation needs is the revocation itself."""
    proposal = named(key.revocations, digest)
    if proposal and proposal.reached_by(context.who.actor, log_of(context.facts).threshold):
        proposed = cast(KeyRevocationProposed, proposal.event)
        return KeyRevoked(
            reason=proposed.reason, since=proposed.since, approves=digest, unit=key.unit
        )
    return KeyApproved(approves=digest, unit=key.unit)


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
    kid = _kid(act.stream)
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


def _needs_others(key: Key, actor: str, day: date, facts: Facts) -> bool:
    """Tell whether revoking it takes several people: a registrar's, by somebody else."""
    threshold = log_of(facts).threshold
    if threshold == 1 or actor == key.holder:
        return False
    return is_registrar(posts_of(facts, key.holder), day, threshold)


def _check_rotation(key: Key, event: KeyRotated, act: Act, facts: Facts) -> None:
    if key.ended:
        raise AlreadyEnded(kid=key.kid)
    if _needs_others(key, act.actor, local_date(act.iat), facts):
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
    if event.approves is None and not _needs_others(key, act.actor, local_date(act.iat), facts):
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
    key = _known(state, act.stream, facts)
    require_holder(act, key.holder)
    require_unit(act, key.unit)
    return key


def _known(state: State, stream: str, facts: Facts) -> Key:
    key = state or key_of(facts, _kid(stream))
    if key is None:
        raise NotEnrolled(kid=_kid(stream))
    return key


def _kid(stream: str) -> str:
    return stream.removeprefix("key/")


def evolve(state: State, act: Act) -> State:
    """Return the key after an act."""
    kid = _kid(act.stream)
    return keys.step({kid: state} if state else {}, act).get(kid)


def asks(_: State, what: Command | Act, facts: Facts) -> Iterator[Tag]:
    """Yield the tags of the key, its holder and her posts, its successor, the log's origin."""
    if isinstance(what, EnrolKey):
        yield actor_tag(what.holder)
        return
    yield LOG
    kid = _kid(str(what.stream))
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
    yield key_tag(_kid(act.stream))
    if isinstance(act.event, KeyEnrolled):
        yield holder_tag(act.event.holder)


NAMING = Naming(
    zh="密钥",
    en="Key",
    about="Signing keys",
    members={
        "custody": Name("密钥由谁保管", "Who keeps the key"),
        "enrolled": Name("登记日", "Enrolled"),
        "iat": Name("签名时间", "Signed at"),
        "kid": Name("密钥指纹", "Thumbprint"),
        "public_key": Name("公钥", "Public key"),
        "revocations": Name("吊销提议", "Revocations proposed"),
        "revoked": Name("已吊销", "Revoked"),
        "since": Name("自何时起", "Since"),
        "successor": Name("后继密钥", "Successor"),
    },
    prompts={
        "since": Name("自何时起", "Since when"),
    },
)

aggregate = Aggregate[State](
    name="key",
    naming=NAMING,
    initial=None,
    events=(KeyEnrolled, KeyRotated, KeyRevoked, KeyRevocationProposed, KeyApproved),
    commands=(EnrolKey, RotateKey, RevokeKey, ApproveRevocation),
    decide=decide,
    check=check,
    evolve=evolve,
    asks=asks,
    tags=tags,
)
