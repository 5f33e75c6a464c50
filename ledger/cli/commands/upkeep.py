"""``mingzhang doctor|rebuild|checkpoint``: is the home fit to run, views anew, the signed root."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from ledger.bootstrap import open_ledger, rebuild_tags, rebuild_views, views_declared
from ledger.cli.shell import FINDING, Count, Shell, table
from ledger.errors import LedgerError
from ledger.service.reading import receipts
from ledger.service.upkeep.checkup import Check, bad, check_home, check_ledger, check_versions
from ledger.store.home import open_home

TAGS = "tags"
STYLES = {"ok": "green", "warn": "yellow", "bad": "red"}


def doctor(shell: Shell) -> int:
    """Check whether the home is fit to run 体检. Each line says what to do where it is not."""
    checks = [*_checks(shell.home), check_versions()]
    shell.result({"checks": checks}, lambda out: _print(out, checks))
    return FINDING if any(check.status == "bad" for check in checks) else 0


def _checks(path: Path) -> Iterator[Check]:
    try:
        yield from check_home(open_home(path))
        with open_ledger(path) as ledger:
            yield from check_ledger(ledger)
    except LedgerError as error:
        yield bad("home", error)


def _print(out: Console, checks: list[Check]) -> None:
    grid = table("check 检查", "", "seen 所见")
    well = [each for each in checks if each.name.startswith("view ") and each.status == "ok"]
    for check in checks:
        if check in well:
            continue
        style = STYLES[check.status]
        said = check.zh if check.zh == check.en else f"{check.zh}\n{check.en}"
        grid.add_row(check.name, Text(check.status, style), said)
    if well:
        grid.add_row("views", Text("ok", STYLES["ok"]), str(len(well)))
    out.print(grid)


def rebuild(
    shell: Shell,
    view: Annotated[
        str | None,
        typer.Argument(
            help="One view, or ``tags``, by which rules find acts; else all views. 视图或标签",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Build views anew from the log 重建视图. The old ones go on serving until the switch."""
    wanted = [view] if view else [each.name for each in views_declared()]
    with shell.open() as ledger:
        with shell.progress(f"rebuild 重建 {view or ''}".strip()) as progress:
            if view == TAGS:
                rebuild_tags(ledger, progress)
            else:
                rebuild_views(ledger, *wanted, progress=partial(_counted, progress))
        size = ledger.recorder.head().size
    told = ", ".join(wanted)
    shell.result(
        {"views": wanted, "size": size},
        lambda out: out.print(f"rebuilt 已重建: {told} (size {size})"),
    )


def _counted(progress: Count, _view: str, position: int, size: int) -> None:
    progress(position, size)


def checkpoint(
    shell: Shell,
    *,
    size: Annotated[
        int | None,
        typer.Option(min=0, help="Of this size; else of now. 账本条数", show_default=False),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write it here too. 保存", show_default=False),
    ] = None,
) -> None:
    """Print the signed checkpoint 检查点. Keep it: ``verify --since`` holds the log to it."""
    with shell.open() as ledger:
        note = receipts.checkpoint(ledger, size)
    if output is not None:
        output.write_bytes(note)
    text = note.decode()
    shell.result({"checkpoint": text}, lambda _out: print(text, end=""))


commands = {
    "checkpoint": checkpoint,
    "rebuild": rebuild,
    "doctor": doctor,
}
