"""Writing workbooks, XLSX: a number or a day stays one, all else is text, none is a formula.

Apart from `ledger.service.imports.tables`, through which everything is written, so that the library
is loaded by what writes a workbook and by nothing else.
"""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from ledger.service.imports.cells import inert

TEXT_FORMAT = "@"
DAY_FORMAT = "yyyy-mm-dd"
DECIMAL_FORMAT = "#,##0.00"
WIDTH = 18
OFFERED = "可填 Words"
OFFERED_ROWS = 2_000
"""Rows of a table whose cells offer words to choose from."""
_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML can hold, and so no workbook: the mark of a lost character stands for each."""


def format_workbook(
    sheets: Mapping[str, Iterable[Iterable[object]]], offered: Mapping[str, Sequence[str]]
) -> bytes:
    """Return sheets by title as XLSX; ``offered`` are words to choose from below a heading."""
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    for title, rows in sheets.items():
        _fill(book.create_sheet(title), rows)
    if offered:
        _fill(book.create_sheet(OFFERED), [list(offered), *zip_longest(*offered.values())])
        _offer(book.worksheets[0], {name: len(words) for name, words in offered.items()})
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Any, rows: Iterable[Iterable[object]]) -> None:
    width = 0
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row, start=1):
            width = max(width, place)
            if value is None or value == "":
                continue
            cell = sheet.cell(row=number, column=place)
            _put(cell, value)
            if number == 1:
                cell.font = Font(bold=True)
    for place in range(1, width + 1):
        column = sheet.column_dimensions[get_column_letter(place)]
        # As text, or a period such as 2026-03 becomes a date as soon as it is typed.
        column.width, column.number_format = WIDTH, TEXT_FORMAT
    sheet.freeze_panes = "A2"


def _put(cell: Any, value: object) -> None:
    match value:
        case bool():
            cell.value, cell.number_format = str(value), TEXT_FORMAT
        case date():
            cell.value, cell.number_format = value, DAY_FORMAT
        case Decimal():
            cell.value, cell.number_format = value, DECIMAL_FORMAT
        case int() | float():
            cell.value, cell.number_format = value, "General"
        case _:
            cell.value, cell.number_format = _NO_XML.sub("\ufffd", inert(str(value))), TEXT_FORMAT
            cell.data_type = "s"


def _offer(sheet: Any, offered: Mapping[str, int]) -> None:
    """Let the cells below these headings be chosen from so many words of the sheet ``OFFERED``."""
    headings = {cell.value: cell.column_letter for cell in sheet[1]}
    for place, (heading, count) in enumerate(offered.items(), start=1):
        of = get_column_letter(place)
        words = DataValidation(
            type="list",
            formula1=f"'{OFFERED}'!${of}$2:${of}${count + 1}",
            allow_blank=True,
            showErrorMessage=False,
        )
        words.add(f"{headings[heading]}2:{headings[heading]}{OFFERED_ROWS}")
        sheet.add_data_validation(words)
