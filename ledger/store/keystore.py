"""Keys in a file of their own: data keys that erasure destroys, and keys the server signs with.

A data key belongs to one subject in one stream; deleting its row makes every sealed value under
it unreadable, in the vault and in the vault's backups. The store is a separate database file
because a shared write-ahead log or backup would undo an erasure.
Each erasure raises a generation beside the keys: what other processes remember of keys is no longer
good then. They compare it before they seal, with each reading of many keys, and when they ``look``.
Everything is wrapped by a key-encryption key behind a small port: a file here, an HSM later.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from threading import Lock
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Engine, delete, insert, select, update

from ledger.entry.keys import PrivateKey
from ledger.errors import IntegrityFault, NotFound, StorageError
from ledger.store.dialect import insert_missing, lay_out, reading, writing
from ledger.store.randomness import random_blocks
from ledger.store.rowcopy import copy_rows
from ledger.store.tables import data_key, erasures, keys_metadata, signing_key

CACHED_KEYS = 20_000
_COMPARED = 500

Pair = tuple[str, str]
"""A data key's name: the stream, and the subject in it."""


class KekMissing(StorageError):
    """The key-encryption key is not where it should be."""

    code = "keys.kek_missing"
    zh = "找不到密钥加密密钥（{path}）。密封内容无法读写；请从密钥备份恢复。"
    en = "The key-encryption key is missing ({path}). Restore it from the keys' backup."


class KeyErased(NotFound):
    """The data key is gone: what was sealed under it cannot be opened."""

    code = "keys.erased"
    zh = "该内容的数据密钥已销毁或缺失，无法打开。"
    en = "The data key of this content is gone; it cannot be opened."


class Kek(Protocol):
    """A key-encryption key: wraps 32-byte keys, binding each to its name."""

    def wrap(self, key: bytes, name: bytes, nonce: bytes) -> bytes:
        """Return ``key`` encrypted, bound to ``name``; ``nonce`` is 12 fresh random bytes."""
        ...

    def unwrap(self, wrapped: bytes, name: bytes) -> bytes:
        """Return the key. Raises: IntegrityFault when it was not wrapped here under ``name``."""
        ...


class FileKek:
    """A key-encryption key in a file (32 random bytes, mode 0600)."""

    def __init__(self, path: Path) -> None:
        try:
            self._aead = AESGCM(path.read_bytes())
        except (OSError, ValueError) as error:
            raise KekMissing(path=path.name) from error

    def wrap(self, key: bytes, name: bytes, nonce: bytes) -> bytes:
        """Return nonce and ciphertext (12 + 32 + 16 bytes)."""
        return nonce + self._aead.encrypt(nonce, key, name)

    def unwrap(self, wrapped: bytes, name: bytes) -> bytes:
        """Return the 32-byte key. Raises: IntegrityFault."""
        try:
            return self._aead.decrypt(wrapped[:12], wrapped[12:], name)
        except (InvalidTag, TypeError, ValueError) as error:  # cut short, or of another type
            raise IntegrityFault(why="a wrapped key does not unwrap") from error


def create_keys(engine: Engine) -> None:
    """Create the tables."""
    with writing(engine) as connection:
        lay_out(connection, keys_metadata)
        erasures.create(connection)


class Keystore:
    """Data keys by (stream, subject), signing keys by thumbprint.

    ``generation`` counts the erasures of this home, as far as this process has seen.
    """

    def __init__(self, engine: Engine, kek: Kek) -> None:
        self._engine = engine
        self._kek = kek
        self._cached: dict[Pair, bytes] = {}
        self.generation = 0
        self._counted = False
        self._lock = Lock()

    def look(self) -> None:
        """See whether another process erased keys; if so remember none. Raises: StorageError."""
        with reading(self._engine) as connection:
            found = self._generation(connection)
        self._met(found)

    def _generation(self, connection: Connection) -> int:
        """Return how many erasures the moment of ``connection`` has seen."""
        # A home made before erasures were counted has no such table until the first.
        self._counted = self._counted or connection.dialect.has_table(connection, erasures.name)
        if not self._counted:
            return 0
        found: int | None = connection.scalar(select(erasures.c.generation))
        return found or 0

    def _met(self, generation: int) -> None:
        with self._lock:
            if generation > self.generation:
                self._cached.clear()
                self.generation = generation

    def ensure(self, wanted: Iterable[Pair]) -> dict[Pair, bytes]:
        """Return a durable 32-byte data key for each (stream, subject), making those missing.

        Called before the transaction of the entries that use them, so no entry is ever sealed
        under a key that a crash could lose. Two processes racing for one key get the same one.
        """
        found, missing = {}, []
        pairs = set(wanted)
        if any(pair in self._cached for pair in pairs):
            self.look()  # what is sealed under a key that was erased is lost
        for pair in pairs:
            if (key := self._cached.get(pair)) is not None:
                found[pair] = key
            else:
                missing.append(pair)
        if missing:
            found.update(self._make(missing))
        return found

    def _make(self, pairs: list[Pair]) -> dict[Pair, bytes]:
        # Of an erasure met meanwhile, or not met yet: what is remembered then goes with the rest.
        generation = self.generation
        fresh = dict(zip(pairs, random_blocks(32, len(pairs)), strict=True))
        nonces = random_blocks(12, len(pairs))
        rows = [
            {
                "stream": stream,
                "subject": subject,
                "wrapped": self._kek.wrap(key, _name(stream, subject), next(nonces)),
            }
            # In one order everywhere: two processes with the same keys would wait for each other.
            for (stream, subject), key in sorted(fresh.items())
        ]
        with writing(self._engine) as connection:
            if insert_missing(connection, data_key, rows) < len(rows):
                fresh = self._stored(connection, fresh)
        self._remember(fresh, generation)
        return fresh

    def _stored(self, connection: Connection, pairs: Iterable[Pair]) -> dict[Pair, bytes]:
        """Return the keys that are stored for ``pairs``: some were made by another process."""
        streams = {stream for stream, _ in pairs}
        found = connection.execute(select(data_key).where(data_key.c.stream.in_(streams)))
        kept = {(row.stream, row.subject): row.wrapped for row in found}
        return {pair: self._kek.unwrap(kept[pair], _name(*pair)) for pair in pairs}

    def fetch(self, streams: Iterable[str]) -> None:
        """Read the data keys of many streams at once, for ``data_key`` to find them in memory."""
        query = select(data_key).where(data_key.c.stream.in_(sorted(set(streams))))
        with reading(self._engine) as connection:
            generation = self._generation(connection)
            self._met(generation)
            for row in connection.execute(query):
                pair = (row.stream, row.subject)
                if pair not in self._cached:
                    key = self._kek.unwrap(row.wrapped, _name(*pair))
                    self._remember({pair: key}, generation)

    def data_key(self, stream: str, subject: str) -> bytes:
        """Return the data key. Raises: KeyErased when there is none (any more)."""
        if (key := self.find(stream, subject)) is None:
            raise KeyErased
        return key

    def find(self, stream: str, subject: str) -> bytes | None:
        """Return the data key, None when there is none (any more)."""
        if (key := self._cached.get((stream, subject))) is not None:
            return key
        query = select(data_key.c.wrapped).where(
            data_key.c.stream == stream, data_key.c.subject == subject
        )
        with reading(self._engine) as connection:
            generation = self._generation(connection)
            wrapped = connection.execute(query).scalar_one_or_none()
        self._met(generation)
        if wrapped is None:
            return None
        key = self._kek.unwrap(wrapped, _name(stream, subject))
        self._remember({(stream, subject): key}, generation)
        return key

    def copy_to(self, target: Connection) -> None:
        """Copy every key, wrapped as it is, to a database of a backup."""
        with reading(self._engine) as connection:
            for table in keys_metadata.sorted_tables:
                copy_rows(connection, target, table)

    def require_kek(self) -> None:
        """Unwrap the first key of each kind. Raises: IntegrityFault when it is another's."""
        with reading(self._engine) as connection:
            data = connection.execute(select(data_key).limit(1)).one_or_none()
            signing = connection.execute(select(signing_key).limit(1)).one_or_none()
        if data is not None:
            self._kek.unwrap(data.wrapped, _name(data.stream, data.subject))
        if signing is not None:
            self._kek.unwrap(signing.wrapped, signing.kid.encode())

    def keys_in(self, other: Connection, pairs: Iterable[Pair]) -> dict[Pair, bytes]:
        """Return those data keys of ``pairs`` that a backup's database has.

        Raises: IntegrityFault when one was wrapped by another key-encryption key.
        """
        wanted = set(pairs)
        query = select(data_key).where(data_key.c.stream.in_({stream for stream, _ in wanted}))
        found = {(row.stream, row.subject): row.wrapped for row in other.execute(query)}
        return {pair: self._kek.unwrap(found[pair], _name(*pair)) for pair in wanted & found.keys()}

    def held(self, pairs: Iterable[Pair]) -> set[Pair]:
        """Return those of ``pairs`` whose data keys are here."""
        wanted = set(pairs)
        query = select(data_key.c.stream, data_key.c.subject)
        with reading(self._engine) as connection:
            streams = {stream for stream, _ in wanted}
            rows = connection.execute(query.where(data_key.c.stream.in_(streams)))
            return wanted & {(row.stream, row.subject) for row in rows}

    def take_in(self, source: Connection, wanted: Iterable[Pair]) -> None:
        """Keep those of the data keys ``wanted`` that a backup has and that are missing here.

        Raises: IntegrityFault when one was wrapped by another key-encryption key.
        """
        pairs = set(wanted)
        query = select(data_key).where(data_key.c.stream.in_({stream for stream, _ in pairs}))
        rows = [dict(row) for row in source.execute(query).mappings()]
        rows = [row for row in rows if (row["stream"], row["subject"]) in pairs]
        for row in rows:
            self._kek.unwrap(row["wrapped"], _name(row["stream"], row["subject"]))
        if rows:
            with writing(self._engine) as connection:
                insert_missing(connection, data_key, rows)

    def differing_in(self, other: Connection) -> dict[Pair, bytes | None]:
        """Return the names of the data keys here that a backup's database has not.

        With each the other key it has under that name, None where it has none.
        Raises: IntegrityFault, as ``keys_in``.
        """
        differing: dict[Pair, bytes | None] = {}
        with reading(self._engine) as connection:
            found = connection.execute(select(data_key), execution_options={"yield_per": _COMPARED})
            for rows in found.partitions():
                here = {(row.stream, row.subject): row.wrapped for row in rows}
                query = select(data_key).where(data_key.c.stream.in_({pair[0] for pair in here}))
                there = {(row.stream, row.subject): row.wrapped for row in other.execute(query)}
                for pair, wrapped in here.items():
                    if (theirs := there.get(pair)) == wrapped:
                        continue
                    other_key = None if theirs is None else self._kek.unwrap(theirs, _name(*pair))
                    # It may be the same, wrapped again.
                    if other_key is None or other_key != self._kek.unwrap(wrapped, _name(*pair)):
                        differing[pair] = other_key
        return differing

    def erase(self, pairs: Iterable[Pair]) -> None:
        """Destroy data keys: what is sealed under them never opens again in this home.

        Other processes that have it open know by the generation, which is raised with it.
        """
        if not (gone := sorted(set(pairs))):
            return
        with writing(self._engine) as connection:
            erasures.create(connection, checkfirst=True)
            for stream, subject in gone:
                named = (data_key.c.stream == stream, data_key.c.subject == subject)
                connection.execute(delete(data_key).where(*named))
            insert_missing(connection, erasures, [{"id": 1, "generation": 0}])
            connection.execute(update(erasures).values(generation=erasures.c.generation + 1))
            generation = self._generation(connection)
        self._met(generation)

    def take_in_signing_keys(self, source: Connection) -> None:
        """Keep those signing keys of a backup that are missing here. Raises: as ``take_in``."""
        # Without their serial numbers, which may be other keys' here.
        columns = [column for column in signing_key.c if column.name != "serial"]
        query = select(*columns).order_by(signing_key.c.serial)
        rows = [dict(row) for row in source.execute(query).mappings()]
        for row in rows:
            self._kek.unwrap(row["wrapped"], row["kid"].encode())
        with writing(self._engine) as connection:
            kept = set(connection.execute(select(signing_key.c.kid)).scalars())
            if missing := [row for row in rows if row["kid"] not in kept]:
                connection.execute(insert(signing_key), missing)

    def _remember(self, keys: dict[Pair, bytes], generation: int) -> None:
        """Keep keys read at a generation, unless there was an erasure since."""
        self._met(generation)
        with self._lock:
            if generation != self.generation:
                return
            for pair, key in keys.items():
                while len(self._cached) >= CACHED_KEYS:
                    self._cached.pop(next(iter(self._cached)), None)
                self._cached[pair] = key

    def save_signing_key(self, key: PrivateKey, *, holder: str, custody: str) -> None:
        """Keep a key the server signs with: ``custody`` is ``custodial`` or ``device``."""
        row = {
            "kid": key.kid,
            "holder": holder,
            "custody": custody,
            "wrapped": self._kek.wrap(key.seed, key.kid.encode(), os.urandom(12)),
        }
        with writing(self._engine) as connection:
            connection.execute(insert(signing_key), row)

    def signing_keys(self, holder: str) -> list[PrivateKey]:
        """Return the keys kept for ``holder``, newest first; the log says which of them count."""
        query = select(signing_key).where(signing_key.c.holder == holder)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(signing_key.c.serial.desc())).all()
        return [
            PrivateKey.from_seed(self._kek.unwrap(row.wrapped, row.kid.encode())) for row in rows
        ]


def _name(stream: str, subject: str) -> bytes:
    return f"{stream}\n{subject}".encode()
