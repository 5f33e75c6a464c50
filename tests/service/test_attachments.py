"""Attachments over a real home: uploaded, attached, read back, audited, backed up, shown."""

import os
import shutil
import zipfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest

from ledger.aggregates.case.commands import Attach, Withdraw
from ledger.audit.layout import attachment_name
from ledger.bootstrap import registry
from ledger.entry import base64url
from ledger.entry.entry import parse_entry
from ledger.errors import LedgerError
from ledger.service.acts.submit import submit
from ledger.service.attachments import taking
from ledger.service.attachments.reading import attachment, attachments_of
from ledger.service.attachments.rights import FileNotYours, read_file
from ledger.service.attachments.taking import (
    NothingAttachedHere,
    TooMuchWaiting,
    YourShareWaits,
    upload,
)
from ledger.service.auditing.audits import audit_evidence, audit_home
from ledger.service.backup.backing_up import back_up
from ledger.service.exports.evidence import evidence_files, export_evidence
from ledger.service.office import do
from ledger.store.batch import JtiTaken
from ledger.store.blobs import WAITS_SECONDS, BlobMissing
from tests.support.files import a_pdf, a_photo
from tests.support.office import Office, presented


def attach(office: Office, stream: str, data: bytes, title: str | None = "路灯照片") -> int:
    """Attach a file to a case; return the entry's log index."""
    file = upload(office.ledger, stream, data)
    wanted = Attach(stream=stream, file=file.text, title=title)
    return do(office.ledger, office.hands["liaison"], wanted).entries[0].index


def refused(office: Office, stream: str, file: str) -> str:
    with pytest.raises(LedgerError) as raised:
        do(office.ledger, office.hands["liaison"], Attach(stream=stream, file=file))
    return raised.value.code


def faults(office: Office) -> list[tuple[str, object]]:
    found = audit_home(office.ledger, views=False, workers=1).faults
    return [(item.code, item.index) for item in found.items]


@pytest.fixture
def case(office: Office) -> str:
    return office.a_case()


def test_a_file_is_read_back_as_it_was_kept_and_its_entry_says_what_it_is(office, case):
    index = attach(office, case, a_pdf(3))
    kept, data = attachment(office.ledger, index)
    assert data == a_pdf(3)
    digest = base64url.encode(sha256(data).digest())
    assert kept.group.values == {
        "digest": digest, "media_type": "application/pdf", "pages": 3, "size": len(data),
        "title": "路灯照片",
    }  # fmt: skip
    assert [each.index for each in attachments_of(office.ledger, case)] == [index]
    assert faults(office) == []


def test_the_home_holds_neither_the_file_nor_what_it_is_called(office, case):
    index = attach(office, case, a_pdf())
    kept, _ = attachment(office.ledger, index)
    stored = (office.path / "blobs" / kept.blob).read_bytes()
    assert b"PDF" not in stored
    (state,) = office.ledger.recorder.states(index, index + 1)
    assert kept.group.values["digest"].encode() not in state


def test_whoever_attached_a_file_reads_it_back_when_the_matter_is_out_of_her_hands(office, case):
    do(office.ledger, office.hands["intake_clerk"], Withdraw(stream=case, reason="by_reporter"))
    index = attach(office, case, a_pdf())
    _, data = read_file(office.ledger, office.hands["liaison"].who.actor, index)
    assert data == a_pdf()
    with pytest.raises(FileNotYours):
        read_file(office.ledger, office.hands["coordinator"].who.actor, index)


def test_a_closed_case_takes_files_too_and_stays_closed(office, case):
    do(office.ledger, office.hands["intake_clerk"], Withdraw(stream=case, reason="by_reporter"))
    attach(office, case, a_photo())
    assert office.ledger.known.stream(case).state.state == "withdrawn"


def test_a_file_is_attached_to_the_stream_it_was_uploaded_for_alone(office, case):
    file = upload(office.ledger, case, a_pdf())
    assert refused(office, office.a_case("井盖"), file.text) == "attachment.missing"


def test_a_file_is_attached_once(office, case):
    file = upload(office.ledger, case, a_pdf())
    do(office.ledger, office.hands["liaison"], Attach(stream=case, file=file.text))
    assert refused(office, case, file.text) == "attachment.attached_before"


@pytest.mark.parametrize(
    ("member", "value"),
    [("digest", "A" * 43), ("media_type", "image/png"), ("size", "1"), ("pages", "9")],
)
def test_what_the_entry_says_of_the_file_must_be_true(office, case, member, value):
    names = ("blob", "digest", "media_type", "size", "pages")
    said = upload(office.ledger, case, a_pdf()).text.split(":")
    said[names.index(member)] = value
    size = office.size
    assert refused(office, case, ":".join(said)) == "attachment.differs"
    assert office.size == size


def test_a_file_is_measured_once_when_it_comes(office, case, monkeypatch):
    file = upload(office.ledger, case, a_pdf())

    def again(_: bytes) -> tuple[str, int]:
        raise AssertionError("it is parsed a second time")

    monkeypatch.setattr(taking, "measured", again)
    wanted = Attach(stream=case, file=file.text)
    assert do(office.ledger, office.hands["liaison"], wanted).entries


@pytest.mark.parametrize("lacks", ["missing", "changed"])
def test_a_file_without_the_note_on_it_is_measured_again(office, case, lacks):
    file = upload(office.ledger, case, a_pdf())
    note = office.path / "blobs" / f".{file.blob}~"
    if lacks == "missing":
        note.unlink()
    else:
        note.write_bytes(note.read_bytes()[::-1])
    assert refused(office, case, file.text.rpartition(":")[0] + ":9") == "attachment.differs"
    wanted = Attach(stream=case, file=file.text)
    assert do(office.ledger, office.hands["liaison"], wanted).entries


def test_a_file_that_was_never_uploaded_is_refused(office, case):
    file = upload(office.ledger, case, a_pdf())
    shutil.rmtree(office.path / "blobs")
    assert refused(office, case, file.text) == "attachment.missing"


def test_a_file_for_no_stream_is_refused_and_nothing_is_kept(office):
    for stream in ("case/" + "0" * 26, "case/x", ""):
        with pytest.raises(LedgerError):
            upload(office.ledger, stream, a_pdf())
    assert list((office.path / "blobs").iterdir()) == []


def test_what_waits_for_its_entry_is_not_astray_and_goes_after_a_day(office, case):
    waiting = upload(office.ledger, case, a_pdf())
    index = attach(office, case, a_photo())
    assert faults(office) == []
    long_ago = 1_000_000_000 - WAITS_SECONDS
    for each in (office.path / "blobs").glob(".*"):
        os.utime(each, (long_ago, long_ago))
    upload(office.ledger, case, a_pdf())
    assert not office.ledger.blobs.waits(waiting.blob)
    assert attachment(office.ledger, index)
    assert faults(office) == []


def test_the_audit_names_what_is_missing_changed_swapped_and_astray(office, case):
    one, two, three, four = (attach(office, case, a_pdf(n)) for n in (1, 2, 3, 4))
    paths = {
        index: office.ledger.blobs.path(attachment(office.ledger, index)[0].blob)
        for index in (one, two, three, four)
    }
    for each in (office.path / "blobs").glob(".*"):
        each.unlink()
    paths[one].unlink()
    data = bytearray(paths[two].read_bytes())
    data[-1] ^= 1
    paths[two].write_bytes(data)
    third, fourth = paths[three].read_bytes(), paths[four].read_bytes()
    paths[three].write_bytes(fourth)
    paths[four].write_bytes(third)
    (office.path / "blobs" / "photo.jpg").write_bytes(b"x")
    assert faults(office) == [
        ("audit.file_missing", one),
        ("audit.file", two),
        ("audit.file", three),
        ("audit.file", four),
        ("audit.stray", None),
    ]
    for index, code in ((one, "attachment.missing"), (two, "attachment.fault")):
        with pytest.raises(LedgerError) as raised:
            attachment(office.ledger, index)
        assert raised.value.code == code


def test_a_file_left_with_its_waiting_name_alone_is_missing_to_the_audit(office, case):
    index = attach(office, case, a_pdf())
    kept, _ = attachment(office.ledger, index)
    office.ledger.blobs.path(kept.blob).unlink()
    assert faults(office) == [("audit.file_missing", index)]


def test_a_backup_has_the_files_of_entries_and_not_what_waits(office, case, tmp_path):
    kept, _ = attachment(office.ledger, attach(office, case, a_pdf()))
    upload(office.ledger, case, a_photo())
    manifest = back_up(office.ledger, tmp_path / "backup", elsewhere={})
    names = [each.name for each in manifest.files if "/blobs/" in each.name]
    assert names == [f"vault/blobs/{kept.blob}"]


def test_an_evidence_package_shows_the_file_with_the_right_to_its_group_alone(office, case):
    index = attach(office, case, a_pdf())
    _, closed = evidence_files(office.ledger, streams=[case])
    assert attachment_name(index) not in closed
    _, opened = evidence_files(
        office.ledger, streams=[case], disclose=lambda _, group: group == "attachment"
    )
    assert opened[attachment_name(index)] == a_pdf()


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda data: None, "audit.file_missing"),
        (lambda data: data + b"x", "audit.file"),
        (lambda data: data, None),
    ],
)
def test_the_package_verifies_offline_and_tells_another_file(office, case, tmp_path, damage, code):
    index = attach(office, case, a_pdf())
    package = tmp_path / "package.zip"
    export_evidence(office.ledger, package, streams=[case], disclose=lambda *_: True)
    folder = tmp_path / "package"
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder)
    path = folder / attachment_name(index)
    changed = damage(path.read_bytes())
    path.unlink() if changed is None else path.write_bytes(changed)
    report = audit_evidence(folder, registry())
    codes = {item.code for item in report.faults.items}
    assert codes == (set() if code is None else {code})


def test_a_file_for_a_stream_that_takes_none_is_refused_before_anything_is_kept(
    office: Office,
) -> None:
    with pytest.raises(NothingAttachedHere):
        upload(office.ledger, office.unit, b"%PDF-1.4")
    assert office.ledger.blobs.waiting() == {}


def test_files_nobody_records_do_not_fill_the_disk(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "MOST_WAITING", 100)
    stream = office.a_case()
    upload(office.ledger, stream, a_photo())
    with pytest.raises(TooMuchWaiting):
        upload(office.ledger, stream, a_photo())


def test_one_account_fills_her_own_share_of_the_room_and_nobody_elses(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "MOST_OF_ONE", 100)
    stream = office.a_case()
    mine, hers = (office.hands[role].who.actor for role in ("liaison", "verifier"))
    first = upload(office.ledger, stream, a_photo(), by=mine)
    with pytest.raises(YourShareWaits) as refused:
        upload(office.ledger, stream, a_photo(), by=mine)
    assert (refused.value.code, refused.value.facts["most"]) == ("attachment.your_share", 100)
    upload(office.ledger, stream, a_photo(), by=hers)
    upload(office.ledger, stream, a_photo())
    do(office.ledger, office.hands["liaison"], Attach(stream=stream, file=first.text))
    upload(office.ledger, stream, a_photo(), by=mine)  # what was recorded waits no longer


def test_what_a_refused_act_claimed_fills_the_share_and_the_room_as_before(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, liaison = office.ledger, office.hands["liaison"]
    stream, mine = office.a_case(), liaison.who.actor
    (state,) = ledger.recorder.states(office.size - 1, office.size)
    taken = parse_entry(state).signed.claims.jti
    file = upload(ledger, stream, a_photo(), by=mine)
    wanted = Attach(stream=stream, file=file.text)
    with pytest.raises(JtiTaken):
        submit(ledger, presented(ledger, liaison, wanted, jtis=(taken,)))
    assert ledger.blobs.path(file.blob).exists(), "it was claimed before its entry was refused"
    monkeypatch.setattr(taking, "MOST_OF_ONE", 100)
    with pytest.raises(YourShareWaits) as share:
        upload(ledger, stream, a_photo(), by=mine)
    monkeypatch.setattr(taking, "MOST_WAITING", 100)
    with pytest.raises(TooMuchWaiting) as room:
        upload(ledger, stream, a_photo())
    assert share.value.facts["found"] == room.value.facts["found"]


def test_a_file_claimed_anew_stays_in_its_share(office: Office, case: str) -> None:
    blobs, actor = office.ledger.blobs, office.hands["liaison"].who.actor
    blob = upload(office.ledger, case, a_pdf(), by=actor).blob
    for each in blobs.folder.glob(".*"):
        os.utime(each, (1_000_000_000, 1_000_000_000))
    kept = sorted(each.name for each in blobs.folder.glob(".*"))
    blobs.claim(blob)
    blobs.sweep(lambda _: False)
    assert sorted(each.name for each in blobs.folder.glob(".*")) == kept


def test_a_share_ends_with_what_waited_in_it(office: Office, case: str) -> None:
    blobs, actor = office.ledger.blobs, office.hands["liaison"].who.actor
    upload(office.ledger, case, a_pdf(), by=actor)
    for each in blobs.folder.glob(".*"):
        assert actor.partition("/")[2] not in each.name
        os.utime(each, (1_000_000_000, 1_000_000_000))
    blobs.sweep(lambda _: False)
    assert list(blobs.folder.iterdir()) == []


def test_a_file_whose_entry_is_on_its_way_is_not_swept(office, case):
    blobs = office.ledger.blobs
    blob = upload(office.ledger, case, a_pdf()).blob
    long_ago = 1_000_000_000
    os.utime(blobs.folder / f".{blob}", (long_ago, long_ago))
    blobs.claim(blob)
    blobs.sweep(lambda _: False)
    assert blobs.path(blob).exists()
    os.utime(blobs.folder / f".{blob}", (long_ago, long_ago))

    def claimed_meanwhile(_: str) -> bool:
        blobs.claim(blob)
        return False

    blobs.sweep(claimed_meanwhile)
    assert blobs.path(blob).exists()
    assert blobs.waits(blob), "should its entry be refused, it is swept another day"


def test_a_file_cut_short_while_it_was_put_back_is_put_back_whole(office, case):
    """As ``tail apply`` leaves it when it is killed."""
    attach(office, case, a_pdf())
    blobs = office.ledger.blobs
    (kept,) = [path for path in blobs.folder.iterdir() if path.name[0] != "."]
    whole = kept.read_bytes()
    kept.write_bytes(whole[:100])
    blobs.put_back(case, kept.name, whole)
    assert kept.read_bytes() == whole
    blobs.put_back(case, kept.name, b"what another holder has of it")
    assert kept.read_bytes() == whole, "what is there and opens is kept"
    assert faults(office) == []


def test_a_file_is_claimed_or_swept_and_never_both(office, case, monkeypatch):
    blobs = office.ledger.blobs
    blob = upload(office.ledger, case, a_pdf()).blob
    blobs.claim(blob)  # for an act that was refused
    long_ago = 1_000_000_000
    os.utime(blobs.folder / f".{blob}", (long_ago, long_ago))
    removing, claimed = Path.unlink, []

    def claimed_at_the_last_moment(path: Path, *, missing_ok: bool = False) -> None:
        if not claimed:
            with suppress(BlobMissing):
                claimed.append(False)
                blobs.claim(blob)
                claimed[0] = True
        removing(path, missing_ok=missing_ok)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", claimed_at_the_last_moment)
        blobs.sweep(lambda _: False)
    assert claimed == [blobs.path(blob).exists()]


def test_what_a_sweep_that_was_killed_left_goes_with_the_next(office, case, monkeypatch):
    blobs = office.ledger.blobs
    blob = upload(office.ledger, case, a_pdf()).blob
    blobs.claim(blob)
    for each in blobs.folder.glob(".*"):
        os.utime(each, (1_000_000_000, 1_000_000_000))

    def killed(*_: object, **__: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", killed)
        with pytest.raises(SystemExit):
            blobs.sweep(lambda _: False)
    blobs.sweep(lambda _: False)
    assert list(blobs.folder.iterdir()) == []
