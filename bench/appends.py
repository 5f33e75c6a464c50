"""Appends: the full path of custodial acts by 64 concurrent clients, against one plain writer."""

import threading
import time

from bench.baseline import TEXT
from bench.measure import rate
from bench.office import Office
from ledger.aggregates.case import commands as case
from ledger.service.office import do

CLIENTS = 64


def append_rate(office: Office, seconds: float) -> float:
    """Return entries per second: decide, check, seal, sign, sequence, tiles, vault."""
    return rate(lambda: _clients(office, seconds))


def _clients(office: Office, seconds: float) -> int:
    done = [0] * CLIENTS
    until = time.perf_counter() + seconds

    def client(number: int) -> None:
        while time.perf_counter() < until:
            done[number] += live(office)

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
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
