"""``mingzhang template|import|export table``: an office's tables at the command line."""

import csv
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from ledger.service.imports.importable import importables
from tests.cli.conftest import Cli

UNITS = """单位代码,单位名称,层级,上级单位代码,生效日期,适用组织法
520602001001,清水社区,社区,520602001,2026-01-01,城市居民委员会组织法
520602001,河西街道,街道,,2026-01-01,
"""
PEOPLE = """姓名,证件号码,联系电话,单位代码,岗位,任职日期,任期届满
王示例,,13800000000,520602001001,登记员,2026-01-01,
李示例,,,520602001001,,,
"""


@pytest.fixture
def units(tmp_path: Path) -> Path:
    (tmp_path / "units.csv").write_text(UNITS, "utf-8")
    return tmp_path / "units.csv"


def test_units_go_in_once_parents_first(cli: Cli, units: Path) -> None:
    first = cli.data("import", "units", units, *cli.by())
    second = cli.data("import", "units", units, *cli.by())
    assert (first["rows"], first["added"], first["entries"], first["rejects"]) == (2, 2, 3, [])
    assert (second["added"], second["known"], second["entries"]) == (0, 2, 0)


def test_a_trial_run_judges_all_and_records_nothing(cli: Cli, units: Path) -> None:
    before = cli.data("stats")["as_of"]["size"]
    told = cli.data("import", "units", units, "--dry-run", *cli.by())
    assert (told["dry_run"], told["added"], told["rejects"]) == (True, 2, [])
    assert cli.data("stats")["as_of"]["size"] == before
    assert cli.data("import", "units", units, *cli.by())["added"] == 2


def test_people_and_posts_are_proposed_and_approved_by_the_same_table(
    cli: Cli, units: Path, tmp_path: Path
) -> None:
    cli.ok("import", "units", units, *cli.by())
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE, "utf-8-sig")
    done = cli.data("import", "people", file, *cli.by())
    assert (done["added"], done["entries"], done["rejects"]) == (2, 3, [])
    approved = cli.data("import", "people", file, "--approve", *cli.by("bo"))
    assert (approved["approved"], approved["known"], approved["entries"]) == (1, 1, 1)
    assert cli.data("import", "people", file, "--approve", *cli.by("bo"))["entries"] == 0


def test_what_goes_in_comes_out(cli: Cli, units: Path, tmp_path: Path) -> None:
    cli.ok("import", "units", units, *cli.by())
    cli.ok("export", "table", "units", tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as out:
        exported = list(csv.reader(out))
    header, street, community = exported[0], exported[2], exported[3]
    given = [line.split(",") for line in UNITS.splitlines()]
    assert [header, community, street] == given


def test_a_template_has_the_columns_and_explains_them(cli: Cli, tmp_path: Path) -> None:
    cli.ok("template", "units", tmp_path / "units.xlsx")
    book = load_workbook(tmp_path / "units.xlsx")
    assert [cell.value for cell in book.worksheets[0][1]] == UNITS.splitlines()[0].split(",")
    assert book.worksheets[1].max_row == 7


@pytest.mark.parametrize("name", importables())
def test_what_a_template_gives_as_an_example_is_among_the_words_it_offers(
    demo: Cli, tmp_path: Path, name: str
) -> None:
    demo.ok("template", name, tmp_path / "table.xlsx")
    book = load_workbook(tmp_path / "table.xlsx")
    table, notes = book.worksheets[:2]
    closed = [column for column in importables()[name].columns if column.words]
    assert len(table.data_validations.dataValidation) == len(closed)
    offered = {
        one[0].value: [each.value for each in one[1:]] for one in book.worksheets[-1].columns
    }
    for heading, _, _, example, *told in notes.iter_rows(min_row=2, values_only=True):
        if heading in {column.zh for column in closed}:
            assert example is None or example in offered[heading], heading
            assert all(told), "where to look the words up, or the words"


def test_a_merged_header_is_refused_with_file_and_row(cli: Cli, tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["单位代码", "单位名称", None, "层级"])
    book.active.append(["1", "甲", "乙", "社区"])
    book.active.merge_cells("B1:C1")
    book.save(tmp_path / "units.xlsx")
    error = cli.refused("import", "units", tmp_path / "units.xlsx", *cli.by())
    assert (error["code"], error["facts"]) == (
        "table.header_merged", {"file": "units.xlsx", "row": "1", "cells": "B1:C1"},
    )  # fmt: skip
    assert all(word in error["zh"] for word in ("units.xlsx", "第 1 行", "取消合并"))


def test_rejects_lie_beside_the_table_and_end_with_them(cli: Cli, tmp_path: Path) -> None:
    file, rejects = tmp_path / "units.csv", tmp_path / "units.rejects.csv"
    file.write_text(UNITS.replace("社区,520602001,", "社区,nowhere,"), "utf-8")
    told = cli.data("import", "units", file, *cli.by(), status=1)
    assert (told["added"], [line["row"] for line in told["rejects"]]) == (1, [2])
    with rejects.open(encoding="utf-8-sig", newline="") as lines:
        (line,) = csv.DictReader(lines)
    assert (line["row"], line["column"], line["code"]) == (
        "2",
        "上级单位代码",
        "import.unit_missing",
    )
    file.write_text(UNITS, "utf-8")
    assert cli.data("import", "units", file, *cli.by())["added"] == 1
    assert len(rejects.read_text("utf-8-sig").splitlines()) == 1
