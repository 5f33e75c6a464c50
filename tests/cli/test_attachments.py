"""Files at the command line: attached by an act of the aggregate, listed, saved again."""

from pathlib import Path

import pytest

from tests.cli.conftest import Cli, without_receipt
from tests.cli.test_acts import RECEIVE, by
from tests.support.files import a_pdf


@pytest.fixture
def case(demo: Cli) -> str:
    given = demo.data(*RECEIVE, "--text", "井盖松动", *by(demo, "intake"))
    return str(given["entries"][0]["stream"])


def attach(demo: Cli, case: str, file: Path, *more: str) -> int:
    given = demo.data("case", "attach", case, "--file", file, *more, *by(demo, "intake"))
    return int(given["entries"][0]["index"])


def test_a_file_is_attached_listed_and_saved(demo: Cli, case: str, tmp_path: Path) -> None:
    (tmp_path / "letter.pdf").write_bytes(a_pdf(2))
    index = attach(demo, case, tmp_path / "letter.pdf", "--title", "来信")
    (closed,) = demo.data("attachment", "list", case)["attachments"]
    assert (closed["index"], closed["state"], closed["values"]) == (index, "withheld", {})
    (opened,) = demo.data("attachment", "list", case, "--values")["attachments"]
    assert (opened["values"]["pages"], opened["values"]["title"]) == (2, "来信")
    demo.ok("attachment", "save", index, tmp_path / "again.pdf")
    assert (tmp_path / "again.pdf").read_bytes() == a_pdf(2)


def test_a_file_whose_receipt_did_not_come_is_not_attached_twice(
    demo: Cli, case: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It is kept once more under another id, which no entry will name."""
    letter, other = tmp_path / "letter.pdf", tmp_path / "other.pdf"
    letter.write_bytes(a_pdf(2))
    other.write_bytes(a_pdf(3))
    words = ("case", "attach", case, "--title", "来信", *by(demo, "intake"))
    jti = without_receipt(demo, monkeypatch, *words, "--file", letter)["facts"]["jti"]
    assert demo.data(*words, "--file", letter, "--again", jti)["again"]
    refused = demo.refused(*words, "--file", other, "--again", jti)
    assert refused["code"] == "submission.another_act"
    assert len(demo.data("attachment", "list", case)["attachments"]) == 1


def test_the_list_reads_well_and_shows_nothing_sealed(demo: Cli, case: str, tmp_path: Path) -> None:
    (tmp_path / "letter.pdf").write_bytes(a_pdf(2))
    attach(demo, case, tmp_path / "letter.pdf", "--title", "来信")
    assert "来信" not in demo.ok("attachment", "list", case)
    assert "来信" in demo.ok("attachment", "list", case, "--values")


def test_files_that_cannot_be_read_or_are_not_taken_are_refused(
    demo: Cli, case: str, tmp_path: Path
) -> None:
    (tmp_path / "note.txt").write_text("x")
    for name, code in (("none.pdf", "cli.file_unreadable"), ("note.txt", "attachment.type")):
        wanted = ("case", "attach", case, "--file", tmp_path / name, *by(demo, "intake"))
        assert demo.refused(*wanted)["code"] == code


def test_saving_overwrites_nothing_and_names_an_entry_without_file(
    demo: Cli, case: str, tmp_path: Path
) -> None:
    (tmp_path / "there").write_text("mine")
    assert demo.refused("attachment", "save", 3, tmp_path / "there")["code"] == "export.there"
    assert demo.refused("attachment", "save", 3, tmp_path / "new")["code"] == "attachment.none"
    assert demo.refused("attachment", "list", "case/none")["code"] == "not_found"
