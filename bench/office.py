"""The office every measurement is taken in: one street, its staff with custodial keys."""

import json
from pathlib import Path
from typing import NamedTuple

from ledger.bootstrap import FounderKey, found_ledger, open_ledger
from ledger.entry import ids
from ledger.entry.keys import PrivateKey
from ledger.service import office
from ledger.service.ledger import Ledger
from ledger.service.office import Hand

NOTE = "bench.json"
ROLES = ("intake_clerk", "coordinator", "liaison")


class Office(NamedTuple):
    """A ledger with a unit and one hand per role."""

    ledger: Ledger
    unit: str
    hands: dict[str, Hand]


def open_office(path: Path) -> Office:
    """Found a ledger in ``path`` with packs adopted and staff appointed."""
    founders = [FounderKey(f"person/{ids.new_id()}", PrivateKey.generate()) for _ in range(2)]
    ledger = found_ledger(path, origin="ledger.example/bench", founders=founders, threshold=2)
    registrars = [office.hand(founder.actor, "registrar", founder.key) for founder in founders]
    unit = office.establish(ledger, registrars[0], "520602001", name="街道", level="street")
    office.adopt(ledger, registrars, "cn-base")
    hands = {}
    for role in ROLES:
        person = office.register(ledger, registrars[0], f"职员{role}", unit)
        key = PrivateKey.generate()
        ledger.keystore.save_signing_key(key, holder=person, custody="custodial")
        office.enrol(ledger, registrars[0], person, key, "custodial")
        office.appoint(ledger, registrars, person, role, unit)
        hands[role] = office.hand(person, role, key)
    (path / NOTE).write_text(json.dumps({"unit": unit, "hands": _actors(hands)}))
    return Office(ledger, unit, hands)


def reopen_office(path: Path) -> Office:
    """Open the office ``open_office`` made, in another process."""
    note = json.loads((path / NOTE).read_text())
    ledger = open_ledger(path)
    hands = {
        role: office.hand(actor, role, ledger.keystore.signing_key(actor))
        for role, actor in note["hands"].items()
    }
    return Office(ledger, note["unit"], hands)


def _actors(hands: dict[str, Hand]) -> dict[str, str]:
    return {role: hand.who.actor for role, hand in hands.items()}
