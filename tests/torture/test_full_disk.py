"""A disk of a few megabytes that fills up at every possible place, and has room again.

A small file system is mounted where that is allowed. Besides, files may grow no more, by the limit
a process can set itself.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.bootstrap import open_ledger
from ledger.errors import LedgerError, StorageError
from ledger.kernel.aggregate import Command
from ledger.service.backup.backing_up import back_up
from ledger.service.ledger import Ledger
from ledger.service.office import Hand, do
from ledger.store.dialect import StoreFull
from tests.store.test_bad_days import LIMITED
from tests.support.office import Office
from tests.support.soundness import require_sound
from tests.support.tally import tally

MIB, KIB = 1 << 20, 1 << 10


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of eight megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m,mode=0700", "tmpfs", place]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def fill_up(disk: Path, spare: int) -> Path:
    """Take all room on a disk but ``spare`` bytes; return the file that does."""
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(max(0, shutil.disk_usage(disk).free - spare)))
    return ballast


def fill(office: Office, disk: Path, spare: int) -> None:
    """Append until the disk is full, make room, go on: nothing acknowledged is lost."""
    home = shutil.copytree(office.path, disk / "home")
    ballast = fill_up(disk, spare)
    clerk, request = office.hands["intake_clerk"], office.receive("路灯不亮" * 200)
    told: list[int] = []
    try:
        ledger = open_ledger(home, clock=office.clock)
    except StoreFull as full:
        tally("full disk", f"not opened: {full.code}")
        ballast.unlink()
        ledger = open_ledger(home, clock=office.clock)
    with ledger:
        if ballast.exists():
            told.extend(until_full(ledger, clerk, request))
            ballast.unlink()
        told.append(do(ledger, clerk, request).entries[0].index)
    assert told[-1] == len(require_sound(home)) - 1
    shutil.rmtree(home)


def until_full(ledger: Ledger, clerk: Hand, request: Command) -> Iterator[int]:
    """Take a request in again and again; give the index of each until the disk is full."""
    with pytest.raises(LedgerError) as full:  # noqa: PT012 - which of them is refused is open
        for _ in range(2_000):
            yield do(ledger, clerk, request).entries[0].index
    tally("full disk", full.value.code)
    assert full.value.code in {"storage.full", "storage.gone", "sequencer.receipt_later"}


def test_a_disk_that_fills_up_loses_nothing(office: Office, small_disk: Path) -> None:
    office.ledger.close()
    for spare in (0, 200 * KIB):  # not even room to open it; room for some
        fill(office, small_disk, spare)


def test_a_backup_that_does_not_fit_leaves_nothing(office: Office, small_disk: Path) -> None:
    fill_up(small_disk, 100 * KIB)
    with pytest.raises(StorageError) as full:
        back_up(office.ledger, small_disk / "backup", elsewhere={})
    assert full.value.text("zh").endswith("。")
    assert [file.name for file in small_disk.iterdir()] == ["ballast"]
    office.a_case()


@pytest.mark.torture
def test_a_disk_that_fills_up_anywhere_loses_nothing(office: Office, small_disk: Path) -> None:
    office.ledger.close()
    for spare in range(0, 400 * KIB, 7 * KIB):
        fill(office, small_disk, spare)


@pytest.mark.torture
@pytest.mark.parametrize("spare", range(0, 200_000, 5_003))
def test_files_that_may_grow_no_more_anywhere_lose_nothing(office: Office, spare: int) -> None:
    before = office.size
    office.ledger.close()
    command = [sys.executable, "-c", LIMITED, office.path, office.unit, str(spare)]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    *told, code, after = done.stdout.split()
    assert code.startswith("storage."), code
    assert [int(index) for index in told] == list(range(before, before + len(told)))
    assert int(after) == len(require_sound(office.path)) - 1 == before + len(told)
    tally("files that may grow no more", code)
