"""``mingzhang import``: the device's set-up, a spreadsheet, its rejects."""

import csv
from pathlib import Path

import pytest
from openpyxl import Workbook

from ledger.cli.sample import make as sample
from ledger.service.imports.messages import OPTIONAL, REQUIRED
from ledger.service.imports.spreadsheet import load_sheet
from tests.cli.conftest import Cli

ROWS = [
    (1, "甲", "路灯", "2019/4/25 9:32:09", "灯不亮", "已修", "2019/5/10 9:00:00"),
    (2, "乙", "道路", "2019/4/26 9:32:09", "路不平", None, None),
]
BAD = [
    (None, "丙", "无编号", "2019/4/27", "机密内容", None, None),
    ("+cmd()", "丁", "无时间", "someday", "机密内容", None, None),
]


def sheet(path: Path, *rows: tuple[object, ...]) -> Path:
    book = Workbook()
    assert book.active is not None
    for row in (sample.HEADER, *rows):
        book.active.append(list(row))
    book.save(path)
    return path


@pytest.fixture
def importing(cli: Cli) -> Cli:
    """A command line whose home has an import device, set up and approved."""
    told = cli.data("import", "setup", "--unit", "520602", *cli.by())
    assert told["approvals_needed"] == 1
    cli.ok(*told["approve"].split()[1:-2], *cli.by("bo"))
    return cli


def test_without_a_device_the_refusal_names_the_commands(cli: Cli, tmp_path: Path) -> None:
    file = sheet(tmp_path / "m.xlsx", *ROWS)
    error = cli.refused("import", "messages", file, "--unit", "520602")
    assert error["code"] == "import.no_device"
    assert "mingzhang import setup" in error["en"]


def test_good_rows_are_imported_once(importing: Cli, tmp_path: Path) -> None:
    file = sheet(tmp_path / "m.xlsx", *ROWS)
    words = ("import", "messages", file, "--unit", "520602")
    first, second = importing.data(*words), importing.data(*words)
    assert (first["added"], first["entries"], second["added"], second["known"]) == (2, 4, 0, 2)
    stats = importing.data("stats")
    assert (stats["cases"], stats["imported"], stats["open"]) == (2, 2, 1)


def test_rejects_are_shown_written_and_make_it_a_finding(importing: Cli, tmp_path: Path) -> None:
    file, rejects = sheet(tmp_path / "m.xlsx", *ROWS, *BAD), tmp_path / "rejects.csv"
    words = ("import", "messages", file, "--unit", "520602", "--rejects", rejects)
    result = importing.run(*words)
    assert result.exit_code == 1
    assert "import.no_id" in result.stdout
    with rejects.open(encoding="utf-8-sig", newline="") as lines:
        found = list(csv.DictReader(lines))
    assert [(line["row"], line["id"], line["code"]) for line in found] == [
        ("4", "", "import.no_id"),
        ("5", "'+cmd()", "import.bad_time"),
    ]
    assert all(line["zh"] and line["en"] for line in found)


def test_nothing_that_people_wrote_stands_in_any_output(importing: Cli, tmp_path: Path) -> None:
    file, rejects = sheet(tmp_path / "m.xlsx", *ROWS, *BAD), tmp_path / "rejects.csv"
    for form in ((), ("--json",)):
        words = ("import", "messages", file, "--unit", "520602", "--rejects", rejects, *form)
        told = importing.run(*words).output + rejects.read_text("utf-8-sig")
        assert "import.bad_time" in told
        assert not any(word in told for word in ("机密", "灯不亮", "已修", "甲"))


def test_a_file_that_is_no_spreadsheet_is_refused(importing: Cli, tmp_path: Path) -> None:
    (tmp_path / "m.xlsx").write_text("id,text")
    words = ("import", "messages", tmp_path / "m.xlsx", "--unit", "520602")
    assert importing.refused(*words)["code"] == "sheet.not_xlsx"
    assert importing.refused("import", "messages", tmp_path / "none", "--unit", "1")["code"] == (
        "sheet.missing"
    )


def test_the_shipped_sample_is_what_its_maker_makes(tmp_path: Path) -> None:
    sample.make(tmp_path / "again.xlsx")
    shipped = Path(sample.__file__).with_name("messages.xlsx")
    made = [
        load_sheet(path, required=REQUIRED, optional=OPTIONAL)
        for path in (tmp_path / "again.xlsx", shipped)
    ]
    assert made[0] == made[1]
    assert len(made[0]) == 60
