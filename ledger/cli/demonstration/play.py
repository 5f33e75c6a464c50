"""Builds the demonstration's ledger: founded, staffed, the sample imported, the story played.

Everything goes the ordinary way, act by act, each signed with the key of whoever acts; only the
clock is set forward by hand. The home is made beside its place and moved there once whole, so a
run that is stopped leaves nothing that looks like a ledger.
"""

import shutil
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from importlib.resources import files
from itertools import count
from pathlib import Path
from typing import NamedTuple

import msgspec

import ledger.cli.demonstration.chapters
from ledger.bootstrap import FounderKey, found_ledger
from ledger.cli.demonstration import cast
from ledger.cli.demonstration.chapters import street
from ledger.cli.demonstration.script import Chapter, Step
from ledger.cli.demonstration.stage import Stage, parse_moment
from ledger.entry import ids
from ledger.entry.keyfile import save_key
from ledger.entry.keys import PrivateKey
from ledger.kernel.discovery import declared
from ledger.rules.posts import HOLDER, REGISTRAR
from ledger.service import office
from ledger.service.imports.messages import OPTIONAL, REQUIRED
from ledger.service.imports.residents import import_messages
from ledger.service.imports.spreadsheet import parse_sheet
from ledger.service.ledger import Ledger
from ledger.service.office import Hand, hand
from ledger.service.upkeep.publishing import publish_heads
from ledger.store.clock import SimulatedClock

KEYS = "demo-keys"
"""Folder of the key files inside the demonstration's home; a real office keeps none there."""
COMMON, LOCAL = "cn-base", "bijiang"
SAMPLE = "（示例）"
"""Follows every name, so that nobody takes an invented person for a real one."""

Count = Callable[[int, int], None]


class Script(NamedTuple):
    """What is to be played: chapters, when it begins, how many things one of them stands for."""

    chapters: tuple[Chapter, ...]
    begins: str
    share: int = 1

    @property
    def units(self) -> tuple[cast.Unit, ...]:
        """The units of all chapters, each once."""
        return tuple(dict.fromkeys(unit for each in self.chapters for unit in each.units))

    @property
    def members(self) -> tuple[cast.Member, ...]:
        """The people of all chapters, each once."""
        return tuple(dict.fromkeys(member for each in self.chapters for member in each.members))

    def steps(self) -> list[Step]:
        """Return the steps of all chapters in order of time, mingled as they would be in life."""
        told = (step for each in self.chapters for step in each.steps(self.share))
        return sorted(told, key=lambda step: step.at)


class Played(msgspec.Struct, frozen=True):
    """What was played: entries, and in how many seconds."""

    entries: int
    seconds: float

    @property
    def rate(self) -> float:
        """Entries per second, founding and key files included."""
        return self.entries / self.seconds


def whole(share: int = 1) -> Script:
    """Return the story of twelve months; of many like things every ``share``-th is told."""
    chapters = tuple(declared(ledger.cli.demonstration.chapters, "chapter"))
    first = sorted(chapters, key=lambda each: each is not street.chapter)
    return Script(chapters=tuple(first), begins=cast.BEGINS, share=share)


SMALL = Script(chapters=(street.chapter,), begins=street.BEGIN)
"""The street's cases alone, which take seconds."""


def build(home: Path, progress: Count, script: Script = SMALL) -> Played:
    """Make the demonstration's ledger in ``home``. Raises: LedgerError."""
    home = home.absolute()
    beside = home.with_name(f"{home.name}.building")
    shutil.rmtree(beside, ignore_errors=True)  # what a stopped run left
    began = time.monotonic()
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, beside, ignore_errors=True)
        entries = Play(beside, progress, script).run()
        if home.exists():
            home.rmdir()  # only an empty folder lets itself be removed
        beside.rename(home)
        stack.pop_all()
    return Played(entries, time.monotonic() - began)


class Play:
    """One performance: the office founded, then the story told on its stage."""

    def __init__(self, home: Path, progress: Count, script: Script) -> None:
        self._clock = SimulatedClock(int(parse_moment(script.begins).timestamp() * 1000))
        self._home = home
        self._script = script
        self._keys: dict[str, PrivateKey] = {}
        self._steps = script.steps()
        self._packs = (COMMON,) if script is SMALL else (COMMON, LOCAL)
        self._total = len(script.units) + len(script.members) + len(self._steps) + 4
        self._numbers = count(1)
        self._progress = progress

    def run(self) -> int:
        """Play it all; return how many entries that made."""
        founders = [FounderKey(f"person/{ids.new_id()}", self._key(f)) for f in cast.FOUNDERS]
        ledger = found_ledger(
            self._home,
            origin=cast.ORIGIN,
            founders=founders,
            threshold=cast.THRESHOLD,
            clock=self._clock,
        )
        with ledger, ThreadPoolExecutor(1) as beside:
            stage = Stage(ledger, self._clock)
            registrars = [hand(each.actor, REGISTRAR, each.key) for each in founders]
            for founder in founders:
                ledger.keystore.save_signing_key(
                    founder.key, holder=founder.actor, custody="custodial"
                )
            stage.hands.update(zip(cast.FOUNDERS, registrars, strict=True))
            self._found_office(ledger, stage, registrars[: cast.THRESHOLD])
            kept = beside.submit(self._save_keys)  # a fifth of a second each, and no office waits
            for step in self._steps:
                if step.act == street.IMPORT:
                    stage.reach(step.at)
                    stage.settle()
                    self._import_sample(ledger, stage)
                else:
                    stage.play(step)
                    self._step()
            stage.settle()
            publish_heads(ledger)
            kept.result()
            return ledger.recorder.head().size

    def _found_office(self, ledger: Ledger, stage: Stage, registrars: Sequence[Hand]) -> None:
        first = registrars[0]
        for unit in self._script.units:
            parent = stage.units[unit.parent] if unit.parent else None
            stage.units[unit.code] = stage.streams[f"unit/{unit.code}"] = office.establish(
                ledger, first, unit.code, name=unit.name, level=unit.level, parent=parent
            )
            self._step()
        for pack in self._packs:
            office.adopt(ledger, registrars, pack)
        self._step()
        for member in self._script.members:
            self._employ(ledger, stage, registrars, member)
            self._step()
        for device in cast.DEVICES:
            self._install(ledger, stage, registrars, device)
            self._step()

    def _employ(
        self, ledger: Ledger, stage: Stage, registrars: Sequence[Hand], member: cast.Member
    ) -> None:
        first, unit = registrars[0], stage.units[member.unit]
        person = office.register(ledger, first, f"{member.name}{SAMPLE}")
        key = PrivateKey.generate() if member.keeps == "custodial" else self._key(member.label)
        # A visitor acts as anybody on the pages: these keys guard nothing, the server has them too.
        ledger.keystore.save_signing_key(key, holder=person, custody="custodial")
        office.enrol(ledger, first, person, key, member.keeps)
        for role in (member.role, *member.also):
            post = office.appoint(ledger, registrars, person, role, unit, until=member.until)
            stage.streams[f"post/{member.label}/{role}"] = post
            stage.hands[f"{member.label}/{role}"] = hand(person, role, key)
        stage.hands[member.label] = hand(person, member.role, key)
        stage.hands[f"{member.label}/{HOLDER}"] = hand(person, HOLDER, key)

    def _install(
        self, ledger: Ledger, stage: Stage, registrars: Sequence[Hand], device: cast.Device
    ) -> None:
        first = registrars[0]
        name = office.register_device(ledger, first, device.kind, first.who.actor)
        key = PrivateKey.generate()
        ledger.keystore.save_signing_key(key, holder=name, custody="device")
        office.enrol(ledger, first, name, key, "device")
        unit = stage.units[device.unit] if device.unit else None
        office.appoint(ledger, registrars, name, device.role, unit)
        stage.hands[device.role] = hand(name, device.role, key)

    def _import_sample(self, ledger: Ledger, stage: Stage) -> None:
        data = files("ledger.cli.sample").joinpath("messages.xlsx").read_bytes()
        rows = parse_sheet(data, required=REQUIRED, optional=OPTIONAL)
        unit, device = stage.units[cast.DISTRICT], stage.hands[cast.IMPORTER]
        import_messages(ledger, rows, unit=unit, device=device)
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
