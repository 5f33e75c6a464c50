"""Setting up an office: persons, keys, posts, units and packs, each by the acts the rules ask for.

Every function here is a few ordinary acts in their order, by hands that hold registrar posts;
nothing is done that a registrar could not do command by command.
"""

from collections.abc import Sequence

import msgspec

from ledger.aggregates.key import EnrolKey
from ledger.aggregates.pack import AdoptPack, ApprovePack
from ledger.aggregates.person import RegisterPerson
from ledger.aggregates.post import ApproveAppointment, ProposeAppointment
from ledger.aggregates.unit import EstablishUnit
from ledger.entry.keys import PrivateKey, Signer, prove_possession
from ledger.kernel.act import Who
from ledger.kernel.aggregate import Command
from ledger.rules.packs.adoptions import PackDigest
from ledger.rules.packs.pack import Pack, digest_of, load_pack, shipped
from ledger.rules.paper import Original
from ledger.service.acts.receipt import Receipt
from ledger.service.acts.submit import act
from ledger.service.ledger import Ledger, today


class Hand(msgspec.Struct, frozen=True, kw_only=True):
    """A person or device in a role, with the key it signs with."""

    who: Who
    key: Signer


def hand(actor: str, role: str, key: Signer) -> Hand:
    """Return ``actor`` in ``role``, signing with ``key``."""
    return Hand(who=Who(actor=actor, role=role, kid=key.kid), key=key)


def do(ledger: Ledger, by: Hand, *commands: Command, original: Original | None = None) -> Receipt:
    """Do commands as one submission by one hand; ``original`` is the paper they are typed from."""
    return act(ledger, commands, by.who, by.key, original=original)


def establish(
    ledger: Ledger, registrar: Hand, code: str, *, name: str, level: str, parent: str | None = None
) -> str:
    """Establish a unit from today on; return its reference."""
    command = EstablishUnit(
        code=code,
        unit_name=name,
        level=level,
        effective_from=today(ledger).isoformat(),
        parent=parent,
    )
    return do(ledger, registrar, command).entries[0].stream


def register(ledger: Ledger, registrar: Hand, full_name: str, unit: str | None = None) -> str:
    """Register a person; return her reference."""
    return do(ledger, registrar, RegisterPerson(full_name=full_name, unit=unit)).entries[0].stream


def enrol(ledger: Ledger, registrar: Hand, holder: str, key: PrivateKey, custody: str) -> None:
    """Enrol a key for its holder, who proves that she holds it."""
    command = EnrolKey(
        holder=holder,
        public_key=key.public.jwk["x"],
        proof=prove_possession(key, origin=ledger.home.origin, actor=holder),
        custody=custody,  # type: ignore[arg-type]
    )
    do(ledger, registrar, command)


def appoint(
    ledger: Ledger,
    registrars: Sequence[Hand],
    holder: str,
    role: str,
    unit: str | None,
    *,
    until: str | None = None,
) -> str:
    """Appoint ``holder`` from today on: the first registrar proposes, the others approve.

    ``until`` is the first day after the term, where there is one.
    """
    command = ProposeAppointment(
        holder=holder, post_role=role, from_date=today(ledger).isoformat(), until=until, unit=unit
    )
    proposal = do(ledger, registrars[0], command).entries[0]
    for registrar in registrars[1:]:
        approval = ApproveAppointment(stream=proposal.stream, approves=proposal.digest)
        do(ledger, registrar, approval)
    return proposal.stream


def keep(ledger: Ledger, pack: Pack) -> PackDigest:
    """Keep a pack's bytes in the home; return its reference and digest."""
    digest = digest_of(pack.files)
    ledger.home.keep_pack(digest, pack.files)
    return PackDigest(pack=pack.ref, digest=digest)


def keep_shipped(ledger: Ledger, name: str) -> PackDigest:
    """Keep a pack that comes with the program in the home; return its reference and digest."""
    return keep(ledger, load_pack(shipped(name)))


def adopt(
    ledger: Ledger,
    registrars: Sequence[Hand],
    name: str,
    *,
    unit: str | None = None,
    effective_from: str | None = None,
) -> None:
    """Adopt a shipped pack and those it extends: one registrar proposes, the others approve."""
    own = load_pack(shipped(name))
    below = [load_pack(shipped(each)) for each in own.head.extends]
    adopt_pack(ledger, registrars, own, below, unit=unit, effective_from=effective_from)


def adopt_pack(
    ledger: Ledger,
    registrars: Sequence[Hand],
    own: Pack,
    below: Sequence[Pack],
    *,
    unit: str | None = None,
    effective_from: str | None = None,
) -> str:
    """Adopt a pack and those it extends, as ``adopt``; return the stream of the adoption."""
    kept = keep(ledger, own)
    command = AdoptPack(
        pack=kept.pack,
        digest=kept.digest,
        extends=tuple(keep(ledger, each) for each in below),
        unit=unit,
        effective_from=effective_from or today(ledger).isoformat(),
    )
    proposal = do(ledger, registrars[0], command).entries[0]
    for registrar in registrars[1:]:
        do(ledger, registrar, ApprovePack(stream=proposal.stream, approves=proposal.digest))
    return proposal.stream
