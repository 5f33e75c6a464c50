"""The part of an audit that needs no order: runs of entries, inspected here or in other processes.

    a worker       parses strictly, verifies signatures, hashes leaves, looks beside each entry
    whoever asks   gets the parts in log order, a few of them being worked on ahead

Processes, not threads: all but the verifying itself holds the interpreter's lock. Keys travel
with each part, as far as they were known when it was handed out; the rest is verified in order.
What a worker finds is the same in whatever process it runs, so the audit is the same too; whoever
asks does parts herself while the others start, which takes most of a second, or are at work.
"""

import multiprocessing
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from multiprocessing import connection
from threading import Lock, Thread
from typing import Any, NamedTuple, TypeVar

import msgspec

from ledger.audit.inspection import Inspected, inspect
from ledger.audit.keyring import KeyRing, parse_founding
from ledger.audit.ports import Apart, Aside, Audited, Entries, Fault, Stored
from ledger.entry.entry import parse_entry
from ledger.errors import StorageError

T = TypeVar("T")

PART = 1024
"""Entries in a part: four tiles' worth."""
START = "forkserver"
"""A server that audits has threads, and a forked copy of it might wait for one of theirs."""


class Workplace(NamedTuple):
    """What inspecting takes: entries, the asides to look at, what can be found apart."""

    source: Entries
    asides: Sequence[Aside] = ()
    aparts: Sequence[Apart] = ()


Opening = Callable[[], Workplace]
"""Opens a workplace in another process: it must be picklable."""


class Task(NamedTuple):
    """Entries start <= index < stop to inspect; to the end where there is no ``stop``."""

    start: int
    stop: int | None
    keys: dict[str, bytes]
    again: bool
    """Whether an earlier run inspected these very entries."""


class Sighting(msgspec.Struct, frozen=True):
    """What one aside, or what is looked at apart, came to: ``stopped`` names what it broke on."""

    name: str
    faults: list[Fault]
    found: object
    stopped: str | None
    seconds: float


class Part(msgspec.Struct, frozen=True):
    """Inspected entries in index order, and what lies beside them."""

    entries: list[Inspected]
    sightings: list[Sighting]
    seconds: float
    """Of the processor, for inspecting and looking."""


class Workers:
    """Hands out parts; ``opening`` and ``count`` say whether to other processes, and how many.

    ``helping``: whoever asks does parts herself while the others start or are at work.
    """

    def __init__(
        self,
        here: Workplace,
        ring: KeyRing,
        *,
        opening: Opening | None,
        count: int,
        part: int,
        helping: bool = False,
    ) -> None:
        self._helping = helping
        self.part = part
        self._here = here
        self._ring = ring
        self._opening = opening
        self._count = count

    @contextmanager
    def at_work(self, size: int) -> "Iterator[Work]":
        """Begin work on the first ``size`` entries; at the end everything is stopped."""
        begun = partial(Work, self._here, self._ring, size=size, part=self.part)
        if self._opening is None or not self._count:
            yield begun()
            return
        context = multiprocessing.get_context(START)
        with _elsewhere():
            pool = ProcessPoolExecutor(self._count, context, _open, (self._opening,))
        with ThreadPoolExecutor(1) as aside:
            try:
                starting = aside.submit(_start, pool, self._count)
                if not self._helping:
                    _result(starting)
                yield begun(pool=pool, starting=starting, count=self._count, helping=self._helping)
            finally:
                aside.shutdown()
                pool.shutdown(wait=True, cancel_futures=True)


class Work:
    """Parts in order, and what is found apart."""

    def __init__(
        self,
        here: Workplace,
        ring: KeyRing,
        *,
        size: int,
        part: int,
        pool: Executor | None = None,
        starting: "Future[None] | None" = None,
        count: int = 0,
        helping: bool = True,
    ) -> None:
        self._helping = helping
        self._here = here
        self._ring = ring
        self._pool = pool
        self._starting = starting
        self._count = count
        self._ahead = count + 2
        self._size = size
        self._start = 0
        self._part = part
        self._apart: list[Future[Sighting]] = []
        self.seconds_elsewhere = 0.0
        """Of the processor, in other processes."""

    def parts(self, inspected_before: int) -> Iterator[Part]:
        """Yield all parts in log order; the first ``inspected_before`` entries were before."""
        # Alone: hardly any key is known before, and founding enrols those most used.
        yield self._here_and_now(inspected_before)
        waiting: deque[Future[Part] | Part] = deque()
        while waiting or self._start < self._size:
            self._hand_out(waiting, inspected_before)
            mine = self._helping and self._room(waiting)
            if waiting and (_done(waiting[0]) or not mine):
                yield self._counted(self._taken(waiting.popleft()))
            elif mine:
                task = self._task(inspected_before)
                waiting.append(inspect_part(self._here, task, self._ring))

    def _hand_out(self, waiting: "deque[Future[Part] | Part]", inspected_before: int) -> None:
        """Give the other processes, once they run, enough to do until this is called again."""
        if self._pool is None or self._starting is None or not self._starting.done():
            return
        _result(self._starting)
        if not self._apart:
            with _elsewhere():
                self._apart = [
                    self._pool.submit(_find_apart, number, self._size)
                    for number in range(len(self._here.aparts))
                ]
        # Behind what is looked for apart a part would wait long, and whoever asks with it.
        looking = sum(not sought.done() for sought in self._apart)
        free = looking < self._count or not self._helping
        busy = sum(not _done(part) for part in waiting)
        while free and busy < self._ahead and self._room(waiting):
            with _elsewhere():
                waiting.append(self._pool.submit(_inspect, self._task(inspected_before)))
            busy += 1

    def _room(self, waiting: "deque[Future[Part] | Part]") -> bool:
        """Tell whether there is a part to do, and room to keep it until its turn."""
        return self._start < self._size and len(waiting) <= 2 * self._ahead

    def _taken(self, part: "Future[Part] | Part") -> Part:
        if isinstance(part, Part):
            return part
        found = _result(part)
        self.seconds_elsewhere += found.seconds
        return _restored(found, self._ring)

    def found_apart(self, size: int) -> Iterator[Sighting]:
        """Yield what was found apart; what no other process began is looked for here and now."""
        if self._apart and size == self._size:
            for future in self._apart:
                sighting = _result(future)
                self.seconds_elsewhere += sighting.seconds
                yield sighting
        else:
            yield from (_found_apart(apart, size) for apart in self._here.aparts)

    def _here_and_now(self, inspected_before: int) -> Part:
        return self._counted(inspect_part(self._here, self._task(inspected_before), self._ring))

    def _task(self, inspected_before: int) -> Task:
        start, self._start = self._start, self._start + self._part
        stop = None if self._start >= self._size else self._start
        # A part of which a piece is new is inspected as a whole. Keys are copied: they are sent
        # while others are learnt.
        again = stop is not None and stop <= inspected_before
        return Task(start, stop, dict(self._ring.candidates), again)

    def _counted(self, part: Part) -> Part:
        """Look where entries go on, where there were none: nobody counts up to a size claimed."""
        if not part.entries:
            further = self._here.source.entries(self._start, 1)
            index = further[0].index if further else self._size
            self._start = max(self._start, index - index % self._part)
        return part


def inspect_part(place: Workplace, task: Task, ring: KeyRing) -> Part:
    """Return what the entries of a task show by themselves. Raises: StorageError."""
    began = time.thread_time()
    entries = inspect(_stored(place.source, task), ring, verified_before=task.again)
    batch = [Audited(each.stored.index, each.entry) for each in entries if each.entry is not None]
    sightings = [_looked(aside, batch, again=task.again) for aside in place.asides]
    return Part(entries, sightings, time.thread_time() - began)


def _stored(source: Entries, task: Task) -> list[Stored]:
    found: list[Stored] = []
    start = task.start
    while task.stop is None or start < task.stop:
        limit = PART if task.stop is None else task.stop - start
        some = source.entries(start, limit)
        if not some:
            break
        found += [one for one in some if task.stop is None or one.index < task.stop]
        start = some[-1].index + 1
    return found


def _looked(aside: Aside, batch: Sequence[Audited], *, again: bool) -> Sighting:
    began = time.thread_time()
    faults: list[Fault] = []
    found, stopped = None, None
    try:
        faults, found = aside.look(batch, again=again)
    except StorageError:
        raise  # what cannot be read is no fault of the log's
    except Exception as error:  # noqa: BLE001 - stored by a stranger, it may be anything
        stopped = type(error).__name__
    return Sighting(aside.name, faults, found, stopped, time.thread_time() - began)


def _found_apart(apart: Apart, size: int) -> Sighting:
    began = time.thread_time()
    faults: list[Fault] = []
    found, stopped = None, None
    try:
        faults, found = apart.find(size)
    except StorageError:
        raise
    except Exception as error:  # noqa: BLE001 - as above
        stopped = type(error).__name__
    return Sighting(apart.name, faults, found, stopped, time.thread_time() - began)


# -- in the other processes ------------------------------------------------------------------

_opened: list[Workplace] = []


def _open(opening: Opening) -> None:
    Thread(target=_end_with_whoever_asked, daemon=True).start()
    _opened[:] = [opening()]


def _end_with_whoever_asked() -> None:
    # A pool's processes wait for work for ever, also for that of one who was killed.
    parent = multiprocessing.parent_process()
    assert parent is not None, "this runs in the processes of a pool"
    connection.wait([parent.sentinel])
    os._exit(1)


def _inspect(task: Task) -> Part:
    part = inspect_part(_opened[0], task, KeyRing(task.keys))
    # Entries and keys are no plain values: whoever asked makes them again from the bytes.
    bare = [msgspec.structs.replace(each, entry=None, genesis=None) for each in part.entries]
    return msgspec.structs.replace(part, entries=bare)


def _find_apart(number: int, size: int) -> Sighting:
    return _found_apart(_opened[0].aparts[number], size)


def _start(pool: Executor, count: int) -> None:
    """Start all processes of a pool: each is when it is first needed, and one waits for it."""
    with _main_hidden():
        for _ in range(count):
            pool.submit(os.getpid)


_HIDING = Lock()


@contextmanager
def _main_hidden() -> Iterator[None]:
    """Keep a new process from importing the program that was started, as multiprocessing has it.

    The whole command line, or a server, was half of what starting one took. It needs none of it.
    """
    with _HIDING:
        main = sys.modules["__main__"]
        hidden = {name: main.__dict__.pop(name) for name in ("__file__",) if name in main.__dict__}
        spec, main.__spec__ = main.__spec__, None
        try:
            yield
        finally:
            main.__dict__.update(hidden)
            main.__spec__ = spec


def _done(part: "Future[Part] | Part") -> bool:
    return isinstance(part, Part) or part.done()


def _result(future: "Future[T]") -> T:
    with _elsewhere():
        return future.result()


@contextmanager
def _elsewhere() -> Iterator[None]:
    """Turn what ends another process, or keeps it from starting, into a storage error."""
    try:
        yield
    except BrokenProcessPool as error:
        raise StorageError(why="a process of the audit was ended from outside") from error
    except OSError as error:
        why = f"processes of the audit: {error.strerror or 'I/O'}"
        raise StorageError(why=why) from error


# -- and back --------------------------------------------------------------------------------


def _restored(part: Part, ring: KeyRing) -> Part:
    for each in part.entries:
        for enrolment in each.enrols:
            ring.candidates[enrolment.kid] = enrolment.raw
    entries: list[Any] = [_with_entry(each) for each in part.entries]
    return msgspec.structs.replace(part, entries=entries)


def _with_entry(each: Inspected) -> Inspected:
    if not each.parsed:
        return each
    entry = parse_entry(each.stored.state, again=True)  # the other process proved these bytes
    founding = each.stored.index == 0 and each.refusal is None
    genesis = parse_founding(entry)[0] if founding else None
    return msgspec.structs.replace(each, entry=entry, genesis=genesis)
