"""``mingzhang import messages``: residents' messages from a spreadsheet.

A device signs an import, in role ``importer``, with a key the server keeps (``devices``).
"""

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from ledger.cli.rejects import RejectLine, beside, print_rejects, save_rejects
from ledger.cli.shell import FINDING, Shell
from ledger.service.directory import import_device, unit_of
from ledger.service.imports.messages import OPTIONAL, REQUIRED, Reject
from ledger.service.imports.residents import SYSTEM, ImportReport, import_messages
from ledger.service.imports.spreadsheet import load_sheet


class ImportDone(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did; see ``ImportReport``."""

    rows: int
    added: int
    replies: int
    known: int
    entries: int
    rejects: tuple[RejectLine, ...]


def messages(
    shell: Shell,
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="The spreadsheet. 表格文件")],
    *,
    unit: Annotated[
        str, typer.Option(metavar="CODE", help="Code of the unit they were sent to. 单位代码")
    ],
    rejects: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="Where the rows left out are listed; else FILE.rejects.csv beside it. 退回清单",
            show_default=False,
        ),
    ] = None,
    system: Annotated[
        str, typer.Option(help="Where the ids come from; ids of two systems never meet. 来源系统")
    ] = SYSTEM,
) -> int:
    """Import residents' messages 导入居民留言. Again adds nothing; replies that came are added."""
    rows = load_sheet(file, required=REQUIRED, optional=OPTIONAL)
    with shell.open() as ledger, shell.progress("import 导入") as progress:
        report = import_messages(
            ledger,
            rows,
            unit=unit_of(ledger, unit),
            device=import_device(ledger),
            system=system,
            progress=progress,
        )
    lines = tuple(map(_line, report.rejects))
    listed = rejects or beside(file)
    save_rejects(listed, lines, asked=rejects is not None)
    done = _done(report, lines)
    shell.result(done, lambda out: _print(out, done, listed))
    return FINDING if lines else 0


def _line(reject: Reject) -> RejectLine:
    why = reject.why
    column = str(why.facts.get("column", ""))
    zh, en = why.text("zh"), why.text("en")
    return RejectLine(row=reject.row, column=column, id=reject.id, code=why.code, zh=zh, en=en)


def _done(report: ImportReport, lines: tuple[RejectLine, ...]) -> ImportDone:
    return ImportDone(
        rows=report.rows,
        added=report.added,
        replies=report.replies,
        known=report.known,
        entries=report.entries,
        rejects=lines,
    )


def _print(out: Console, done: ImportDone, listed: Path) -> None:
    out.print(
        f"rows 行 {done.rows}  new cases 新增 {done.added}  replies added 补答复 {done.replies}  "
        f"already there 已有 {done.known}  entries written 条目 {done.entries}  "
        f"left out 退回 {len(done.rejects)}",
    )
    print_rejects(out, done.rejects, listed)


topics = {"import": "Bring in what other systems hold 导入"}
commands = {
    "import messages": messages,
}
