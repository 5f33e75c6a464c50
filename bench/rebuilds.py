"""Rebuilding the case register from entry 0: decode, fold, rows and counts, then the switch."""

import time

from bench.measure import Work
from bench.office import Office
from ledger.bootstrap import rebuild_view


def rebuilding(office: Office) -> Work:
    """Return the work: every entry of the log, once."""

    def work() -> tuple[int, float]:
        began = time.perf_counter()
        rebuild_view(office.ledger, "register")
        return office.ledger.recorder.head().size, time.perf_counter() - began

    return work
