"""A server killed under load keeps what it acknowledged, and what was refused is taken again.

Two servers may be: ours, which answers browsers, and PostgreSQL, which keeps its rows.
"""

import http.client
import json
import random
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.cluster import Cluster
from ledger.bootstrap import open_ledger
from tests.api.test_api_serve import served
from tests.support.crowd import CLIENTS, Crowd, Unanswered, require_kept, sent_to
from tests.support.office import Office, copied, found_office
from tests.support.postgres import own_cluster

__all__ = ["own_cluster"]

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
            raise Unanswered(
                type(error).__name__
            ) from error  # killed before, within or after its answer
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

    crowd = Crowd(office.ledger, office, sent_to(office.ledger))
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
