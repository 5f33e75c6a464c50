"""Builds a county's ledger by the ordinary way of an act, or goes on with one begun earlier.

The log is the only state of a build: entry n is the plan's n-th act, so whatever was stopped goes
on behind the last entry stored. Acts of one moment are prepared while the sequencer commits
others; the clock stands still meanwhile, so that nothing recorded depends on the machine's speed.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from itertools import islice
from pathlib import Path

import msgspec

from bench.county import plan
from bench.county.plan import Step
from bench.county.seed import Seed
from bench.county.staff import ORIGIN, SHIPPED, Deed, Staff
from ledger.bootstrap import found_ledger, open_ledger, rebuild_views
from ledger.entry.entry import parse_entry
from ledger.entry.keys import PrivateKey
from ledger.kernel.aggregate import Command
from ledger.service.acts.drafts import own_drafts
from ledger.service.acts.prepare import prepare
from ledger.service.acts.sign import sign_drafts
from ledger.service.ledger import Ledger
from ledger.service.office import keep_shipped
from ledger.store.batch import Placed, Submission
from ledger.store.clock import SimulatedClock

SEED = "mingzhang"
AHEAD = 1024
"""Acts under way at most."""
REBUILT_FROM = 50_000
"""A view that lacks more entries is not followed but built anew."""

Progress = Callable[[int, int], None]


class OtherLedger(Exception):
    """The home holds something else than the beginning of the county asked for."""


class StillClock(SimulatedClock):
    """Stands still until set."""

    def __init__(self, now_ms: int) -> None:
        super().__init__(now_ms)
        self._now = now_ms

    def set(self, now_ms: int) -> None:
        """Move to ``now_ms``, never backwards."""
        self._now = max(now_ms, self._now)

    def now_ms(self) -> int:
        """Return the time set last (Unix ms)."""
        return self._now


def build(
    path: Path,
    entries: int,
    *,
    seed: str = SEED,
    per_hour: int = plan.PER_HOUR,
    progress: Progress = lambda _done, _size: None,
) -> bytes:
    """Make or complete a county's ledger of so many entries, views and all; return its root.

    The same seed, traffic and size give the same root. Raises: OtherLedger.
    """
    source = Seed(seed)
    with _opened(path, source) as ledger:
        size = ledger.recorder.head().size
        _require_ours(ledger, source, size, entries)
        work = _Build(ledger, source)
        for done, step in enumerate(
            islice(plan.steps(source, per_hour), size - 1, entries - 1), start=size
        ):
            work.take(done, step)
            progress(done, entries)
        work.settle()
        _follow(ledger, entries, lambda _view, position, goal: progress(position, goal))
        return ledger.recorder.head().root


def _follow(ledger: Ledger, entries: int, progress: Callable[[str, int, int], None]) -> None:
    """Bring all views to the end; those far behind are built anew, several times as fast."""
    behind = [
        name for name, view in ledger.views.items() if entries - view.position() > REBUILT_FROM
    ]
    if behind:
        rebuild_views(ledger, *behind, progress=progress)
    ledger.follower.catch_up(progress)


def _opened(path: Path, seed: Seed) -> Ledger:
    clock = StillClock(plan.founded_at())
    if path.exists() and any(path.iterdir()):
        return open_ledger(path, clock=clock)
    founders = Staff(seed).founders
    random = seed.random("genesis")
    return found_ledger(
        path, origin=ORIGIN, founders=founders, threshold=2, clock=clock, random=random
    )


def _require_ours(ledger: Ledger, seed: Seed, size: int, entries: int) -> None:
    if size > entries:
        raise OtherLedger(f"{ledger.home.path} holds {size} entries already")
    (last,) = map(parse_entry, ledger.recorder.states(size - 1, size))
    if size > 1 and last.signed.claims.jti != seed.ulid(last.recorded_at, "jti", size - 1):
        raise OtherLedger(f"{ledger.home.path} holds another ledger")
    for name in SHIPPED:
        keep_shipped(ledger, name)


class _Build:
    """Acts under way; ``take`` begins one, ``settle`` waits for all."""

    def __init__(self, ledger: Ledger, seed: Seed) -> None:
        self._ledger = ledger
        self._seed = seed
        self._clock = ledger.clock
        self._waiting: deque[tuple[int, Future[Placed]]] = deque()

    def take(self, index: int, step: Step) -> None:
        """Do a step, which is to be entry ``index``. Raises: LedgerError, of what refuses it."""
        assert isinstance(self._clock, StillClock)
        if step.at != self._clock.now_ms():
            self.settle()
        self._clock.set(step.at)
        if step.deed.keeps is not None:
            self._keep(*step.deed.keeps)
        submission = self._submission(index, step.deed)
        self._waiting.append((index, self._ledger.writer().append(submission)))
        if len(self._waiting) > AHEAD:
            self._check(*self._waiting.popleft())

    def settle(self) -> None:
        """Wait until everything begun is recorded."""
        while self._waiting:
            self._check(*self._waiting.popleft())

    def _check(self, index: int, placed: "Future[Placed]") -> None:
        assert placed.result().indexes == (index,), "the plan's order is the log's"

    def _submission(self, index: int, deed: Deed) -> Submission:
        prepared = prepare(
            self._ledger,
            [self._command(deed)],
            deed.by.who,
            jtis=[self._seed.ulid(self._clock.now_ms(), "jti", index)],
            random=self._seed.random("entry", index),
            new_id=lambda: deed.mints,
        )
        drafts = own_drafts(self._ledger, prepared, sign_drafts(prepared, deed.by.key))
        return Submission(drafts=drafts, guards=prepared.guards)

    def _command(self, deed: Deed) -> Command:
        if deed.approves is None:
            return deed.command
        tip = self._ledger.known.stream(deed.approves).tip
        return msgspec.structs.replace(deed.command, approves=tip)

    def _keep(self, key: PrivateKey, holder: str, custody: str) -> None:
        kept = {each.kid for each in self._ledger.keystore.signing_keys(holder)}
        if key.kid not in kept:  # a build stopped just here has kept it already
            self._ledger.keystore.save_signing_key(key, holder=holder, custody=custody)
