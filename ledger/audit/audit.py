"""The full audit of a log: every entry, every tile, every rule, in one pass.

    worker threads   parse strictly, verify the signature, hash the leaf
    this thread      key by position, prev, seq, id, time; the tree; the checks; the rules

Integrity faults and rule findings are told apart, and nothing found stops the pass (design section
2, "Full audit"). What a report rests on are its anchors: without any, a log whose operator rewrote
it from some entry on, signing everything anew, agrees with itself. Whether what was truly signed
is true is not handled here or anywhere.
"""

import os
import time
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress

from ledger.audit.faults import (
    Behind,
    CheckStopped,
    EntryMissing,
    RootDiffers,
    Stray,
    Unsigned,
)
from ledger.audit.heads import HeadsCheck
from ledger.audit.inspection import Inspected, inspect
from ledger.audit.keyring import KeyRing
from ledger.audit.order import Order
from ledger.audit.ports import (
    Audited,
    Check,
    Fault,
    Finding,
    Progress,
    Rules,
    Source,
    StatedRoot,
    Stored,
)
from ledger.audit.report import Anchor, Collector, Rates, Report
from ledger.audit.tree import TreeCheck
from ledger.errors import LedgerError, StorageError
from ledger.tlog.checkpoint import parse_checkpoint
from ledger.tlog.note import UnverifiedNote

CHUNK = 256
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
    rules: Rules | None = None,
    checks: Sequence[Check] = (),
    since: bytes | None = None,
    genesis: str | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Report:
    """Audit everything in ``source`` and return what was found.

    ``since`` is a signed checkpoint kept from earlier, which the log must extend; ``genesis`` the
    base64url digest of the genesis the verifier pinned. ``workers`` defaults to the cores.

    Raises:
        MalformedError: ``since`` is no checkpoint.
        StorageError: the source cannot be read at all.
    """
    work = _Audit(source, rules=rules, checks=checks, since=since, genesis=genesis)
    return work.run(workers or len(os.sched_getaffinity(0)), progress)


class _Audit:
    def __init__(
        self,
        source: Source,
        *,
        rules: Rules | None,
        checks: Sequence[Check],
        since: bytes | None,
        genesis: str | None,
    ) -> None:
        self._source = source
        self._rules = rules
        self._checks: list[Check] = [HeadsCheck(), *checks]
        self._pinned = genesis
        self._ring = KeyRing()
        self._order = Order(source.origin, self._ring, genesis)
        self._faults, self._findings = Collector(), Collector()
        self._stated = tuple(source.stated())
        self._notes = tuple(_notes(source.checkpoint, since))
        sizes = [stated.size for stated in self._stated]
        sizes += _claimed_sizes(source.checkpoint, since)
        self._tree = TreeCheck(source.tile, sizes, partials=source.partials)
        self._next = 0
        self._judged = 0
        self._seconds: dict[str, float] = defaultdict(float)

    def run(self, workers: int, progress: Progress | None) -> Report:
        """Do the whole audit."""
        began = time.perf_counter()
        with ThreadPoolExecutor(workers, "audit") as pool:
            for chunk in _inspected(pool, self._chunks(), self._ring, 2 * workers):
                self._take(chunk)
                if progress is not None:
                    progress(self._next, self._source.size)
        self._gap_before(self._source.size)
        self._add(self._tree.finish())
        self._add(self._tree.compare_seen(self._order.seen))
        for check in self._checks:
            with self._going_on(check.name, check):
                self._add(check.finish(self._next))
        anchors = tuple(self._anchors())
        return self._report(anchors, time.perf_counter() - began)

    def _chunks(self) -> Iterator[Sequence[Stored]]:
        start = 0
        while chunk := self._source.entries(start, CHUNK):
            yield chunk
            start = chunk[-1].index + 1

    def _take(self, chunk: Sequence[Inspected]) -> None:
        leaves: list[bytes] = []
        batch: list[Audited] = []
        for inspected in chunk:
            index = inspected.stored.index
            if index < self._next:
                self._faults.add(index, Stray(what=f"entry {index}, a second time"))
                continue
            if index > self._next:
                self._add(self._tree.grow(leaves))
                leaves.clear()
                self._gap_before(index)
            self._next = index + 1
            leaves.append(inspected.leaf)
            if inspected.entry is None:
                if inspected.refusal is not None:
                    self._faults.add(index, inspected.refusal)
                continue
            for error in self._order.take(inspected):
                self._faults.add(index, error)
            batch.append(Audited(index, inspected.entry))
        self._add(self._tree.grow(leaves))
        for check in self._checks:
            with self._going_on(check.name, check):
                self._add(check.look(batch))
        if self._rules is not None:
            with self._going_on(RULES, self._rules):
                self._judge(self._rules, batch)

    def _judge(self, rules: Rules, batch: Sequence[Audited]) -> None:
        for audited in batch:
            refusal = rules.judge(audited)
            if refusal is not None:
                self._findings.add(audited.index, refusal)
        self._judged += len(batch)

    @contextmanager
    def _going_on(self, name: str, part: Check | Rules) -> Iterator[None]:
        """Time a check or the rules; what breaks on what it met is told and asked no more."""
        began = time.perf_counter()
        try:
            yield
        except StorageError:
            raise  # what cannot be read is no fault of the log's
        except Exception as error:  # noqa: BLE001 - stored by a stranger, it may be anything
            self._faults.add(None, CheckStopped(check=name, why=type(error).__name__))
            # A new list: the old one is being gone through.
            self._checks = [check for check in self._checks if check is not part]
            self._rules = None if self._rules is part else self._rules
        self._seconds[name] += time.perf_counter() - began

    def _gap_before(self, index: int) -> None:
        if index > self._next:
            self._faults.add(self._next, EntryMissing(first=self._next, last=index - 1))
            self._tree.broken = True
            self._next = index

    def _add(self, found: Iterable[Fault | Finding]) -> None:
        for each in found:
            collector = self._findings if isinstance(each, Finding) else self._faults
            collector.add(each.index, each.error)

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

    def _report(self, anchors: tuple[Anchor, ...], seconds: float) -> Report:
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
                seconds={INTEGRITY: seconds - sum(self._seconds.values()), **self._seconds},
            ),
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


def _inspected(
    pool: ThreadPoolExecutor, chunks: Iterable[Sequence[Stored]], ring: KeyRing, ahead: int
) -> Iterator[list[Inspected]]:
    """Yield inspected chunks in order, ``ahead`` of them being worked on meanwhile."""
    waiting: deque[Future[list[Inspected]]] = deque()
    for chunk in chunks:
        waiting.append(pool.submit(inspect, chunk, ring))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
