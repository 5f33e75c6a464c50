"""Waiting for the sequencer: by a thread, or by an event loop that serves many clients.

The steps of an act (``ledger.service.acts.submit``) are a generator: it yields what is to be
sequenced, is sent its place or thrown the refusal, and returns a receipt. What takes long it yields
too, as a call that is made before it goes on. So there is one way of an act, and two ways to wait
for it.

A loop's clients are told once per batch: each call from another thread wakes the loop, and costs
it about as much as a judgement. Parsing and judging run on the loop itself: a fraction of a
millisecond per entry whose facts are in memory, some reads of the store where they are not. Calls
that are yielded (files held to their entries, the heads of all streams, what a client saw, what a
retry finds stored) run in a thread.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import Any, TypeVar

from ledger.errors import LedgerError
from ledger.service.ledger import Ledger
from ledger.store.batch import Placed, Submission

T = TypeVar("T")

Long = Callable[[], object]
"""What no event loop may be held by; it raises LedgerError, and the steps are thrown that."""
Steps = Generator[Submission | Long, Any, T]
"""Sent are a Placed for a Submission, and what the call returned for what took long."""


def finish(ledger: Ledger, steps: "Steps[T]") -> T:
    """Take steps to their end in this thread. Raises: LedgerError, as the steps."""
    try:
        wanted = next(steps)
        while True:
            try:
                told = _done(ledger, wanted)
            except LedgerError as refusal:
                wanted = steps.throw(refusal)
            else:
                wanted = steps.send(told)
    except StopIteration as end:
        found: T = end.value
        return found


def _done(ledger: Ledger, wanted: Submission | Long) -> object:
    if isinstance(wanted, Submission):
        return ledger.writer().append(wanted).result()
    return wanted()


class Front:
    """A ledger as seen from the running event loop; ``finish`` may be awaited by many tasks."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._loop = asyncio.get_running_loop()
        self._told: deque[tuple[asyncio.Future[Placed], Future[Placed]]] = deque()
        self._called = False

    async def finish(self, steps: "Steps[T]") -> T:
        """Take steps to their end. Raises: LedgerError, as the steps."""
        try:
            wanted = next(steps)
            while True:
                try:
                    told = await self._done(wanted)
                except LedgerError as refusal:
                    wanted = steps.throw(refusal)
                else:
                    wanted = steps.send(told)
        except StopIteration as end:
            found: T = end.value
            return found

    def _done(self, wanted: Submission | Long) -> "asyncio.Future[Any]":
        if isinstance(wanted, Submission):
            return self._placed(wanted)
        return self._loop.run_in_executor(None, wanted)

    def _placed(self, submission: Submission) -> "asyncio.Future[Placed]":
        waiting: asyncio.Future[Placed] = self._loop.create_future()
        told = self._ledger.writer().append(submission)
        told.add_done_callback(lambda done: self._tell(waiting, done))
        return waiting

    def _tell(self, waiting: "asyncio.Future[Placed]", done: "Future[Placed]") -> None:
        # In the sequencer's thread: the first verdict since the last call wakes the loop.
        self._told.append((waiting, done))
        if not self._called:
            self._called = True
            self._loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        # Cleared before looking: a verdict noted after this calls again.
        self._called = False
        while self._told:
            waiting, done = self._told.popleft()
            if waiting.done():  # its client went away; the entry is stored all the same
                continue
            if (refusal := done.exception()) is not None:
                waiting.set_exception(refusal)
            else:
                waiting.set_result(done.result())
