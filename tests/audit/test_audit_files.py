"""A stranger's folders and ZIPs: nothing in them makes the verifier read, write or use too much."""

import io
import stat
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.audit import files as reading
from ledger.audit.faults import FileDiffers, FileMissing
from ledger.audit.files import BadZip, NothingThere, TooManyFiles, open_files, printable
from ledger.audit.layout import is_safe_name
from ledger.bootstrap import registry
from ledger.errors import LedgerError
from ledger.service.auditing.audits import audit_evidence, audit_export


def a_zip(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


UNSAFE = [
    "../up", "/root", "a/../b", "C:\\x", "a\\b", "a//b", "./a", ".hidden", "a/.b", "", "名", "a b",
    "a\nb", "con:aux", "x" * 300, "/".join("a" * 20),
]  # fmt: skip


@pytest.mark.parametrize("name", UNSAFE)
def test_a_name_that_means_more_than_a_file_here_is_not_safe(name: str) -> None:
    assert not is_safe_name(name)


@pytest.mark.parametrize(
    "name", ["checkpoint", "tile/0/x001/067.p/3", "packs/-_a/cases/request.toml", "entries/5"]
)
def test_the_names_of_the_formats_are_safe(name: str) -> None:
    assert is_safe_name(name)


@pytest.mark.parametrize("name", [name for name in UNSAFE if name])
def test_a_zip_member_with_an_unsafe_name_is_a_stray(tmp_path: Path, name: str) -> None:
    files = open_files(a_zip(tmp_path / "z.zip", {name: b"x", "fine": b"y"}))
    assert files.names == {"fine"}
    assert len(files.strays) == 1
    assert files.strays[0].isascii()


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = a_zip(tmp_path / "bomb.zip", {"entries/1": bytes(4 << 20)})
    assert path.stat().st_size < 10_000
    with pytest.raises(FileDiffers):
        open_files(path).read("entries/1", 65_535)
    monkeypatch.setattr(reading, "MAX_ZIP_TOTAL", 1 << 20)
    with pytest.raises(TooManyFiles):
        open_files(path)


def test_a_member_longer_than_it_says_stops_at_the_limit(tmp_path: Path) -> None:
    path = a_zip(tmp_path / "liar.zip", {"a": b"x" * 100_000})
    data = path.read_bytes().replace((100_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    path.write_bytes(data)
    with suppress(BadZip):
        assert len(open_files(path).read("a")) <= 100_000


def test_a_name_that_occurs_twice_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("one", b"x")
        archive.writestr("two", b"y")
    data = (tmp_path / "z.zip").read_bytes().replace(b"two", b"one")
    (tmp_path / "z.zip").write_bytes(data)
    with pytest.raises(BadZip):
        open_files(tmp_path / "z.zip")


def test_too_many_members_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_ZIP_FILES", 3)
    monkeypatch.setattr(reading, "MAX_FILES", 3)
    members = {str(n): b"" for n in range(4)}
    with pytest.raises(TooManyFiles):
        open_files(a_zip(tmp_path / "z.zip", members))
    for name in members:
        (tmp_path / "folder").mkdir(exist_ok=True)
        (tmp_path / "folder" / name).touch()
    with pytest.raises(TooManyFiles):
        open_files(tmp_path / "folder")


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = a_zip(tmp_path / "z.zip", {"a": b"x"}, zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x03\x04") + 6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(BadZip):
        open_files(path).read("a")


def test_a_method_nobody_knows_is_refused(tmp_path: Path) -> None:
    path = a_zip(tmp_path / "z.zip", {"a": b"x"}, zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        data[data.index(mark) + offset] = 77
    path.write_bytes(data)
    with pytest.raises(BadZip):
        open_files(path).read("a")


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_only_stored_and_deflated_members_are_read(tmp_path: Path, method: int) -> None:
    path = a_zip(tmp_path / "z.zip", {"a": b"x" * 99}, method)
    with pytest.raises(BadZip):
        open_files(path)
    assert open_files(a_zip(path, {"a": b"x" * 99}, zipfile.ZIP_DEFLATED)).read("a") == b"x" * 99


def test_a_link_in_a_zip_is_only_its_text(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert open_files(tmp_path / "z.zip").read("link") == b"/etc/passwd"


def test_what_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(NothingThere):
        open_files(tmp_path / "nowhere")
    with pytest.raises(FileMissing):
        open_files(tmp_path).read("nothing")


def test_a_strangers_name_cannot_spoil_a_report() -> None:
    assert printable("a\ud800\n名" + "x" * 500).isascii()
    assert len(printable("x" * 500)) == 200


@given(st.binary(max_size=400))
def test_garbage_in_a_file_is_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "garbage"
    path.write_bytes(data)
    for verify in (audit_evidence, audit_export):
        with pytest.raises(LedgerError):
            verify(path, registry())


NAMES = st.sampled_from(
    [
        "checkpoint", "manifest.json", "genesis", "log.vkey", "types.json", "tile/0/000.p/1",
        "tile/entries/000.p/1", "entries/0", "entries/0.tlog-proof", "disclosures/0", "README",
    ]
)  # fmt: skip
CHECKPOINT = (
    b"ledger.example/x\n1\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n\n"
    b"\xe2\x80\x94 ledger.example/x mtqRYcr3VEffvCfIyHWQDwk=\n"
)
CONTENT = st.one_of(st.binary(max_size=60), st.just(CHECKPOINT), st.just(b"\x00\x01x"))


@given(st.dictionaries(NAMES, CONTENT, max_size=6))
def test_garbage_of_the_right_names_raises_nothing_but_refusals(
    tmp_path_factory: pytest.TempPathFactory, members: dict[str, bytes]
) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    path = tmp_path_factory.getbasetemp() / "named.zip"
    path.write_bytes(buffer.getvalue())
    for verify in (audit_evidence, audit_export):
        try:
            assert not verify(path, registry()).clean
        except LedgerError:
            continue
