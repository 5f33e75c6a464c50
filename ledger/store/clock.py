"""The ledger's clocks, and the watch that refuses to stamp with a clock that jumped.

Design section 3, Time: when the wall clock has moved against the process's monotonic clock by
over 10 minutes, or lies over 5 seconds behind the head, appending stops with ``clock_suspect``
until a registrar records ``log.clock_explained.v1``.
"""

import time
from typing import Protocol

from ledger.errors import StorageError

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


class ClockWatch:
    """Compares the wall clock with the monotonic one and with the head."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._offset = clock.now_ms() - clock.monotonic_ms()
        self._behind_allowed = BEHIND_MS

    def stamp(self, last_at: int) -> int:
        """Return the time to record, never smaller than ``last_at``. Raises: ClockSuspect."""
        now = self.clock.now_ms()
        moved = now - self.clock.monotonic_ms() - self._offset
        if abs(moved) > JUMP_MS:
            raise ClockSuspect(why=f"moved by {moved // 1000} s")
        if last_at - now > self._behind_allowed:
            raise ClockSuspect(why=f"{(last_at - now) // 1000} s behind the last entry")
        return max(now, last_at)

    def explain(self, last_at: int) -> int:
        """Take the clock as it is from now on, a registrar having explained it; return a stamp."""
        now = self.clock.now_ms()
        self._offset = now - self.clock.monotonic_ms()
        self._behind_allowed = max(BEHIND_MS, last_at - now + BEHIND_MS)
        return max(now, last_at)
