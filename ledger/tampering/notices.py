"""Does a deed on a copy of a home and tells who notices, with what, and where.

Nobody is told what was done: the ledger itself on its next write, an auditor of the copy, whoever
kept an earlier checkpoint; for a fork two people who compare the checkpoints they were given, for
what is sealed the ledger where it shows the value. The home itself is only read.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from ledger.audit.ports import Progress
from ledger.audit.report import Report
from ledger.bootstrap import open_ledger
from ledger.entry.entry import parse_entry
from ledger.errors import LedgerError, NotFound, StorageError
from ledger.service.auditing.audits import audit_home
from ledger.service.reading import receipts
from ledger.service.reading.values import open_groups
from ledger.store.home import Home, open_home
from ledger.store.homecopy import copy_home
from ledger.store.passing import passing_folder
from ledger.tampering.deeds import KINDS, UnknownTampering
from ledger.tlog.checkpoint import open_checkpoint
from ledger.tlog.note import Verifier, parse_vkey


class NotInFiles(NotFound):
    """The ledger is in PostgreSQL: copying the home copies no ledger."""

    code = "tamper.not_in_files"
    zh = "账本在 PostgreSQL 中，复制目录不会得到副本。请先备份并恢复为文件，再作演示。"
    en = (
        "The ledger is in PostgreSQL, so a copy of the home holds none. Restore a backup of it, "
        "which is files, and tamper with that."
    )


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """Words in both languages."""

    zh: str
    en: str


LEDGER: Final = Said(zh="账本自身（写入前）", en="the ledger, before it writes")
AUDITOR: Final = Said(zh="核验者", en="an auditor of the copy")
SHOWING: Final = Said(zh="账本自身（公开前）", en="the ledger, before it shows the value")
KEEPER: Final = Said(zh="留存检查点的人", en="whoever kept a checkpoint")
HOLDERS: Final = Said(zh="两位持有人比对", en="two holders who compare")
MARK: Final = Said(zh="签名标记", en="the signer's mark")
EARLIER: Final = Said(zh="较早的检查点", en="an earlier checkpoint")
THEIRS: Final = Said(zh="各自的检查点", en="their checkpoints")
SIGNED: Final = Said(zh="签名时的承诺", en="what was signed")
ANCHORED: Final = frozenset({"audit.behind", "audit.root"})
"""What an anchor gives away; other faults show by what the entries' signers signed."""
NOT_SHOWN: Final = "not shown 不予显示"
TWO_ROOTS: Final = "one size, two roots 同一条数两个根"


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """Whether someone noticed: who, with what, at which log index first, by which codes."""

    who: Said
    with_: Said = msgspec.field(name="with")
    noticed: bool
    index: int | None
    codes: tuple[str, ...]


class Tampered(msgspec.Struct, frozen=True, kw_only=True):
    """What was done to the copy, who noticed, and for a fork the two checkpoints.

    ``sealed`` tells that a sealed value was changed and the log left as it is.
    """

    kind: str
    sealed: bool
    zh: str
    en: str
    notices: tuple[Notice, ...]
    checkpoints: tuple[str, ...]


def tamper_with_copy(kind: str, home: Path, progress: Progress, *, rules: bool = True) -> Tampered:
    """Do a deed on a copy of ``home`` in a folder of its own; return who noticed.

    Without ``rules`` the audits look at signatures, tree and store alone, which is a tenth of the
    work: what is done here shows there.

    Raises:
        UnknownTampering: ``kind`` is not one of ``KINDS``.
        NotInFiles: the ledger is in PostgreSQL.
        NothingToTamper: the log holds nothing it could be done to.
        HomeMissing: there is no home; StorageError when it cannot be copied.
    """
    if kind not in KINDS:
        raise UnknownTampering(kind=kind, known=", ".join(KINDS))
    opened = open_home(home)
    if opened.database is not None:
        raise NotInFiles
    try:
        return _tampered(kind, opened, progress, rules=rules)
    except OSError as error:  # such as a disk with no room for a copy
        raise StorageError(why=f"copy: {error.strerror or 'I/O'}") from error


def _tampered(kind: str, opened: Home, progress: Progress, *, rules: bool) -> Tampered:
    home = opened.path
    with passing_folder() as folder:
        copy = folder / "copy"
        copy_home(opened, copy)
        index = KINDS[kind].do(copy)
        notes = _two_checkpoints(home, copy) if kind == "fork" else ()
        shown = [_showing(copy, index)] if KINDS[kind].sealed else []
        return Tampered(
            kind=kind,
            sealed=KINDS[kind].sealed,
            zh=KINDS[kind].zh.format(index=index),
            en=KINDS[kind].en.format(index=index),
            notices=(*_notices(home, copy, progress, rules=rules), *shown, *_compared(notes)),
            checkpoints=notes,
        )


def _notices(home: Path, copy: Path, progress: Progress, *, rules: bool) -> Iterator[Notice]:
    with open_ledger(home) as honest:
        earlier = receipts.checkpoint(honest)
    yield _ledger_itself(copy)
    with open_ledger(copy) as ledger:
        look = partial(audit_home, ledger, rules=rules, views=rules, progress=progress)
        yield _auditor(AUDITOR, MARK, look())
        yield _auditor(KEEPER, EARLIER, look(since=earlier))


def _ledger_itself(copy: Path) -> Notice:
    codes: tuple[str, ...] = ()
    try:
        with open_ledger(copy) as ledger:
            ledger.writer()
    except LedgerError as error:
        codes = (error.code,)
    return Notice(who=LEDGER, with_=MARK, noticed=bool(codes), index=None, codes=codes)


def _auditor(who: Said, with_: Said, report: Report) -> Notice:
    firsts = [t.first for t in (report.faults, report.findings) if t.first is not None]
    codes = {**report.faults.counts, **report.findings.counts}
    return Notice(
        who=who,
        with_=with_ if report.clean or ANCHORED & codes.keys() else SIGNED,
        noticed=not report.clean,
        index=min(firsts, default=None),
        codes=tuple(sorted(codes)),
    )


def _showing(copy: Path, index: int) -> Notice:
    with open_ledger(copy) as ledger:
        (state,) = ledger.recorder.states(index, index + 1)
        groups = open_groups(ledger, index, parse_entry(state).signed.claims)
    noticed = any(group.state != "shown" for group in groups.values())
    codes = (NOT_SHOWN,) if noticed else ()
    return Notice(who=SHOWING, with_=SIGNED, noticed=noticed, index=index, codes=codes)


def _compared(notes: tuple[str, ...]) -> Iterator[Notice]:
    if notes:
        # A signed note's first three lines: origin, size, root.
        (*same, first), (*other, second) = (note.split("\n")[:3] for note in notes)
        forked = same == other and first != second
        codes = (TWO_ROOTS,) if forked else ()
        yield Notice(who=HOLDERS, with_=THEIRS, noticed=forked, index=None, codes=codes)


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
