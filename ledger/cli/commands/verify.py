"""``mingzhang verify``: the full audit of a home, an exported log or an evidence package.

Exit status 1 when anything is found; 2 when it could not be looked at.
"""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ledger.audit.files import NothingThere
from ledger.audit.folder import open_export
from ledger.audit.layout import GENESIS, MANIFEST
from ledger.audit.package import open_package
from ledger.audit.report import Report, Tally
from ledger.bootstrap import open_ledger, registry
from ledger.cli.shell import FINDING, Count, Shell, table
from ledger.entry.entry import parse_entry
from ledger.entry.genesis import parse_genesis
from ledger.errors import ConflictError, IntegrityFault, MalformedError, NotFound
from ledger.service.auditing.audits import audit_evidence, audit_export, audit_home
from ledger.service.backup.manifest import is_backup
from ledger.service.ledger import Ledger

HOME_FILE = "home.toml"
SHOWN = 50
SINCE_BYTES = 64 << 10


class SinceNotHere(MalformedError):
    """An evidence package has no tree to hold to an earlier checkpoint."""

    code = "cli.since_not_here"
    zh = "证据包不含整棵树，无法与较早的检查点比对。请对账本目录或导出目录使用 --since。"
    en = "An evidence package holds no whole tree. Use --since on a home or an exported log."


class IsBackup(MalformedError):
    """A backup is files of a ledger, laid out as no ledger is."""

    code = "verify.backup"
    zh = (
        "{path} 是备份，不是账本。请运行 mingzhang restore --drill {path}："
        "它核对每个文件，恢复到临时目录并核验。"
    )
    en = (
        "{path} is a backup, not a ledger. Run `mingzhang restore --drill {path}`: it holds every "
        "file to the manifest, restores them into a folder that it removes, and verifies that."
    )


class NoPredecessor(NotFound):
    """The genesis names no predecessor."""

    code = "verify.no_predecessor"
    zh = "该账本的创世条目未写明所接续的账本。请去掉 --predecessor。"
    en = "The genesis of this log names no predecessor. Leave --predecessor out."


class NotPredecessor(ConflictError):
    """The log given is not the one the genesis names."""

    code = "verify.not_predecessor"
    zh = "创世条目写明接续的是 {named}，所给的是 {found}。请核对路径。"
    en = "The genesis goes on from {named}; what was given is {found}. Check the path."


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
            help="A home, an exported folder or an evidence ZIP; else the home. 目录或证据包",
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
    resume: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Keep in FILE how far it is; if it was interrupted, go on from there. 断点文件",
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
    predecessor: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="The retired log the genesis names: its home or an export, held to the last "
            "checkpoint named there. 所接续的原账本",
            show_default=False,
        ),
    ] = None,
) -> int:
    """Audit everything 全面核验. Every entry, tile, signature, rule, sealed value and view."""
    place = path or shell.home
    if path is not None and not path.exists():
        raise NothingThere(path=path)
    note = None if since is None else _note(since)
    with shell.progress("verify 核验") as progress:
        try:
            report = audited(place, note, genesis, progress, resume=resume)
            before = None if predecessor is None else _followed(place, predecessor, progress)
        except IntegrityFault as fault:
            shell.refuse(fault)  # so broken that it does not open: a finding all the same
            return FINDING
    told = report.to_dict() | ({} if before is None else {"predecessor": before.to_dict()})
    shell.result(told, lambda out: _print_reports(out, report, before))
    return max(report.exit_status, before.exit_status if before else 0)


def _print_reports(out: Console, report: Report, before: Report | None) -> None:
    print_report(out, report)
    if before is not None:
        out.print("\npredecessor 所接续的原账本")
        print_report(out, before)


def _followed(place: Path, path: Path, progress: Count) -> Report:
    """Return the report on the predecessor at ``path``, held to the checkpoint ``place`` names."""
    named = parse_genesis(parse_entry(_genesis_at(place))).predecessor
    if named is None:
        raise NoPredecessor
    report = audited(path, named.checkpoint.encode(), None, progress)
    if report.origin != named.origin:
        raise NotPredecessor(named=named.origin, found=report.origin)
    return report


def _genesis_at(place: Path) -> bytes:
    if place.is_file() or (place / MANIFEST).exists():
        return open_package(place).files.read(GENESIS)
    if (place / HOME_FILE).exists():
        with open_ledger(place) as ledger:
            return ledger.recorder.states(0, 1)[0]
    return open_export(place).entries(0, 1)[0].state


def _note(path: Path) -> bytes:
    # A checkpoint has some hundred bytes; a file without an end must not fill the memory.
    with path.open("rb") as file:
        return file.read(SINCE_BYTES)


def audited(
    place: Path,
    since: bytes | None,
    genesis: str | None,
    progress: Count,
    *,
    resume: Path | None = None,
) -> Report:
    """Return the report on whatever lies at ``place``.

    Raises:
        SinceNotHere: an evidence package, held to a checkpoint; it is short enough to begin anew.
        IsBackup: it would have to be restored first.
        LedgerError: it cannot be read, or is none of the three.
    """
    if place.is_dir() and is_backup(place):
        raise IsBackup(path=place)
    if place.is_file() or (place / MANIFEST).exists():
        if since is not None:
            raise SinceNotHere
        return audit_evidence(place, registry(), genesis=genesis)
    if place.is_dir() and not (place / HOME_FILE).exists() and any(place.iterdir()):
        return audit_export(
            place, registry(), since=since, genesis=genesis, resume=resume, progress=progress
        )
    with _opened(place) as ledger:
        return audit_home(ledger, since=since, genesis=genesis, resume=resume, progress=progress)


def _opened(home: Path) -> Ledger:
    try:
        return open_ledger(home)
    except MalformedError as error:
        raise GenesisBroken(why=error.code) from None


def print_report(out: Console, report: Report) -> None:
    """Print a report: what it is about, what it rests on, what was found."""
    rates = report.rates
    root = "?" if report.root is None else report.root.hex()
    anchors = ", ".join(f"{anchor.name} ({anchor.size})" for anchor in report.anchors)
    for line in (
        f"log 账本 {report.origin}  size 条数 {report.size}",
        f"root 根 {root}",
        f"genesis 创世摘要 {report.genesis or '?'}",
        f"held to 依据 {anchors or 'nothing outside the entries 仅凭条目自身'}",
        f"{rates.entries} entries, {rates.judged} judged, {rates.elapsed:.1f} s",
        *_resumed(report.resumed),
    ):
        out.print(line, soft_wrap=True)
    for statement in report.statements:
        mark = "yes 是" if statement.holds else "no 否"
        out.print(f"{mark}  {statement.zh}\n    {statement.en}", soft_wrap=True)
    print_findings(out, report)


def print_findings(out: Console, report: Report) -> None:
    """Print what an audit found, or that it found nothing."""
    _print_tally(out, "integrity faults 完整性问题", report.faults)
    _print_tally(out, "rule findings 规则疑点", report.findings)


def _resumed(entries: int) -> list[str]:
    if not entries:
        return []
    told = f"the first {entries} were gone through in an interrupted run, and are the same still"
    return [f"{told} 其中前 {entries} 条在上次中断的核验中已核，内容未变"]


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


commands = {
    "verify": verify,
}
