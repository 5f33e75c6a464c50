"""A server killed under load keeps what it acknowledged, and what was refused is taken again.

Two servers may be: ours, which answers browsers, and PostgreSQL, which keeps its rows.
"""

import http.client
import json
import random
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.cluster import Cluster
from ledger.bootstrap import open_ledger
from ledger.entry import base64url
from ledger.errors import LedgerError
from ledger.service.acts.submit import submit
from ledger.service.auditing.audits import audit_home
from ledger.service.ledger import Ledger
from ledger.store.dialect import StoreGone
from tests.api.test_api_serve import served
from tests.support.office import Office, copied, found_office, presented
from tests.support.postgres import own_cluster
from tests.support.soundness import require_sound
from tests.support.tally import tally

__all__ = ["own_cluster"]

CLIENTS = 4
PATIENCE_SECONDS = 0.5
"""How long a client waits for word that the server is up before it tries again all the same."""

Send = Callable[[list[bytes]], tuple[int, str]]
"""Sends a submission; returns index and digest of its entry, or raises ``Unanswered``."""


class Unanswered(Exception):
    """Nobody can say whether it was recorded: send the same again."""


class Crowd:
    """Clients that send one request after another, each until it was acknowledged.

    While the server is not ``serving`` they try only now and then, so that it is not starved of the
    processor by them as it starts.
    """

    def __init__(self, ledger: Ledger, office: Office, send: Send) -> None:
        self.told: dict[int, str] = {}
        self.tried_again = 0
        self.serving = threading.Event()
        self.serving.set()
        self._wanted = lambda: presented(ledger, office.hands["intake_clerk"], office.receive())
        self._send = send
        self._stopping = threading.Event()
        self._errors: list[BaseException] = []
        self._threads = [threading.Thread(target=self._client) for _ in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def wait_for_more(self, count: int) -> None:
        """Wait until so many more were acknowledged."""
        goal = len(self.told) + count
        for _ in range(60_000):
            assert not self._errors, self._errors
            if len(self.told) >= goal:
                return
            self._stopping.wait(0.002)
        raise AssertionError("nothing is acknowledged")

    def stop(self) -> None:
        """Let every client finish what it is at."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(120)
        assert not self._errors, self._errors

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
            except Unanswered:
                self.tried_again += 1
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
    tally(f"{kind}: submissions sent again", "taken", crowd.tried_again)


# Our own server -----------------------------------------------------------------------------------


def kill_our_server(founded: Office, folder: Path, deaths: int) -> None:
    office, chance = copied(founded, folder / "home"), random.Random(deaths)
    office.ledger.close()
    address: list[str] = [""]

    def send(sent: list[bytes]) -> tuple[int, str]:
        body = json.dumps({"presentations": [each.decode() for each in sent]}).encode()
        request = urllib.request.Request(
            f"{address[0]}/api/v1/entries", body, {"content-type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                line = json.load(answer)["entries"][0]
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read()) from error
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise Unanswered from error  # killed before, within or after its answer
        return line["index"], line["digest"]

    with open_ledger(office.path) as ledger:
        crowd: Crowd | None = None
        for _ in range(deaths):
            with served(office.path, "serve", logs=subprocess.DEVNULL) as (process, url):
                address[0] = url
                crowd = crowd or Crowd(ledger, office, send)
                crowd.serving.set()
                crowd.wait_for_more(chance.randrange(1, 20))
                crowd.serving.clear()
                process.kill()
        assert crowd is not None
        with served(office.path, "serve", logs=subprocess.DEVNULL) as (_, url):
            address[0] = url
            crowd.serving.set()
            crowd.wait_for_more(CLIENTS)
            crowd.stop()
    require_kept(office, crowd, "kill -9 of the server under load", deaths)


def test_our_server_killed_under_load_keeps_what_it_acknowledged(
    founded: Office, tmp_path: Path
) -> None:
    kill_our_server(founded, tmp_path, deaths=2)


@pytest.mark.torture
def test_our_server_killed_thirty_times_keeps_what_it_acknowledged(
    founded: Office, tmp_path: Path
) -> None:
    kill_our_server(founded, tmp_path, deaths=30)


# PostgreSQL ---------------------------------------------------------------------------------------


@pytest.fixture
def on_its_own(own_cluster: Cluster, tmp_path: Path) -> Iterator[Office]:
    """An office on a server of its own, which may be killed."""
    office = found_office(tmp_path / "served", database=own_cluster.url(own_cluster.create()))
    yield office
    office.ledger.close()


def kill_postgresql(office: Office, cluster: Cluster, deaths: int) -> None:
    chance = random.Random(deaths)

    def send(sent: list[bytes]) -> tuple[int, str]:
        try:
            entry = submit(office.ledger, sent).entries[0]
        except LedgerError as error:
            if error.code not in {"storage.gone", "storage.outcome_unknown"}:
                raise
            raise Unanswered from error
        return entry.index, entry.digest

    crowd = Crowd(office.ledger, office, send)
    for _ in range(deaths):
        crowd.wait_for_more(chance.randrange(1, 20))
        crowd.serving.clear()
        cluster.kill()
        cluster.start()
        crowd.serving.set()
    crowd.wait_for_more(CLIENTS)
    crowd.stop()
    require_kept(office, crowd, "kill -9 of PostgreSQL under load", deaths)


def test_postgresql_killed_under_load_keeps_what_was_acknowledged(
    on_its_own: Office, own_cluster: Cluster
) -> None:
    kill_postgresql(on_its_own, own_cluster, deaths=3)


@pytest.mark.torture
def test_postgresql_killed_thirty_times_keeps_what_was_acknowledged(
    on_its_own: Office, own_cluster: Cluster
) -> None:
    kill_postgresql(on_its_own, own_cluster, deaths=30)
