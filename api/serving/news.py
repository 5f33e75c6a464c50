"""What is new in the log, told to everybody who waits: one look per process, many listeners.

Other processes may append too, so the head is looked at, not only what this process wrote. Whoever
looks brings facts along, so rights and boards are by then as the log has them (``service.ledger``).
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from starlette.concurrency import run_in_threadpool

from ledger.errors import StorageError

LOOK_SECONDS = 0.25


class News:
    """The size of the log as an event: ``wait`` returns when it has grown, or on closing."""

    def __init__(self, size: Callable[[], int]) -> None:
        self._look = size
        self._grown = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None
        self.size = 0
        self.closing = False

    def start(self) -> None:
        """Begin to look; within a running event loop."""
        self.size = self._look()  # whoever watches before the first look wants what comes, not all
        self._task = asyncio.get_running_loop().create_task(self._run())

    def close(self) -> None:
        """Let everybody who waits go."""
        self.closing = True

    async def stop(self) -> None:
        """End the look."""
        self.close()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def wait(self, beyond: int, seconds: float) -> int:
        """Return the size once it is larger than ``beyond``, at the latest after ``seconds``."""
        async with self._grown:
            with suppress(TimeoutError):
                await asyncio.wait_for(
                    self._grown.wait_for(lambda: self.closing or self.size > beyond), seconds
                )
        return self.size

    async def _run(self) -> None:
        while True:
            with suppress(StorageError):  # what cannot be read now is read next time
                size = await run_in_threadpool(self._look)
                if size != self.size or self.closing:
                    self.size = size
                    async with self._grown:
                        self._grown.notify_all()
            await asyncio.sleep(LOOK_SECONDS)
