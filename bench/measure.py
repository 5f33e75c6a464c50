"""Timing: medians of several runs, rates per second."""

import statistics
import time
from collections.abc import Callable

RUNS = 3


def rate(work: Callable[[], int], *, seconds: float | None = None, runs: int = RUNS) -> float:
    """Return the median rate of ``work``, which returns how many things it did.

    ``seconds`` is how long the work itself takes, where starting it is not to be counted.
    """
    return statistics.median(_once(work, seconds) for _ in range(runs))


def _once(work: Callable[[], int], seconds: float | None) -> float:
    started = time.perf_counter()
    done = work()
    return done / (seconds or time.perf_counter() - started)
