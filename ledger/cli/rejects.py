"""Rows an import left out: where each is and why, without what it says; shown and kept as CSV."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
from rich.console import Console

from ledger.cli.shell import table
from ledger.service.imports.tables import csv_bytes

SHOWN = 20
COLUMNS = ("row", "column", "id", "code", "zh", "en")


class RejectLine(msgspec.Struct, frozen=True, kw_only=True):
    """A row left out; ``column`` as it is headed, ``id`` the source's own, empty where unknown."""

    row: int
    column: str
    id: str = ""
    code: str
    zh: str
    en: str


def beside(file: Path) -> Path:
    """Return where the rows left out of a file are listed: next to it."""
    return file.with_name(f"{file.stem}.rejects.csv")


def save_rejects(path: Path, lines: Sequence[RejectLine], *, asked: bool = False) -> None:
    """Write the rows left out; where none were, only if asked to, or to end an earlier list."""
    if lines or asked or path.exists():
        rows = ([getattr(line, name) for name in COLUMNS] for line in lines)
        path.write_bytes(csv_bytes([COLUMNS, *rows]))


def print_rejects(out: Console, lines: Sequence[RejectLine], listed: Path) -> None:
    """Print the first rows left out, and where all are listed."""
    if not lines:
        return
    grid = table("row 行", "column 列", "id 编号", "code", "why 原因", lines=True)
    for line in lines[:SHOWN]:
        grid.add_row(str(line.row), line.column, line.id, line.code, f"{line.zh}\n{line.en}")
    out.print(grid)
    out.print(f"all that was left out 退回清单: {listed}", soft_wrap=True)
