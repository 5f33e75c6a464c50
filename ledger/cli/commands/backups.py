"""``mingzhang backup|restore|tail export|tail apply``: copies, drills, and the missing tail.

Exit status 1 where what came back is not whole or may not go on yet; 2 where nothing was done.
"""

import os
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from ledger.audit.audit import EARLIER
from ledger.audit.report import Report
from ledger.bootstrap import open_ledger
from ledger.cli.commands.verify import print_findings
from ledger.cli.shell import FINDING, Count, Shell
from ledger.errors import LedgerError, MalformedError
from ledger.service.auditing.audits import audit_home
from ledger.service.backup.backing_up import back_up
from ledger.service.backup.manifest import KEYS, VAULT, Backup, Manifest, open_backup
from ledger.service.backup.restoring import behind_mark, require_root, restore
from ledger.service.backup.sources import open_source
from ledger.service.backup.tail import Applied, apply_tail
from ledger.service.backup.tail_keys import Gone
from ledger.store.passing import passing_folder
from ledger.store.signer import LogSigner, create_signer

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The backup's folder. 备份目录")]
KeysFolder = Annotated[
    Path | None,
    typer.Option(
        "--keys",
        metavar="DIR",
        help="Where its keys are kept apart; else DIR/keys. 密钥部分所在目录",
        show_default=False,
    ),
]
VaultFolder = Annotated[
    Path | None,
    typer.Option(
        "--vault",
        metavar="DIR",
        help="Where its sealed values are kept apart; else DIR/vault. 密封内容所在目录",
        show_default=False,
    ),
]


class WhereTo(MalformedError):
    """A restore is either a drill or goes somewhere."""

    code = "cli.restore_where"
    zh = "请指明恢复到哪里：--to 新目录；或 --drill 只作演练。两者取一。"
    en = "Say where to restore: either --to a new HOME, or --drill to try it and keep nothing."


class Drilled(msgspec.Struct, frozen=True, kw_only=True):
    """What a drill showed: whether the checkpoint in the manifest held, and the audit's report."""

    origin: str
    made_at: str
    size: int
    root: str
    checkpoint: bool
    report: Report

    @property
    def clean(self) -> bool:
        """Whether the backup, restored, is a whole ledger with the root stated."""
        return self.report.clean


def backup(
    shell: Shell, folder: Folder, *, keys: KeysFolder = None, vault: VaultFolder = None
) -> None:
    """Back the ledger up 备份 into a new folder, while others write. Never the signer's folder."""
    _backed_up(shell, folder, keys, vault, first=0)


def tail_export(
    shell: Shell,
    folder: Folder,
    *,
    first: Annotated[
        int,
        typer.Option(
            "--from", min=1, help="The first entry to take: the size lacking it. 起始序号"
        ),
    ],
    keys: KeysFolder = None,
    vault: VaultFolder = None,
) -> None:
    """Take the end of the log 导出尾部, from an entry on, for a ledger that lacks it."""
    _backed_up(shell, folder, keys, vault, first=first)


def _backed_up(
    shell: Shell, folder: Path, keys: Path | None, vault: Path | None, *, first: int
) -> None:
    with shell.open() as ledger, shell.progress("backup 备份"):
        made = back_up(ledger, folder, elsewhere={KEYS: keys, VAULT: vault}, first=first)
    told = {name: getattr(made, name) for name in ("origin", "first", "size", "root")}
    told |= {"folder": str(folder), "signed": made.checkpoint is not None, "files": len(made.files)}
    shell.result(told, lambda out: _print_backup(out, folder, made, keys, vault))


def restore_(
    shell: Shell,
    folder: Folder,
    *,
    to: Annotated[
        Path | None,
        typer.Option(metavar="HOME", help="The new home. 恢复到此新目录", show_default=False),
    ] = None,
    drill: Annotated[
        bool,
        typer.Option(
            "--drill",
            help="Restore aside, audit everything, keep nothing. 演练：恢复、核验、不留痕",
        ),
    ] = False,
    signer: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="The signer's folder, which stays where it is; without it the home is only read. "
            "签名目录",
            show_default=False,
        ),
    ] = None,
    kek: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The key-encryption key; else keys/kek of the present home. 密钥加密密钥",
            show_default=False,
        ),
    ] = None,
    keys: KeysFolder = None,
    vault: VaultFolder = None,
    scratch: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Where a drill may use disk space; else the system's. 演练用的临时目录",
            show_default=False,
        ),
    ] = None,
) -> int:
    """Restore a backup 恢复. Behind the signer's mark it is read only, and says how to go on."""
    if (to is None) != drill:
        raise WhereTo
    found = open_backup(folder, {KEYS: keys, VAULT: vault})
    wrapped_by = kek or shell.home / "keys" / "kek"
    if to is not None:
        return _restored(shell, found, to, wrapped_by, signer)
    with shell.progress("drill 演练") as progress:
        drilled = _drilled(found, wrapped_by, scratch, progress)
    told = {"clean": drilled.clean, **msgspec.structs.asdict(drilled)}
    told["report"] = drilled.report.to_dict()
    shell.result(told, lambda out: _print_drill(out, drilled))
    return 0 if drilled.clean else FINDING


def _restored(shell: Shell, found: Backup, to: Path, kek: Path, signer: Path | None) -> int:
    with shell.progress("restore 恢复"):
        restore(found, to, kek=kek, signer=signer)
        with open_ledger(to) as ledger:
            require_root(ledger, found)
            refusal = behind_mark(ledger)
    stated = found.manifest
    told = {"home": str(to), "origin": stated.origin, "size": stated.size, "root": stated.root}
    told |= {"keys_as_of": stated.made_at}
    told |= {"writes": refusal is None, "refusal": refusal.code if refusal else None}
    shell.result(told, lambda out: _print_restored(out, to, stated, refusal))
    return 0 if refusal is None or signer is None else FINDING


def _drilled(found: Backup, kek: Path, scratch: Path | None, progress: Count) -> Drilled:
    stated = found.manifest
    with passing_folder(scratch) as folder:
        home = restore(found, folder / "home", kek=kek)
        # Its own mark, of what the manifest states: so the audit holds the entries to that root
        # as it would hold them to the true signer's.
        create_signer(home.signer, os.urandom(32))
        LogSigner(home.signer, home.origin).advance(stated.size, bytes.fromhex(stated.root))
        note = None if stated.checkpoint is None else stated.checkpoint.encode()
        with open_ledger(home.path) as ledger:
            report = audit_home(ledger, since=note, progress=progress)
    signed = any(anchor.name == EARLIER for anchor in report.anchors)
    return Drilled(
        origin=stated.origin,
        made_at=stated.made_at,
        size=stated.size,
        root=stated.root,
        checkpoint=signed,
        report=msgspec.structs.replace(report, anchors=()),
    )


def tail_apply(
    shell: Shell,
    source: Annotated[
        Path,
        typer.Argument(
            metavar="SOURCE", help="A later backup, a tail, or an exported log. 持有尾部者"
        ),
    ],
    *,
    gone: Annotated[
        Gone | None,
        typer.Option(
            help="What became of data keys the source no longer has: erased destroys them here "
            "too, lost keeps them. 来源已没有的数据密钥",
            show_default=False,
        ),
    ] = None,
    keys: KeysFolder = None,
    vault: VaultFolder = None,
) -> int:
    """Bring the missing tail back 补回尾部: entries as they were signed, to the identical root.

    Exits with 1 where values came that open under no key: find out before anybody writes on.
    有内容无密钥可解时退出码为 1，续写前请查明。
    """
    with (
        shell.open() as ledger,
        shell.progress("tail 尾部") as progress,
        open_source(source, {KEYS: keys, VAULT: vault}) as holder,
    ):
        applied = apply_tail(ledger, holder, progress, gone=gone)
        refusal = behind_mark(ledger)
    told = {**msgspec.structs.asdict(applied), "writes": refusal is None}
    told["refusal"] = refusal.code if refusal else None
    shell.result(told, lambda out: _print_applied(out, applied, refusal))
    return 0 if refusal is None and not applied.unopened else FINDING


def _print_backup(
    out: Console, folder: Path, made: Manifest, keys: Path | None, vault: Path | None
) -> None:
    # What was written elsewhere has to be found there again.
    apart = (f" --{name} {place}" for name, place in (("keys", keys), ("vault", vault)) if place)
    label, next_ = (
        ("apply it 补入", "tail apply") if made.first else ("try it 演练", "restore --drill")
    )
    signed = "signed 已签名" if made.checkpoint else "not signed: no signer 无签名目录，未签名"
    for line in (
        f"backed up 已备份 {folder}: entries 条目 {made.first}–{made.size - 1}, {signed}",
        f"root 根 {made.root}",
        "Keep apart 请分开保管:",
        "  - keys/: erasing is final only once no backup holds the key; keep few, and not for long "
        "密钥备份会使已擦除的内容复原，宜少且短期",
        "  - the home's keys/kek is not in it; keep it once, offline 密钥加密密钥另行离线保存",
        f"{label}: mingzhang {next_} {folder}{''.join(apart)}",
    ):
        out.print(line, soft_wrap=True)


def _print_restored(out: Console, to: Path, stated: Manifest, refusal: LedgerError | None) -> None:
    out.print(f"restored 已恢复 {to}: {stated.origin}, size 条数 {stated.size}", soft_wrap=True)
    out.print(
        f"sealed values open as of 密封内容以备份之时为准 {stated.made_at}: what was erased since "
        "opens again here until it is erased again 此后销毁的在此会复原，须重新销毁",
        soft_wrap=True,
    )
    _print_refusal(out, refusal)
    out.print(f"verify 核验: mingzhang --home {to} verify", soft_wrap=True)


def _print_applied(out: Console, applied: Applied, refusal: LedgerError | None) -> None:
    out.print(f"brought back 已补回: size 条数 {applied.before} → {applied.size}", soft_wrap=True)
    out.print(f"root 根 {applied.root}", soft_wrap=True)
    if applied.unsealed:
        out.print(
            f"{applied.unsealed} entries came without sealed values; if another holder has them, "
            f"restore again and use it 有 {applied.unsealed} 条未带回密封内容",
            soft_wrap=True,
        )
    if applied.unopened:
        out.print(
            f"of these, {applied.unopened} have values that open under no key: erased and written "
            f"anew there, or changed; find out before you write on 其中 {applied.unopened} 条的"
            "密封内容无密钥可解：密钥在来源销毁后另立，或内容被改动；续写前请查明",
            soft_wrap=True,
        )
    if applied.erased:
        out.print(f"keys destroyed here too 在此一并销毁的密钥 {applied.erased}", soft_wrap=True)
    _print_refusal(out, refusal)


def _print_refusal(out: Console, refusal: LedgerError | None) -> None:
    if refusal is not None:
        out.print(f"{refusal.code}\n{refusal.text('zh')}\n{refusal.text('en')}", soft_wrap=True)


def _print_drill(out: Console, drilled: Drilled) -> None:
    held = "held 相符" if drilled.checkpoint else "not proven 无法证明"
    for line in (
        f"drill 演练 {drilled.origin}  size 条数 {drilled.size}  made 备份于 {drilled.made_at}",
        f"root 根 {drilled.root}",
        f"checkpoint 检查点 {held}",
    ):
        out.print(line, soft_wrap=True)
    print_findings(out, drilled.report)
    out.print("nothing was kept 未留任何内容")


topics = {"tail": "The end of a log that a restored ledger lacks 账本尾部"}
commands = {
    "backup": backup,
    "restore": restore_,
    "tail apply": tail_apply,
    "tail export": tail_export,
}
