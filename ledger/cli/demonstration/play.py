"""Builds the demonstration's ledger: founded, staffed, the sample imported, the story played.

Everything goes the ordinary way, act by act, each signed with the key of whoever acts; only the
clock is set forward by hand. The home is made beside its place and moved there once whole, so a
run that is stopped leaves nothing that looks like a ledger.
"""

import shutil
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from importlib.resources import files
from itertools import count
from pathlib import Path
from typing import Any

from ledger.bootstrap import FounderKey, found_ledger
from ledger.cli.demonstration import cast, story
from ledger.entry import ids
from ledger.entry.keyfile import save_key
from ledger.entry.keys import PrivateKey
from ledger.rules.posts import REGISTRAR
from ledger.rules.time import ZONE
from ledger.service import office
from ledger.service.importing import import_messages
from ledger.service.ledger import Ledger
from ledger.service.messages import OPTIONAL, REQUIRED
from ledger.service.office import Hand, hand
from ledger.service.prepare import parse_command
from ledger.service.publishing import publish_heads
from ledger.service.spreadsheet import parse_sheet
from ledger.store.clock import SimulatedClock

KEYS = "demo-keys"
"""Folder of the key files inside the demonstration's home; a real office keeps none there."""
PACK = "cn-base"

Count = Callable[[int, int], None]


def build(home: Path, progress: Count) -> None:
    """Make the demonstration's ledger in ``home``. Raises: LedgerError."""
    home = home.absolute()
    beside = home.with_name(f"{home.name}.building")
    shutil.rmtree(beside, ignore_errors=True)  # what a stopped run left
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, beside, ignore_errors=True)
        Play(beside, progress).run()
        if home.exists():
            home.rmdir()  # only an empty folder lets itself be removed
        beside.rename(home)
        stack.pop_all()


class Play:
    """One performance: the ledger, its people by label, the cases by name."""

    def __init__(self, home: Path, progress: Count) -> None:
        self._clock = SimulatedClock(_ms(story.BEGIN))
        self._home = home
        self._keys: dict[str, PrivateKey] = {}
        self._units: dict[str, str] = {}
        self._hands: dict[str, Hand] = {}
        self._cases: dict[str, str] = {}
        self._steps = list(story.steps())
        self._total = len(cast.UNITS) + len(cast.MEMBERS) + len(self._steps) + 5
        self._numbers = count(1)
        self._progress = progress

    def run(self) -> None:
        """Play it all."""
        founders = [FounderKey(f"person/{ids.new_id()}", self._key(f)) for f in cast.FOUNDERS]
        ledger = found_ledger(
            self._home,
            origin=cast.ORIGIN,
            founders=founders,
            threshold=cast.THRESHOLD,
            clock=self._clock,
        )
        with ledger:
            registrars = [hand(each.actor, REGISTRAR, each.key) for each in founders]
            self._found_office(ledger, registrars[: cast.THRESHOLD])
            self._import_sample(ledger)
            for case, step in self._steps:
                self._act(ledger, case, step)
            publish_heads(ledger)
        self._save_keys()

    def _found_office(self, ledger: Ledger, registrars: list[Hand]) -> None:
        first = registrars[0]
        for unit in cast.UNITS:
            parent = self._units[unit.parent] if unit.parent else None
            self._units[unit.code] = office.establish(
                ledger, first, unit.code, name=unit.name, level=unit.level, parent=parent
            )
            self._step()
        office.adopt(ledger, registrars, PACK)
        self._step()
        for member in cast.MEMBERS:
            self._employ(ledger, registrars, member)
            self._step()
        self._install(ledger, registrars, cast.KIOSK, cast.STREET)
        self._install(ledger, registrars, cast.IMPORTER, cast.DISTRICT, kind="import")
        self._install(ledger, registrars, cast.POLICY, None, kind="policy")

    def _employ(self, ledger: Ledger, registrars: list[Hand], member: cast.Member) -> None:
        first = registrars[0]
        person = office.register(ledger, first, member.name)
        key = PrivateKey.generate() if member.keeps == "custodial" else self._key(member.label)
        if member.keeps == "custodial":
            ledger.keystore.save_signing_key(key, holder=person, custody=member.keeps)
        office.enrol(ledger, first, person, key, member.keeps)
        office.appoint(ledger, registrars, person, member.role, self._units[member.unit])
        self._hands[member.label] = hand(person, member.role, key)

    def _install(
        self,
        ledger: Ledger,
        registrars: list[Hand],
        role: str,
        unit: str | None,
        kind: str = cast.KIOSK,
    ) -> None:
        first = registrars[0]
        device = office.register_device(ledger, first, kind, first.who.actor)
        key = PrivateKey.generate()
        ledger.keystore.save_signing_key(key, holder=device, custody="device")
        office.enrol(ledger, first, device, key, "device")
        office.appoint(ledger, registrars, device, role, self._units[unit] if unit else None)
        self._hands[role] = hand(device, role, key)
        self._step()

    def _import_sample(self, ledger: Ledger) -> None:
        data = files("ledger.cli.sample").joinpath("messages.xlsx").read_bytes()
        rows = parse_sheet(data, required=REQUIRED, optional=OPTIONAL)
        unit, device = self._units[cast.DISTRICT], self._hands[cast.IMPORTER]
        import_messages(ledger, rows, unit=unit, device=device)
        self._step()

    def _act(self, ledger: Ledger, case: str, step: story.Step) -> None:
        self._clock.set(_ms(step.at))
        values: dict[str, Any] = {**step.values, "stream": self._cases.get(case)}
        if "unit" in values:
            values["unit"] = self._units[values["unit"]]
        if "handler" in values:
            values["handler"] = self._hands[values["handler"]].who.actor
        command = parse_command(ledger, step.act, values)
        receipt = office.do(ledger, self._hands[step.who], command)
        self._cases[case] = receipt.entries[0].stream
        self._step()

    def _key(self, label: str) -> PrivateKey:
        key = self._keys[label] = PrivateKey.generate()
        return key

    def _save_keys(self) -> None:
        folder = self._home / KEYS
        folder.mkdir(mode=0o700)
        for label, key in self._keys.items():
            save_key(folder / f"{label}.key", key, cast.PASSPHRASE)

    def _step(self) -> None:
        self._progress(next(self._numbers), self._total)


def _ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp() * 1000)
