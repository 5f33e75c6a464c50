"""Builds the demonstration's ledger: founded, staffed, the sample imported, the story played.

Everything goes the ordinary way, act by act, each signed with the key of whoever acts; only the
clock is set forward by hand. The home is made beside its place and moved there once whole, so a
run that is stopped leaves nothing that looks like a ledger.
"""

import shutil
import time
from collections.abc import Callable, Mapping
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
from ledger.cli.demonstration.founding import Founding
from ledger.cli.demonstration.script import Chapter, Step
from ledger.cli.demonstration.stage import Stage, parse_moment
from ledger.entry import ids
from ledger.entry.keyfile import save_key
from ledger.entry.keys import PrivateKey
from ledger.kernel.discovery import declared
from ledger.rules.posts import REGISTRAR
from ledger.service.imports.messages import OPTIONAL, REQUIRED
from ledger.service.imports.residents import import_messages
from ledger.service.imports.spreadsheet import parse_sheet
from ledger.service.ledger import Ledger
from ledger.service.office import hand
from ledger.service.upkeep.publishing import publish_heads
from ledger.store.clock import StoryClock
from ledger.store.views.rebuild import uncollected

KEYS = "demo-keys"
"""Folder of the key files inside the demonstration's home; a real office keeps none there."""
COMMON, LOCAL = "cn-base", "bijiang"
ROUNDS = 1
"""Of the key files' derivation: no number of them hides what a printed passphrase opens."""

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
        stack.enter_context(uncollected())  # it would look through the year's acts ever again
        entries = Play(beside, progress, script).run()
        if home.exists():
            home.rmdir()  # only an empty folder lets itself be removed
        beside.rename(home)
        stack.pop_all()
    return Played(entries, time.monotonic() - began)


class Play:
    """One performance: the office founded, then the story told on its stage."""

    def __init__(self, home: Path, progress: Count, script: Script) -> None:
        self._clock = StoryClock(int(parse_moment(script.begins).timestamp() * 1000))
        self._home = home
        self._script = script
        self._steps = script.steps()
        self._packs = (COMMON,) if script is SMALL else (COMMON, LOCAL)
        self._total = len(script.units) + len(script.members) + len(self._steps) + 4
        self._numbers = count(1)
        self._progress = progress

    def run(self) -> int:
        """Play it all; return how many entries that made."""
        keys = {label: PrivateKey.generate() for label in cast.FOUNDERS}
        founders = [FounderKey(f"person/{ids.new_id()}", key) for key in keys.values()]
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
            founding = Founding(ledger, stage, registrars[: cast.THRESHOLD], self._step)
            founding.establish(self._script.units)
            founding.adopt(self._packs)
            founding.employ(self._script.members)
            founding.install(cast.DEVICES)
            kept = beside.submit(self._save_keys, keys | founding.keys)  # no office waits for files
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

    def _import_sample(self, ledger: Ledger, stage: Stage) -> None:
        data = files("ledger.cli.sample").joinpath("messages.xlsx").read_bytes()
        rows = parse_sheet(data, required=REQUIRED, optional=OPTIONAL)
        unit, device = stage.units[cast.DISTRICT], stage.hands[cast.IMPORTER]
        import_messages(ledger, rows, unit=unit, device=device)

    def _save_keys(self, keys: Mapping[str, PrivateKey]) -> None:
        folder = self._home / KEYS
        folder.mkdir(mode=0o700)
        for label, key in keys.items():
            save_key(folder / f"{label}.key", key, cast.PASSPHRASE, rounds=ROUNDS)

    def _step(self) -> None:
        self._progress(next(self._numbers), self._total)
