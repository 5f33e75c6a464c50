"""The server's processes: as many as there are cores, each with the same home opened, 64 clients.

What a server does with several workers: each judges and signs for its own clients, and they take
turns at the head. A worker is spawned once and asked by a pipe for one piece of work at a time.
"""

import asyncio
import gc
import multiprocessing as mp
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from bench.baseline import cores
from bench.office import Office, reopen_office
from ledger.service.acts.front import Front

CLIENTS = 64


Client = Callable[[Front], Awaitable[int]]
"""What one client does, given its server's front; returns how many entries it did."""

Task = Callable[[Office, int, int], Client]
"""A worker's piece of work, picklable: ``task(office, number, clients)`` is client ``number``."""


class _Place(NamedTuple):
    path: Path
    unit: str
    staff: dict[str, str]
    clients: int


class Workers:
    """The processes, ready to work."""

    def __init__(self, pipes: Sequence[Connection]) -> None:
        self._pipes = pipes

    def __len__(self) -> int:
        return len(self._pipes)

    def run(self, tasks: Sequence[Task]) -> tuple[int, float]:
        """Do one task per worker at once; return entries done, and the seconds the slowest took."""
        for pipe, task in zip(self._pipes, tasks, strict=True):
            pipe.send(task)
        for pipe in self._pipes:
            pipe.recv()
        for pipe in self._pipes:
            pipe.send("go")
        found = [pipe.recv() for pipe in self._pipes]
        return sum(done for done, _ in found), max(seconds for _, seconds in found)


@contextmanager
def serving(office: Office) -> Iterator[Workers]:
    """Open the office's home in as many processes as there are cores."""
    count = cores()
    staff = {role: hand.who.actor for role, hand in office.hands.items()}
    place = _Place(office.ledger.home.path, office.unit, staff, CLIENTS // count)
    spawn = mp.get_context("spawn")  # a fork would inherit the threads' locks
    pairs = [spawn.Pipe() for _ in range(count)]
    started = [spawn.Process(target=_serve, args=(place, theirs)) for _, theirs in pairs]
    for process in started:
        process.start()
    try:
        yield Workers([ours for ours, _ in pairs])
    finally:
        for ours, _ in pairs:
            ours.send(None)
        for process in started:
            process.join()


def _serve(place: _Place, pipe: Connection) -> None:
    office = reopen_office(place.path, place.unit, place.staff)
    gc.freeze()  # as the server does
    with office.ledger:
        while (task := pipe.recv()) is not None:
            asyncio.run(_work(office, task, place.clients, pipe))


async def _work(office: Office, task: Task, clients: int, pipe: Connection) -> None:
    front = Front(office.ledger)
    doing = [task(office, number, clients) for number in range(clients)]
    pipe.send("ready")
    pipe.recv()
    began = time.perf_counter()
    done = await asyncio.gather(*(client(front) for client in doing))
    pipe.send((sum(done), time.perf_counter() - began))
