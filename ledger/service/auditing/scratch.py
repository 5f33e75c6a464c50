"""A temporary database for what an audit must remember of every stream, entry and fact.

Bounded memory, whatever the log: 16 MiB of pages, and what one part of entries touches. It holds
digests, ids, tags and log indexes, in a file without a name that goes with the process; whatever
kind of database the ledger is in, this is SQLite.
"""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ledger.audit.ports import Tip

_CHUNK = 500
_JTI_BYTES = 17
_TABLES = """
    CREATE TABLE tip (stream TEXT PRIMARY KEY, seq INTEGER, digest BLOB) WITHOUT ROWID;
    CREATE TABLE jti (jti BLOB PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE seen (size INTEGER, root TEXT, idx INTEGER);
    CREATE TABLE act (stream TEXT, idx INTEGER, PRIMARY KEY (stream, idx)) WITHOUT ROWID;
    CREATE TABLE bearing (tag TEXT, idx INTEGER, PRIMARY KEY (tag, idx)) WITHOUT ROWID;
"""


class Scratch:
    """One audit's memory: ``Memory`` for its order, acts by stream and by tag for its rules."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect("", isolation_level=None)
        # Nothing here outlives the process: what a crash leaves is nobody's loss.
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-16384"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.executescript(_TABLES)
        self._connection.execute("BEGIN")

    def close(self) -> None:
        """Let the database go."""
        self._connection.close()

    # -- what the order remembers --------------------------------------------------------------

    def tips(self, streams: Collection[str]) -> dict[str, Tip]:
        """Return the tips of those streams that are remembered."""
        query = "SELECT stream, seq, digest FROM tip WHERE stream IN ({})"
        return {name: (seq, digest) for name, seq, digest in self._among(query, list(streams))}

    def all_tips(self) -> Iterator[tuple[str, Tip]]:
        """Yield the tip of every stream remembered, by stream bytewise."""
        query = "SELECT stream, seq, digest FROM tip ORDER BY stream"
        for name, seq, digest in self._connection.execute(query):
            yield name, (seq, digest)

    def known(self, jtis: Collection[int]) -> set[int]:
        """Return which of these ids are remembered."""
        values = [jti.to_bytes(_JTI_BYTES, "big") for jti in jtis]
        found = self._among("SELECT jti FROM jti WHERE jti IN ({})", values)
        return {int.from_bytes(jti, "big") for (jti,) in found}

    def remember(
        self,
        tips: Mapping[str, Tip],
        jtis: Collection[int],
        seen: Collection[tuple[int, str, int]],
    ) -> None:
        """Remember new tips, new ids, and the checkpoints seen."""
        run = self._connection.executemany
        # In the order of the tables: neighbours are on one page.
        rows = sorted((name, *tip) for name, tip in tips.items())
        run("INSERT OR REPLACE INTO tip VALUES (?, ?, ?)", rows)
        run("INSERT INTO jti VALUES (?)", sorted((j.to_bytes(_JTI_BYTES, "big"),) for j in jtis))
        run("INSERT INTO seen VALUES (?, ?, ?)", seen)

    def seen(self) -> Iterator[tuple[int, str, int]]:
        """Yield (size, root, log index) of the checkpoints seen, sorted."""
        yield from self._connection.execute("SELECT * FROM seen ORDER BY size, root, idx")

    # -- what the rules remember ---------------------------------------------------------------

    def note(self, acts: Iterable[tuple[str, int]], bearing: Iterable[tuple[str, int]]) -> None:
        """Note acts as (stream, log index) and what they bear as (tag, log index)."""
        run = self._connection.executemany
        run("INSERT OR IGNORE INTO act VALUES (?, ?)", sorted(acts))
        run("INSERT OR IGNORE INTO bearing VALUES (?, ?)", sorted(bearing))

    def acts_of(self, stream: str) -> list[int]:
        """Return the log indexes of the acts noted of a stream, in order."""
        return self._indexes("SELECT idx FROM act WHERE stream = ? ORDER BY idx", stream)

    def bearing(self, tag: str) -> list[int]:
        """Return the log indexes noted that bear ``tag``, in order."""
        return self._indexes("SELECT idx FROM bearing WHERE tag = ? ORDER BY idx", tag)

    def _indexes(self, query: str, value: str) -> list[int]:
        return [index for (index,) in self._connection.execute(query, (value,))]

    def _among(self, query: str, values: Sequence[object]) -> Iterator[tuple[Any, ...]]:
        for start in range(0, len(values), _CHUNK):
            some = values[start : start + _CHUNK]
            yield from self._connection.execute(query.format(",".join("?" * len(some))), some)
