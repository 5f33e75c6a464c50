"""Tables read by column: CSV and XLSX, headers in three spellings; what cannot be read is told."""

from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from ledger.errors import LedgerError
from ledger.service.imports.spreadsheet import (
    ColumnRepeated,
    ColumnsMissing,
    NotASheet,
    SheetLocked,
)
from ledger.service.imports.tables import (
    Column,
    ColumnUnknown,
    HeaderMerged,
    TableBroken,
    TableNotUtf8,
    csv_bytes,
    parse_table,
    xlsx_bytes,
)

COLUMNS = (
    Column(id="code", zh="代码", en="Code", required=True),
    Column(id="name", zh="名称", en="Name", required=True),
    Column(id="note", zh="备注", en="Note"),
)


def book(*rows: tuple[object, ...], merge: str = "") -> bytes:
    made = Workbook()
    assert made.active is not None
    for row in rows:
        made.active.append(list(row))
    if merge:
        made.active.merge_cells(merge)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("代码,名称", "1,甲"),
        ("Code,name", "1,甲"),
        ("名称 Name,代码 Code", "甲,1"),
        ("备注,name,CODE", ",甲,1"),
    ],
)
def test_columns_are_found_by_name_in_any_order(header: str, row: str) -> None:
    (found,) = parse_table(f"{header}\r\n{row}\r\n".encode("utf-8-sig"), COLUMNS)
    assert {name: cell for name, cell in found.cells.items() if cell} == {"code": "1", "name": "甲"}
    assert found.number == 2


def test_both_forms_read_alike_and_keep_row_numbers() -> None:
    rows = [["代码", "名称", "备注"], ["1", "甲", ""], ["", "", ""], ["2", "=乙", "两\n行"]]
    as_csv = parse_table(csv_bytes(rows), COLUMNS)
    as_xlsx = parse_table(xlsx_bytes({"表": rows, "说明": [["x"]]}), COLUMNS)
    assert [row.number for row in as_csv] == [row.number for row in as_xlsx] == [2, 4]
    assert as_csv[1].cells["note"] == as_xlsx[1].cells["note"] == "两\n行"


def test_a_title_may_be_merged_above_the_header() -> None:
    data = book(
        ("某街道单位表", None, None), ("代码", "名称", "备注"), (1, "甲", None), merge="A1:C1"
    )
    assert [row.number for row in parse_table(data, COLUMNS)] == [3]


def test_a_merged_header_is_refused_with_its_row_and_cells() -> None:
    data = book(("代码", "名称", None), (1, "甲", "乙"), merge="B1:C1")
    with pytest.raises(HeaderMerged) as refused:
        parse_table(data, COLUMNS, "units.xlsx")
    assert refused.value.facts == {"file": "units.xlsx", "row": 1, "cells": "B1:C1"}


def test_a_header_in_two_tiers_is_refused_as_merged() -> None:
    rows = (("代码", "基本情况", None), (None, "名称", "备注"), (1, "甲", "乙"))
    with pytest.raises(HeaderMerged):
        parse_table(book(*rows, merge="A1:A2"), COLUMNS)


def test_merged_cells_of_a_row_are_told_with_the_row() -> None:
    data = book(("代码", "名称"), (1, "甲"), (2, None), (3, "丙"), merge="B2:B3")
    assert [row.merged for row in parse_table(data, COLUMNS)] == ["B2:B3", "B2:B3", ""]


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        ("代码,名称\n1,甲\n".encode("gbk"), TableNotUtf8),
        ('代码,名称\n1,"甲\n'.encode(), TableBroken),
        ("代码\n1\n".encode(), ColumnsMissing),
        ("代码,名称,名字\n1,甲,乙\n".encode(), ColumnUnknown),
        ("代码,Code,名称\n1,1,甲\n".encode(), ColumnRepeated),
        (b"", ColumnsMissing),
        (b"PK\x03\x04 no archive", NotASheet),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"old", SheetLocked),
    ],
)
def test_what_cannot_be_read_is_refused(data: bytes, refusal: type[LedgerError]) -> None:
    with pytest.raises(refusal):
        parse_table(data, COLUMNS)


@settings(max_examples=60)
@given(st.binary(max_size=200), st.integers(0, 10**6), st.booleans())
def test_whatever_the_bytes_they_are_rows_or_a_refusal(
    noise: bytes, at: int, as_book: bool
) -> None:
    whole = book(("代码", "名称"), (1, "甲")) if as_book else "代码,名称\n1,甲\n".encode()
    at %= len(whole)
    for data in (noise, whole[:at] + noise + whole[at:], whole[:at]):
        with suppress(LedgerError):
            assert all(row.number > 1 for row in parse_table(data, COLUMNS, "any"))
