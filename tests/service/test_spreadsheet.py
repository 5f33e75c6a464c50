"""Spreadsheets: the rows of an honest one, a named refusal of any other."""

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from ledger.errors import LedgerError
from ledger.service.imports import spreadsheet
from ledger.service.imports.spreadsheet import SheetRow, load_sheet, parse_sheet, text_of

COLUMNS = ("id", "text")


def workbook(*rows: Sequence[object], change: Callable[[Workbook], None] | None = None) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    if change:
        change(book)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def rows_of(*rows: Sequence[object]) -> list[SheetRow]:
    return parse_sheet(workbook(*rows), required=COLUMNS, optional=("more",))


def repacked(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return the workbook with one part changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == part else content)
    return made.getvalue()


def refused(data: bytes) -> str:
    with pytest.raises(LedgerError) as refusal:
        parse_sheet(data, required=COLUMNS)
    return refusal.value.code


def test_rows_keep_the_number_the_spreadsheet_shows() -> None:
    found = rows_of(("id", "text"), (1, "a"), (None, None), (2, "b"), ("", "  "), (3, "c"))
    assert [(row.number, row.cells["id"]) for row in found] == [(2, 1), (4, 2), (6, 3)]


def test_what_stands_beside_the_named_columns_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def far_right(book: Workbook) -> None:
        book.active.cell(row=3, column=16_384, value="x")  # type: ignore[union-attr]

    data = workbook(("id", "text"), (1, "a"), change=far_right)
    assert [row.number for row in parse_sheet(data, required=COLUMNS)] == [2]
    monkeypatch.setattr(spreadsheet, "MAX_COLUMNS", 1)
    assert refused(data) == "sheet.columns_missing"


def test_a_header_is_not_looked_for_below_a_thousand_blank_rows() -> None:
    blank = ((None,),) * spreadsheet.HEADER_ROWS
    assert refused(workbook(*blank, ("id", "text"))) == "sheet.columns_missing"
    assert len(rows_of(*blank[1:], ("id", "text"), (1, "a"))) == 1


def test_columns_are_found_by_name_in_any_order_and_others_are_left_alone() -> None:
    found = rows_of(("note", " text ", "more", "id"), ("x", "a", "m", 1))
    assert dict(found[0].cells) == {"id": 1, "text": "a", "more": "m"}


def test_an_optional_column_the_sheet_lacks_is_absent() -> None:
    assert "more" not in rows_of(("id", "text"), (1, "a"))[0].cells


def test_a_title_above_the_header_is_passed_over() -> None:
    found = rows_of(("Messages of 2019",), (), ("id", "text"), (1, "a"))
    assert [row.number for row in found] == [4]


def test_a_header_below_many_filled_rows_is_not_looked_for() -> None:
    data = workbook(*[(f"line {n}",) for n in range(10)], ("id", "text"), (1, "a"))
    assert refused(data) == "sheet.columns_missing"


def test_the_first_worksheet_that_has_the_columns_is_read() -> None:
    def second(book: Workbook) -> None:
        sheet = book.create_sheet("second")
        sheet.append(["id", "text"])
        sheet.append([7, "there"])

    data = workbook(("nothing", "here"), change=second)
    assert parse_sheet(data, required=COLUMNS)[0].cells["id"] == 7


def test_missing_columns_are_named() -> None:
    with pytest.raises(spreadsheet.ColumnsMissing) as refusal:
        parse_sheet(workbook(("id", "other"), (1, "a")), required=COLUMNS)
    assert refusal.value.facts["columns"] == "text"


def test_a_column_named_twice_is_refused() -> None:
    assert refused(workbook(("id", "text", "id"), (1, "a", 2))) == "sheet.column_repeated"


def test_merged_cells_leave_the_covered_ones_empty() -> None:
    def merge(book: Workbook) -> None:
        assert book.active is not None
        book.active.merge_cells("A2:B2")

    rows = parse_sheet(workbook(("id", "text"), (1, "a"), (2, "b"), change=merge), required=COLUMNS)
    assert [row.cells["text"] for row in rows] == [None, "b"]


def test_a_date_cell_comes_as_a_time() -> None:
    moment = datetime(2019, 4, 25, 9, 32, 8)  # noqa: DTZ001 - spreadsheets know no offset
    assert rows_of(("id", "text"), (moment, "a"))[0].cells["id"] == moment


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        (2549, "2549"),
        (1.0, "1"),
        (1.5, "1.5"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a_x000D_\nb", "a\nb"),
        ("a_x0007_b", "a\x07b"),
        ("\tkept\n", "\tkept\n"),
    ],
)
def test_a_cell_reads_as_the_text_it_shows(cell: object, text: str) -> None:
    assert text_of(cell) == text


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "sheet.not_xlsx"),
        (b"id,text\n1,a\n", "sheet.not_xlsx"),
        (b"PK\x03\x04 not really", "sheet.not_xlsx"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512), "sheet.locked"),
    ],
)
def test_what_is_no_workbook_is_refused(data: bytes, code: str) -> None:
    assert refused(data) == code


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert refused(data.getvalue()) == "sheet.not_xlsx"


def test_a_truncated_workbook_is_refused() -> None:
    assert refused(workbook(("id", "text"), (1, "a"))[:-40]) == "sheet.not_xlsx"


def test_an_encrypted_part_is_refused() -> None:
    data = bytearray(workbook(("id", "text"), (1, "a")))
    directory = data.index(b"PK\x01\x02")
    data[directory + 8] |= 1
    assert refused(bytes(data)) == "sheet.locked"


def test_a_workbook_that_unpacks_to_too_much_is_refused_unread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = workbook(("id", "text"), *[(n, "blank " * 40) for n in range(200)])
    monkeypatch.setattr(spreadsheet, "MAX_BYTES", 20_000)
    monkeypatch.setattr(openpyxl, "load_workbook", None)
    assert len(data) < 20_000
    assert refused(data) == "sheet.too_big"


def test_a_workbook_of_more_cells_than_are_read_in_bearable_time_is_refused_unread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wide = workbook(("id", "text"), *[[n] * 300 for n in range(40)])
    narrow = workbook(("id", "text"), *[(n, "a") for n in range(40)])
    monkeypatch.setattr(spreadsheet, "MAX_TAGS", 40_000)
    assert len(parse_sheet(narrow, required=COLUMNS)) == 40
    monkeypatch.setattr(openpyxl, "load_workbook", None)
    assert refused(wide) == "sheet.too_many_cells"


def test_rows_a_file_leaves_out_cost_nothing_and_blank_ones_it_writes_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    header = ("id", "text", *(f"c{n}" for n in range(98)))

    def far_below(book: Workbook) -> None:
        book.active.cell(row=5_000, column=1, value=7)  # type: ignore[union-attr]

    left_out = workbook(header, change=far_below)
    written = repacked(
        left_out,
        "xl/worksheets/sheet1.xml",
        lambda part: part.replace(
            b'<row r="5000"',
            b"".join(b'<row r="%d"/>' % n for n in range(2, 5_000)) + b'<row r="5000"',
        ),
    )
    monkeypatch.setattr(spreadsheet, "MAX_LOOKED_AT", 10_000)
    assert [(row.number, row.cells["id"]) for row in parse_sheet(left_out, required=COLUMNS)] == [
        (5_000, 7)
    ]
    assert refused(written) == "sheet.too_many_cells"
    monkeypatch.undo()
    assert [row.number for row in parse_sheet(written, required=COLUMNS)] == [5_000]


def test_a_part_that_declares_entities_is_refused() -> None:
    data = repacked(
        workbook(("id", "text"), (1, "a")),
        "xl/workbook.xml",
        lambda part: b'<!DOCTYPE x [<!ENTITY e "boo">]>' + part,
    )
    assert refused(data) == "sheet.not_xlsx"


def test_a_row_numbered_beyond_any_sheet_is_not_counted_up_to() -> None:
    data = repacked(
        workbook(("id", "text"), (1, "a"), (2, "b")),
        "xl/worksheets/sheet1.xml",
        lambda part: part.replace(b'r="3"', b'r="999999999"'),
    )
    assert [row.cells["id"] for row in parse_sheet(data, required=COLUMNS)] == [1]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(spreadsheet.SheetMissing):
        load_sheet(tmp_path / "none.xlsx", required=COLUMNS)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_by_name(data: bytes) -> None:
    with pytest.raises(LedgerError):
        parse_sheet(data, required=COLUMNS)


WHOLE = workbook(("id", "text"), *[(n, f"text {n}") for n in range(20)])


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_a_changed_byte_is_read_or_refused_by_name(position: int, change: int) -> None:
    data = bytearray(WHOLE)
    data[position] ^= change
    try:
        rows = parse_sheet(bytes(data), required=COLUMNS)
    except LedgerError:
        return
    assert all(set(row.cells) == set(COLUMNS) for row in rows)
