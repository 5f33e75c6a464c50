"""What a process that serves does by itself now and then: publish the heads of each day."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ledger.errors import LedgerError
from ledger.service.ledger import Ledger
from ledger.service.upkeep.publishing import publish_daily

EVERY_SECONDS = 600.0

_log = logging.getLogger("mingzhang.daily")


@contextmanager
def daily(
    ledger: Ledger,
    *,
    every: float = EVERY_SECONDS,
    publish: Callable[[Ledger], object] = publish_daily,
) -> Iterator[None]:
    """Publish the heads of days that are over, at once and every so many seconds, while open.

    What is refused (no policy device, a home that cannot be written) is logged by its code and
    tried again; ``doctor`` says what is owed, and what to do.
    """
    ended = threading.Event()

    def keep_on() -> None:
        while True:
            try:
                publish(ledger)
            except LedgerError as refusal:
                _log.warning("heads not published: %s. See `mingzhang doctor`.", refusal.code)
            except Exception as error:  # noqa: BLE001 - a bug today must not end every day after it
                # The class alone: a message may quote what was written.
                _log.error("heads not published: %s", type(error).__name__)
            if ended.wait(every):
                return

    thread = threading.Thread(target=keep_on, name="daily", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
