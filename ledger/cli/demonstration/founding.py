"""The office before its story: units, packs, people with their keys and posts, devices.

The acts are those of ``ledger.service.office``, done by the same registrars. There are hundreds, so
those that need not wait for each other are under way together: everybody is registered, then all
keys are enrolled and all posts proposed, then approved.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from ledger.aggregates.device import RegisterDevice
from ledger.aggregates.key import EnrolKey
from ledger.aggregates.person import RegisterPerson
from ledger.aggregates.post import ApproveAppointment, ProposeAppointment
from ledger.aggregates.unit import EstablishUnit
from ledger.cli.demonstration.cast import Device, Member, Unit
from ledger.cli.demonstration.stage import Stage
from ledger.entry.keys import PrivateKey, prove_possession
from ledger.kernel.aggregate import Command
from ledger.rules.posts import HOLDER
from ledger.service import office
from ledger.service.ledger import Ledger, today
from ledger.service.office import Hand, hand

SAMPLE = "（示例）"
"""Follows every name, so that nobody takes an invented person for a real one."""

Told = Callable[[], None]
"""Is called for each unit, person and device, and once for the packs."""


class Post(NamedTuple):
    """A post to be filled: by whom, in which role, where, until when; ``name`` is its stream's."""

    name: str
    holder: str
    role: str
    unit: str | None
    until: str | None = None


class Founding:
    """What two registrars do before anybody else can act; ``keys`` holds those kept in files."""

    def __init__(self, ledger: Ledger, stage: Stage, registrars: Sequence[Hand], told: Told):
        self.keys: dict[str, PrivateKey] = {}
        self._ledger = ledger
        self._stage = stage
        self._registrars = registrars
        self._told = told

    def establish(self, units: Iterable[Unit]) -> None:
        """Establish units, each under one established before it."""
        for unit in units:
            command = EstablishUnit(
                code=unit.code,
                unit_name=unit.name,
                level=unit.level,
                effective_from=today(self._ledger).isoformat(),
                parent=self._stage.units[unit.parent] if unit.parent else None,
            )
            self._stage.units[unit.code] = self._do(command, f"unit/{unit.code}")
            self._stage.settle()
            self._told()

    def adopt(self, packs: Iterable[str]) -> None:
        """Adopt packs that come with the program."""
        for pack in packs:
            office.adopt(self._ledger, self._registrars, pack)
        self._told()

    def employ(self, members: Sequence[Member]) -> None:
        """Register people, enrol their keys, appoint them to their posts."""
        people = [self._do(RegisterPerson(full_name=f"{one.name}{SAMPLE}")) for one in members]
        self._stage.settle()
        posts = list[Post]()
        for member, person in zip(members, people, strict=True):
            key = PrivateKey.generate()
            if member.keeps == "file":
                self.keys[member.label] = key
            # A visitor acts as anybody on the pages: these guard nothing, the server has them too.
            self._enrol(key, person, keeps="custodial", custody=member.keeps)
            unit, hands = self._stage.units[member.unit], self._stage.hands
            for role in (member.role, *member.also):
                name = f"post/{member.label}/{role}"
                posts.append(Post(name, person, role, unit, member.until))
                hands[f"{member.label}/{role}"] = hand(person, role, key)
            hands[member.label] = hand(person, member.role, key)
            hands[f"{member.label}/{HOLDER}"] = hand(person, HOLDER, key)
            self._told()
        self._appoint(posts)

    def install(self, devices: Sequence[Device]) -> None:
        """Register devices, enrol their keys, say where they may act."""
        responsible, posts = self._registrars[0].who.actor, list[Post]()
        for device in devices:
            command = RegisterDevice(kind=device.kind, responsible=responsible)  # type: ignore[arg-type]
            name, key = self._do(command), PrivateKey.generate()
            self._stage.settle()
            self._enrol(key, name, keeps="device", custody="device")
            unit = self._stage.units[device.unit] if device.unit else None
            posts.append(Post(f"post/{device.role}", name, device.role, unit))
            self._stage.hands[device.role] = hand(name, device.role, key)
            self._told()
        self._appoint(posts)

    def _enrol(self, key: PrivateKey, holder: str, *, keeps: str, custody: str) -> None:
        self._ledger.keystore.save_signing_key(key, holder=holder, custody=keeps)
        proof = prove_possession(key, origin=self._ledger.home.origin, actor=holder)
        public = key.public.jwk["x"]
        self._do(
            EnrolKey(
                holder=holder,
                public_key=public,
                proof=proof,
                custody=custody,  # type: ignore[arg-type]
            )
        )

    def _appoint(self, posts: Sequence[Post]) -> None:
        """Fill posts: the first registrar proposes all, then the others approve all."""
        first, *others = self._registrars
        proposals = [
            self._stage.do(
                first,
                ProposeAppointment(
                    holder=post.holder,
                    post_role=post.role,
                    from_date=today(self._ledger).isoformat(),
                    until=post.until,
                    unit=post.unit,
                ),
                name=post.name,
            )[0].act
            for post in posts
        ]
        self._stage.settle()
        for registrar in others:
            for proposal in proposals:
                approved = proposal.digest or ""
                approval = ApproveAppointment(stream=proposal.stream, approves=approved)
                self._stage.do(registrar, approval)
        self._stage.settle()

    def _do(self, command: Command, name: str = "") -> str:
        """Do a command as the first registrar; return its stream."""
        return self._stage.do(self._registrars[0], command, name=name)[0].act.stream
