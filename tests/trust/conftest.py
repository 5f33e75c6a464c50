"""A home with a history, and copies of it to do damage to."""

from pathlib import Path

import pytest

from tests.audit.homes import Kept, keep_history
from tests.support.office import Office, dialect, founded, office, offices
from tests.support.postgres import cluster

__all__ = ["cluster", "dialect", "founded", "office", "offices"]


@pytest.fixture(scope="session")
def kept(founded: Office, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """What is copied; never written to."""
    return keep_history(founded, tmp_path_factory.mktemp("history"))


@pytest.fixture
def home(kept: Kept, tmp_path: Path) -> Path:
    """A copy to do damage to."""
    return kept.copy(tmp_path / "home")
