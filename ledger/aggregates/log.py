"""The log's own stream: genesis, its key changed, clock explained, mark renewed, heads published.

See docs/spec/entry.md and docs/spec/log.md. No command makes a genesis: founding a home does, and
this module judges it like any act. A new log key is a joint act whose proposal both keys signed.
Signing checkpoints, refusing to write while the clock is suspect, and computing the root of heads
are not handled here.
"""

from collections.abc import Iterator
from typing import ClassVar, assert_never, cast

from ledger.entry import base64url
from ledger.entry.genesis import BadGenesis
from ledger.entry.keys import BadSignature, PublicKey
from ledger.errors import MalformedError, NotAuthorised, RuleViolation, VerificationError
from ledger.kernel.act import Act, Proposed, Tag
from ledger.kernel.aggregate import Aggregate, Command, Context
from ledger.kernel.event import Code, Digest
from ledger.kernel.facts import Facts
from ledger.kernel.naming import Name, Naming
from ledger.rules import genesis
from ledger.rules.authority import require_role, require_unit
from ledger.rules.genesis import (
    LOG,
    Bytes32,
    Log,
    LogApproved,
    LogClockExplained,
    LogEvent,
    LogGenesis,
    LogKeyRotationProposed,
    LogMarkRenewed,
    NoGenesis,
    Rotation,
    Signature64,
    VerifierKey,
    jwk_kid,
    rotation_message,
    verify_key,
)
from ledger.rules.heads import HEADS, Count, LogHeadsPublished
from ledger.rules.joint import ProposalUnknown, verify_approval, verify_person
from ledger.rules.keys import holder_tag, key_tag
from ledger.rules.persons import POLICY, actor_tag
from ledger.rules.posts import REGISTRAR, post_tag
from ledger.tlog.keys import KeyType
from ledger.tlog.note import parse_vkey

State = Log | None


class AlreadyFounded(RuleViolation):
    """A log has one genesis."""

    code = "log.already_founded"
    zh = "本账本已有创世条目。请另建账本，并在其中写明上一账本。"
    en = "This log has its genesis. Found another log that names this one as predecessor."


class BadLogKey(MalformedError):
    """The verifier key is not an Ed25519 key named by this log's origin."""

    code = "log.bad_key"
    zh = "新的账本密钥须是以 {origin} 命名的 Ed25519 验证密钥。请重新生成。"
    en = "The log key must be an Ed25519 verifier key named {origin}. Make it again."


class SameLogKey(RuleViolation):
    """The proposed log key is the one in force."""

    code = "log.same_key"
    zh = "拟换密钥与现用密钥相同。请生成新的密钥。"
    en = "The proposed key is the one in force. Make a new key."


class RotationNotSigned(VerificationError):
    """The old or the new log key did not sign the change."""

    code = "log.rotation_not_signed"
    zh = "更换账本密钥须由新旧两把密钥签署，{key} 的签名核验未通过。请重新签署。"
    en = "Old and new key both sign the change; the signature of the {key} one does not verify."


class RotationLapsed(RuleViolation):
    """The key this proposal was to replace is in force no more."""

    code = "log.rotation_lapsed"
    zh = "该提议要更换的密钥已不再使用，提议失效。请重新提议。"
    en = "The key this was to replace is in force no more. Propose the change anew."


class HeadsByMachine(NotAuthorised):
    """Heads are published by a policy device, whoever else may hold its role."""

    code = "log.heads_by_machine"
    zh = "末条清单须由策略设备发布。请运行 mingzhang publish-heads。"
    en = "Heads are published by a policy device. Run `mingzhang publish-heads`."


class HeadsOutOfPlace(RuleViolation):
    """Heads are those of a size the log has passed, later than the last ones published."""

    code = "log.heads_out_of_place"
    zh = "末条清单的条数 {size} 不当：须大于上次发布的 {published}，不大于该条序号。请重新生成。"
    en = (
        "Heads of size {size} are out of place: above the last published, {published}, and not "
        "above the entry's own index. Make them again."
    )


class ProposeKeyRotation(Command, frozen=True, kw_only=True):
    """Propose another key for the ledger itself to sign with.

    ``mingzhang signer rotate-key`` makes one and both signatures this asks for.
    """

    name: ClassVar[str] = "log.rotate_key"
    zh: ClassVar[str] = "提议更换账本密钥"
    en: ClassVar[str] = "Rotate key"
    vkey: VerifierKey
    proof: Signature64
    consent: Signature64


class ApproveKeyRotation(Command, frozen=True, kw_only=True):
    """Approve the change of the ledger's own key that another registrar proposed."""

    name: ClassVar[str] = "log.approve"
    zh: ClassVar[str] = "批准更换账本密钥"
    en: ClassVar[str] = "Approve"
    approves: Digest


class ExplainClock(Command, frozen=True, kw_only=True):
    """Explain why the wall clock moved."""

    name: ClassVar[str] = "log.explain_clock"
    zh: ClassVar[str] = "说明时钟变动"
    en: ClassVar[str] = "Explain clock"
    reason: Code


class RenewMark(Command, frozen=True, kw_only=True):
    """Go on after the signer's mark was lost, held to a checkpoint kept elsewhere."""

    name: ClassVar[str] = "log.renew_mark"
    zh: ClassVar[str] = "重立签名标记"
    en: ClassVar[str] = "Renew mark"
    reason: Code
    size: int
    root: Digest


class PublishHeads(Command, frozen=True, kw_only=True):
    """Publish the root over the heads of all streams of the first ``size`` entries."""

    name: ClassVar[str] = "log.publish_heads"
    zh: ClassVar[str] = "发布各流末条清单"
    en: ClassVar[str] = "Publish heads"
    size: Count
    streams: Count
    root: Bytes32


LogCommand = ProposeKeyRotation | ApproveKeyRotation | ExplainClock | RenewMark | PublishHeads


def decide(_: State, command: LogCommand, context: Context) -> tuple[Proposed, ...]:
    """Propose the acts of a command, in the stream of the log itself.

    Raises:
        NoGenesis: the log has not been founded.
    """
    stream = f"log/{genesis.log_of(context.facts).origin}"
    return (Proposed(stream=stream, event=_event(command)),)


def _event(command: LogCommand) -> LogEvent:
    match command:
        case ProposeKeyRotation():
            return LogKeyRotationProposed(
                vkey=command.vkey, proof=command.proof, consent=command.consent
            )
        case ApproveKeyRotation():
            return LogApproved(approves=command.approves)
        case ExplainClock():
            return LogClockExplained(reason=command.reason)
        case RenewMark():
            return LogMarkRenewed(reason=command.reason, size=command.size, root=command.root)
        case PublishHeads():
            return LogHeadsPublished(size=command.size, streams=command.streams, root=command.root)
        case _:
            assert_never(command)


def check(state: State, act: Act, facts: Facts) -> None:
    """Hold every rule of the log's own acts.

    Raises:
        BadGenesis, AlreadyFounded, BadKey, WeakKey, BadProof: a genesis that may not be.
        NoGenesis: an act in the stream of a log not founded here.
        RoleNotAllowed, UnitDiffers, PersonNeeded: not by a registrar of the whole log, in person.
        HeadsByMachine, HeadsOutOfPlace: heads that may not be published.
        BadLogKey, WeakKey, SameLogKey, RotationNotSigned: a key that may not be the log's.
        ProposalUnknown, OwnProposal, ApprovedTwice, AlreadyEffective, RotationLapsed: an
            approval that may not be.
    """
    event = cast(LogEvent, act.event)
    require_role(act, POLICY if isinstance(event, LogHeadsPublished) else REGISTRAR)
    # The log is no unit's: naming one would let a registrar of one place speak for all.
    require_unit(act, None)
    if isinstance(event, LogGenesis):
        _check_genesis(event, act, facts)
        return
    if state is None:
        raise NoGenesis
    match event:
        case LogKeyRotationProposed():
            verify_person(act)
            _check_rotation(state, event)
        case LogApproved():
            _check_approval(state, event, act)
        case LogMarkRenewed():
            verify_person(act)
        case LogClockExplained():
            pass
        case LogHeadsPublished():
            _check_heads(state, event, act)
        case _:
            assert_never(event)


def _check_genesis(event: LogGenesis, act: Act, facts: Facts) -> None:
    if facts.about(LOG):
        raise AlreadyFounded
    actors = {founder.actor for founder in event.founders}
    kids = [jwk_kid(founder.jwk) for founder in event.founders]
    old = event.predecessor
    for member, holds in (
        ("stream", act.stream == f"log/{event.origin}" and act.seq == 1),
        ("actor", act.actor == event.founders[0].actor),
        ("kid", act.kid == kids[0]),
        # Two posts of one person, or one key for two, would make a joint act of one hand.
        ("pub.founders", len(actors) == len(set(kids)) == len(event.founders)),
        ("pub.threshold", event.threshold <= len(event.founders)),
        ("pub.predecessor", old is None or _goes_on(old.origin, old.checkpoint, event.origin)),
    ):
        if not holds:
            raise BadGenesis(member=member)
    _log_key(event.vkey, event.origin)
    for founder in event.founders:
        verify_key(founder.jwk, founder.proof, origin=event.origin, actor=founder.actor)


def _goes_on(old: str, checkpoint: str, new: str) -> bool:
    # A checkpoint's first line is the origin of its log.
    return old != new and checkpoint.startswith(f"{old}\n")


def _log_key(vkey: str, origin: str) -> PublicKey:
    try:
        verifier = parse_vkey(vkey)
    except MalformedError:
        raise BadLogKey(origin=origin) from None
    if verifier.name != origin or verifier.key_type is not KeyType.ED25519:
        raise BadLogKey(origin=origin)
    return PublicKey.from_raw(verifier.public_key)


def _check_rotation(log: Log, event: LogKeyRotationProposed) -> None:
    if event.vkey == log.vkey:
        raise SameLogKey
    message = rotation_message(origin=log.origin, old=log.vkey, new=event.vkey)
    for key, vkey, signature in (
        ("new", event.vkey, event.proof),
        ("old", log.vkey, event.consent),
    ):
        public = _log_key(vkey, log.origin)
        try:
            public.verify(base64url.decode(signature, 64), message)
        except (base64url.BadBase64, BadSignature):
            raise RotationNotSigned(key=key) from None


def _check_approval(log: Log, event: LogApproved, act: Act) -> None:
    rotation = _proposed(log, event.approves)
    verify_approval(rotation.joint, act, log.threshold)
    if rotation.replaces != log.vkey:
        raise RotationLapsed


def _check_heads(log: Log, event: LogHeadsPublished, act: Act) -> None:
    if not act.actor.startswith("device/"):
        raise HeadsByMachine
    # Before it is sequenced an act has no index; submit holds it to the log's size then.
    beyond = act.index is not None and event.size > act.index
    if beyond or event.size <= log.published or event.streams > event.size:
        raise HeadsOutOfPlace(size=event.size, published=log.published)


def _proposed(log: Log, digest: str) -> Rotation:
    for rotation in log.rotations:
        if rotation.joint.digest == digest:
            return rotation
    raise ProposalUnknown


def asks(_: State, __: Command | Act, ___: Facts) -> Iterator[Tag]:
    """Yield the tag of the log's own acts."""
    yield LOG


def tags(act: Act) -> Iterator[Tag]:
    """Yield the log's tag; a genesis also bears those of its founders, keys and posts."""
    yield HEADS if isinstance(act.event, LogHeadsPublished) else LOG
    if isinstance(act.event, LogGenesis):
        for founder in act.event.founders:
            yield actor_tag(founder.actor)
            yield key_tag(jwk_kid(founder.jwk))
            yield holder_tag(founder.actor)
            yield post_tag(founder.actor)


NAMING = Naming(
    zh="账本",
    en="Ledger",
    about="The log's own acts",
    members={
        "actor": Name("人员", "Person"),
        "checkpoint": Name("检查点", "Checkpoint"),
        "clock": Name("时钟", "Clock"),
        "consent": Name("新密钥的签署", "Signature of the new key"),
        "founded": Name("创立", "Founded"),
        "founders": Name("创立人", "Founders"),
        "genesis": Name("创世", "Genesis"),
        "origin": Name("账本名称", "Origin"),
        "predecessor": Name("前一账本", "Predecessor"),
        "published": Name("已发布末条清单", "Heads published"),
        "rotations": Name("更换密钥", "Key rotations"),
        "streams": Name("流数", "Streams"),
        "suite": Name("签名套件", "Suite"),
        "threshold": Name("须几人共同签署", "Signatures of a joint act"),
        "vkey": Name("账本公钥", "Verifier key"),
        "zone": Name("时区", "Time zone"),
    },
    codes={
        "clock": {"real": Name("真实时钟", "Real"), "simulated": Name("模拟时钟", "Simulated")},
    },
)

aggregate = Aggregate[State](
    name="log",
    naming=NAMING,
    initial=None,
    events=(
        LogGenesis,
        LogKeyRotationProposed,
        LogApproved,
        LogClockExplained,
        LogMarkRenewed,
        LogHeadsPublished,
    ),
    commands=(ProposeKeyRotation, ApproveKeyRotation, ExplainClock, RenewMark, PublishHeads),
    decide=decide,
    check=check,
    evolve=genesis.step,
    asks=asks,
    tags=tags,
    from_paper=False,
)
