"""Signing keys: enrolled, rotated away, revoked (docs/spec/entry.md).

The stream is the key: ``key/<thumbprint>``, so no key is enrolled twice. A founder's key is
enrolled by the genesis, hence its stream may begin with its end. To revoke another registrar's key
is a joint act, or one could stop all joint acts (ADR 0018). Sealed holders (residents and
volunteers) are a later type, not handled here.
"""

from ledger.aggregates.key.check import State, asks, check, kid_of, tags
from ledger.aggregates.key.commands import ApproveRevocation, EnrolKey, RevokeKey, RotateKey
from ledger.aggregates.key.decide import decide
from ledger.aggregates.key.naming import NAMING
from ledger.kernel.act import Act
from ledger.kernel.aggregate import Aggregate
from ledger.rules import keys
from ledger.rules.keys import (
    KeyApproved,
    KeyEnrolled,
    KeyRevocationProposed,
    KeyRevoked,
    KeyRotated,
)

__all__ = ["ApproveRevocation", "EnrolKey", "RevokeKey", "RotateKey", "aggregate"]


def evolve(state: State, act: Act) -> State:
    """Return the key after an act."""
    kid = kid_of(act.stream)
    return keys.step({kid: state} if state else {}, act).get(kid)


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
    from_paper=False,
)
