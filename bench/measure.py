"""Timing: a measurement and its baseline in turns, medians of several."""

import gc
import statistics
from collections.abc import Callable
from typing import NamedTuple

RUNS = 3

Work = Callable[[], tuple[int, float]]
"""Does something once; returns how many things were done, and the seconds that count."""


class Compared(NamedTuple):
    """Medians: things per second, those of the baseline, and the ratio of each pair of runs."""

    rate: float
    baseline: float
    ratio: float


def compare(work: Work, baseline: Work, *, against_times: int = 1) -> Compared:
    """Measure both in turns, so that what else the machine does meets both alike.

    The ratio is to ``against_times`` the baseline's rate.
    """
    pairs = [(rate(baseline), rate(work)) for _ in range(RUNS)]
    return Compared(
        rate=statistics.median(own for _, own in pairs),
        baseline=statistics.median(base for base, _ in pairs),
        ratio=statistics.median(own / base for base, own in pairs) / against_times,
    )


def rate(work: Work) -> float:
    """Return how many things a second the work does."""
    # Nobody pays for what the measurement before left behind, nor for what it still needs.
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    done, seconds = work()
    return done / seconds
