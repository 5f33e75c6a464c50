"""The full audit of a log: every entry, every tile, every rule, in one pass.

    workers       parse strictly, verify the signature, hash the leaf, look beside each entry
    this process  key by position, prev, seq, id, time; the tree; the checks; the rules

Integrity faults and rule findings are told apart, and nothing found stops the pass (ADR 0013). What
a report rests on are its anchors: without any, a log whose operator rewrote it from some entry on,
signing everything anew, agrees with itself. Whether what was truly signed is true is not handled
here or anywhere.
"""

import os
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress

from ledger.audit.faults import (
    Behind,
    ChangedSince,
    CheckStopped,
    EntryMissing,
    RootDiffers,
    Stray,
    Unsigned,
)
from ledger.audit.heads import HeadsCheck
from ledger.audit.interim import Keeper
from ledger.audit.keyring import KeyRing
from ledger.audit.memory import PlainMemory
from ledger.audit.order import Order
from ledger.audit.parts import PART, Opening, Part, Sighting, Work, Workers, Workplace
from ledger.audit.ports import (
    Audited,
    Check,
    Fault,
    Finding,
    Memory,
    Progress,
    Rules,
    Source,
    StatedRoot,
    Takes,
)
from ledger.audit.report import Anchor, Collector, Rates, Report
from ledger.audit.tree import TreeCheck
from ledger.errors import LedgerError, StorageError
from ledger.tlog.checkpoint import parse_checkpoint
from ledger.tlog.note import UnverifiedNote

MANY = 16 * PART
"""Entries from which on it is worth while to start other processes."""
HEAD = "head"
MARK = "signer's mark"
CHECKPOINT = "checkpoint"
EARLIER = "earlier checkpoint"
GENESIS = "pinned genesis"
INTEGRITY = "integrity"
RULES = "rules"


def audit(
    source: Source,
    *,
    here: Workplace | None = None,
    opening: Opening | None = None,
    rules: Rules | None = None,
    checks: Sequence[Check] = (),
    memory: Memory | None = None,
    since: bytes | None = None,
    genesis: str | None = None,
    keeper: Keeper | None = None,
    workers: int | None = None,
    part: int = PART,
    progress: Progress | None = None,
) -> Report:
    """Audit everything in ``source`` and return what was found.

    ``here`` is what to inspect in this process, ``opening`` the same for others; without it there
    are none. ``since`` is a signed checkpoint kept from earlier, which the log must extend;
    ``genesis`` the base64url digest of the genesis the verifier pinned. ``memory`` keeps what
    grows with the log, else the process does. ``keeper`` goes on with what was interrupted.
    ``workers`` do all parts but the first; by default, where there is much to do, they are the
    cores but one, and this process does parts too. ``part`` is for tests.

    Raises:
        MalformedError: ``since`` is no checkpoint.
        ChangedSince: the entries an interrupted run went through are no longer those.
        StorageError: the source cannot be read at all.
    """
    helping = workers is None
    if workers is None:
        workers = len(os.sched_getaffinity(0)) - 1 if source.size >= MANY else 0
    here = here or Workplace(source)
    work = _Audit(
        source,
        rules=rules,
        checks=checks,
        memory=memory or PlainMemory(),
        since=since,
        genesis=genesis,
    )
    others = Workers(here, work.ring, opening=opening, count=workers, part=part, helping=helping)
    return work.run(others, keeper, progress)


class _Audit:
    def __init__(
        self,
        source: Source,
        *,
        rules: Rules | None,
        checks: Sequence[Check],
        memory: Memory,
        since: bytes | None,
        genesis: str | None,
    ) -> None:
        self.ring = KeyRing()
        self._source = source
        self._rules = rules
        self._checks: list[Check] = [HeadsCheck(memory), *checks]
        self._pinned = genesis
        self._order = Order(source.origin, self.ring, memory, pinned=genesis)
        self._memory = memory
        self._faults, self._findings = Collector(), Collector()
        self._stated = tuple(source.stated())
        self._notes = tuple(_notes(source.checkpoint, since))
        sizes = [stated.size for stated in self._stated]
        sizes += _claimed_sizes(source.checkpoint, since)
        self._tree = TreeCheck(source.tile, sizes, partials=source.partials)
        self._next = 0
        self._before = 0
        """How many entries an interrupted run has told of: nothing is told of them again."""
        self._telling = True
        self._judged = 0
        self._stopped: set[str] = set()
        self._seconds: dict[str, float] = defaultdict(float)

    def run(self, workers: Workers, keeper: Keeper | None, progress: Progress | None) -> Report:
        """Do the whole audit."""
        began, processor = time.perf_counter(), time.thread_time()
        if keeper is not None and (before := keeper.before) is not None:
            self._before = before.size
            self._judged = before.judged
            self._faults, self._findings = Collector(before.faults), Collector(before.findings)
        with workers.at_work(self._source.size) as work:
            for part in work.parts(self._before):
                self._take(part)
                if keeper is not None:
                    self._keep(keeper, workers.part)
                if progress is not None:
                    progress(self._next, self._source.size)
            self._finish(work)
        if keeper is not None:
            keeper.discard()
        anchors = tuple(self._anchors())
        spent = time.thread_time() - processor + work.seconds_elsewhere
        self._seconds[INTEGRITY] = spent - sum(self._seconds.values())
        return self._report(anchors, time.perf_counter() - began)

    def _take(self, part: Part) -> None:
        self._telling = self._next >= self._before
        self._order.expect(part.entries)
        leaves: list[bytes] = []
        batch: list[Audited] = []
        for inspected in part.entries:
            index = inspected.stored.index
            if index < self._next:
                self._fault(index, Stray(what=f"entry {index}, a second time"))
                continue
            if index > self._next:
                self._add(self._tree.grow(leaves))
                leaves.clear()
                self._gap_before(index)
            self._next = index + 1
            leaves.append(inspected.leaf)
            if inspected.entry is None:
                if inspected.refusal is not None:
                    self._fault(index, inspected.refusal)
                continue
            for error in self._order.take(inspected):
                self._fault(index, error)
            batch.append(Audited(index, inspected.entry))
        self._order.settle()
        self._add(self._tree.grow(leaves))
        for sighting in part.sightings:
            self._sighted(sighting)
        for check in self._checks:
            with self._going_on(check.name, check):
                self._add(check.look(batch))
        if self._rules is not None:
            with self._going_on(RULES, self._rules):
                self._judge(self._rules, batch)

    def _judge(self, rules: Rules, batch: Sequence[Audited]) -> None:
        for audited in batch:
            if audited.index < self._before:
                rules.take(audited)
                continue
            refusal = rules.judge(audited)
            if refusal is not None:
                self._findings.add(audited.index, refusal)
            self._judged += 1

    def _keep(self, keeper: Keeper, part: int) -> None:
        """Hold the beginning to what was gone through before; keep what was since."""
        if keeper.before is not None and self._next == self._before:
            root = self._tree.root()
            if root is None or root.hex() != keeper.before.root:
                raise ChangedSince(size=self._before)
        # Going on is by whole parts.
        elif self._next > self._before and self._next % part == 0 and keeper.due():
            root = self._tree.root()
            if root is not None:  # else there is nothing to hold the beginning to, another time
                keeper.save(
                    size=self._next,
                    root=root,
                    judged=self._judged,
                    faults=self._faults.tally(),
                    findings=self._findings.tally(),
                )

    def _finish(self, work: Work) -> None:
        if self._next < self._before:
            raise ChangedSince(size=self._before)
        self._telling = True
        self._gap_before(self._source.size)
        self._add(self._tree.finish())
        self._add(self._tree.compare_seen(self._memory.seen()))
        for sighting in work.found_apart(self._next):
            self._sighted(sighting)
        for check in self._checks:
            with self._going_on(check.name, check):
                self._add(check.finish(self._next))

    def _sighted(self, sighting: Sighting) -> None:
        """Take in what was seen beside a part's entries, unless that look has stopped before."""
        self._seconds[sighting.name] += sighting.seconds
        if sighting.name in self._stopped:
            return
        self._add(sighting.faults)
        takes = [each for each in self._checks if each.name == sighting.name]
        if sighting.stopped is not None:
            self._stop(sighting.name, sighting.stopped, *takes)
        elif sighting.found is not None:
            for check in takes:
                with self._going_on(check.name, check):
                    if isinstance(check, Takes):
                        check.take(sighting.found)

    @contextmanager
    def _going_on(self, name: str, part: Check | Rules) -> Iterator[None]:
        """Time a check or the rules; what breaks on what it met is told and asked no more."""
        began = time.thread_time()
        try:
            yield
        except StorageError:
            raise  # what cannot be read is no fault of the log's
        except Exception as error:  # noqa: BLE001 - stored by a stranger, it may be anything
            self._stop(name, type(error).__name__, part)
        self._seconds[name] += time.thread_time() - began

    def _stop(self, name: str, why: str, *parts: Check | Rules) -> None:
        self._faults.add(None, CheckStopped(check=name, why=why))
        self._stopped.add(name)
        # A new list: the old one is being gone through.
        self._checks = [check for check in self._checks if check not in parts]
        self._rules = None if self._rules in parts else self._rules

    def _gap_before(self, index: int) -> None:
        if index > self._next:
            self._fault(self._next, EntryMissing(first=self._next, last=index - 1))
            self._tree.broken = True
            # The source that is asked here tells why, where it was another's that skipped it.
            self._source.entries(self._next, 1)
            self._next = index

    def _add(self, found: Iterable[Fault | Finding]) -> None:
        for each in found:
            if isinstance(each, Fault):
                self._fault(each.index, each.error)
            elif self._telling:
                self._findings.add(each.index, each.error)

    def _fault(self, index: int | None, error: LedgerError) -> None:
        # What an interrupted run told of stands in what it left.
        if self._telling:
            self._faults.add(index, error)

    def _anchors(self) -> Iterator[Anchor]:
        """Hold the tree to every root stated; yield what holds and lies outside the source."""
        if self._pinned is not None and self._pinned == self._order.genesis:
            yield Anchor(name=GENESIS, size=1)
        for stated in (*self._stated, *self._signed()):
            if self._held(stated) and stated.anchor not in (HEAD, CHECKPOINT):
                yield Anchor(name=stated.anchor, size=stated.size)

    def _signed(self) -> Iterator[StatedRoot]:
        keys = self._order.log_keys
        for anchor, note in self._notes:
            try:
                if keys is None:
                    raise Unsigned(anchor=anchor)
                checkpoint = keys.verify(note)
            except LedgerError:
                self._faults.add(None, Unsigned(anchor=anchor))
            else:
                yield StatedRoot(anchor, checkpoint.size, checkpoint.root)

    def _held(self, stated: StatedRoot) -> bool:
        """Compare one stated root; tell whether it is the one of the entries here."""
        if stated.size > self._next:
            error: LedgerError = Behind(anchor=stated.anchor, size=stated.size, here=self._next)
            self._faults.add(None, error)
            return False
        root = self._tree.roots.get(stated.size)
        if root is not None and root != stated.root:
            self._faults.add(None, RootDiffers(anchor=stated.anchor, size=stated.size))
        return root == stated.root

    def _report(self, anchors: tuple[Anchor, ...], elapsed: float) -> Report:
        return Report(
            origin=self._source.origin,
            size=self._next,
            root=self._tree.root(),
            genesis=self._order.genesis,
            faults=self._faults.tally(),
            findings=self._findings.tally(),
            anchors=anchors,
            rates=Rates(
                entries=self._next,
                judged=self._judged,
                seconds=dict(self._seconds),
                elapsed=elapsed,
            ),
            resumed=self._before,
        )


def _notes(checkpoint: bytes | None, since: bytes | None) -> Iterator[tuple[str, bytes]]:
    for anchor, note in ((CHECKPOINT, checkpoint), (EARLIER, since)):
        if note is not None:
            yield anchor, note


def _claimed_sizes(checkpoint: bytes | None, since: bytes | None) -> Iterator[int]:
    if since is not None:
        yield _claimed_size(since)
    if checkpoint is not None:
        # A malformed checkpoint of the source is a fault like another, told with the signatures.
        with suppress(LedgerError):
            yield _claimed_size(checkpoint)


def _claimed_size(note: bytes) -> int:
    """Return the size an unverified checkpoint states. Raises: MalformedError."""
    return parse_checkpoint(UnverifiedNote.parse(note).text).size
