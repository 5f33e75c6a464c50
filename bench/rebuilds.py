"""Rebuilding views from entry 0: decode, fold, rows and counts, then the switch."""

import time

from bench.measure import Work
from bench.office import Office
from ledger.bootstrap import rebuild_views


def rebuilding(office: Office, *names: str) -> Work:
    """Return the work: every entry of the log, once; into the views named, or into all."""

    def work() -> tuple[int, float]:
        began = time.perf_counter()
        rebuild_views(office.ledger, *names)
        return office.ledger.recorder.head().size, time.perf_counter() - began

    return work
