"""How much memory a program takes, with all it starts."""

import subprocess
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

EVERY = 0.25
_KIB = 1024


def peak_rss(argv: Sequence[str]) -> float:
    """Run a program to its end; return the most memory (MiB) its processes held together.

    Pages that processes share count once for each. Raises: CalledProcessError.
    """
    peak = 0
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL) as running:
        while running.poll() is None:
            peak = max(peak, _together(running.pid))
            time.sleep(EVERY)
    if running.returncode:
        raise subprocess.CalledProcessError(running.returncode, argv)
    return peak / _KIB


def rss(process: int) -> float:
    """Return the memory (MiB) a running process holds now, with all it started."""
    return _together(process) / _KIB


def _together(process: int) -> int:
    return sum(map(_rss, _descendants(process)))


def _descendants(root: int) -> Iterator[int]:
    children: dict[int, list[int]] = defaultdict(list)
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (parent := _field(int(folder.name), "PPid")):
            children[parent].append(int(folder.name))
    waiting = [root]
    while waiting:
        yield (process := waiting.pop())
        waiting += children[process]


def _rss(process: int) -> int:
    return _field(process, "VmRSS")


def _field(process: int, name: str) -> int:
    """Return a number of a process's status, 0 where it has ended meanwhile."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    found = next((line for line in status.splitlines() if line.startswith(f"{name}:")), "")
    return int(found.split()[1]) if found else 0
