"""``mingzhang copy``: the ledger moves to a PostgreSQL database, or back into its home."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ledger.cli.shell import Shell
from ledger.service.upkeep.moving import Moved, move, require_home
from ledger.store.databases import is_address, require_addresses
from ledger.store.home import open_home


def copy(
    shell: Shell,
    *,
    to: Annotated[
        str,
        typer.Option(
            metavar="URL|DIR",
            help="An empty PostgreSQL database, postgresql://USER@HOST/NAME; or the home's own "
            "folder, to move back into its file. 目标数据库，或账本目录本身",
        ),
    ],
) -> None:
    """Move the ledger to another database 迁移. Stop the servers first; the home stays."""
    home = open_home(shell.home)
    if is_address(to):
        require_addresses(to)
        database: str | None = to
    else:
        require_home(home.path, Path(to))
        database = None
    with shell.progress("copy 迁移") as progress:
        moved = move(home, database, progress)
    shell.result(moved, lambda out: _print(out, moved))


def _print(out: Console, moved: Moved) -> None:
    lines = [
        f"Moved 已迁移: {moved.before} → {moved.now}",
        f"Size {moved.size}, root {moved.root}",
        "Next 下一步:",
        "  - start the servers again: they find it by home.toml 重启服务",
        "  - mingzhang verify 全面核验；the views are made anew when read 视图将自动重建",
        "  - what stayed behind is written no more; remove it later 旧副本不再写入，可择日移除",
    ]
    out.print("\n".join(lines), soft_wrap=True)


commands = {
    "copy": copy,
}
