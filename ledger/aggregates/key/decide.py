"""Proposing the acts of a command."""

from typing import assert_never, cast

from ledger.aggregates.key.check import State, known_key, needs_others
from ledger.aggregates.key.commands import (
    ApproveRevocation,
    EnrolKey,
    KeyCommand,
    RevokeKey,
    RotateKey,
)
from ledger.kernel.act import Proposed
from ledger.kernel.aggregate import Context
from ledger.rules.genesis import Jwk, jwk_kid, log_of
from ledger.rules.joint import (
    named,
)
from ledger.rules.keys import (
    Key,
    KeyApproved,
    KeyEnrolled,
    KeyRevocationProposed,
    KeyRevoked,
    KeyRotated,
)
from ledger.rules.persons import verify_actor


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
    key = known_key(state, stream, context.facts)
    match command:
        case RotateKey():
            rotated = KeyRotated(successor=command.successor, unit=key.unit)
            return (Proposed(stream=stream, event=rotated),)
        case RevokeKey():
            kind: type[KeyRevoked | KeyRevocationProposed] = KeyRevoked
            if needs_others(key, context.who.actor, context.now.date(), context.facts):
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
