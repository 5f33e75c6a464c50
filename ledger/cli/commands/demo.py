"""``mingzhang demo``: builds the demonstration's ledger, audits it, shows what it holds.

A home that is there already is kept as it is: opened, audited, shown. ``demo tamper`` does damage
to a copy and shows who notices.
"""

import os
import shutil
import sys
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from ledger.audit.report import Report
from ledger.bootstrap import open_ledger, rebuild_tags
from ledger.cli.commands.serve import HOST, PORT, Port, serve_ledger
from ledger.cli.commands.verify import HOME_FILE, print_report
from ledger.cli.demonstration.cast import PASSPHRASE
from ledger.cli.demonstration.play import KEYS, SMALL, Played, build, whole
from ledger.cli.shell import Shell, table
from ledger.cli.signing import PASSPHRASE_VARIABLE
from ledger.kernel.act import AsOf
from ledger.projections.register import OPEN_CASES, day_of, due_before
from ledger.service.auditing.audits import audit_home
from ledger.service.ledger import Ledger, as_of
from ledger.service.reading.overview import Overview, overview
from ledger.store.home import require_free

VIEW = "register"


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What the demonstration shows: the ledger in numbers, the audit, a case to look at."""

    home: str
    built: bool
    played: Played | None
    overview: Overview
    report: dict[str, Any]
    late: str | None


def demo(
    shell: Shell,
    *,
    no_serve: Annotated[
        bool, typer.Option("--no-serve", help="Do not serve pages afterwards. 不启动网页")
    ] = False,
    small: Annotated[
        bool, typer.Option("--small", help="Only the street's cases, in seconds. 只演示街道诉求")
    ] = False,
    port: Port = PORT,
) -> int:
    """Build or open the demonstration 演示. Twelve months of an invented district, then audited.

    Ends by serving its pages until Ctrl-C, unless told not to, or asked for JSON, or not whole.
    """
    built, played = not (shell.home / HOME_FILE).exists(), None
    if built:
        require_free(shell.home)
        with shell.progress("demonstration 演示") as progress:
            played = build(shell.home, progress, SMALL if small else whole())
    with open_ledger(shell.home) as ledger:
        if not built:  # it may be of an earlier version, whose entries bear fewer tags
            with shell.progress("tags 标签") as progress:
                rebuild_tags(ledger, progress)
        with shell.progress("audit 核验") as progress:
            report = audit_home(ledger, progress=progress)
        with shell.progress("views 视图") as progress:
            ledger.follower.catch_up(lambda _view, done, size: progress(done, size))
        shown = Shown(
            home=str(shell.home),
            built=built,
            played=played,
            overview=overview(ledger),
            report=report.to_dict(),
            late=_late(ledger, as_of(ledger)),
        )
        shell.result(shown, lambda out: _print(out, shown, report))
        if report.exit_status or no_serve or shell.as_json:
            return report.exit_status
        serve_ledger(shell, ledger, host=HOST, port=port)
    return 0


def _late(ledger: Ledger, point: AsOf) -> str | None:
    where = OPEN_CASES | {"kind": "request", "state": "assigned"}
    rows = ledger.views[VIEW].rows(point, where=where, below=due_before(day_of(point)), limit=1)
    return rows[0].case if rows else None


def _print(out: Console, shown: Shown, report: Report) -> None:
    print_report(out, report)
    seen = shown.overview
    grid = table("what it holds 账本内容", "", title=f"{seen.origin} (simulated time 模拟时间)")
    streams = ", ".join(f"{name} {count}" for name, count in seen.streams_by_aggregate.items())
    for name, value in (
        ("streams 流", f"{seen.streams} ({streams})"),
        ("entries 条目", seen.size),
        ("persons 人员", seen.persons),
        ("size 条数", seen.size),
        ("root 根", seen.root),
        ("signed with people's own keys 本人密钥签署", seen.by_own_keys),
        ("signed by devices 设备签署", seen.by_devices),
        ("signed with custodial keys 代管密钥签署", seen.by_custodial_keys),
        ("signed with founders' keys 创始公钥签署", seen.by_founders_keys),
    ):
        grid.add_row(name, str(value))
    if shown.played is not None:
        grid.add_row("built at 装载速度", f"{shown.played.rate:,.0f} entries/s 条/秒")
    out.print(grid)
    out.print("\n".join(_next(shown)), soft_wrap=True)


def _program() -> str:
    """Return how this program is called from here: by name, or by the path of its environment."""
    if shutil.which("mingzhang"):
        return "mingzhang"
    return os.path.relpath(Path(sys.executable).with_name("mingzhang"))


def _next(shown: Shown) -> list[str]:
    """Return what to try next, as commands that can be copied."""
    of = f"{_program()} --home {shown.home}"
    keys = Path(shown.home) / KEYS
    case = shown.late or "case/…"
    return [
        "What to try next 接下来可以试试:",
        f"  {of} stats --as-of 2026-03-20",
        f"  {of} register --overdue",
        f"  {of} board compliance --unit 520602001002",
        f"  {of} replay {case} --values",
        f"  {of} export evidence --stream {case} evidence.zip",
        f"  {of} verify evidence.zip --genesis {shown.overview.genesis}",
        f"  {of} demo tamper changed",
        f"  {PASSPHRASE_VARIABLE}={PASSPHRASE} {of} case note-progress {case} "
        f"--text 配件已到 --as {keys / 'city-works.key'}",
    ]


topics = {"demo": "Build or open the demonstration, and look at it 演示"}
commands = {
    "demo": demo,
}
