"""Rebuilding the case register from entry 0: decode, fold, rows and counts, then the switch."""

from bench.measure import rate
from bench.office import Office
from ledger.bootstrap import rebuild_view


def rebuild_rate(office: Office) -> float:
    """Return entries per second."""

    def work() -> int:
        rebuild_view(office.ledger, "register")
        return office.ledger.recorder.head().size

    return rate(work)
