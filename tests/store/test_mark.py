"""The signer's mark: a store that does not extend what was signed is read, never written.

Each test of a store put back names its anchor: the mark, which lies outside the database.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger.bootstrap import open_ledger
from ledger.entry.entry import leaf_hash
from ledger.errors import IntegrityFault, LedgerError
from ledger.service.acts.submit import submit
from ledger.service.ledger import as_of
from ledger.service.reading.receipts import BeyondHead, checkpoint, proof, proofs
from ledger.service.reading.replay import replay
from ledger.store.sequencer import ReceiptLater
from ledger.store.signer import (
    SLOT,
    HeadBehindMark,
    LogSigner,
    SignerMissing,
    create_signer,
)
from ledger.tlog.checkpoint import open_checkpoint
from ledger.tlog.note import parse_vkey
from ledger.tlog.tree import root_of
from tests.support.database import execute, put_back, rows, snapshot
from tests.support.office import Office, append, counts, drafted, presented
from tests.support.soundness import require_sound


def files(path: Path) -> list[Path]:
    """Return the files of the ledger's database."""
    return sorted(path.glob("ledger.sqlite*"))


def set_aside(office: Office, folder: Path) -> Path:
    """Copy the closed ledger's database, as a backup would."""
    folder.mkdir()
    for file in files(office.path):
        shutil.copy2(file, folder / file.name)
    return folder


def put_file_back(office: Office, folder: Path) -> None:
    for file in files(office.path):
        file.unlink()
    for file in folder.iterdir():
        shutil.copy2(file, office.path / file.name)


def require_read_only(office: Office, stream: str) -> IntegrityFault:
    """Assert that the home can be read and not written; return why not."""
    before = counts(office.path)
    with open_ledger(office.path, clock=office.clock) as ledger:
        assert replay(ledger, stream, as_of(ledger))[0].act.stream == stream
        beside = office._replace(ledger=ledger)
        with pytest.raises(HeadBehindMark) as refused:
            beside.a_case()
        with pytest.raises(HeadBehindMark):
            checkpoint(ledger)
    assert counts(office.path) == before
    return refused.value


# A store put back ---------------------------------------------------------------------------------


def test_an_older_copy_put_back_is_noticed_by_the_mark(office: Office) -> None:
    stream = office.a_case()
    office.ledger.close()
    older = snapshot(office.path)
    later = office.opened_beside()
    later.a_case()
    size = later.size
    later.ledger.close()
    newer = snapshot(office.path)
    put_back(office.path, older)
    refused = require_read_only(office, stream)
    assert (refused.facts["signed"], refused.facts["size"]) == (size, size - 1)
    put_back(office.path, newer)
    again = office.opened_beside()
    again.a_case()
    again.ledger.close()
    require_sound(office.path)


@pytest.mark.dialect("sqlite")
@pytest.mark.parametrize("more", [0, 3])
def test_another_history_put_in_place_is_noticed_by_the_mark(
    offices: Callable[[str], Office], tmp_path: Path, more: int
) -> None:
    first = offices("home")
    stream = first.a_case()
    first.ledger.close()
    fork = first._replace(ledger=open_ledger(shutil.copytree(first.path, tmp_path / "fork")))
    fork = fork.reopened(first.clock)
    other = fork.a_case("另一件")
    for _ in range(more):
        fork.a_case()
    fork.ledger.close()
    going_on = first.opened_beside()
    going_on.a_case("这一件")
    going_on.ledger.close()
    put_file_back(first, set_aside(fork, tmp_path / "forged"))
    assert other != stream
    refused = require_read_only(first, stream)
    assert refused.facts["why"] == " with another root"


def test_entries_cut_off_with_a_head_that_fits_are_noticed_by_the_mark(office: Office) -> None:
    stream = office.a_case()
    head = office.ledger.recorder.head()
    office.a_case()
    office.ledger.close()
    for table in ("entry", "tag", "vault"):
        execute(office.path, f"DELETE FROM {table} WHERE idx >= ?", head.size)
    back = (head.size, head.root, head.frontier)
    execute(office.path, "UPDATE head SET size = ?, root = ?, frontier = ?", *back)
    assert require_read_only(office, stream).facts["signed"] == head.size + 1


def test_a_changed_entry_is_noticed_before_anything_is_added_to_it(office: Office) -> None:
    office.a_case()
    office.ledger.close()
    ((state,),) = rows(office.path, "SELECT state FROM entry WHERE idx = 5")
    changed = bytes([state[0] ^ 1]) + state[1:]
    execute(office.path, "UPDATE entry SET state = ? WHERE idx = 5", changed)
    with open_ledger(office.path, clock=office.clock) as ledger, pytest.raises(IntegrityFault):
        ledger.writer()


# A mark that is gone ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "deed",
    [
        lambda folder: (folder / "mark").unlink(),
        lambda folder: (folder / "mark").write_bytes(bytes(2 * SLOT)),
        lambda folder: (folder / "mark").write_bytes(b""),
        lambda folder: (folder / "mark").write_bytes(b"x" * 2 * SLOT),
        lambda folder: (folder / "key").unlink(),
        lambda folder: (folder / "key").write_bytes(b"00ff\n"),
        lambda folder: (folder / "key").write_bytes(b"\xff"),
        shutil.rmtree,
    ],
    ids=["no mark", "zeros", "empty", "garbage", "no key", "short key", "no hex", "no folder"],
)
def test_without_key_or_mark_the_ledger_is_read_and_not_written(
    office: Office, deed: Callable[[Path], Any]
) -> None:
    stream = office.a_case()
    office.ledger.close()
    deed(office.path / "signer")
    before = counts(office.path)
    with open_ledger(office.path, clock=office.clock) as ledger:
        assert len(replay(ledger, stream, as_of(ledger))) == 1
        for attempt in (ledger.writer, lambda: checkpoint(ledger)):
            with pytest.raises(SignerMissing) as refused:
                attempt()
            assert "signer/" in refused.value.text("en")
    assert counts(office.path) == before


def test_a_torn_line_leaves_the_mark_before_it(office: Office) -> None:
    mark_file = office.path / "signer" / "mark"
    sizes = []
    for _ in range(2):
        office.a_case()
        sizes.append(office.size)
    office.ledger.close()
    newest = office.ledger.signer.mark()
    assert newest is not None
    assert newest.size == sizes[1]
    data = bytearray(mark_file.read_bytes())
    start = newest.slot * SLOT
    data[start + 1 : start + 40] = b"9" * 39
    mark_file.write_bytes(data)
    before = LogSigner(office.path / "signer", "unused").mark()
    assert before is not None
    assert before.size == sizes[0]
    again = office.opened_beside()
    again.a_case()
    again.ledger.close()
    require_sound(office.path)


def test_the_mark_never_goes_back(tmp_path: Path) -> None:
    create_signer(tmp_path / "signer", bytes(32))
    signer = LogSigner(tmp_path / "signer", "ledger.example/mark")
    assert signer.mark() is None
    for size, expected in ((1, 1), (5, 5), (3, 5), (5, 5), (0, 5), (10**15, 10**15), (7, 10**15)):
        signer.advance(size, bytes([size % 251]) * 32)
        mark = signer.mark()
        assert mark is not None
        assert (mark.size, mark.root) == (expected, bytes([expected % 251]) * 32)
    with pytest.raises(HeadBehindMark):
        signer.advance(10**15, bytes(32))


# The order of things ------------------------------------------------------------------------------


def test_the_mark_moves_after_the_commit_and_before_the_receipt(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    advancing, order = LogSigner.advance, []
    made = drafted(office.ledger, office.hands["intake_clerk"], office.receive())
    before = office.size

    def watched(self: LogSigner, size: int, root: bytes) -> None:
        ((stored,),) = rows(office.path, "SELECT size FROM head")
        order.append(("committed", stored, "told", future.done()))
        advancing(self, size, root)

    writer = office.ledger.writer()
    monkeypatch.setattr(LogSigner, "advance", watched)
    future = writer.append(made)
    future.result(timeout=120)
    assert order == [("committed", before + 1, "told", False)]
    mark = office.ledger.signer.mark()
    assert mark is not None
    assert mark.size == before + 1


def test_without_the_mark_moved_nobody_gets_a_receipt_and_the_retry_does(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = presented(office.ledger, office.hands["intake_clerk"], office.receive())

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(LogSigner, "advance", full)
        with pytest.raises(ReceiptLater):
            submit(office.ledger, sent)
    stored = counts(office.path)
    receipt = submit(office.ledger, sent)
    assert (receipt.again, receipt.entries[0].index) == (True, stored["entry"] - 1)
    assert counts(office.path) == stored
    require_sound(office.path)


def test_a_crash_between_commit_and_mark_loses_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = presented(office.ledger, office.hands["intake_clerk"], office.receive())
    mark = office.ledger.signer.mark()
    with monkeypatch.context() as patched:
        patched.setattr(LogSigner, "advance", lambda *_: 1 / 0)
        with pytest.raises(ReceiptLater):
            submit(office.ledger, sent)
    again = office.reopened()
    assert again.ledger.signer.mark() == mark
    assert submit(again.ledger, sent).again
    again.a_case()
    again.ledger.close()
    require_sound(office.path)


# Checkpoints --------------------------------------------------------------------------------------


def test_every_checkpoint_is_of_the_history_marked(office: Office) -> None:
    for _ in range(3):
        office.a_case()
    ledger = office.ledger
    verifier = parse_vkey(ledger.signer.vkey)
    leaves = [leaf_hash(state) for state in ledger.recorder.states(0, office.size)]
    for size in (*range(office.size + 1), None):
        stated, _ = open_checkpoint(checkpoint(ledger, size), [verifier])
        expected = office.size if size is None else size
        assert (stated.size, stated.root) == (expected, root_of(leaves[:expected]))
    assert checkpoint(ledger, 3) == checkpoint(ledger, 3), "signing again gives the same bytes"


def test_a_size_the_log_does_not_have_is_not_signed(office: Office) -> None:
    for size in (office.size + 1, 10**12, -1):
        with pytest.raises(BeyondHead):
            checkpoint(office.ledger, size)
    with pytest.raises(LedgerError):
        proof(office.ledger, office.size)
    with pytest.raises(LedgerError):
        proof(office.ledger, 0, office.size + 1)


def test_a_process_that_only_reads_moves_the_mark_over_a_crash(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = drafted(office.ledger, office.hands["intake_clerk"], office.receive())
    with monkeypatch.context() as patched:
        patched.setattr(LogSigner, "advance", lambda *_: 1 / 0)
        with pytest.raises(ReceiptLater):
            append(office.ledger, made)
    later = office.reopened()
    checkpoint(later.ledger)
    mark, size = later.ledger.signer.mark(), later.size
    later.ledger.close()
    assert mark is not None
    assert mark.size == size


@pytest.mark.dialect("sqlite")
def test_a_forged_tail_beyond_the_mark_is_never_signed(
    offices: Callable[[str], Office], tmp_path: Path
) -> None:
    """Neither the forged head nor the sizes below the mark that the forgery changed."""
    first = offices("home")
    first.ledger.close()
    copied = first._replace(ledger=open_ledger(shutil.copytree(first.path, tmp_path / "fork")))
    fork = copied.reopened(first.clock)
    true = first.opened_beside()
    true.a_case("这一件")
    honest = true.size
    true.ledger.close()
    for _ in range(5):
        fork.a_case("另一件")
    fork.ledger.close()
    put_file_back(first, set_aside(fork, tmp_path / "forged"))
    with open_ledger(first.path, clock=first.clock) as ledger:
        assert ledger.recorder.head().size > honest
        for size in (None, honest, honest + 2):
            with pytest.raises(HeadBehindMark):
                checkpoint(ledger, size)
    mark = LogSigner(first.path / "signer", "unused").mark()
    assert mark is not None
    assert mark.size == honest


def test_the_proofs_of_a_receipt_are_of_one_checkpoint(office: Office) -> None:
    clerk = office.hands["intake_clerk"]
    sent = presented(office.ledger, clerk, *[office.receive() for _ in range(4)])
    made = proofs(office.ledger, submit(office.ledger, sent))
    assert len({each.partition(b"\n\n")[2] for each in made}) == 1
