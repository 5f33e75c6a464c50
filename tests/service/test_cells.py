"""Cells: one spelling for each value, and nothing a spreadsheet would run."""

import re
from datetime import datetime, time
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from ledger.errors import MalformedError
from ledger.service.imports import cells
from ledger.service.imports.tables import csv_bytes, xlsx_bytes

A_DAY = datetime(2026, 3, 5)  # noqa: DTZ001 - as a spreadsheet gives it
DANGEROUS = ("=1+1", "+1+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1")


@given(st.text())
def test_what_was_made_inert_is_found_again(text: str) -> None:
    assert cells.active(cells.inert(text)) == text


@given(st.text())
def test_nothing_written_begins_like_a_formula(text: str) -> None:
    begins = cells.inert(text).lstrip()[:1]
    assert begins not in set("=+@＝＋－＠")
    assert begins != "-" or text.lstrip("-.0123456789") == ""


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_file_this_program_writes_has_a_formula(text: str) -> None:
    written = csv_bytes([[text]]).decode().removeprefix("\ufeff").removeprefix('"')
    assert written.startswith("'")
    cell = load_workbook(BytesIO(xlsx_bytes({"one": [[text]]}))).worksheets[0]["A1"]
    assert (cell.data_type, str(cell.value)[0]) == ("s", "'")


def test_plain_numbers_stay_numbers() -> None:
    assert csv_bytes([[-5, "-5.20", 12]]).decode() == "\ufeff-5,-5.20,12\r\n"


@pytest.mark.parametrize(
    ("form", "cell", "spelt"),
    [
        (cells.amount, "1,200.50", "1200.50"), (cells.amount, "￥1200.00", "1200"),
        (cells.amount, 0.1 + 0.2, "0.30"), (cells.amount, -3.5, "-3.50"), (cells.amount, 7, "7"),
        (cells.day, "2026年3月5日", "2026-03-05"), (cells.day, A_DAY, "2026-03-05"),
        (cells.code, 520602001.0, "520602001"), (cells.whole, " 12 ", "12"),
        (cells.clock, "9：05", "09:05"), (cells.clock, time(9, 5), "09:05"),
        (cells.period, "2026Q1", "2026Q1"), (cells.counts, "b=2；a=1", "a=1; b=2"),
        (cells.line, " 王示例　", "王示例"), (cells.line, "'=1", "=1"),
    ],
)  # fmt: skip
def test_a_value_has_one_spelling(form: cells.Form, cell: object, spelt: str) -> None:
    assert form(cell, "列") == spelt


@pytest.mark.parametrize(
    ("form", "cell"),
    [
        (cells.amount, "12.345"), (cells.amount, 0.305), (cells.amount, "约一千"),
        (cells.day, "2026-02-30"), (cells.code, "五二〇六"), (cells.whole, -1),
        (cells.whole, "1.5"),
        (cells.clock, "25:00"), (cells.period, A_DAY), (cells.period, "2026-3"),
        (cells.counts, "leaflets"), (cells.line, "a\u200bb"), (cells.line, "a\nb"),
    ],
)  # fmt: skip
def test_what_has_no_spelling_is_refused_by_column(form: cells.Form, cell: object) -> None:
    with pytest.raises(MalformedError) as refused:
        form(cell, "列")
    assert refused.value.facts["column"] == "列"


def test_nothing_else_of_the_program_writes_tables() -> None:
    root = Path(__file__).parents[2]
    writers = re.compile(r"csv\.(writer|DictWriter)\(|\bWorkbook\(\)|xlsxwriter")
    found = {
        str(path.relative_to(root))
        for package in ("ledger", "api")
        for path in (root / package).rglob("*.py")
        if writers.search(path.read_text("utf-8"))
    }
    # The sample's maker is a tool of ours: it writes one fixed table, kept in the repository.
    assert found == {
        "ledger/service/imports/tables.py",
        "ledger/service/imports/workbooks.py",
        "ledger/cli/sample/make.py",
    }
