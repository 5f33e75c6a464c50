"""Folders for a while: gone with their block, and, where that was killed, when the next is made."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.store.passing import PREFIX, passing_folder

HOLDS = """
import sys
from pathlib import Path
from ledger.store.passing import passing_folder

with passing_folder(Path(sys.argv[1])) as folder:
    (folder / "kek").write_text("a key")
    print(folder, flush=True)
    sys.stdin.read()
"""


@contextmanager
def holder(where: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    program = [sys.executable, "-c", HOLDS, str(where)]
    with subprocess.Popen(
        program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield process, Path(process.stdout.readline().strip())
        process.kill()


def test_a_folder_is_gone_with_its_block(tmp_path: Path) -> None:
    with passing_folder(tmp_path) as folder:
        (folder / "kek").write_text("a key")
        assert folder.stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_goes_when_the_next_is_made(tmp_path: Path) -> None:
    with holder(tmp_path) as (process, left):
        process.kill()
        process.wait()
        assert (left / "kek").exists()
        with passing_folder(tmp_path) as folder:
            assert list(tmp_path.iterdir()) == [folder]


def test_a_folder_somebody_holds_is_let_be_and_so_is_what_is_not_ours(tmp_path: Path) -> None:
    (elsewhere := tmp_path / "elsewhere").mkdir()
    (elsewhere / "kept").touch()
    (tmp_path / f"{PREFIX}link").symlink_to(elsewhere)
    (tmp_path / f"{PREFIX}file").write_text("no folder")
    with holder(tmp_path) as (_, held):
        with passing_folder(tmp_path):
            assert (held / "kek").exists()
        assert (elsewhere / "kept").exists()
        assert (tmp_path / f"{PREFIX}file").exists()
