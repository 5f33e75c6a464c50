"""The office every measurement is taken in: one street, its staff with custodial keys."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from ledger.aggregates.case import commands as case
from ledger.bootstrap import FounderKey, found_ledger, open_ledger
from ledger.entry import ids
from ledger.entry.keys import PrivateKey
from ledger.kernel.aggregate import Command
from ledger.service import office
from ledger.service.ledger import Ledger
from ledger.service.office import Hand

ROLES = ("intake_clerk", "coordinator", "liaison")
TEXT = "路灯已坏三天，夜间出行不便，请尽快派人维修。" * 4


class Office(NamedTuple):
    """A ledger with a unit and one hand per role."""

    ledger: Ledger
    unit: str
    hands: dict[str, Hand]


def open_office(path: Path, database: str | None = None) -> Office:
    """Found a ledger in ``path`` with packs adopted and staff appointed.

    ``database`` is the address of an empty PostgreSQL database, None: a file.
    """
    founders = [FounderKey(f"person/{ids.new_id()}", PrivateKey.generate()) for _ in range(2)]
    ledger = found_ledger(
        path,
        origin="ledger.example/bench",
        founders=founders,
        threshold=2,
        database=database,
    )
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
    return Office(ledger, unit, hands)


def reopen_office(path: Path, unit: str, staff: dict[str, str]) -> Office:
    """Open the office in another process; ``staff`` are its persons by role."""
    ledger = open_ledger(path)
    keys = {role: ledger.keystore.signing_keys(person)[0] for role, person in staff.items()}
    hands = {role: office.hand(person, role, keys[role]) for role, person in staff.items()}
    return Office(ledger, unit, hands)


def life(office: Office) -> tuple[tuple[Hand, Callable[[str], Command]], ...]:
    """Return five acts by three persons: who does what, given the case's stream ("" before it)."""
    clerk, coordinator, liaison = (office.hands[role] for role in ROLES)
    received = case.Receive(unit=office.unit, kind="request", channel="phone", text=TEXT)
    return (
        (clerk, lambda _: received),
        (clerk, lambda stream: case.Accept(stream=stream)),
        (coordinator, lambda stream: case.Triage(stream=stream, route="direct")),
        (coordinator, lambda stream: case.Assign(stream=stream, handler=liaison.who.actor)),
        (liaison, lambda stream: case.NoteProgress(stream=stream, text=TEXT)),
    )
