"""Counts of what the torture did and what came of it, printed when the session ends."""

from collections import Counter

COUNTS: Counter[tuple[str, str]] = Counter()


def tally(kind: str, outcome: str, count: int = 1) -> None:
    """Count something done, as ``kind``, and what came of it."""
    COUNTS[kind, outcome] += count


def lines() -> list[str]:
    """Return a line for each kind: how often, and what came of it."""
    kinds = sorted({kind for kind, _ in COUNTS})
    return [_line(kind) for kind in kinds]


def _line(kind: str) -> str:
    outcomes = {outcome: n for (of, outcome), n in sorted(COUNTS.items()) if of == kind}
    told = ", ".join(f"{outcome} {n}" for outcome, n in outcomes.items())
    return f"{sum(outcomes.values()):>8}  {kind}: {told}"
