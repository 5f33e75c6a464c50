"""Several processes on one port: any of them answers anybody, whichever database is behind."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx2 as httpx
import pytest
from argon2 import PasswordHasher

from bench.cluster import Cluster
from ledger.service.sign_in import Accounts
from tests.api.test_api_entries import receive, signed, wishes
from tests.api.test_api_serve import served
from tests.support.office import Office, found_office
from tests.support.postgres import cluster

__all__ = ["cluster"]

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSPHRASE = "a passphrase of some length"
SECONDS = 60


class Servers:
    """A keeper with two servers, told apart by stopping the other one."""

    def __init__(self, keeper: "subprocess.Popen[str]", address: str) -> None:
        self.keeper = keeper
        self.address = address

    def pids(self) -> list[int]:
        """Return the processes that answer, oldest first."""
        children = Path(f"/proc/{self.keeper.pid}/task/{self.keeper.pid}/children").read_text()
        found = [pid for pid in map(int, children.split()) if b"spawn_main" in _command(pid)]
        return sorted(pid for pid in found if alive(pid))

    @contextmanager
    def only(self, number: int) -> Iterator[httpx.Client]:
        """Let one of them answer: the other stands still."""
        others = [pid for n, pid in enumerate(self.pids()) if n != number]
        with ExitStack() as stack:
            for pid in others:
                os.kill(pid, signal.SIGSTOP)
                stack.callback(os.kill, pid, signal.SIGCONT)
            yield stack.enter_context(httpx.Client(base_url=self.address, timeout=SECONDS))


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office that only its servers have open, in either database."""
    database = None
    if request.param == "postgresql":
        held: Cluster = request.getfixturevalue("cluster")
        database = held.url(held.create())
    made = found_office(tmp_path_factory.mktemp("served") / "home", database=database)
    made.ledger.close()
    accounts = Accounts(made.path, hasher=CHEAP)
    accounts.add("zhang", made.hands["intake_clerk"].who.actor, PASSPHRASE)
    accounts.close()
    return made


@pytest.fixture(scope="module")
def servers(office: Office) -> Iterator[Servers]:
    words = ("serve", "--workers", "2")
    with served(office.path, *words, logs=subprocess.DEVNULL) as (keeper, address):
        found = Servers(keeper, address)
        until(lambda: len({_asked(address) for _ in range(8)}) == 2)
        yield found
        left = found.pids()
    until(lambda: not any(alive(pid) for pid in left))  # none outlives a keeper that was killed


def _asked(address: str) -> str:
    """Return the number of a server, whichever answers."""
    text = httpx.get(f"{address}/metrics", timeout=SECONDS).text
    return text.split('worker="')[1].split('"')[0]


def report(client: httpx.Client, office: Office) -> tuple[int, str]:
    """Take a request in, as its clerk's own device does; return its log index and its stream."""
    clerk = office.hands["intake_clerk"]
    drafts = client.post("/api/v1/prepare", json=wishes(clerk, receive(office))).json()["drafts"]
    body = {"presentations": [signed(drafts[0], clerk)]}
    (line,) = client.post("/api/v1/entries", json=body).json()["entries"]
    return line["index"], line["stream"]


def test_either_server_writes_shows_what_the_other_wrote_and_knows_who_is_signed_in(
    servers: Servers, office: Office
) -> None:
    with servers.only(0) as client:
        first, stream = report(client, office)
        form = client.get("/sign-in").text
        word = form.split('name="csrf" value="')[1].split('"')[0]
        sent = {"name": "zhang", "passphrase": PASSPHRASE, "csrf": word}
        assert client.post("/sign-in", data=sent).status_code == 303
        signed_in = dict(client.cookies)
        assert 'worker="1"' in client.get("/metrics").text
    with servers.only(1) as client:
        assert 'worker="2"' in client.get("/metrics").text
        assert client.get(f"/api/v1/entries/{first}").json()["stream"] == stream
        assert client.get("/me").status_code == 401
        client.cookies.update(signed_in)
        assert client.get("/me").status_code == 200
        second, other = report(client, office)
        assert second == first + 1
    with servers.only(0) as client:
        shown = client.get("/api/v1/register", params={"min_size": second + 1}).json()
        streams = {case["row"]["case"] for case in shown["cases"]}
        assert {stream, other} <= streams, "the keeper's views reach every server"


def test_a_submission_is_repeated_to_the_other_server_after_the_answer_was_lost(
    servers: Servers, office: Office
) -> None:
    clerk = office.hands["intake_clerk"]
    with servers.only(0) as client:
        asked = client.post("/api/v1/prepare", json=wishes(clerk, receive(office)))
        body = {"presentations": [signed(asked.json()["drafts"][0], clerk)]}
        first = client.post("/api/v1/entries", json=body)
    with servers.only(1) as client:
        size = client.get("/api/v1/entries", params={"limit": 1}).json()["size"]
        again = client.post("/api/v1/entries", json=body)
        assert (first.status_code, again.status_code) == (201, 200)
        assert again.json() == first.json() | {"again": True}
        assert client.get("/api/v1/entries", params={"limit": 1}).json()["size"] == size


def test_who_watches_one_server_hears_what_the_other_wrote(
    servers: Servers, office: Office
) -> None:
    with servers.only(0) as client, client.stream("GET", "/api/v1/events") as events:
        lines = events.iter_lines()
        assert next(lines) == "retry: 3000"
        with httpx.Client(base_url=servers.address, timeout=SECONDS) as other:
            for pid in servers.pids():
                os.kill(pid, signal.SIGCONT)
            index, _ = report(other, office)
        assert f"id: {index + 1}" in lines
    # The line is cut, more is recorded, and she comes back to the other server.
    with servers.only(1) as client:
        missed, stream = report(client, office)
        seen = {"Last-Event-ID": str(index + 1)}
        with client.stream("GET", "/api/v1/events", params={"after": 0}, headers=seen) as events:
            told = next(line for line in events.iter_lines() if line.startswith("data: "))
    found = json.loads(told.removeprefix("data: "))
    assert [(line["index"], line["stream"]) for line in found["entries"]] == [(missed, stream)]


def test_a_server_that_dies_is_begun_again(servers: Servers) -> None:
    first, second = servers.pids()
    os.kill(first, signal.SIGKILL)
    until(lambda: len(servers.pids()) == 2 and first not in servers.pids())
    assert second in servers.pids()
    with servers.only(1) as client:
        assert client.get("/healthz").status_code == 200
