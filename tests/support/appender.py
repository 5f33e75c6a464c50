"""A process of its own that appends to a home with several threads, until it is done or killed.

Each receipt is written to a file after it is acknowledged: one line ``<index> <digest>``, in one
write, so that what is in the file was promised, whatever happened to the process.
"""

import multiprocessing
import os
import threading
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

from ledger.aggregates.case.commands import Accept, Receive
from ledger.bootstrap import open_ledger
from ledger.service.acts.receipt import Receipt
from ledger.service.directory import hand_with
from ledger.service.ledger import Ledger
from ledger.service.office import Hand, do
from ledger.store.clock import RealClock
from tests.support.office import MINUTE, START_MS
from tests.support.trust import a_key

_PROCESSES = multiprocessing.get_context("forkserver")
SHIFT_MS = START_MS + 10 * MINUTE - RealClock().now_ms()


class ShiftedClock(RealClock):
    """The machine's clock, moved to where the offices of tests stand; the same in all processes."""

    def __init__(self, shift_ms: int) -> None:
        self._shift = shift_ms

    def now_ms(self) -> int:
        return super().now_ms() + self._shift


def start(home: Path, unit: str, acks: Path, *, threads: int, rounds: int) -> BaseProcess:
    """Start a process that takes ``threads * rounds`` cases in and accepts each."""
    # Imported once by the server that processes are forked from: a new one starts in no time.
    _PROCESSES.set_forkserver_preload([__name__])
    told = {"home": home, "unit": unit, "acks": acks, "threads": threads, "rounds": rounds}
    process = _PROCESSES.Process(target=_append, kwargs=told | {"shift_ms": SHIFT_MS}, daemon=True)
    process.start()
    return process


def promised(acks: Path) -> dict[int, str]:
    """Return the digest acknowledged for each log index; a torn last line was no promise kept."""
    if not acks.exists():
        return {}
    *lines, _ = acks.read_text("ascii").split("\n")
    pairs = (line.split(" ") for line in lines)
    return {int(index): digest for index, digest in pairs}


def wait_for(acks: Path, count: int, process: BaseProcess) -> None:
    """Wait until so many receipts were given, or the process ended."""
    until = time.monotonic() + 120
    while len(promised(acks)) < count and process.is_alive():
        assert time.monotonic() < until, "nothing is appended"
        time.sleep(0.005)


def _append(*, home: Path, unit: str, acks: Path, threads: int, rounds: int, shift_ms: int) -> None:
    out = os.open(acks, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with open_ledger(home, clock=ShiftedClock(shift_ms)) as ledger:
        clerk = hand_with(ledger, a_key("intake_clerk"))
        running = [
            threading.Thread(target=_client, args=(ledger, clerk, unit, out, rounds))
            for _ in range(threads)
        ]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
    os.close(out)


def _client(ledger: Ledger, clerk: Hand, unit: str, out: int, rounds: int) -> None:
    for _ in range(rounds):
        received = Receive(unit=unit, kind="request", channel="phone", text="路灯不亮")
        taken = do(ledger, clerk, received)
        _acknowledge(out, taken)
        _acknowledge(out, do(ledger, clerk, Accept(stream=taken.entries[0].stream)))


def _acknowledge(out: int, receipt: Receipt) -> None:
    for entry in receipt.entries:
        os.write(out, f"{entry.index} {entry.digest}\n".encode())
