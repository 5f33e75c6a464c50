"""Two logs made by hand, and one of a real home."""

import pytest

from tests.audit.homes import Kept, keep_history
from tests.audit.making import HandMade
from tests.support.office import Office, dialect, founded, office, offices

__all__ = ["dialect", "founded", "office", "offices"]


@pytest.fixture(scope="session")
def kept(founded: Office, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """A home with a history; copied, never written to."""
    return keep_history(founded, tmp_path_factory.mktemp("history"))


@pytest.fixture(scope="module")
def full() -> HandMade:
    """300 entries, more than one tile; signed by two people enrolled at the start."""
    log = HandMade()
    log.enrol("cy")
    log.enrol("di", by="bo")
    for number in range(297):
        log.case(f"case {number % 40}", by="cy" if number % 2 else "di")
    return log


@pytest.fixture
def log() -> HandMade:
    """A short log: genesis, two enrolments, two cases."""
    log = HandMade()
    log.enrol("cy")
    log.enrol("di", by="bo")
    for label in ("a", "b", "a", "a", "b"):
        log.case(label, by="cy")
    return log
