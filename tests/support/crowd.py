"""Clients that insist: each sends one request after another to a server that may be killed.

What was acknowledged is kept in mind and held against the home afterwards.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable

from ledger.bootstrap import open_ledger
from ledger.entry import base64url
from ledger.errors import LedgerError
from ledger.service.acts.submit import submit
from ledger.service.auditing.audits import audit_home
from ledger.service.ledger import Ledger
from ledger.store.dialect import StoreGone
from tests.support.office import Office, presented
from tests.support.soundness import require_sound
from tests.support.tally import tally

CLIENTS = 4
PATIENCE_SECONDS = 0.5
"""How long a client waits for word that the server is up before it tries again all the same."""
WAIT_SECONDS = 240

Send = Callable[[list[bytes]], tuple[int, str]]
"""Sends a submission; returns index and digest of its entry, or raises ``Unanswered``."""


class Unanswered(Exception):
    """Nobody can say whether it was recorded, or it was not: send the same again. Says why."""


def sent_to(ledger: Ledger, *expected: str) -> Send:
    """Send to a ledger in this process; ``expected`` are codes of refusals to wait out besides."""
    waited_out = {"storage.gone", "storage.outcome_unknown", *expected}

    def send(sent: list[bytes]) -> tuple[int, str]:
        try:
            entry = submit(ledger, sent).entries[0]
        except LedgerError as error:
            if error.code not in waited_out:
                raise
            raise Unanswered(error.code) from error
        return entry.index, entry.digest

    return send


class Crowd:
    """Clients that send one request after another, each until it was acknowledged.

    While the server is not ``serving`` they try only now and then, so that it is not starved of the
    processor by them as it starts.
    """

    def __init__(self, ledger: Ledger, office: Office, send: Send) -> None:
        self.told: dict[int, str] = {}
        self.unanswered = Counter[str]()
        self.serving = threading.Event()
        self.serving.set()
        self._wanted = lambda: presented(ledger, office.hands["intake_clerk"], office.receive())
        self._send = send
        self._stopping = threading.Event()
        self._errors: list[BaseException] = []
        self._threads = [threading.Thread(target=self._client, daemon=True) for _ in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def wait_for_more(self, count: int) -> None:
        """Wait until so many more were acknowledged."""
        goal = len(self.told) + count
        self._wait_until(lambda: len(self.told) >= goal, "nothing is acknowledged")

    def wait_for_refusals(self, code: str, count: int) -> None:
        """Wait until so many more were refused for this reason."""
        goal = self.unanswered[code] + count
        self._wait_until(lambda: self.unanswered[code] >= goal, f"nothing is refused by {code}")

    def stop(self) -> None:
        """Let every client finish what it is at."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(120)
        assert not self._errors, self._errors

    def _wait_until(self, reached: Callable[[], bool], otherwise: str) -> None:
        until = time.monotonic() + WAIT_SECONDS
        while not reached():
            assert not self._errors, self._errors
            assert time.monotonic() < until, otherwise
            self._stopping.wait(0.002)

    def _client(self) -> None:
        try:
            while not self._stopping.is_set():
                try:
                    sent = self._wanted()
                except StoreGone:  # nothing to prepare from: it is being killed
                    self._wait()
                else:
                    self._insist(sent)
        except BaseException as error:  # noqa: BLE001 - told in the thread that asked
            self._errors.append(error)

    def _insist(self, sent: list[bytes]) -> None:
        while True:
            try:
                index, digest = self._send(sent)
            except Unanswered as error:
                self.unanswered[str(error)] += 1
                if self._stopping.is_set():
                    return
                self._wait()
            else:
                assert index not in self.told, "one index, one entry"
                self.told[index] = digest
                return

    def _wait(self) -> None:
        self._stopping.wait(0.02)
        self.serving.wait(PATIENCE_SECONDS)


def require_kept(office: Office, crowd: Crowd, kind: str, deaths: int) -> None:
    """Assert that the home is whole, every promise kept, and its audit clean."""
    entries = require_sound(office.path)
    kept = {index: base64url.encode(entries[index].signed.digest) for index in crowd.told}
    assert kept == crowd.told
    with open_ledger(office.path) as ledger:
        assert audit_home(ledger, views=False).clean
    tally(kind, "nothing acknowledged lost", deaths)
    tally(f"{kind}: submissions sent again", "taken", crowd.unanswered.total())
