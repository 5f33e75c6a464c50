"""A server's follower under appends at full speed: ``python -m bench.following HOME SECONDS``.

Prints as JSON how far behind the views were when the last entry was recorded (``lag_s``), and the
most memory the process held (``rss_mb``): it appends and follows, as a server does.
"""

import json
import resource
import sys
import time
from pathlib import Path

from bench.county.offices import office_in
from bench.lives import living
from ledger.bootstrap import open_ledger

_LONG = 600.0


def main(home: Path, seconds: float) -> dict[str, float]:
    """Append for so many seconds while the views follow; return what is printed."""
    with open_ledger(home) as ledger:
        ledger.follower.catch_up()
        ledger.follower.start()
        done, spent = living(office_in(ledger), seconds)()
        size, ended = ledger.recorder.head().size, time.perf_counter()
        ledger.follower.wait_for(size, timeout=_LONG)
        lag = time.perf_counter() - ended
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"lag_s": lag, "rss_mb": rss, "per_second": done / spent}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), float(sys.argv[2]))))
