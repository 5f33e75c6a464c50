"""``mingzhang demo tamper``: does the deed on a copy and shows who notices, with what, and where.

Nobody is told what was done: the ledger itself on its next write, an auditor of the copy, whoever
kept an earlier checkpoint, and for a fork two people who compare the checkpoints they were given.
The home itself is only read. Exit status 0 when somebody noticed: that is what is to be shown.
"""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from ledger.audit.report import Report
from ledger.bootstrap import open_ledger
from ledger.cli.shell import FINDING, Shell, print_table, table
from ledger.cli.tamper import KINDS, UnknownTampering
from ledger.errors import LedgerError, NotFound
from ledger.service import receipts
from ledger.service.auditing import audit_home
from ledger.store.home import open_home
from ledger.tlog.checkpoint import open_checkpoint
from ledger.tlog.note import Verifier, parse_vkey

CODES = 6
"""Codes shown of one audit; the rest are counted."""


class NotInFiles(NotFound):
    """The ledger is in PostgreSQL: copying the home copies no ledger."""

    code = "tamper.not_in_files"
    zh = "账本在 PostgreSQL 中，复制目录不会得到副本。请先备份并恢复为文件，再作演示。"
    en = (
        "The ledger is in PostgreSQL, so a copy of the home holds none. Restore a backup of it, "
        "which is files, and tamper with that."
    )


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """Whether someone noticed: who, with what, at which log index first, by which codes."""

    who: str
    with_: str = msgspec.field(name="with")
    noticed: bool
    index: int | None
    codes: tuple[str, ...]


class Tampered(msgspec.Struct, frozen=True, kw_only=True):
    """What was done to the copy, who noticed, and for a fork the two checkpoints."""

    kind: str
    zh: str
    en: str
    notices: tuple[Notice, ...]
    checkpoints: tuple[str, ...]


def tamper_(
    shell: Shell,
    kind: Annotated[
        str, typer.Argument(metavar="|".join(KINDS), help="What is done to the copy. 篡改方式")
    ],
) -> int:
    """Tamper with a copy 演示篡改. Shows who notices, with what, and where."""
    if kind not in KINDS:
        raise UnknownTampering(kind=kind, known=", ".join(KINDS))
    if open_home(shell.home).database is not None:  # raises where there is no home
        raise NotInFiles
    with tempfile.TemporaryDirectory(prefix="mingzhang-") as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(shell.home, copy)
        index = KINDS[kind].do(copy)
        notes = _two_checkpoints(shell.home, copy) if kind == "fork" else ()
        done = Tampered(
            kind=kind,
            zh=KINDS[kind].zh.format(index=index),
            en=KINDS[kind].en.format(index=index),
            notices=(*_notices(shell, copy), *_compared(notes)),
            checkpoints=notes,
        )
    shell.result(done, lambda out: _print(out, done))
    return 0 if any(notice.noticed for notice in done.notices) else FINDING


def _notices(shell: Shell, copy: Path) -> Iterator[Notice]:
    with open_ledger(shell.home) as honest:
        earlier = receipts.checkpoint(honest)
    yield _ledger_itself(copy)
    with shell.progress("audits 核验") as progress, open_ledger(copy) as ledger:
        report = audit_home(ledger, progress=progress)
        yield _auditor("an auditor of the copy 核验者", "the signer's mark 签名标记", report)
        report = audit_home(ledger, since=earlier, progress=progress)
        who = "whoever kept a checkpoint 留存检查点的人"
        yield _auditor(who, "an earlier checkpoint 较早的检查点", report)


def _ledger_itself(copy: Path) -> Notice:
    codes: tuple[str, ...] = ()
    try:
        with open_ledger(copy) as ledger:
            ledger.writer()
    except LedgerError as error:
        codes = (error.code,)
    who = "the ledger, before it writes 账本自身（写入前）"
    mark = "the signer's mark 签名标记"
    return Notice(who=who, with_=mark, noticed=bool(codes), index=None, codes=codes)


def _auditor(who: str, with_: str, report: Report) -> Notice:
    firsts = [t.first for t in (report.faults, report.findings) if t.first is not None]
    return Notice(
        who=who,
        with_=with_,
        noticed=not report.clean,
        index=min(firsts, default=None),
        codes=tuple(sorted({**report.faults.counts, **report.findings.counts})),
    )


def _compared(notes: tuple[str, ...]) -> Iterator[Notice]:
    if notes:
        who, with_ = "two holders who compare 两位持有人比对", "their checkpoints 各自的检查点"
        # A signed note's first three lines: origin, size, root.
        (*same, first), (*other, second) = (note.split("\n")[:3] for note in notes)
        forked = same == other and first != second
        codes = ("one size, two roots 同一条数两个根",) if forked else ()
        yield Notice(who=who, with_=with_, noticed=forked, index=None, codes=codes)


def _two_checkpoints(home: Path, copy: Path) -> tuple[str, ...]:
    """Return what two people were given for one size, each note signed by the log's own key."""
    with open_ledger(copy) as forked:
        size = forked.recorder.head().size
        second = receipts.checkpoint(forked, size)
    with open_ledger(home) as honest:
        first = receipts.checkpoint(honest, size)
        verifiers: list[Verifier] = [parse_vkey(honest.signer.vkey)]
    for note in (first, second):
        open_checkpoint(note, verifiers)
    return first.decode(), second.decode()


def _print(out: Console, done: Tampered) -> None:
    out.print(f"On a copy 在副本上: {done.en}\n{done.zh}", soft_wrap=True)
    grid = table(
        "who 谁", "with what 凭什么", "noticed 是否发现", "where 序号", "what 发现", lines=True
    )
    for notice in done.notices:
        more = len(notice.codes) - CODES
        codes = [*notice.codes[:CODES], *([f"… {more} more"] if more > 0 else [])]
        where = "" if notice.index is None else str(notice.index)
        noticed = "yes 是" if notice.noticed else "no 否"
        grid.add_row(notice.who, notice.with_, noticed, where, "\n".join(codes))
    print_table(out, grid)
    if done.checkpoints:
        out.print(
            "Two people compare what they were given: one size, two roots, both signed by the log. "
            "That pair alone proves the fork.\n"
            "两人比对各自所得：同一条数、两个根、均由账本签名。仅此一对即可证明分叉。\n",
            soft_wrap=True,
        )
        for holder, note in zip(
            ("first holder 甲", "second holder 乙"), done.checkpoints, strict=True
        ):
            out.print(f"{holder}:\n{note}", soft_wrap=True)
