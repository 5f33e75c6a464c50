"""Appends: the full path of custodial acts by 64 concurrent clients, against one plain writer.

The clients are shared among as many processes as there are cores, each with its own sequencer on
the one home: the interpreter's lock would hold one process to one core.
"""

import multiprocessing
import threading
import time
from multiprocessing.synchronize import Barrier
from pathlib import Path

from bench.baseline import TEXT, cores
from bench.measure import rate
from bench.office import Office, reopen_office
from ledger.aggregates.case import commands as case
from ledger.service.office import do

CLIENTS = 64


def append_rate(home: Path, seconds: float) -> float:
    """Return entries per second: decide, check, seal, sign, sequence, tiles, vault."""
    return rate(lambda: _all(home, seconds), seconds=seconds)


def _all(home: Path, seconds: float) -> int:
    spawn = multiprocessing.get_context("spawn")
    ready = spawn.Barrier(cores())
    counts = spawn.Queue()
    workers = [
        spawn.Process(target=_worker, args=(home, CLIENTS // cores(), seconds, ready, counts))
        for _ in range(cores())
    ]
    for worker in workers:
        worker.start()
    done = sum(counts.get() for _ in workers)
    for worker in workers:
        worker.join()
    return done


def _worker(
    home: Path, clients: int, seconds: float, ready: Barrier, counts: "multiprocessing.Queue[int]"
) -> None:
    office = reopen_office(home)
    live(office)
    ready.wait()
    counts.put(_clients(office, clients, seconds))
    office.ledger.close()


def _clients(office: Office, clients: int, seconds: float) -> int:
    done = [0] * clients
    until = time.perf_counter() + seconds

    def client(number: int) -> None:
        while time.perf_counter() < until:
            done[number] += live(office)

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done)


def live(office: Office) -> int:
    """Take one case through five acts by three persons; return the number of entries."""
    ledger, hands = office.ledger, office.hands
    clerk, coordinator, liaison = (hands[r] for r in ("intake_clerk", "coordinator", "liaison"))
    received = case.Receive(unit=office.unit, kind="request", channel="phone", text=TEXT)
    stream = do(ledger, clerk, received).entries[0].stream
    do(ledger, clerk, case.Accept(stream=stream))
    do(ledger, coordinator, case.Triage(stream=stream, route="direct"))
    do(ledger, coordinator, case.Assign(stream=stream, handler=liaison.who.actor))
    do(ledger, liaison, case.NoteProgress(stream=stream, text=TEXT))
    return 5
