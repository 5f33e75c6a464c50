"""Who works in the county: its units, and in each street hands by role that come and go.

A hand's place (street 3, intake clerk 1) stays; the person in it and her key change.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bench.county.seed import Seed
from ledger.aggregates.device import RegisterDevice
from ledger.aggregates.key import EnrolKey, RotateKey
from ledger.aggregates.pack import AdoptPack, ApprovePack
from ledger.aggregates.person import RegisterPerson
from ledger.aggregates.post import ApproveAppointment, EndPost, ProposeAppointment
from ledger.aggregates.unit import EstablishUnit
from ledger.bootstrap import FounderKey
from ledger.entry.keys import PrivateKey, prove_possession
from ledger.kernel.aggregate import Command
from ledger.rules.packs import pack as packs
from ledger.rules.packs.adoptions import PackDigest
from ledger.rules.posts import HOLDER, REGISTRAR
from ledger.service.office import Hand, hand

ORIGIN = "ledger.example/county"
SHIPPED = ("bijiang", "cn-law", "cn-base")
"""The pack adopted, and what it extends."""
CODE = "520600"
STREETS = 12
COMMUNITIES = 4
"""In each street."""
KIOSK = "kiosk"
ROLES = {
    "intake_clerk": 3,
    "coordinator": 2,
    "liaison": 6,
    "verifier": 2,
    "reply_clerk": 2,
    "unit_head": 1,
    KIOSK: 1,
    "session_clerk": 1,
    "decision_clerk": 1,
    "publisher": 1,
}
"""How many of each a street has."""
MOVING = ("intake_clerk", "reply_clerk", "coordinator")
"""Roles whose holders change: nobody else has to finish what they began."""
CUSTODY = {KIOSK: "device", "intake_clerk": "custodial", "reply_clerk": "custodial"}
"""Who keeps the key; else its holder, in a file."""
_DRAFTED = "A" * 43
"""Stands for a digest that is not known before its entry is signed."""

Place = tuple[int, str, int]
"""Street, role, number."""


class Deed(NamedTuple):
    """An act of the county's registry.

    ``mints`` is the id its stream gets, where it begins one; ``approves`` the stream whose
    newest entry it approves; ``keeps`` a key the server is given, its holder and its custody.
    """

    by: Hand
    command: Command
    mints: str = ""
    approves: str | None = None
    keeps: tuple[PrivateKey, str, str] | None = None


class Staff:
    """The county's units and hands, as the deeds yielded so far leave them."""

    def __init__(self, seed: Seed) -> None:
        self.founders = tuple(
            FounderKey(f"person/{seed.id('founder', n)}", seed.key("founder", n)) for n in range(2)
        )
        self.hands: dict[Place, Hand] = {}
        self.units = [
            [f"unit/{seed.id('unit', street, n)}" for n in range(COMMUNITIES)]
            for street in range(STREETS)
        ]
        self._first, self._second = (hand(f.actor, REGISTRAR, f.key) for f in self.founders)
        self._seed = seed
        self._posts: dict[Place, str] = {}
        self._generations: dict[Place, int] = {}

    def founding(self, day: str) -> Iterator[list[Deed]]:
        """Yield what sets the county up: units, packs, and someone in every place.

        Deeds of one list do not rest on each other.
        """
        yield from self._units(day)
        yield from self._adopting(day)
        places = [
            (street, role, n)
            for street in range(STREETS)
            for role, number in ROLES.items()
            for n in range(number)
        ]
        yield from self._employing(places, day)

    def moving(self, place: Place, day: str) -> Iterator[list[Deed]]:
        """Yield the end of a term and the appointment of who comes after, as ``founding``."""
        ends = EndPost(stream=self._posts[place], effective_from=day)
        yield [Deed(self._first, ends)]
        yield from self._employing([place], day)

    def rotating(self, place: Place) -> Iterator[list[Deed]]:
        """Yield a holder's change of her own key, as ``founding``."""
        old = self.hands[place]
        actor = old.who.actor
        key = self._seed.key("rotated", old.key.kid)
        herself = hand(actor, HOLDER, old.key)
        yield [self._enrols(herself, place, actor, key)]
        yield [Deed(herself, RotateKey(stream=f"key/{old.key.kid}", successor=key.kid))]
        self.hands[place] = hand(actor, place[1], key)

    def _units(self, day: str) -> Iterator[list[Deed]]:
        county = self._seed.id("unit")
        yield [self._establishes(day, county, CODE, level="district")]
        streets = [self._seed.id("unit", street) for street in range(STREETS)]
        yield [
            self._establishes(day, own, f"{CODE}{street:03}", level="street", parent=county)
            for street, own in enumerate(streets)
        ]
        yield [
            self._establishes(
                day,
                unit.removeprefix("unit/"),
                f"{CODE}{street:03}{n:03}",
                level="community",
                parent=streets[street],
            )
            for street, communities in enumerate(self.units)
            for n, unit in enumerate(communities)
        ]

    def _establishes(
        self, day: str, own: str, code: str, *, level: str, parent: str | None = None
    ) -> Deed:
        command = EstablishUnit(
            code=code,
            unit_name=f"单位 {code}",
            level=level,
            effective_from=day,
            parent=None if parent is None else f"unit/{parent}",
        )
        return Deed(self._first, command, own)

    def _adopting(self, day: str) -> Iterator[list[Deed]]:
        own, *below = map(_digest, SHIPPED)
        adopts = AdoptPack(
            pack=own.pack, digest=own.digest, extends=tuple(below), effective_from=day
        )
        yield [Deed(self._first, adopts)]
        stream = f"pack/{own.pack}"
        approves = ApprovePack(stream=stream, approves=_DRAFTED)
        yield [Deed(self._second, approves, approves=stream)]

    def _employing(self, places: Sequence[Place], day: str) -> Iterator[list[Deed]]:
        named = [self._named(place) for place in places]
        yield [self._registers(place, own) for place, own in zip(places, named, strict=True)]
        enrolments, proposals, approvals = [], [], []
        for place, own in zip(places, named, strict=True):
            street, role, _ = place
            actor = f"device/{own}" if role == KIOSK else f"person/{own}"
            key = self._seed.key(own)
            enrolments.append(self._enrols(self._first, place, actor, key))
            unit, post = f"unit/{self._seed.id('unit', street)}", self._seed.id("post", own)
            proposes = ProposeAppointment(holder=actor, post_role=role, from_date=day, unit=unit)
            proposals.append(Deed(self._first, proposes, post))
            stream = self._posts[place] = f"post/{post}"
            approves = ApproveAppointment(stream=stream, approves=_DRAFTED)
            approvals.append(Deed(self._second, approves, approves=stream))
            self.hands[place] = hand(actor, role, key)
        yield from (enrolments, proposals, approvals)

    def _named(self, place: Place) -> str:
        generation = self._generations[place] = self._generations.get(place, -1) + 1
        return self._seed.id("actor", *place, generation)

    def _registers(self, place: Place, own: str) -> Deed:
        if place[1] == KIOSK:
            device = RegisterDevice(
                stream=f"device/{own}", kind="kiosk", responsible=self.founders[0].actor
            )
            return Deed(self._first, device)
        person = RegisterPerson(stream=f"person/{own}", full_name=f"职员{own[:6]}")
        return Deed(self._first, person)

    def _enrols(self, by: Hand, place: Place, actor: str, key: PrivateKey) -> Deed:
        custody = CUSTODY.get(place[1], "file")
        command = EnrolKey(
            holder=actor,
            public_key=key.public.jwk["x"],
            proof=prove_possession(key, origin=ORIGIN, actor=actor),
            custody=custody,  # type: ignore[arg-type]
        )
        return Deed(by, command, keeps=None if custody == "file" else (key, actor, custody))


def _digest(name: str) -> PackDigest:
    files = packs.shipped(name)
    return PackDigest(pack=packs.load_pack(files).ref, digest=packs.digest_of(files))
