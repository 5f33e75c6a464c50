"""A street's worth at once: kiosks that poll boards and recorders who write, for some minutes.

Kiosks ask for the pages of boards in turns, each on a connection of its own. Recorders sign on
their own side and send one entry after another with a pause between. The server is ``mingzhang
serve`` with a worker per core. ``mingzhang bench --crowd`` prints it.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

from bench.baseline import cores
from bench.office import open_office
from bench.posting import reports
from bench.servers import ENTRIES, served
from bench.wire import Wire

KIOSKS, RECORDERS = 100, 20
KIOSK_PAUSE, RECORDER_PAUSE = 5.0, 0.5
"""Seconds between two pages of a kiosk, and between two entries of a recorder."""
BOARDS = ("/boards/five-publics", "/boards/figures", "/register", "/integrity")

Figure = float | int | str


class _Crowd:
    def __init__(self, port: int, seconds: float, bodies: Iterator[bytes]) -> None:
        self._port = port
        self._seconds = seconds
        self._bodies = bodies
        self.errors = 0
        self.reads: list[float] = []
        self.writes: list[float] = []

    async def together(self) -> None:
        self._until = time.monotonic() + self._seconds
        kiosks = (self._kiosk(number) for number in range(KIOSKS))
        recorders = (self._recorder(number) for number in range(RECORDERS))
        await asyncio.gather(*kiosks, *recorders)

    async def _kiosk(self, number: int) -> None:
        async with Wire(self._port) as wire:
            async for turn in self._turns(number / KIOSKS, KIOSK_PAUSE):
                path = BOARDS[(number + turn) % len(BOARDS)]
                began = time.perf_counter()
                status, _ = await wire.get(path, "Accept: text/html", "Cookie: mz_kiosk=1")
                self.reads.append(time.perf_counter() - began)
                self.errors += status != 200

    async def _recorder(self, number: int) -> None:
        async with Wire(self._port) as wire:
            async for _ in self._turns(number / RECORDERS, RECORDER_PAUSE):
                body, began = next(self._bodies), time.perf_counter()
                status, _ = await wire.post(ENTRIES, body)
                self.writes.append(time.perf_counter() - began)
                self.errors += status != 201

    async def _turns(self, offset: float, pause: float) -> AsyncIterator[int]:
        """Yield turns until the time is over, the first a part (``offset``) of a pause later."""
        await asyncio.sleep(offset * pause)
        turn = 0
        while time.monotonic() < self._until:
            began = time.monotonic()
            yield turn
            turn += 1
            await asyncio.sleep(max(0.0, pause - (time.monotonic() - began)))


def main(
    say: Callable[[str], None] = lambda _: None, *, seconds: float = 120.0
) -> dict[str, Figure]:
    """Return errors, and the 99th percentiles of seconds a page and an entry took."""
    say("crowd 众人同时")
    with tempfile.TemporaryDirectory() as folder:
        office = open_office(Path(folder) / "home")
        with (
            office.ledger,
            served("ledger", str(office.ledger.home.path), str(cores())) as server,
        ):
            crowd = _Crowd(server.port, seconds, reports(office))
            asyncio.run(crowd.together())
    return {
        "crowd_errors": crowd.errors,
        "crowd_write_p99_s": _p99(crowd.writes),
        "crowd_read_p99_s": _p99(crowd.reads),
        "crowd_entries": len(crowd.writes),
        "crowd_pages": len(crowd.reads),
        "cores": cores(),
    }


def _p99(took: list[float]) -> float:
    return statistics.quantiles(took, n=100, method="inclusive")[-1] if len(took) > 1 else sum(took)
