"""Writers and followers of one home race each other; backups are taken meanwhile.

Nothing acknowledged is lost, the views are what a rebuild gives, and of what is restored from the
backups the signer's mark decides.
"""

import time
from pathlib import Path

import pytest

from ledger.bootstrap import open_ledger
from ledger.entry import base64url
from ledger.service.auditing.audits import audit_home
from ledger.service.backup.backing_up import back_up
from ledger.service.backup.restoring import behind_mark, restore
from ledger.service.backup.sources import open_source
from ledger.service.backup.tail import apply_tail
from ledger.store.signer import HeadBehindMark
from tests.backup.copies import found, require_clean, require_clean_but_for_the_mark
from tests.support.appender import SHIFT_MS, ShiftedClock, promised, start, wait_for
from tests.support.office import Office
from tests.support.reader import an_end, follow
from tests.support.soundness import require_sound
from tests.support.tally import tally

CLOCK = ShiftedClock(SHIFT_MS)


def require_kept(home: Path, told: dict[int, str]) -> int:
    """Assert that a home is whole with all that was acknowledged; return its size."""
    entries = require_sound(home)
    digests = {index: base64url.encode(entry.signed.digest) for index, entry in enumerate(entries)}
    assert told
    assert {index: digests.get(index) for index in told} == told
    return len(entries)


def race(office: Office, folder: Path, *, seconds: float, least: int) -> None:
    """Let two processes write and two more follow for a time, then look at all of it."""
    before = office.size
    office.ledger.close()
    acks = [folder / "one", folder / "other"]
    end = an_end()
    followers = [follow(office.path, end) for _ in range(2)]
    writers = [start(office.path, office.unit, each, threads=3, rounds=10**6) for each in acks]
    for each, writer in zip(acks, writers, strict=True):
        wait_for(each, least, writer)
    time.sleep(seconds)
    for writer in writers:
        assert writer.is_alive()
        writer.kill()
        writer.join(60)
    end.set()
    for follower in followers:
        follower.join(120)
        assert follower.exitcode == 0
    one, other = map(promised, acks)
    assert one.keys().isdisjoint(other)
    size = require_kept(office.path, one | other)
    with open_ledger(office.path, clock=CLOCK) as ledger:
        ledger.follower.catch_up()
        assert {store.position() for store in ledger.views.values()} == {size}
        report = audit_home(ledger)  # every view is built anew beside and compared
    assert report.clean, report.to_dict()
    tally("entries appended by two processes while two more followed", "whole", size - before)


def copies(office: Office, folder: Path, *, backups: int) -> None:
    """Back up under load again and again; restore each, and bring the newest tail to it."""
    office.ledger.close()
    acks = [folder / "one", folder / "other"]
    writers = [start(office.path, office.unit, each, threads=3, rounds=10**6) for each in acks]
    with open_ledger(office.path, clock=CLOCK) as ledger:
        for number in range(backups):
            told = {}
            for each, writer in zip(acks, writers, strict=True):
                wait_for(each, 6 * (number + 1), writer)
                told |= promised(each)
            made = back_up(ledger, folder / f"backup {number}", elsewhere={})
            assert max(told) < made.size
    for each, writer in zip(acks, writers, strict=True):
        wait_for(each, len(promised(each)) + 4, writer)  # the newest backup has a tail too
        assert writer.is_alive()
        writer.kill()
        writer.join(60)
    with open_ledger(office.path, clock=CLOCK) as ledger:
        back_up(ledger, folder / "last", elsewhere={})
    for number in range(backups):
        _restored(office, folder / f"backup {number}", folder)


def _restored(office: Office, backup: Path, folder: Path) -> None:
    home = folder / f"home of {backup.name}"
    stated = found(backup).manifest
    kek = office.path / "keys" / "kek"
    restore(found(backup), home, kek=kek)
    with open_ledger(home, clock=CLOCK) as ledger:
        require_clean_but_for_the_mark(ledger, since=stated.checkpoint)
    (home / "signer").symlink_to(office.path / "signer")
    with open_ledger(home, clock=CLOCK) as ledger, open_source(folder / "last", {}) as source:
        assert isinstance(behind_mark(ledger), HeadBehindMark)
        apply_tail(ledger, source)
        assert behind_mark(ledger) is None
        require_clean(ledger)
    tally("backups under load", "restored clean, held back by the mark, brought to its root")


def test_two_writers_and_two_followers_race(office: Office, tmp_path: Path) -> None:
    race(office, tmp_path, seconds=0, least=12)


def test_backups_are_taken_while_two_processes_write(office: Office, tmp_path: Path) -> None:
    copies(office, tmp_path, backups=2)


@pytest.mark.torture
def test_two_writers_and_two_followers_race_for_ten_minutes(office: Office, tmp_path: Path) -> None:
    race(office, tmp_path, seconds=600, least=12)


@pytest.mark.torture
def test_twenty_backups_are_taken_while_two_processes_write(office: Office, tmp_path: Path) -> None:
    copies(office, tmp_path, backups=20)
