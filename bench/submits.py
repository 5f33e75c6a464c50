"""Submissions signed by their actors: parsed, verified, judged and sequenced, by 64 clients."""

import threading
from collections.abc import Sequence

from bench.baseline import TEXT
from bench.measure import rate
from bench.office import Office
from ledger.aggregates.case import commands as case
from ledger.service.prepare import prepare
from ledger.service.sign import presentations, sign_drafts
from ledger.service.submit import submit

CLIENTS = 64
PER_RUN = 1_280


def submit_rate(office: Office) -> float:
    """Return entries per second; the clients' own signing is done before the clock starts."""
    waiting = [_signed(office) for _ in range(4 * PER_RUN)]

    def work() -> int:
        batch = [waiting.pop() for _ in range(PER_RUN)]
        _send(office, batch)
        return len(batch)

    return rate(work)


def _signed(office: Office) -> list[bytes]:
    hand = office.hands["intake_clerk"]
    received = case.Receive(unit=office.unit, kind="request", channel="phone", text=TEXT)
    prepared = prepare(office.ledger, [received], hand.who)
    return presentations(prepared, sign_drafts(prepared, hand.key))


def _send(office: Office, batch: Sequence[list[bytes]]) -> None:
    def client(number: int) -> None:
        for sent in batch[number::CLIENTS]:
            submit(office.ledger, sent)

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
