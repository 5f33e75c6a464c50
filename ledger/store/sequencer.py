"""The sequencer: group commit, one transaction per batch, one verdict per submission.

A thread drains the queue into one transaction under the head lock; ``Batch`` judges. What is
accepted is written with its tags, vault rows and the tiles it completes; then the head. The
signer's mark moves after the commit, and only then is anybody told. Order equals commit order,
there are no gaps, and several processes may write, since whoever appends holds the head.

What a crash leaves: before the commit, nothing; after it, entries nobody was told of, which the
same submission sent again finds by its ``jti``.
"""

import logging
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from itertools import starmap
from queue import Empty, SimpleQueue

from sqlalchemy import Connection, Row

from ledger.entry.entry import leaf_hash
from ledger.errors import IntegrityFault, LedgerError, StorageError
from ledger.store.batch import Batch, Placed, Submission, judged
from ledger.store.clock import ClockWatch
from ledger.store.dialect import OutcomeUnknown, writing
from ledger.store.edge import Edge, Trail, read_edge
from ledger.store.keystore import Keystore
from ledger.store.known import Known
from ledger.store.reader import LogReader
from ledger.store.recorder import Head, Recorder, require_bytes
from ledger.store.signer import HeadBehindMark, LogSigner, SignerRetired

log = logging.getLogger(__name__)

MAX_BATCH = 256
LINGER_SECONDS = 0.008
SETTLE_SECONDS = 20.0
"""How long a server is waited for that went away during a commit."""
AGAIN_SECONDS = 0.1
_STOP = None

Ticket = tuple[Submission, "Future[Placed]"]


class SequencerStopped(StorageError):
    """The ledger is closing."""

    code = "sequencer.stopped"
    zh = "账本正在关闭。内容未写入，请稍后重试。"
    en = "The ledger is closing. Nothing was written; try again later."


class ReceiptLater(StorageError):
    """The entries are stored, but the signer's mark could not be moved."""

    code = "sequencer.receipt_later"
    zh = "内容已写入，但签名标记无法更新（{why}）。请原样重新提交以取得回执。"
    en = (
        "The entries are stored, but the signer's mark could not move ({why}). Send the same again."
    )


class Sequencer:
    """Appends submissions; ``append`` may be called from many threads."""

    def __init__(
        self,
        *,
        recorder: Recorder,
        reader: LogReader,
        keystore: Keystore,
        signer: LogSigner,
        known: Known,
        watch: ClockWatch,
        committed: Callable[[int], None] = lambda _size: None,
    ) -> None:
        self._recorder = recorder
        self._reader = reader
        self._keystore = keystore
        self._signer = signer
        self._known = known
        self._watch = watch
        self._committed = committed
        self._edge = read_edge(recorder.head(), reader)
        self._queue: SimpleQueue[Ticket | None] = SimpleQueue()
        self._held: Ticket | None = None
        self._crowd = 1
        self._gathered = threading.Event()
        self._closed = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="sequencer", daemon=True)
        self._thread.start()

    def append(self, submission: Submission) -> "Future[Placed]":
        """Queue a submission; the future gives its place or raises why it was refused."""
        future: Future[Placed] = Future()
        with self._lock:  # nothing may be queued behind the stop
            if self._closed:
                raise SequencerStopped
            self._queue.put((submission, future))
        if self._queue.qsize() >= self._crowd - 1:
            self._gathered.set()
        return future

    def flush(self) -> None:
        """Commit what is queued without waiting for others: whoever appended it waits now."""
        self._crowd = 1
        self._gathered.set()

    def close(self) -> None:
        """Commit what is queued, then stop."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._queue.put(_STOP)
        self._thread.join()

    def _run(self) -> None:
        while (tickets := self._next_batch()) is not None:
            self._serve(tickets)

    def _next_batch(self) -> list[Ticket] | None:
        """Wait for a submission and take what else is queued; None when it is time to stop."""
        ticket = self._held or self._queue.get()
        self._held = None
        self._linger()
        tickets: list[Ticket] = []
        while ticket is not None:
            if tickets and ticket[0].judge is not None:
                self._held = ticket  # judged under the lock: it needs a batch of its own
                return tickets
            tickets.append(ticket)
            if ticket[0].judge is not None or len(tickets) == MAX_BATCH:
                return tickets
            try:
                ticket = self._queue.get_nowait()
            except Empty:
                return tickets
        if tickets:
            self._queue.put(_STOP)
        return tickets or None

    def _linger(self) -> None:
        """Where many submit at once, give them a moment: one commit for all costs little more.

        A single client never waits: only what came together last time is awaited again.
        """
        self._gathered.clear()
        if self._queue.qsize() < self._crowd - 1:
            self._gathered.wait(LINGER_SECONDS)

    def _serve(self, tickets: list[Ticket]) -> None:
        self._crowd = len(tickets)
        # Whoever stopped waiting is passed over; from here on nobody can.
        tickets = [ticket for ticket in tickets if ticket[1].set_running_or_notify_cancel()]
        try:
            verdicts = self._settled([submission for submission, _ in tickets])
        except LedgerError as error:
            verdicts = [error] * len(tickets)
        except Exception as error:  # noqa: BLE001 - a bug here must not stop everybody
            # The class and the place alone: a message or a traceback may quote what was written.
            log.error("the batch was not written: %s at %s", type(error).__name__, _place(error))  # noqa: TRY400
            verdicts = [StorageError(why="internal error")] * len(tickets)
        for (_, future), verdict in zip(tickets, verdicts, strict=True):
            if isinstance(verdict, LedgerError):
                future.set_exception(verdict)
            else:
                future.set_result(verdict)

    def _settled(self, submissions: Sequence[Submission]) -> "list[Placed | LedgerError]":
        """Commit a batch; where the connection broke over the commit, find out what became of it.

        By doing what anybody would who tries again: what is stored is found by its ``jti``. The
        head is not ours before the broken commit has ended one way or the other. Whatever else
        refuses meanwhile (a standby not yet promoted is read-only) says that nothing was written,
        which nobody knows: it is waited for as well.
        """
        try:
            return self._commit(submissions)
        except OutcomeUnknown:
            until = time.monotonic() + SETTLE_SECONDS
            while time.monotonic() < until:
                time.sleep(AGAIN_SECONDS)
                with suppress(StorageError):
                    return self._commit(submissions)
            raise

    def _commit(self, submissions: Sequence[Submission]) -> "list[Placed | LedgerError]":
        keys = self._keystore.ensure(
            (draft.act.stream, sealing.subject)
            for submission in submissions
            for draft in submission.drafts
            for sealing in draft.sealings
        )
        with writing(self._recorder.engine) as connection:
            head = self._recorder.lock_head(connection)
            self._synchronise(connection, head)
            batch = Batch(
                connection,
                head,
                recorder=self._recorder,
                known=self._known,
                watch=self._watch,
                submissions=submissions,
            )
            verdicts = [judged(batch, submission) for submission in submissions]
            edge, tiles = self._edge.grown([leaf_hash(state) for state in batch.states])
            new = _head_after(batch, edge)
            if batch.acts:
                self._recorder.insert(
                    connection,
                    **batch.rows(keys),
                    tiles=[{"level": t.level, "n": t.n, "hashes": data} for t, data in tiles],
                    new_head=new,
                )
        self._edge = edge
        return self._acknowledge(batch, new, verdicts)

    def _acknowledge(
        self, batch: Batch, head: Head, verdicts: "list[Placed | LedgerError]"
    ) -> "list[Placed | LedgerError]":
        try:
            self._known.feed(batch.acts, batch.tags)
            self._committed(head.size)
            self._signer.advance(head.size, head.root)
        except (IntegrityFault, SignerRetired):
            raise  # another log has been signed, or goes on: nobody may be told that this is it
        except Exception as error:  # noqa: BLE001 - whatever else fails, the entries are stored
            log.warning("stored through %d, no receipt yet: %s", head.size, type(error).__name__)
            late = ReceiptLater(why=type(error).__name__)
            return [late if isinstance(verdict, Placed) else verdict for verdict in verdicts]
        return verdicts

    def _synchronise(self, connection: Connection, head: Head) -> None:
        """Take in what other processes appended since; the head is ours now.

        Read once, and in the transaction that holds the head: they wait for it meanwhile.
        Raises: HeadBehindMark, IntegrityFault when the store was changed under a running ledger;
            SignerRetired when another log goes on.
        """
        if head.size < self._known.size:
            self._signer.require_going_on()
            raise HeadBehindMark(signed=self._known.size, size=head.size, why="")
        rows: Sequence[Row[int, str, int, str, bytes]] = ()
        if self._edge.near(head.size):
            rows = self._recorder.rows(self._edge.size, head.size, connection=connection)
        trail = Trail(self._edge, head, require_bytes(row.state for row in rows), self._reader)
        # Each time: another process may have signed on, and this store been put back since.
        self._signer.require_extended(lambda: (head.size, head.root), trail.root)
        self._edge = trail.edge()
        if rows and rows[0].idx <= self._known.size < head.size:
            self._known.feed(list(starmap(self._known.streams.mapper.act_of, rows)))
        if self._known.size < head.size:
            self._known.catch_up()


def _place(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{last.name}:{last.lineno}"


def _head_after(batch: Batch, edge: Edge) -> Head:
    return Head(
        size=edge.size,
        root=edge.frontier.root(),
        frontier=edge.frontier.to_bytes(),
        last_at=batch.last_at,
    )
