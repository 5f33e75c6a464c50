"""An exported log: complete, clean, extended by exporting again, and any change to it noticed."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.audit.layout import format_types, verify_types
from ledger.audit.report import Report
from ledger.bootstrap import registry
from ledger.errors import LedgerError, StorageError
from ledger.service.auditing.audits import audit_export, audit_home
from ledger.service.exports.log import ExportNotEmpty, ExportOfOther, export_log
from ledger.service.exports.types import types_document
from ledger.service.office import do
from ledger.store.files import save_atomically
from tests.audit.homes import Kept


@pytest.fixture(scope="module")
def exported(kept: Kept, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported")
    with kept.opened(kept.copy(folder / "home")) as ledger:
        export_log(ledger, folder / "log")
    return folder / "log"


@pytest.fixture(scope="module")
def small(kept: Kept, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The export of the older home, which a property test may audit often."""
    folder = tmp_path_factory.mktemp("small")
    with kept.opened(shutil.copytree(kept.older, folder / "home")) as ledger:
        export_log(ledger, folder / "log")
    return folder / "log"


def audited(folder: Path, **how: object) -> Report:
    return audit_export(folder, registry(), workers=1, **how)  # type: ignore[arg-type]


def codes(folder: Path) -> set[str]:
    return {fault.code for fault in audited(folder).faults.items}


def test_an_export_is_as_clean_as_its_home(kept: Kept, exported: Path, tmp_path: Path) -> None:
    report = audited(exported, since=kept.since)
    with kept.opened(kept.copy(tmp_path / "home")) as ledger:
        at_home = audit_home(ledger, since=kept.since)
    assert report.clean
    assert at_home.clean
    assert (report.size, report.root, report.genesis) == (
        at_home.size,
        at_home.root,
        at_home.genesis,
    )
    assert [anchor.name for anchor in report.anchors] == ["earlier checkpoint"]
    assert report.rates.judged == report.size, "the packs needed to judge travel with it"


def test_an_export_carried_in_a_zip_is_read_as_it_is(exported: Path, tmp_path: Path) -> None:
    archive = shutil.make_archive(str(tmp_path / "log"), "zip", exported)
    assert audited(Path(archive)).clean


def test_no_sealed_value_leaves_in_an_export(exported: Path) -> None:
    everything = b"".join(path.read_bytes() for path in exported.rglob("*") if path.is_file())
    assert "路灯".encode() not in everything
    assert b"ciphertext" not in everything


def test_exporting_again_extends_the_folder_to_the_same_bytes(kept: Kept, tmp_path: Path) -> None:
    for name, home in (("old", kept.older), ("now", kept.path)):
        shutil.copytree(home, tmp_path / name)
    with kept.opened(tmp_path / "old") as ledger:
        first = export_log(ledger, tmp_path / "log")
    with kept.opened(tmp_path / "now") as ledger:
        again = export_log(ledger, tmp_path / "log")
        at_once = export_log(ledger, tmp_path / "fresh")
        assert export_log(ledger, tmp_path / "log").before == again.size
    assert (first.before, first.size) == (0, 24)
    assert (again.before, again.size) == (24, at_once.size)
    assert audited(tmp_path / "log").clean
    assert _files(tmp_path / "log") == _files(tmp_path / "fresh")


def test_an_export_without_a_pinned_genesis_may_be_made_up_whole(
    kept: Kept, exported: Path
) -> None:
    report = audited(exported)
    assert report.clean
    assert report.anchors == ()
    assert [(each.name, each.holds) for each in report.statements] == [("pinned", False)]
    pinned = audited(exported, genesis=report.genesis)
    assert pinned.statements == ()
    assert [anchor.name for anchor in pinned.anchors] == ["pinned genesis"]


def test_the_checkpoint_moves_when_all_else_is_durable(
    kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[Path] = []

    def failing(path: Path, data: bytes, *, mode: int) -> None:
        if path.parent.name == "entries":
            raise OSError(28, "disk full")
        saved.append(path)
        save_atomically(path, data, mode=mode)

    with kept.opened(shutil.copytree(kept.older, tmp_path / "old")) as ledger:
        export_log(ledger, tmp_path / "log")
    before = (tmp_path / "log" / "checkpoint").read_bytes()
    half = tmp_path / "log" / "tile" / "0" / "000.123.new"
    half.write_bytes(b"half")
    monkeypatch.setattr("ledger.service.exports.log.save_atomically", failing)
    with kept.opened(kept.copy(tmp_path / "now")) as ledger:
        with pytest.raises(StorageError):
            export_log(ledger, tmp_path / "log")
        assert (tmp_path / "log" / "checkpoint").read_bytes() == before
        assert saved, "hash tiles are saved the same way"
        monkeypatch.undo()
        export_log(ledger, tmp_path / "log")
    assert not half.exists(), "left by a process that ended"
    assert audited(tmp_path / "log").clean


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_partial_tiles_of_a_published_size_stay_until_their_full_tile_is_there(
    kept: Kept, tmp_path: Path
) -> None:
    with kept.opened(shutil.copytree(kept.older, tmp_path / "home")) as ledger:
        for size in (24, 40, 264):
            notes = [
                kept.office.receive(f"第 {n} 件") for n in range(size - ledger.recorder.head().size)
            ]
            for start in range(0, len(notes), 16):
                do(ledger, kept.office.hands["intake_clerk"], *notes[start : start + 16])
            assert export_log(ledger, tmp_path / "log").size == size
            assert audited(tmp_path / "log").clean
            widths = {path.name for path in (tmp_path / "log/tile/0").rglob("000.p/*")}
            assert widths == {24: {"24"}, 40: {"24", "40"}, 264: set()}[size]


def test_an_older_partial_must_begin_the_tile_as_it_is_now(kept: Kept, tmp_path: Path) -> None:
    with kept.opened(shutil.copytree(kept.older, tmp_path / "home")) as ledger:
        export_log(ledger, tmp_path / "log")
        do(ledger, kept.office.hands["intake_clerk"], kept.office.receive("又一件"))
        export_log(ledger, tmp_path / "log")
    for name in ("tile/0/000.p/24", "tile/entries/000.p/24"):
        path = tmp_path / "log" / name
        kept_bytes = path.read_bytes()
        path.write_bytes(kept_bytes[:-1] + bytes([kept_bytes[-1] ^ 1]))
        assert codes(tmp_path / "log") == {"audit.tile"}
        path.write_bytes(kept_bytes)
    assert audited(tmp_path / "log").clean


def test_an_export_never_overwrites_another_history(kept: Kept, tmp_path: Path) -> None:
    with kept.opened(shutil.copytree(kept.older, tmp_path / "one")) as ledger:
        do(ledger, kept.office.hands["intake_clerk"], kept.office.receive("一种历史"))
        export_log(ledger, tmp_path / "log")
    before = _files(tmp_path / "log")
    with kept.opened(kept.copy(tmp_path / "other")) as ledger, pytest.raises(ExportOfOther):
        export_log(ledger, tmp_path / "log")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    with kept.opened(tmp_path / "other") as ledger, pytest.raises(ExportNotEmpty):
        export_log(ledger, tmp_path / "full")
    assert _files(tmp_path / "log") == before


def test_a_rewritten_export_needs_an_earlier_checkpoint(kept: Kept, tmp_path: Path) -> None:
    with kept.opened(shutil.copytree(kept.older, tmp_path / "home")) as ledger:
        export_log(ledger, tmp_path / "log")
    assert audited(tmp_path / "log", since=kept.since).clean
    with kept.opened(kept.copy(tmp_path / "now")) as ledger:
        from_now = export_log(ledger, tmp_path / "later")
    later = (tmp_path / "later" / "checkpoint").read_bytes()
    report = audited(tmp_path / "log", since=later)
    assert report.faults.counts == {"audit.behind": 1}
    assert from_now.size > 24


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("checkpoint", None),
        ("log.vkey", "audit.file_missing"),
        ("genesis", "audit.file_missing"),
        ("types.json", "audit.file_missing"),
        ("tile/0/000", "audit.tile_missing"),
        ("tile/1/000.p/1", "audit.tile_missing"),
        ("tile/entries/000", "audit.entry_missing"),
    ],
)
def test_every_file_is_missed(exported: Path, tmp_path: Path, name: str, code: str | None) -> None:
    folder = shutil.copytree(exported, tmp_path / "log")
    (folder / name).unlink()
    if code is None:
        with pytest.raises(LedgerError):
            audited(folder)
    else:
        assert code in codes(folder)


@pytest.mark.parametrize(
    ("name", "index"), [("tile/entries/000", 0), ("tile/entries/001.p/36", 256)]
)
def test_a_bundle_cut_short_is_told_and_the_rest_goes_on(
    exported: Path, tmp_path: Path, name: str, index: int
) -> None:
    folder = shutil.copytree(exported, tmp_path / "log")
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data[:-1])
    found = {fault.code: fault.index for fault in audited(folder).faults.items}
    assert found["tlog.bundle"] == index
    assert found["audit.entry_missing"] == index


def test_a_pack_the_log_adopted_is_missed(exported: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(exported, tmp_path / "log")
    shutil.rmtree(next((folder / "packs").iterdir()))
    assert "audit.file_missing" in codes(folder)


@pytest.mark.parametrize("name", ["letter.txt", "tile/0/001", "tile/entries/9", "packs/x", "a b"])
def test_what_has_no_place_in_the_tree_is_named(exported: Path, tmp_path: Path, name: str) -> None:
    folder = shutil.copytree(exported, tmp_path / "log")
    (folder / name).write_bytes(b"mine")
    report = audited(folder)
    assert report.faults.counts == {"audit.stray": 1}
    assert name in report.faults.items[0].en


def test_links_and_pipes_are_never_opened(exported: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(exported, tmp_path / "log")
    tile = folder / "tile" / "0" / "000"
    shutil.move(tile, tmp_path / "kept")
    tile.symlink_to(tmp_path / "kept")
    os.mkfifo(folder / "pipe")
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    assert codes(folder) == {"audit.stray", "audit.tile_missing"}


def flipped(folder: Path, name: str, at: int, flip: int) -> bool:
    """Change one byte of a file, tell whether that is noticed, and put it back."""
    path = folder / name
    original = path.read_bytes()
    changed = bytearray(original)
    changed[at % len(original)] ^= flip
    path.write_bytes(changed)
    try:
        return not audited(folder).clean
    except LedgerError:
        return True
    finally:
        path.write_bytes(original)


def test_a_changed_byte_is_noticed_in_every_file(exported: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(exported, tmp_path / "log")
    for number, name in enumerate(sorted(_files(folder))):
        assert flipped(folder, name, 7919 * number, 1), name
    assert audited(folder).clean


@given(name=st.integers(0), at=st.integers(0, 1 << 20), flip=st.integers(1, 255))
def test_any_changed_byte_is_noticed(small: Path, name: int, at: int, flip: int) -> None:
    names = sorted(_files(small))
    assert flipped(small, names[name % len(names)], at, flip)


# -- types.json --------------------------------------------------------------------------------


def test_types_declare_every_type_and_group() -> None:
    types = verify_types(types_document(registry()))
    assert types.keys() == registry().types.keys()
    for name, spec in registry().types.items():
        assert types[name]["groups"].keys() == {group.name for group in spec.groups}
        for group in spec.groups:
            schema = types[name]["groups"][group.name]["fields"]
            fields = schema["$defs"][schema["$ref"].removeprefix("#/$defs/")]["properties"]
            assert tuple(sorted(fields)) == group.fields
    assert types["case.received.v1"]["groups"]["reporter"]["retention_years"] == 5


def test_types_have_one_spelling() -> None:
    types = {"a.b.v1": {"public": {}}}
    data = format_types(types)
    assert verify_types(data) == types
    replaced = (data.replace(b"  ", b"\t"), data.replace(b"v1", b"v2"))
    for changed in (data[:-1], data + b"\n", *replaced):
        with pytest.raises(LedgerError):
            verify_types(changed)


@given(st.binary(max_size=200))
def test_types_that_are_none_are_refused(data: bytes) -> None:
    with pytest.raises(LedgerError):
        verify_types(data)
