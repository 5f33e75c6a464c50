"""The application over an office of its own, asked as a client would ask it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.app import make_app
from ledger.bootstrap import open_ledger
from ledger.cli.demonstration.play import build, whole
from ledger.service.ledger import Ledger
from ledger.service.office import Hand
from tests.api.browsing import As, Browser
from tests.support.office import Office, found_office, office, offices
from tests.support.staff import session_of, staff

__all__ = ["office", "offices"]

BRIEF = 25
"""Of many like things a brief story tells every so many-th."""


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The office all others are copied from, with its views: every application asks for them."""
    made = found_office(tmp_path_factory.mktemp("founded") / "home")
    made.ledger.follower.catch_up()
    made.ledger.close()
    return made


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's home, built once; tests only read it."""
    home = tmp_path_factory.mktemp("demo") / "home"
    build(home, lambda _done, _size: None)
    return home


@pytest.fixture(scope="session")
def demo_ledger(demo_home: Path) -> Iterator[Ledger]:
    with open_ledger(demo_home) as ledger:
        ledger.follower.catch_up()
        yield ledger


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """Twelve months of three communities, briefly: every board has rows. Tests only read it."""
    home = tmp_path_factory.mktemp("story") / "home"
    build(home, lambda _done, _size: None, whole(BRIEF))
    with open_ledger(home) as ledger:
        ledger.follower.catch_up()
        yield ledger


@pytest.fixture(scope="session")
def size(demo_ledger: Ledger) -> int:
    """How many entries the demonstration has."""
    return demo_ledger.recorder.head().size


@pytest.fixture(scope="session")
def demo_app(demo_ledger: Ledger) -> FastAPI:
    return make_app(demo_ledger)


@pytest.fixture(scope="session")
def demonstration(demo_app: FastAPI) -> Iterator[TestClient]:
    """A client of the demonstration, which nobody writes to."""
    with TestClient(demo_app, headers={"Accept-Language": "en"}) as client:
        yield client


@pytest.fixture
def demo(demonstration: TestClient) -> TestClient:
    """The same client, knowing nothing of the test before."""
    demonstration.cookies.clear()
    return demonstration


@pytest.fixture
def client(office: Office) -> Iterator[TestClient]:
    """A client of this test's own office."""
    with TestClient(make_app(office.ledger), headers={"Accept-Language": "en"}) as client:
        yield client


@pytest.fixture
def people(office: Office) -> dict[str, Hand]:
    return staff(office)


@pytest.fixture
def signed_in(office: Office, people: dict[str, Hand]) -> Iterator[As]:
    with TestClient(make_app(office.ledger)) as client:
        yield lambda label: Browser(client, people[label], session_of(office, people[label]))
