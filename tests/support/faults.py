"""System calls of another process made to fail, or to be its last, with strace's injection.

A process is attached to when it is ready to do the one thing that is tortured, so that a call's
number is its number within that thing. Only calls on the files given are counted and hit.
"""

import os
import re
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

CALLS = ("fsync", "fdatasync", "write", "pwrite64", "ftruncate", "rename", "openat", "unlink")
"""What a store does to its disk; a name this machine's strace does not know is left out."""

_CALL = re.compile(rb"^(\d+) +(\w+)\(", re.MULTILINE)
_ATTACHED = "attached"


class Hit(NamedTuple):
    """One fault: the ``nth`` (from 1) call of this name, in whichever thread makes so many."""

    call: str
    nth: int
    how: str

    @property
    def injection(self) -> str:
        effect = {"EIO": "error=EIO", "KILL": "signal=KILL"}[self.how]
        return f"inject={self.call}:{effect}:when={self.nth}"

    def __str__(self) -> str:
        return f"{self.call} {self.nth} {self.how}"


def require_strace(folder: Path) -> None:
    """Skip the test where processes cannot be traced."""
    if why := _untraceable(folder):
        pytest.skip(why)


@cache
def _untraceable(folder: Path) -> str:
    if shutil.which("strace") is None:
        return "strace is not installed"
    tried = ["strace", "-o", folder / "tried", "-e", "inject=fsync:error=EIO:when=1", "true"]
    done = subprocess.run(tried, capture_output=True, text=True, check=False, timeout=60)
    return "" if done.returncode == 0 else f"strace cannot trace here: {done.stderr.strip()}"


@contextmanager
def traced(
    pid: int, log: Path, *, files: Sequence[Path] = (), hit: Hit | None = None
) -> Iterator[None]:
    """Trace a process in the block, all its threads and those to come, hitting one call."""
    words = ["strace", "-f", "-p", str(pid), "-o", str(log), "-e", f"trace={','.join(CALLS)}"]
    words += [word for file in files for word in ("-P", str(file))]
    words += ["-e", hit.injection] if hit else []
    tracer = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    assert tracer.stderr is not None
    said = iter(tracer.stderr.readline, "")
    assert any(_ATTACHED in line for line in said), "strace did not attach"
    try:
        yield
    finally:
        # It lets go of the process, if that still is. Of one that was killed it sometimes misses
        # the end, and waits for good; killed itself, it leaves stopped what it held at a call. Its
        # log is flushed line by line.
        tracer.terminate()
        with suppress(subprocess.TimeoutExpired):
            tracer.wait(1)
        tracer.kill()
        tracer.wait()
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
        tracer.stderr.close()


def calls_made(log: Path) -> Counter[str]:
    """Return how often each call was made, by whichever thread made it most often."""
    by_thread: Counter[tuple[str, bytes]] = Counter()
    for thread, call in _CALL.findall(log.read_bytes()):
        by_thread[call.decode(), thread] += 1
    made: Counter[str] = Counter()
    for (call, _), count in by_thread.items():
        made[call] = max(made[call], count)
    return made


def refused_once(log: Path) -> bool:
    """Tell whether a call was made to fail."""
    return b"(INJECTED)" in log.read_bytes()


def all_hits(made: Counter[str]) -> list[Hit]:
    """Return every fault there is for the calls made: each fails once, each is once the last."""
    return [
        Hit(call, nth, how)
        for call in CALLS
        for nth in range(1, made[call] + 1)
        for how in ("EIO", "KILL")
    ]
