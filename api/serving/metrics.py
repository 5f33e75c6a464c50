"""Figures for an operator's monitoring, in Prometheus' text format; nothing personal in them.

Routes are counted under their templates, methods that no route takes as one: nothing a client
chose is in a label, so there are only so many of them (prometheus_client never lets one go). Each
process that serves counts for itself, under its number (``worker``): one asked is any of them.
"""

from functools import lru_cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from ledger.service.ledger import Ledger

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_KEPT = 4096
"""Routes times methods times statuses that were answered; many more than there are."""


class Metrics:
    """The counters of one process, number ``worker``."""

    def __init__(self, worker: int) -> None:
        self._registry = CollectorRegistry()
        self._worker = str(worker)
        self._requests = Counter(
            "mingzhang_requests_total",
            "Requests by route, method and status.",
            ("worker", "route", "method", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "mingzhang_request_seconds",
            "Time to the last byte, by route.",
            ("worker", "route"),
            buckets=BUCKETS,
            registry=self._registry,
        )
        self._refused = Counter(
            "mingzhang_refusals_total",
            "Refusals by their stable code.",
            ("worker", "code"),
            registry=self._registry,
        )
        self._size = Gauge(
            "mingzhang_log_size", "Entries in the log.", ("worker",), registry=self._registry
        )
        self._behind = Gauge(
            "mingzhang_view_behind",
            "Entries a view has yet to read.",
            ("worker", "view"),
            registry=self._registry,
        )

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request."""
        counted, timed = self._of(route, method, status)
        counted.inc()
        timed.observe(seconds)

    @lru_cache(maxsize=_KEPT)  # noqa: B019 - one for each process; labels cost more than counting
    def _of(self, route: str, method: str, status: int) -> tuple[Counter, Histogram]:
        counted = self._requests.labels(self._worker, route, method, str(status))
        return counted, self._seconds.labels(self._worker, route)

    def refused(self, code: str) -> None:
        """Count one refusal."""
        self._refused.labels(self._worker, code).inc()

    def text(self, ledger: Ledger) -> bytes:
        """Return all figures as of now."""
        size = ledger.recorder.head().size
        self._size.labels(self._worker).set(size)
        for status in ledger.follower.status():
            self._behind.labels(self._worker, status.view).set(max(0, size - status.position))
        return generate_latest(self._registry)
