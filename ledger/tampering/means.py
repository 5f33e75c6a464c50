"""The means of tampering: a home's rows read and written past the store, all else made to fit.

Whoever has the home has its keys: publications of heads are signed anew with those of devices, and
what is sealed is sealed again. People's own keys are not in it.
"""

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from ledger.bootstrap import registry
from ledger.entry import base64url, canonical
from ledger.entry.claims import Claims
from ledger.entry.entry import Entry, format_entry, leaf_hash, parse_entry
from ledger.entry.heads import PUBLISHED, format_head
from ledger.entry.jws import sign_entry
from ledger.entry.keys import PrivateKey
from ledger.errors import LedgerError
from ledger.store.dialect import sqlite_engine
from ledger.store.home import Home, open_home
from ledger.store.keystore import FileKek, Keystore
from ledger.store.signer import SLOT, LogSigner
from ledger.store.vault import Sealing, VaultRow, decrypt, encrypt
from ledger.tlog.levels import Levels
from ledger.tlog.tile import TileBuilder
from ledger.tlog.tree import Frontier, append_all

NONCE_BYTES = 12


class Was(NamedTuple):
    """An entry to be written back: its bytes, and where it was in the log, None for a new one."""

    state: bytes
    place: int | None


@contextmanager
def database(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a SQLite file, past the store; committed when the block ends."""
    connection = sqlite3.connect(path)
    try:
        with connection:
            yield connection
    finally:
        connection.close()


def read_states(home: Path) -> list[bytes]:
    """Return the bytes of all entries, in log order."""
    with database(open_home(home).ledger) as connection:
        rows = connection.execute("SELECT state FROM entry ORDER BY idx").fetchall()
    return [state for (state,) in rows]


def rewrite(home: Path, entries: Sequence[Was]) -> None:
    """Let the home hold just these entries, and make everything else in it fit them.

    Views are removed, to be built again from the entries. The mark stays as it was.
    """
    opened = open_home(home)
    parsed = [parse_entry(was.state) for was in entries]
    with database(opened.ledger) as connection:
        vault = _moved_vault(opened, connection, entries, parsed)
        for table in ("entry", "tag", "tile", "vault"):
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own tables
        for index, (was, entry) in enumerate(zip(entries, parsed, strict=True)):
            claims = entry.signed.claims
            columns = (index, claims.stream, claims.seq, claims.type, claims.jti, was.state)
            connection.execute("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)", columns)
            for tag in _tags(entry):
                connection.execute("INSERT INTO tag VALUES (?, ?)", (tag, index))
        for row in vault:
            columns = msgspec.structs.astuple(row)
            connection.execute("INSERT INTO vault VALUES (?, ?, ?, ?, ?, ?)", columns)
        _write_tree(connection, [leaf_hash(was.state) for was in entries], parsed[-1].recorded_at)
    for file in opened.views.iterdir():
        file.unlink()


def republished(home: Path, entries: Sequence[Was]) -> list[Was]:
    """Return entries whose publications of heads fit them: signed anew with their devices' keys."""
    made: list[Was] = []
    with keys_of(open_home(home)) as keys:
        for was in entries:
            entry = parse_entry(was.state)
            key = None
            if entry.signed.claims.type == PUBLISHED:
                key = next(iter(keys.signing_keys(entry.signed.claims.actor)), None)
            made.append(was if key is None else Was(_restated(entry, key, made), was.place))
    return made


def _restated(entry: Entry, key: PrivateKey, before: Sequence[Was]) -> bytes:
    claims = entry.signed.claims
    stated = msgspec.json.decode(claims.pub)["size"]
    size = sum(was.place is not None and was.place < stated for was in before)
    heads = {each.signed.claims.stream: each.signed for each in _parsed(before[:size])}
    lines = [format_head(name, heads[name].claims.seq, heads[name].digest) for name in heads]
    root = Levels(map(leaf_hash, sorted(lines))).root()
    pub = {"root": base64url.encode(root), "size": size, "streams": len(lines)}
    (*_, last) = (each for each in _parsed(before) if each.signed.claims.stream == claims.stream)
    claims = msgspec.structs.replace(
        claims, prev=base64url.encode(last.signed.digest), pub=msgspec.Raw(canonical.encode(pub))
    )
    return format_entry(entry.recorded_at, sign_entry(claims, key).jws)


def _parsed(entries: Sequence[Was]) -> list[Entry]:
    return [parse_entry(was.state) for was in entries]


def move_mark(home: Path) -> None:
    """Let the signer's mark state what the head does."""
    opened = open_home(home)
    with database(opened.ledger) as connection:
        size, root = connection.execute("SELECT size, root FROM head").fetchone()
    (opened.signer / "mark").write_bytes(bytes(2 * SLOT))
    LogSigner(opened.signer, opened.origin).advance(size, root)


@contextmanager
def keys_of(home: Home) -> Iterator[Keystore]:
    """Open the keys of a home; who holds the home holds them."""
    engine = sqlite_engine(home.keys)
    try:
        yield Keystore(engine, FileKek(home.kek))
    finally:
        engine.dispose()


def _tags(entry: Entry) -> tuple[str, ...]:
    try:
        return registry().tags(registry().act(entry.signed))
    except LedgerError:
        return ()  # what no type declares has none


def _moved_vault(
    home: Home, connection: sqlite3.Connection, entries: Sequence[Was], parsed: Sequence[Entry]
) -> list[VaultRow]:
    """Return the vault rows, those whose entries move encrypted again for their new log index."""
    rows: dict[int, list[VaultRow]] = {}
    for row in vault_rows(connection):
        rows.setdefault(row.idx, []).append(row)
    with keys_of(home) as keys:
        return [
            row if was.place == index else _moved_row(row, index, entry, keys)
            for index, (was, entry) in enumerate(zip(entries, parsed, strict=True))
            for row in rows.get(-1 if was.place is None else was.place, ())
        ]


def vault_rows(
    connection: sqlite3.Connection,
    query: str = "SELECT * FROM vault",
    wanted: Mapping[str, str] = MappingProxyType({}),
) -> list[VaultRow]:
    """Return the vault rows a query chooses."""
    found = connection.execute(query, dict(wanted))
    names = VaultRow.__struct_fields__
    return [VaultRow(**dict(zip(names, values, strict=True))) for values in found]


def _moved_row(row: VaultRow, index: int, entry: Entry, keys: Keystore) -> VaultRow:
    claims = entry.signed.claims
    key = keys.data_key(claims.stream, row.subject)
    moved = msgspec.structs.replace(row, idx=index)
    return sealed_again(moved, claims, decrypt(row, claims.sealed, key), key)


def sealed_again(row: VaultRow, claims: Claims, disclosures: Sequence[str], key: bytes) -> VaultRow:
    """Return a vault row that holds these disclosures, bound to the digests its entry has."""
    sealing = Sealing(
        group=row.grp,
        subject=row.subject,
        purpose=row.purpose,
        retain_until=row.retain_until,
        digests=(claims.sealed or {})[row.grp],
        disclosures=tuple(disclosures),
    )
    return encrypt(row.idx, sealing, key, os.urandom(NONCE_BYTES))


def write_sealed(connection: sqlite3.Connection, row: VaultRow) -> None:
    """Put a vault row in the place of the one there is."""
    connection.execute(
        "UPDATE vault SET ciphertext = ? WHERE idx = ? AND grp = ?",
        (row.ciphertext, row.idx, row.grp),
    )


def _write_tree(connection: sqlite3.Connection, leaves: Sequence[bytes], last_at: int) -> None:
    frontier = append_all(Frontier.empty(), leaves)
    _, tiles = TileBuilder.empty().append_all(leaves)
    for tile, data in tiles:
        connection.execute("INSERT INTO tile VALUES (?, ?, ?)", (tile.level, tile.n, data))
    values = (frontier.size, frontier.root(), frontier.to_bytes(), last_at)
    connection.execute("UPDATE head SET size = ?, root = ?, frontier = ?, last_at = ?", values)
