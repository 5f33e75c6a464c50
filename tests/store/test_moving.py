"""A ledger moved to PostgreSQL and back: the same rows, one head, and nobody writes to the rest."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ledger.aggregates.case.commands import Accept
from ledger.bootstrap import open_ledger
from ledger.errors import LedgerError
from ledger.service.acts.submit import submit
from ledger.service.auditing.audits import audit_home
from ledger.service.ledger import as_of
from ledger.service.office import do
from ledger.service.reading.receipts import checkpoint, proof
from ledger.service.upkeep import moving
from ledger.service.upkeep.moving import (
    AlreadyThere,
    FileThere,
    NotTheSame,
    OtherHome,
    move,
    require_home,
)
from ledger.store.dialect import DatabaseTaken
from ledger.store.home import open_home, save_settings
from ledger.store.moved import LedgerMoved
from ledger.store.signer import HeadBehindMark
from ledger.tlog.tile import tiles_of
from tests.support.database import execute, snapshot
from tests.support.office import Office, presented
from tests.support.soundness import require_sound

pytestmark = pytest.mark.dialect("sqlite")  # where each begins; the other is where it goes


def shown(office: Office) -> dict[str, Any]:
    """Return what people see of a ledger, at several sizes."""
    ledger, size = office.ledger, office.size
    ledger.follower.catch_up()
    register = ledger.views["register"]
    points = [as_of(ledger, size=at) for at in (size // 2, size - 1, size)]
    return {
        "checkpoint": checkpoint(ledger),
        "proofs": [proof(ledger, index) for index in range(size)],
        "tiles": {tile: ledger.reader.tile(tile) for tile in tiles_of(size)},
        "board": [register.rows(point) for point in points],
        "counts": [register.count(point, by=("unit", "kind", "state")) for point in points],
    }


def moved(office: Office, to: str | None) -> Office:
    """Move the closed office's ledger and open it where it is then."""
    move(open_home(office.path), to)
    return office.opened_beside()


@pytest.fixture
def busy(office: Office) -> Office:
    """An office with some cases."""
    for number in range(4):
        stream = office.a_case(f"第{number}件")
        if number % 2:
            do(office.ledger, office.hands["intake_clerk"], Accept(stream=stream))
    return office


def test_there_and_back_everything_is_the_same(busy: Office, database: str) -> None:
    sent = presented(busy.ledger, busy.hands["intake_clerk"], busy.receive())
    receipt = submit(busy.ledger, sent)
    before, kept = shown(busy), snapshot(busy.path)
    busy.ledger.close()
    there = moved(busy, database)
    assert shown(there) == before
    assert snapshot(there.path) == kept
    assert submit(there.ledger, sent).entries == receipt.entries
    there.a_case("在新库")
    assert audit_home(there.ledger).exit_status == 0
    after, grown = shown(there), snapshot(there.path)
    there.ledger.close()
    require_sound(there.path, rules=True)
    for file in there.path.glob("ledger.sqlite*"):
        file.unlink()
    back = moved(there, None)
    assert shown(back) == after
    assert snapshot(back.path) == grown
    back.a_case("回来")
    assert audit_home(back.ledger).exit_status == 0
    back.ledger.close()
    require_sound(back.path, rules=True)


def test_a_process_that_still_runs_on_the_old_copy_is_told_where_it_went(
    busy: Office, database: str
) -> None:
    sent = presented(busy.ledger, busy.hands["intake_clerk"], busy.receive())
    move(open_home(busy.path), database)
    with pytest.raises(LedgerMoved) as refused:
        submit(busy.ledger, sent)
    assert refused.value.facts["place"] == database
    there = busy.opened_beside()
    assert not submit(there.ledger, sent).again
    there.ledger.close()


def test_settings_put_back_lead_to_a_copy_that_nobody_writes_to(
    busy: Office, database: str
) -> None:
    busy.ledger.close()
    move(open_home(busy.path), database)
    save_settings(replace(open_home(busy.path), database=None))
    with pytest.raises(LedgerMoved):
        open_ledger(busy.path)
    result = move(open_home(busy.path), database)  # what an interrupted move asks for
    assert result.now == database
    busy.opened_beside().ledger.close()


def test_a_target_that_is_not_empty_is_left_alone(
    busy: Office, offices: Callable[[str], Office], database: str
) -> None:
    other = offices("other")
    other.ledger.close()
    move(open_home(other.path), database)
    theirs = snapshot(other.path)
    busy.ledger.close()
    with pytest.raises(DatabaseTaken):
        move(open_home(busy.path), database)
    assert snapshot(other.path) == theirs
    with pytest.raises(AlreadyThere):
        move(open_home(busy.path), None)
    with pytest.raises(FileThere):
        move(open_home(other.path), None)
    again = busy.opened_beside()
    again.a_case()
    again.ledger.close()


def test_a_ledger_behind_its_mark_goes_nowhere(busy: Office, database: str) -> None:
    older = snapshot(busy.path)
    busy.a_case()
    busy.ledger.close()
    size = len(older["entry"])
    for table in ("entry", "tag", "vault"):
        execute(busy.path, f"DELETE FROM {table} WHERE idx >= ?", size)
    _, *back = older["head"][0]
    execute(busy.path, "UPDATE head SET size = ?, root = ?, frontier = ?, last_at = ?", *back)
    with pytest.raises(HeadBehindMark):
        move(open_home(busy.path), database)
    assert open_home(busy.path).database is None


def test_what_does_not_arrive_whole_stays_where_it_was(
    busy: Office, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = snapshot(busy.path)
    busy.ledger.close()
    copying = moving.copy_rows

    def losing(old: Any, new: Any, table: Any) -> int:
        copied = copying(old, new, table)
        if table.name == "vault":
            new.execute(table.delete().where(table.c.idx == table.c.idx))
        return copied

    with monkeypatch.context() as patched:
        patched.setattr(moving, "copy_rows", losing)
        with pytest.raises(NotTheSame) as refused:
            move(open_home(busy.path), database)
    assert refused.value.facts["what"] == "vault"
    assert snapshot(busy.path) == kept
    there = moved(busy, database)  # the target was emptied
    there.a_case()
    there.ledger.close()


def test_a_changed_entry_is_not_carried_on(busy: Office, database: str) -> None:
    busy.ledger.close()
    execute(busy.path, "UPDATE entry SET state = ? WHERE idx = 3", b"1 a.b.c")
    with pytest.raises(LedgerError):
        move(open_home(busy.path), database)
    assert open_home(busy.path).database is None


def test_another_folder_is_no_place_for_it(busy: Office, tmp_path: Path) -> None:
    require_home(busy.path, busy.path / ".." / busy.path.name)
    with pytest.raises(OtherHome):
        require_home(busy.path, tmp_path / "elsewhere")
