"""Moves a home's ledger to another database: from its file to PostgreSQL, to another server, back.

What moves are the rows, as they are: entries, tags, tiles, vault, head. The home stays where it is
and with it the signer's folder: of one log there is one mark. Keys stay where they are too, and
views are made anew from the entries.

The source is locked meanwhile. What a crash leaves: before the source gives up its head, the source
goes on and what was begun in the target is to be removed; after it, ``move`` again ends the move.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import msgspec
from sqlalchemy import Connection, Engine, Table, select

from ledger.entry.entry import leaf_hash
from ledger.errors import ConflictError, IntegrityFault, MalformedError
from ledger.store.databases import (
    keys_engine,
    ledger_engine,
    open_database,
    remove_tables,
)
from ledger.store.dialect import lay_out, reading, writing
from ledger.store.home import Home, save_settings
from ledger.store.moved import Note, find_note, leave_note
from ledger.store.reader import LogReader
from ledger.store.recorder import Head, Recorder
from ledger.store.rowcopy import CHUNK, copy_rows
from ledger.store.signer import LogSigner
from ledger.store.tables import entry, metadata
from ledger.tlog.tree import Frontier, append_all

Progress = Callable[[int, int], None]


class AlreadyThere(ConflictError):
    """The ledger is in this database already."""

    code = "copy.already_there"
    zh = "账本已在 {place}，无需迁移。"
    en = "The ledger is in {place} already; there is nothing to move."


class FileThere(ConflictError):
    """The home still has a file where the ledger is to go."""

    code = "copy.file_there"
    zh = "{path} 已存在，不会覆盖。如是账本迁出后留下的旧副本，请先移走。"
    en = (
        "{path} is there and will not be overwritten. If it is what stayed behind when the ledger "
        "moved away, take it away first."
    )


class OtherHome(MalformedError):
    """A folder was named that is not the ledger's own home."""

    code = "copy.other_home"
    zh = "账本只能迁回自己的目录 {home}：另一目录需要另一个签名目录，而一个账本只有一个。"
    en = (
        "A ledger moves back into its own home, {home}: another folder would need another signer, "
        "and of one log there is one."
    )


class NotTheSame(IntegrityFault):
    """What was written is not what was read."""

    code = "copy.not_the_same"
    zh = "迁移后核对不符（{what}），目标已清空，原账本未变。请运行 mingzhang verify。"
    en = (
        "What arrived differs ({what}); the target was emptied, the ledger stays where it was. Run "
        "`mingzhang verify`."
    )


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """Where the ledger was and is, its size and root (hex)."""

    before: str
    now: str
    size: int
    root: str


def move(home: Home, database: str | None, progress: Progress = lambda _d, _s: None) -> Moved:
    """Move the home's ledger to the PostgreSQL database at an address, None: to its own file.

    Raises:
        AlreadyThere, FileThere, DatabaseTaken, KeysBesideLedger: it cannot go there.
        HeadBehindMark, SignerMissing: the ledger here is not what was signed.
        NotTheSame: it did not arrive whole; StorageError. The ledger then stays where it was.
    """
    if database == home.database:
        raise AlreadyThere(place=database or home.ledger)
    there = replace(home, database=database)
    with _opened(ledger_engine(home)) as source:
        note = _note(source)
        if note is not None:
            head = _arrived(note, there)
        elif database is None and home.ledger.exists():
            raise FileThere(path=home.ledger)
        else:
            head = _moved(home, there, source, progress)
    save_settings(there)
    return Moved(
        before=home.database or str(home.ledger),
        now=_place(there),
        size=head.size,
        root=head.root.hex(),
    )


def require_home(home: Path, folder: Path) -> None:
    """Hold a folder named as target to the home itself. Raises: OtherHome."""
    if folder.resolve() != home.resolve():
        raise OtherHome(home=home)


def _place(home: Home) -> str:
    return home.database or str(home.ledger)


@contextmanager
def _opened(engine: Engine) -> Iterator[Engine]:
    try:
        yield engine
    finally:
        engine.dispose()


def _note(source: Engine) -> Note | None:
    with reading(source) as connection:
        return find_note(connection)


def _arrived(note: Note, there: Home) -> Head:
    """Return the head of a move that was interrupted when all but the settings was done."""
    with _opened(open_database(there)) as target:
        head = Recorder(target).head()
    if (head.size, head.root) != (note.size, note.root):
        raise NotTheSame(what=f"size {head.size}")
    return head


def _moved(home: Home, there: Home, source: Engine, progress: Progress) -> Head:
    recorder = Recorder(source)
    with (
        _opened(open_database(there, create=True)) as target,
        _opened(keys_engine(there, target)),
        writing(source) as old,
    ):
        head = recorder.lock_head(old)
        LogSigner(home.signer, home.origin).require_extended(
            lambda: (head.size, head.root), LogReader(recorder).root
        )
        with writing(target) as new:
            lay_out(new, metadata)
        try:
            with writing(target) as new:
                _copy(old, new, head, progress)
            leave_note(old, Note(place=_place(there), size=head.size, root=head.root))
        except BaseException:
            _emptied(there, target)
            raise
    return head


def _emptied(there: Home, target: Engine) -> None:
    remove_tables(target)
    target.dispose()
    if there.database is None:
        there.ledger.unlink(missing_ok=True)


def _copy(old: Connection, new: Connection, head: Head, progress: Progress) -> None:
    for done, table in enumerate(metadata.sorted_tables):
        progress(done, 2 * len(metadata.sorted_tables))
        copy_rows(old, new, table)
    for done, table in enumerate(metadata.sorted_tables, len(metadata.sorted_tables)):
        progress(done, 2 * len(metadata.sorted_tables))
        _require_same(old, new, table)
    _require_root(new, head)


def _require_same(old: Connection, new: Connection, table: Table) -> None:
    """Read both through in one order. Raises: NotTheSame."""
    query = select(table).order_by(*table.primary_key.columns)
    options = {"yield_per": CHUNK}
    ours, theirs = (each.execute(query, execution_options=options) for each in (old, new))
    for mine in ours.partitions():
        if mine != theirs.fetchmany(len(mine)):
            raise NotTheSame(what=table.name)
    if theirs.fetchone() is not None:
        raise NotTheSame(what=table.name)


def _require_root(new: Connection, head: Head) -> None:
    """Compute the root from the entries that arrived. Raises: NotTheSame."""
    frontier = Frontier.empty()
    query = select(entry.c.state).order_by(entry.c.idx)
    found = new.execute(query, execution_options={"yield_per": CHUNK}).scalars()
    for states in found.partitions():
        frontier = append_all(frontier, [leaf_hash(state) for state in states])
    if (frontier.size, frontier.root()) != (head.size, head.root):
        raise NotTheSame(what="root")
