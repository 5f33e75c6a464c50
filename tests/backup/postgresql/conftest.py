"""Offices whose ledger is in PostgreSQL."""

import pytest

from tests.support.office import founded, office, offices
from tests.support.postgres import cluster, database

__all__ = ["cluster", "database", "founded", "office", "offices"]


@pytest.fixture(scope="session")
def dialect() -> str:
    return "postgresql"
