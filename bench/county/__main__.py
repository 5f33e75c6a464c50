"""``python -m bench.county --entries N HOME``: make a county's ledger, or go on making it."""

import argparse
import sys
import time
from pathlib import Path

from bench.county.build import OtherLedger, build

ENTRIES = 1_000_000
SAID_EVERY = 2.0


class Lines:
    """A line on stderr now and then: how far, how fast, how long still."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        self._first: tuple[float, int] | None = None

    def __call__(self, done: int, size: int) -> None:
        """Take note that ``done`` of ``size`` is done."""
        now = time.monotonic()
        # The views are counted from the beginning again.
        if self._first is None or done < self._first[1]:
            self._first = now, done
        if now - self._last < SAID_EVERY:
            return
        self._last = now
        since, began = self._first
        rate = (done - began) / max(now - since, 1e-9)
        left = (size - done) / rate if rate else 0
        print(f"{done} / {size}, {rate:.0f} a second, {left:.0f} s left", file=sys.stderr)


def main() -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(prog="bench.county", description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--entries", type=int, default=ENTRIES)
    options = parser.parse_args()
    try:
        root = build(options.home, options.entries, progress=Lines())
    except OtherLedger as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{options.entries} entries, root {root.hex()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
