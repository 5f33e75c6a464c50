"""Timing: medians of several runs, rates per second."""

import statistics
import time
from collections.abc import Callable

RUNS = 3


def rate(work: Callable[[], int], runs: int = RUNS) -> float:
    """Return the median rate of ``work``, which returns how many things it did."""
    return statistics.median(_once(work) for _ in range(runs))


def _once(work: Callable[[], int]) -> float:
    started = time.perf_counter()
    done = work()
    return done / (time.perf_counter() - started)
