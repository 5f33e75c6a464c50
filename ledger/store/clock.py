"""The ledger's clocks, and the watch that refuses to stamp with a clock that jumped.

When the wall clock has moved against the process's monotonic clock by
over 10 minutes, or lies over 5 seconds behind the head, appending stops with ``clock_suspect``
until a registrar records ``log.clock_explained.v1``.
"""

import time
from collections.abc import Callable
from typing import NamedTuple, Protocol

from ledger.errors import StorageError
from ledger.kernel.act import Act

JUMP_MS = 10 * 60 * 1000
BEHIND_MS = 5 * 1000


class ClockSuspect(StorageError):
    """The wall clock cannot be right."""

    code = "clock_suspect"
    zh = "服务器时钟可疑（{why}）。内容未写入；请校准时钟，并由登记员说明后继续。"
    en = (
        "The server's clock is suspect ({why}). Nothing was written; set the clock right, then a "
        "registrar explains it with `mingzhang log explain-clock`."
    )


class Clock(Protocol):
    """Wall clock and monotonic clock, both in milliseconds."""

    def now_ms(self) -> int:
        """Return Unix milliseconds."""
        ...

    def monotonic_ms(self) -> int:
        """Return milliseconds that never jump."""
        ...


class RealClock:
    """The machine's own clocks."""

    def now_ms(self) -> int:
        """Return Unix milliseconds."""
        return time.time_ns() // 1_000_000

    def monotonic_ms(self) -> int:
        """Return milliseconds since some moment of this boot, counting sleep."""
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


class SimulatedClock:
    """A clock set by the demonstration; between settings it goes on by elapsed time."""

    def __init__(self, start_ms: int) -> None:
        self._set = start_ms
        self._from = RealClock().monotonic_ms()
        self._real = RealClock()

    def set(self, now_ms: int) -> None:
        """Move to ``now_ms``, never backwards."""
        self._set = max(now_ms, self.now_ms())
        self._from = self._real.monotonic_ms()

    def now_ms(self) -> int:
        """Return simulated Unix milliseconds."""
        return self._set + self._real.monotonic_ms() - self._from

    def monotonic_ms(self) -> int:
        """Return the simulated time itself: a set clock has not jumped."""
        return self.now_ms()


class StoryClock(SimulatedClock):
    """Stands still until set: what is told was recorded at the moment it was signed.

    So how long the machine takes over a story says nothing in it, and whoever tells it need not
    wait for the log before the time moves on.
    """

    def __init__(self, start_ms: int) -> None:
        super().__init__(start_ms)
        self._now = start_ms

    def set(self, now_ms: int) -> None:
        """Move to ``now_ms``, never backwards."""
        self._now = max(now_ms, self._now)

    def now_ms(self) -> int:
        """Return the time set last (Unix ms)."""
        return self._now


class ClockWatch:
    """Compares the wall clock with the monotonic one and with the head.

    ``size`` is the log's size when the watch begins: what was explained before was the clock of
    an earlier process.
    """

    def __init__(self, clock: Clock, size: int = 0) -> None:
        self.clock = clock
        self._size = size
        self._offset = clock.now_ms() - clock.monotonic_ms()
        self._explained = _Explained(-1, 0)
        self._explaining: tuple[int, int] | None = None

    def stamp(
        self, last_at: int, explanation: Callable[[], Act | None], *, signed_ms: int = 0
    ) -> int:
        """Return the time to record, never smaller than ``last_at`` (Unix ms).

        ``explanation`` gives the newest ``log.clock_explained`` of the log; it is asked for only
        when something is suspect. ``signed_ms`` is when the entry was signed: in a story it is
        recorded then. Raises: ClockSuspect.
        """
        if isinstance(self.clock, StoryClock):
            return max(signed_ms, last_at)
        now = self.clock.now_ms()
        why = self._suspicion(now, last_at)
        if why and (act := explanation()) is not None:
            self._heed(act, now)
            why = self._suspicion(now, last_at)
        if why:
            raise ClockSuspect(why=why)
        return max(now, last_at)

    def stamp_explanation(self, last_at: int) -> int:
        """Return the time to record for a registrar's explanation, whatever the clock says."""
        now = self.clock.now_ms()
        # What is explained is the clock as it is now; it counts once the entry is in the log.
        self._explaining = (now - self.clock.monotonic_ms(), now)
        return max(now, last_at)

    def _suspicion(self, now: int, last_at: int) -> str:
        moved = now - self.clock.monotonic_ms() - self._offset
        if abs(moved) > JUMP_MS:
            return f"moved by {moved // 1000} s"
        behind = last_at - now
        if behind > BEHIND_MS and not self._explained.covers(now, last_at):
            return f"{behind // 1000} s behind the last entry"
        return ""

    def _heed(self, act: Act, now: int) -> None:
        """Take the clock as it was explained; each explanation counts once."""
        index, recorded_at = act.index or 0, act.recorded_at or 0
        if index >= self._size:
            self._size = index + 1
            self._offset, since = self._explaining or (now - self.clock.monotonic_ms(), now)
            self._explained = _Explained(recorded_at, since)
            self._explaining = None
        elif self._explained.last_at < 0:
            # Of an earlier process: its signer's clock tells how far behind was explained.
            self._explained = _Explained(recorded_at, act.iat * 1000)


class _Explained(NamedTuple):
    """How far the clock may lie behind: not before ``since`` while the head is at ``last_at``."""

    last_at: int
    since: int

    def covers(self, now: int, last_at: int) -> bool:
        return last_at <= self.last_at and now >= self.since - BEHIND_MS
