"""The same damage to a ledger in PostgreSQL is told by the same names, of the same entries.

Files are the second opinion: what is done to the database is done to a home in files too, and both
audits must say the same.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bench.cluster import Cluster
from ledger.service.auditing.audits import audit_home
from ledger.service.upkeep.moving import move
from ledger.store.home import open_home, save_settings
from ledger.tampering.deeds import tamper
from tests.audit.homes import Kept
from tests.support.database import put_back, snapshot
from tests.support.postgres import name_in
from tests.trust.rowdeeds import BESIDE, TO_ENTRIES, Damage
from tests.trust.tampered import by_code

OF_THE_LOG = {**TO_ENTRIES, **{deed: code for deed, code in BESIDE.items() if code != "audit.view"}}
OF_A_VIEW = [deed for deed, code in BESIDE.items() if code == "audit.view"]

Found = dict[str, list[int | None]]
"""Log indexes by code, of faults and of findings."""


@pytest.fixture(scope="module")
def served(kept: Kept, cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home with a history, its ledger moved to the server, its views made there."""
    path = kept.copy(tmp_path_factory.mktemp("served") / "home")
    move(open_home(path), cluster.url(cluster.create()))
    (path / "ledger.sqlite").unlink()
    with kept.opened(path) as ledger:
        ledger.follower.catch_up()
    return path


@pytest.fixture
def database(served: Path, kept: Kept, cluster: Cluster, tmp_path: Path) -> Iterator[Path]:
    """A copy of it to do damage to, on a database of its own."""
    path = kept._replace(path=served).copy(tmp_path / "database")
    home = open_home(path)
    assert home.database is not None
    name = cluster.create(name_in(home.database))
    save_settings(replace(home, database=cluster.url(name)))
    yield path
    cluster.drop(name)


def told(kept: Kept, home: Path, *, views: bool = False) -> Found:
    """Audit a home; comparing ``views`` is most of the work, so only where they were damaged."""
    with kept.opened(home) as ledger:
        report = audit_home(ledger, views=views)
    findings = {found.code: [found.index] for found in report.findings.items}
    return by_code(report) | findings


def test_what_was_not_tampered_with_is_clean(kept: Kept, database: Path) -> None:
    with kept.opened(database) as ledger:
        assert audit_home(ledger, since=kept.since, workers=2, part=64).clean


@pytest.mark.parametrize(
    ("damage", "code"), OF_THE_LOG.items(), ids=lambda each: getattr(each, "__name__", each)
)
def test_damage_to_a_database_is_told_as_damage_to_files(
    kept: Kept, home: Path, database: Path, damage: Damage, code: str
) -> None:
    damage(kept, home)
    damage(kept, database)
    found = told(kept, database)
    assert code in found
    assert found == told(kept, home)


@pytest.mark.parametrize("damage", OF_A_VIEW, ids=lambda damage: damage.__name__)
def test_damage_to_a_view_in_a_database_is_told(kept: Kept, database: Path, damage: Damage) -> None:
    damage(kept, database)
    assert set(told(kept, database, views=True)) == {"audit.view"}


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("changed", "signature.bad"),
        ("deleted", "audit.behind"),
        ("swapped", "audit.root"),
        ("rollback", "audit.behind"),
    ],
)
def test_a_history_rewritten_consistently_is_told_as_in_files(
    kept: Kept, home: Path, database: Path, kind: str, code: str
) -> None:
    tamper(kind, home)
    put_back(database, snapshot(home))
    found = told(kept, database)
    assert code in found
    assert found == told(kept, home)
