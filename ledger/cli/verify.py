"""``mingzhang verify``: the full audit of a home, an exported log or an evidence package.

Exit status 1 when anything is found; 2 when it could not be looked at.
"""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ledger.audit.layout import MANIFEST
from ledger.audit.report import Report, Tally
from ledger.bootstrap import open_ledger, registry
from ledger.cli.shell import FINDING, Count, Shell, table
from ledger.errors import IntegrityFault, MalformedError
from ledger.service.auditing import audit_evidence, audit_export, audit_home
from ledger.service.ledger import Ledger

HOME_FILE = "home.toml"
SHOWN = 50
SINCE_BYTES = 64 << 10


class SinceNotHere(MalformedError):
    """An evidence package has no tree to hold to an earlier checkpoint."""

    code = "cli.since_not_here"
    zh = "存证包不含整棵树，无法与较早的检查点比对。请对账本目录或导出目录使用 --since。"
    en = "An evidence package holds no whole tree. Use --since on a home or an exported log."


class GenesisBroken(IntegrityFault):
    """Entry 0 is not even an entry, so nothing that follows can be told apart from lies."""

    code = "verify.genesis_broken"
    zh = "创世条目已损坏（{why}），其后各条无从核验。请保留现场，从备份恢复。"
    en = "The genesis entry is broken ({why}), so the rest proves nothing. Keep this, use a backup."


def verify(
    shell: Shell,
    path: Annotated[
        Path | None,
        typer.Argument(
            help="A home, an exported folder or an evidence ZIP; else the home. 目录或存证包",
            show_default=False,
        ),
    ] = None,
    *,
    since: Annotated[
        Path | None,
        typer.Option(
            metavar="CHECKPOINT",
            help="A checkpoint kept from earlier, which the log must extend. 较早的检查点",
            show_default=False,
        ),
    ] = None,
    genesis: Annotated[
        str | None,
        typer.Option(
            metavar="HASH",
            help="The genesis hash pinned, from outside this machine. 创世摘要",
            show_default=False,
        ),
    ] = None,
) -> int:
    """Audit everything 全面核验. Every entry, tile, signature, rule, sealed value and view."""
    place = path or shell.home
    note = None if since is None else _note(since)
    with shell.progress("verify 核验") as progress:
        try:
            report = audited(place, note, genesis, progress)
        except IntegrityFault as fault:
            shell.refuse(fault)  # so broken that it does not open: a finding all the same
            return FINDING
    shell.result(report.to_dict(), lambda out: print_report(out, report))
    return report.exit_status


def _note(path: Path) -> bytes:
    # A checkpoint has some hundred bytes; a file without an end must not fill the memory.
    with path.open("rb") as file:
        return file.read(SINCE_BYTES)


def audited(place: Path, since: bytes | None, genesis: str | None, progress: Count) -> Report:
    """Return the report on whatever lies at ``place``.

    Raises:
        SinceNotHere: an evidence package, held to a checkpoint.
        LedgerError: it cannot be read, or is none of the three.
    """
    if place.is_file() or (place / MANIFEST).exists():
        if since is not None:
            raise SinceNotHere
        return audit_evidence(place, registry(), genesis=genesis)
    if place.is_dir() and not (place / HOME_FILE).exists() and any(place.iterdir()):
        return audit_export(place, registry(), since=since, genesis=genesis, progress=progress)
    with _opened(place) as ledger:
        return audit_home(ledger, since=since, genesis=genesis, progress=progress)


def _opened(home: Path) -> Ledger:
    try:
        return open_ledger(home)
    except MalformedError as error:
        raise GenesisBroken(why=error.code) from None


def print_report(out: Console, report: Report) -> None:
    """Print a report: what it is about, what it rests on, what was found."""
    rates = report.rates
    seconds = sum(rates.seconds.values())
    root = "?" if report.root is None else report.root.hex()
    anchors = ", ".join(f"{anchor.name} ({anchor.size})" for anchor in report.anchors)
    for line in (
        f"log 账本 {report.origin}  size 条数 {report.size}",
        f"root 根 {root}",
        f"genesis 创世摘要 {report.genesis or '?'}",
        f"held to 依据 {anchors or 'nothing outside the entries 仅凭条目自身'}",
        f"{rates.entries} entries, {rates.judged} judged, {seconds:.1f} s",
    ):
        out.print(line, soft_wrap=True)
    for statement in report.statements:
        mark = "yes 是" if statement.holds else "no 否"
        out.print(f"{mark}  {statement.zh}\n    {statement.en}", soft_wrap=True)
    _print_tally(out, "integrity faults 完整性问题", report.faults)
    _print_tally(out, "rule findings 规则疑点", report.findings)


def _print_tally(out: Console, title: str, tally: Tally) -> None:
    if not tally.total:
        out.print(f"{title}: none 无")
        return
    first = "" if tally.first is None else f", the first at index {tally.first} 首个序号"
    grid = table("index 序号", "code", "what 内容", title=f"{title}: {tally.total}{first}")
    for found in tally.items[:SHOWN]:
        index = "" if found.index is None else str(found.index)
        grid.add_row(index, found.code, f"{found.zh}\n{found.en}")
    out.print(grid)
    if tally.total > SHOWN:
        out.print(f"… {tally.total - SHOWN} more; see --json 其余见 --json")
