"""``mingzhang template|import|export table NAME``: an office's tables, out and in.

Which tables there are is declared by modules of ``ledger.service.imports.importables``; each is a
command of ``mingzhang import``. Whoever signs is named as for every act, and signs every row; only
tables that packs let a device record are signed by the import device where nobody is named.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from ledger.cli import signing
from ledger.cli.commands.exports import OutputThere
from ledger.cli.commands.verify import HOME_FILE
from ledger.cli.pack_files import files_of, find_files
from ledger.cli.rejects import RejectLine, beside, print_rejects, save_rejects
from ledger.cli.shell import FINDING, Shell
from ledger.errors import MalformedError
from ledger.service.directory import import_device
from ledger.service.imports.importable import (
    SYSTEM,
    Fault,
    Importable,
    Intake,
    PackTable,
    Table,
    importable_named,
    importables,
)
from ledger.service.imports.importing import Report, export_rows, import_table
from ledger.service.imports.pack_tables import join_pack
from ledger.service.imports.pack_tables import write as write_into
from ledger.service.imports.tables import Column, csv_bytes, load_table, xlsx_bytes
from ledger.service.ledger import Ledger
from ledger.service.listing import name_of
from ledger.service.office import Hand

NAMES = "|".join(importables())
NOTHING: Mapping[str, Sequence[str]] = MappingProxyType({})
NameArgument = Annotated[str, typer.Argument(metavar=NAMES, help="Which table. 表名")]
OutArgument = Annotated[
    Path, typer.Argument(metavar="FILE.xlsx|.csv", help="The file to write. 输出文件")
]
FileArgument = Annotated[Path, typer.Argument(metavar="FILE.xlsx|.csv", help="The table. 表格文件")]
Rejects = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.csv",
        help="Where the rows left out are listed; else FILE.rejects.csv beside it. 退回清单",
        show_default=False,
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Replace FILE. 覆盖已有文件")]


class FormatUnknown(MalformedError):
    """A table is written as CSV or XLSX, by the file's suffix."""

    code = "table.format_unknown"
    zh = "文件名须以 .xlsx 或 .csv 结尾：{path}。"
    en = "The file's name must end in .xlsx or .csv: {path}."


class CannotApprove(MalformedError):
    """Rows of this table need nobody's approval."""

    code = "table.cannot_approve"
    zh = "“{table}”没有需要他人批准的内容。请去掉 --approve。"
    en = "Nothing in the table {table} needs approval. Leave out --approve."


class TableDone(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did, or would do; see ``Report``."""

    table: str
    file: str
    dry_run: bool
    rows: int
    added: int
    known: int
    approved: int
    entries: int
    rejects: tuple[RejectLine, ...]


def template(shell: Shell, name: NameArgument, file: OutArgument, *, force: Force = False) -> None:
    """Write an empty table to fill in 导出空白表. XLSX explains its columns and offers the words.

    Where there is a ledger, the words are those of the packs in effect.
    """
    importable = importable_named(name)
    header = [[column.zh for column in importable.columns]]
    offered = _offered(shell, importable)
    notes = [NOTES, *(_note(column, offered.get(column.zh, ())) for column in importable.columns)]
    sheets: dict[str, list[Sequence[str]]] = {importable.zh: [*header], "说明 Notes": notes}
    write(file, sheets, force=force, offered=offered)
    told = {"file": str(file), "columns": header[0]}
    shell.result(told, lambda out: out.print(f"written 已写出: {file}", soft_wrap=True))


def export_table(
    shell: Shell, name: NameArgument, file: OutArgument, *, force: Force = False
) -> None:
    """Write a table the ledger holds, sealed values in clear 导出表. Import takes it back."""
    importable = importable_named(name)
    with shell.open() as ledger:
        rows = list(export_rows(ledger, importable))
    write(file, {importable.zh: rows}, force=force)
    told = {"file": str(file), "rows": len(rows) - 1}
    shell.result(told, lambda out: out.print(f"{len(rows) - 1} rows 行: {file}", soft_wrap=True))


def write(
    file: Path,
    sheets: Mapping[str, Iterable[Iterable[object]]],
    *,
    force: bool = False,
    offered: Mapping[str, Sequence[str]] = NOTHING,
) -> None:
    """Write sheets as the file's suffix says; CSV has the first alone.

    ``offered`` are the words to choose from in an XLSX, by the heading of their column.

    Raises: FormatUnknown, OutputThere.
    """
    if file.suffix.lower() not in {".csv", ".xlsx"}:
        raise FormatUnknown(path=file)
    if file.exists() and not force:
        raise OutputThere(path=file)
    as_csv = file.suffix.lower() == ".csv"
    data = csv_bytes(next(iter(sheets.values()))) if as_csv else xlsx_bytes(sheets, offered)
    file.write_bytes(data)


NOTES = ("列 Column", "English", "必填 Required", "如 Such as", "说明", "Note")


def _note(column: Column, offered: Sequence[str]) -> Sequence[str]:
    # What the packs in effect do not know would be refused as soon as it is copied.
    example = offered[0] if offered and column.example not in offered else column.example
    return (
        column.zh,
        column.en,
        "是 yes" if column.required else "",
        example,
        "；".join(filter(None, (column.note_zh, _choices(column, 0)))),
        "; ".join(filter(None, (column.note_en, _choices(column, 1)))),
    )


def _choices(column: Column, lang: int) -> str:
    """Return what may be written, where code says so; else how to list what packs say."""
    if isinstance(column.words, tuple):
        return " / ".join((word.zh, word.en)[lang] for word in column.words)
    return f"mingzhang list {name_of(column.words)}" if column.words else ""


def _offered(shell: Shell, table: Table) -> Mapping[str, Sequence[str]]:
    """Return the words of each column that is chosen from a list, by its heading."""
    closed = [column for column in table.columns if column.words]
    if not closed or not (shell.home / HOME_FILE).exists():
        return {}
    with shell.open() as ledger:
        words = Intake(ledger).words
        return {column.zh: words.offered(column) for column in closed}


# -- import ----------------------------------------------------------------------------------


def _command(table: Table) -> Callable[..., int]:
    return _importer(table, import_ if isinstance(table, Importable) else import_into_pack)


def _importer(table: Table, of: Callable[..., int]) -> Callable[..., int]:
    def run(shell: Shell, **options: object) -> int:
        return of(shell, table, **options)

    signature = inspect.signature(of, eval_str=True)
    run.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[each for name, each in signature.parameters.items() if name != "table"]
    )
    run.__doc__ = f"Import {table.en.lower()} 导入{table.zh}. Again adds nothing."
    return run


def import_(
    shell: Shell,
    table: Importable,
    file: FileArgument,
    *,
    as_: signing.As = None,
    custodial: signing.Custodial = None,
    role: signing.Role = None,
    approve: Annotated[
        bool,
        typer.Option(
            "--approve",
            help="Approve what another proposed by the same table. 批准他人按同表提议的",
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Judge every row, record nothing. 只试判，不入账")
    ] = False,
    rejects: Rejects = None,
    system: Annotated[
        str, typer.Option(help="Where the table comes from; rows of two never meet. 来源系统")
    ] = SYSTEM,
) -> int:
    """Import one table."""
    if approve and table.second is None:
        raise CannotApprove(table=table.name)
    raw = load_table(file, table.columns)
    with shell.open() as ledger, shell.progress("import 导入") as progress:
        hand = _hand(ledger, table, as_, custodial, role)
        if not dry_run:
            shell.note(f"Signed row by row 逐行签署: {hand.who.actor}  {hand.who.role}")
        report = import_table(
            ledger, table, raw, hand,
            system=system, approve=approve, dry_run=dry_run, progress=progress,
        )  # fmt: skip
    if table.second is not None and report.added and not dry_run:
        shell.note(
            "Another registrar approves 由另一名登记员批准: "
            f"mingzhang import {table.name} {file} --approve --as KEYFILE"
        )
    return _told(shell, table, report, file, rejects, dry_run=dry_run)


def import_into_pack(
    shell: Shell,
    table: PackTable,
    file: FileArgument,
    *,
    pack: Annotated[
        Path, typer.Option(metavar="DIR", help="The folder of the pack it goes into. 规则包目录")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Judge every row, write nothing. 只试判，不写入")
    ] = False,
    rejects: Rejects = None,
) -> int:
    """Import one table into a pack."""
    raw = load_table(file, table.columns)
    files = files_of(str(pack))
    joined = join_pack(table, raw, files, lambda name: find_files(name, pack.parent))
    if joined.data is not None and joined.added and not dry_run:
        write_into(table, pack, joined.data)
    report = Report(len(raw), joined.added, joined.known, 0, 0, joined.faults)
    return _told(shell, table, report, file, rejects, dry_run=dry_run)


def _told(
    shell: Shell, table: Table, report: Report, file: Path, rejects: Path | None, *, dry_run: bool
) -> int:
    lines = tuple(_line(table, fault) for fault in report.faults)
    listed = rejects or beside(file)
    save_rejects(listed, lines, asked=rejects is not None)
    done = _done(table, file, report, lines, dry_run=dry_run)
    shell.result(done, lambda out: _print(out, done, listed))
    return FINDING if lines else 0


def _hand(
    ledger: Ledger,
    table: Importable,
    as_: Path | None,
    custodial: str | None,
    role: str | None,
) -> Hand:
    if table.by_device and as_ is None and custodial is None:
        return import_device(ledger)
    return signing.signer(ledger, as_, custodial, role or table.role)


def _line(table: Table, fault: Fault) -> RejectLine:
    why = fault.why
    return RejectLine(
        row=fault.row,
        column=table.heading(fault.column),
        code=why.code,
        zh=why.text("zh"),
        en=why.text("en"),
    )


def _done(
    table: Table, file: Path, report: Report, lines: tuple[RejectLine, ...], *, dry_run: bool
) -> TableDone:
    return TableDone(
        table=table.name,
        file=str(file),
        dry_run=dry_run,
        rows=report.rows,
        added=report.added,
        known=report.known,
        approved=report.approved,
        entries=report.entries,
        rejects=lines,
    )


def _print(out: Console, done: TableDone, listed: Path) -> None:
    if done.dry_run:
        out.print("Tried out, nothing recorded 试判，未入账:")
    out.print(
        f"{done.file}: rows 行 {done.rows}  added 新增 {done.added}  "
        f"already there 已有 {done.known}  approved 批准 {done.approved}  "
        f"entries 条目 {done.entries}  left out 退回 {len({line.row for line in done.rejects})}",
        soft_wrap=True,
    )
    print_rejects(out, done.rejects, listed)


commands = {
    "template": template,
    "export table": export_table,
    **{f"import {name}": _command(each) for name, each in importables().items()},
}
