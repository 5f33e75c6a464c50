"""The keys a person holds: those in force, and the one her forms are judged by."""

from collections.abc import Sequence

from ledger.rules.keys import Key, asks_keys, keys_in_force
from ledger.rules.paper import KEPT_BY_OTHERS
from ledger.service.acts.facts import facts_of
from ledger.service.ledger import Ledger


def keys_of(ledger: Ledger, actor: str) -> tuple[Key, ...]:
    """Return the keys in force of a person, oldest first."""
    return tuple(keys_in_force(facts_of(ledger, lambda found: asks_keys(actor, found)), actor))


def key_to_act(keys: Sequence[Key]) -> Key:
    """Return the newest of her keys, one that nobody keeps for her if she has any."""
    own = [key for key in keys if key.custody not in KEPT_BY_OTHERS]
    return (own or keys)[-1]
