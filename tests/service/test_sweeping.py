"""Files claimed while a sweep is at them, or was killed at them: none is lost that was claimed."""

import os
from contextlib import suppress
from pathlib import Path

import pytest

from ledger.aggregates.case.commands import Attach
from ledger.service.attachments.taking import upload
from ledger.service.auditing.audits import audit_home
from ledger.service.office import do
from tests.support.files import a_pdf
from tests.support.office import Office


@pytest.fixture
def case(office: Office) -> str:
    return office.a_case()


@pytest.mark.parametrize("killed", [True, False])
def test_a_file_claimed_while_a_sweep_renames_it_is_claimed(office, case, monkeypatch, killed):
    blobs = office.ledger.blobs
    file = upload(office.ledger, case, a_pdf())
    waiting = blobs.folder / f".{file.blob}"
    for each in blobs.folder.glob(".*"):
        os.utime(each, (1_000_000_000, 1_000_000_000))
    renaming, renamed = Path.rename, []

    def claimed_before_and_after(path: Path, target: Path) -> Path:
        if path != waiting or renamed:
            return renaming(path, target)
        os.utime(waiting)  # as another's claim begins, before it links
        renamed.append(renaming(path, target))
        if killed:
            raise SystemExit
        attach_it()
        return target

    def attach_it() -> None:
        wanted = Attach(stream=case, file=file.text)
        assert do(office.ledger, office.hands["liaison"], wanted).entries

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", claimed_before_and_after)
        with suppress(SystemExit):
            blobs.sweep(lambda _: False)
    if killed:
        attach_it()
    assert renamed
    assert blobs.path(file.blob).exists()
    assert not audit_home(office.ledger, views=False, workers=1).faults.items


def test_what_a_killed_sweep_would_have_given_back_the_next_one_does(office, case):
    blobs = office.ledger.blobs
    blob = upload(office.ledger, case, a_pdf()).blob
    (blobs.folder / f".{blob}").rename(blobs.folder / f".{blob}!")
    blobs.sweep(lambda _: False)
    assert blobs.waits(blob)
