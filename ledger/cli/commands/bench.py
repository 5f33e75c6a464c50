"""``mingzhang bench``: the speed figures, each against its baseline in the same run.

The measuring is ``bench``'s, a package beside this one that nothing else imports: it is loaded
when asked for. Its ``main(say) -> {name: figure}`` tells how far it is by ``say(text)``;
``bench.growth.main(home, say)`` measures a large ledger, ``bench.crowd.main(say)`` a server with
many at it.
"""

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console

from ledger.cli.shell import Shell, table
from ledger.errors import MalformedError


class NoLargeLedger(MalformedError):
    """A part of what a large ledger is measured by is asked for, and no ledger named."""

    code = "bench.no_large_ledger"
    zh = "--only 只用于大账本。请用 --at 写明账本目录（由 make fixture 生成），或去掉 --only。"
    en = "--only is of a large ledger. Name one (`make fixture`) by --at, or leave --only out."


Part = Literal["as_of", "append", "follow", "serve", "audit"]


def bench(
    shell: Shell,
    *,
    at: Annotated[
        Path | None,
        typer.Option(
            metavar="HOME",
            help="What growth costs, in the ledger of `make fixture`. 大账本的各项指标",
            show_default=False,
        ),
    ] = None,
    only: Annotated[
        Part | None,
        typer.Option(
            metavar="PART",
            help="With --at: measure just this part. 只测其中一项",
            show_default=False,
        ),
    ] = None,
    crowd: Annotated[
        bool,
        typer.Option("--crowd", help="100 kiosks and 20 recorders for two minutes. 众人同时使用"),
    ] = False,
) -> None:
    """Measure the speed 性能测试. Takes minutes; every figure is a ratio to a baseline."""
    figures = _measured(shell, at, only, crowd=crowd)
    shell.result(figures, lambda out: _print(out, figures))


def _measured(
    shell: Shell, at: Path | None, only: Part | None, *, crowd: bool
) -> Mapping[str, Any]:
    found: Mapping[str, Any]
    if only and at is None:
        raise NoLargeLedger
    if crowd:
        found = importlib.import_module("bench.crowd").main(shell.note)
    elif at is not None:
        growth = importlib.import_module("bench.growth")
        found = growth.main(at, shell.note, only=[only] if only else growth.PARTS)
    else:
        found = importlib.import_module("bench").main(shell.note)
    return found


def _print(out: Console, figures: Mapping[str, Any]) -> None:
    grid = table("figure 指标", "value 值")
    for name, value in figures.items():
        grid.add_row(name, f"{value:.2f}" if isinstance(value, float) else str(value))
    out.print(grid)


commands = {
    "bench": bench,
}
