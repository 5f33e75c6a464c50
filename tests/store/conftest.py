"""The store's contract: what a test says of an office or a view holds on both databases.

A test of what only one of them can do is marked ``dialect("sqlite")`` or ``dialect("postgresql")``.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.toy import Toys
from tests.support.office import each_dialect, founded, office, offices
from tests.support.postgres import cluster, database, own_cluster

__all__ = [
    "cluster",
    "database",
    "each_dialect",
    "founded",
    "office",
    "offices",
    "own_cluster",
]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    kept = [item for item in items if _is_meant(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def _is_meant(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("dialect")
    given = item.callspec.params.get("dialect") if hasattr(item, "callspec") else None
    return marker is None or given is None or given in marker.args


@pytest.fixture
def toys(dialect: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Toys]:
    """Places for views made of toys."""
    database = request.getfixturevalue("database") if dialect == "postgresql" else None
    made = Toys(tmp_path, database)
    yield made
    made.close()
