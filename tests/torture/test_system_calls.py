"""Each call a deed makes on its disk fails once, and is once the last one: nothing is lost.

The calls are counted in a run that goes well, then each is hit in a run of its own, on a fresh copy
of the home: refused by the disk (EIO), or the process killed at it. Afterwards the home is opened
again, looked at by plain SQL and by the audit: what was acknowledged is there, and what was refused
said why.
"""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from ledger.bootstrap import open_ledger, registry
from ledger.errors import all_errors
from ledger.rules.packs.pack import shipped
from ledger.service.acts.submit import submit
from ledger.service.auditing.audits import audit_export, audit_home
from ledger.service.exports.log import export_log
from ledger.store.home import open_home
from tests.support.appender import SHIFT_MS, ShiftedClock
from tests.support.faults import Hit, all_hits, calls_made, refused_once, require_strace, traced
from tests.support.office import Office, copied, presented
from tests.support.soundness import require_sound
from tests.support.tally import tally
from tests.torture.victim import PACK, Verdict, victim

CODES = {error.code for error in all_errors()}
FEW = 9
"""How many of a deed's faults are tried in the short version."""


class Prepared(NamedTuple):
    """A closed home to copy, and what is to be appended to it."""

    home: Path
    sent: Sequence[bytes]
    size: int

    def fresh(self, folder: Path) -> Path:
        """Return a copy of the home, in a new folder."""
        return shutil.copytree(self.home, folder / "home")


@pytest.fixture(scope="module")
def prepared(founded: Office, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    require_strace(tmp_path_factory.getbasetemp())
    office = copied(founded, tmp_path_factory.mktemp("prepared") / "home")
    clerk = office.hands["intake_clerk"]
    sent = [presented(office.ledger, clerk, office.receive())[0] for _ in range(2)]
    size = office.size
    office.ledger.close()
    return Prepared(office.path, sent, size)


# What must hold afterwards ------------------------------------------------------------------------


def require_appended(home: Path, prepared: Prepared, kept: list[object]) -> None:
    """Assert that the home is whole with what was acknowledged, and takes the same once more."""
    require_sound(home)
    with open_ledger(home, clock=ShiftedClock(SHIFT_MS)) as ledger:
        receipts = [submit(ledger, [each]) for each in prepared.sent]
        stored = [(entry.index, entry.digest) for each in receipts for entry in each.entries]
        assert all(entry in stored for entries in kept for entry in entries)  # type: ignore[attr-defined]
        report = audit_home(ledger, views=False)
    assert report.clean, report.to_dict()
    assert report.size == prepared.size + len(prepared.sent), "nothing is there twice"
    require_sound(home)


def require_kept_pack(home: Path, _: Prepared, kept: list[object]) -> None:
    """Assert that the pack is there whole or not at all, and can be kept."""
    laid_out, files = open_home(home), shipped("cn-base")
    folder = laid_out.packs / PACK
    assert folder.exists() or not kept
    if folder.exists():
        assert laid_out.shelf(PACK) == files
    laid_out.keep_pack(PACK, files)
    assert {
        file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()
    } == {*files}


def require_exported(home: Path, prepared: Prepared, _: list[object]) -> None:
    """Assert that exporting again gives a whole export."""
    export = home.parent / "export"
    with open_ledger(home, clock=ShiftedClock(SHIFT_MS)) as ledger:
        assert export_log(ledger, export).size == prepared.size
    report = audit_export(export, registry())
    assert report.clean, report.to_dict()


class Deed(NamedTuple):
    """Something a process does, what must hold after it; ``inside``: only to the home's files."""

    name: str
    require: Callable[[Path, Prepared, list[object]], None]
    inside: bool = True


DEEDS = (
    Deed("append", require_appended),
    Deed("open and append", require_appended),
    Deed("keep a pack", require_kept_pack, inside=False),
    Deed("export", require_exported, inside=False),
)


# The torture --------------------------------------------------------------------------------------


def files_of(home: Path) -> list[Path]:
    """Return the files of a home, those SQLite will make beside its databases among them."""
    made = [Path(f"{file}{end}") for file in home.rglob("*.sqlite") for end in ("-wal", "-shm")]
    found = [file for file in home.rglob("*") if file.is_file() and "packs" not in file.parts]
    return sorted({*found, *made})


def done(
    deed: Deed, prepared: Prepared, folder: Path, hit: Hit | None
) -> tuple[list[Verdict], bool]:
    """Do a deed on a fresh home, again in the same process if it lives.

    Return its verdicts, and whether it was hit.
    """
    home = prepared.fresh(folder)
    with victim(deed.name, home, prepared.sent) as process:
        assert process.process.pid is not None
        files = files_of(home) if deed.inside else ()
        with traced(process.process.pid, folder / "trace", files=files, hit=hit):
            verdict = process.told()
        # The fault was of the moment: the same process, if it lives, does the same once more.
        again = process.told() if verdict and hit else None
        process.line.close()
    killed = process.process.exitcode == -9
    return [said for said in (verdict, again) if said], killed or refused_once(folder / "trace")


def suffer(deed: Deed, prepared: Prepared, folder: Path, hit: Hit) -> None:
    """Hit a deed with one fault, and look at what it left."""
    folder.mkdir()
    said, was_hit = done(deed, prepared, folder, hit)
    kind = f"strace {hit.how} during {deed.name}"
    for verdict, what in said:
        assert verdict != "broken", f"{hit}: {what}"
        assert verdict == "kept" or what in CODES - {"internal", "ledger"}
    assert not said or said[-1][0] == "kept", f"{hit}: {said}"
    if not was_hit:
        tally(kind, "not reached")
        return
    deed.require(folder / "home", prepared, [what for verdict, what in said if verdict == "kept"])
    codes = [str(what) if verdict == "refused" else verdict for verdict, what in said]
    tally(kind, f"{hit.call} " + " then ".join(codes or ["killed"]))
    shutil.rmtree(folder)


def hits_of(deed: Deed, prepared: Prepared, folder: Path) -> list[Hit]:
    """Return every fault there is for a deed, by the calls it makes where nothing goes wrong."""
    folder.mkdir()
    ((verdict, _),), _ = done(deed, prepared, folder, None)
    assert verdict == "kept"
    hits = all_hits(calls_made(folder / "trace"))
    assert {hit.call for hit in hits} & {"fsync", "fdatasync"}, "it makes something durable"
    return hits


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.name)
def test_a_call_that_fails_loses_nothing(deed: Deed, prepared: Prepared, tmp_path: Path) -> None:
    hits = hits_of(deed, prepared, tmp_path / "well")
    step = len(hits) // FEW | 1  # odd: so that it is a failure and a death by turns
    for number, hit in enumerate(hits[::step]):
        suffer(deed, prepared, tmp_path / str(number), hit)


@pytest.mark.torture
@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.name)
def test_whatever_call_fails_nothing_is_lost(
    deed: Deed, prepared: Prepared, tmp_path: Path
) -> None:
    for number, hit in enumerate(hits_of(deed, prepared, tmp_path / "well")):
        suffer(deed, prepared, tmp_path / str(number), hit)
