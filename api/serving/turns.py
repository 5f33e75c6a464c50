"""Costly work done for one at a time: whoever comes meanwhile is told so, and waits nowhere.

Waiting would hold one of the few threads that answer everybody.
"""

from threading import Lock

from api.errors import Busy


class Turn:
    """A turn to take: ``with turn: …``. Raises: Busy when somebody else has it."""

    def __init__(self) -> None:
        self._lock = Lock()

    def __enter__(self) -> None:
        if not self._lock.acquire(blocking=False):
            raise Busy

    def __exit__(self, *_: object) -> None:
        self._lock.release()
