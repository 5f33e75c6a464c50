"""Tampering, on a copy of a home: what an attacker with the operator's rights could do to it.

Used to show that a full audit notices, and to test that it does. Every kind is done thoroughly:
log indexes, columns, tags, tiles, head, vault rows and views are all made to fit afterwards, with
the keys of the home itself. What remains to give it away is said with each kind.

Never called on a home in use: these functions write past every guard the ledger has.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec

from ledger.bootstrap import registry
from ledger.entry import base64url, canonical
from ledger.entry.claims import parse_occurred
from ledger.entry.entry import Entry, format_entry, leaf_hash, parse_entry
from ledger.entry.heads import PUBLISHED, format_head
from ledger.entry.jws import sign_entry
from ledger.entry.keys import PrivateKey
from ledger.errors import LedgerError, NotFound
from ledger.store.dialect import sqlite_engine
from ledger.store.home import Home, open_home
from ledger.store.keystore import FileKek, Keystore
from ledger.store.signer import SLOT, LogSigner
from ledger.store.vault import Sealing, VaultRow, decrypt, encrypt
from ledger.tlog.levels import Levels
from ledger.tlog.tile import TileBuilder
from ledger.tlog.tree import Frontier, append_all

DAY = timedelta(days=1)
NONCE_BYTES = 12


class UnknownTampering(NotFound):
    """No such kind of tampering."""

    code = "tamper.unknown"
    zh = "没有这种篡改方式：{kind}。可选：{known}。"
    en = "There is no such tampering: {kind}. Choose among: {known}."


class NothingToTamper(NotFound):
    """The log is too short for this kind."""

    code = "tamper.nothing"
    zh = "账本条目太少，无法演示。请先办理几件事项。"
    en = "The log has too few entries to show this. Let a few cases be handled first."


class Was(NamedTuple):
    """An entry to be written back: its bytes, and where it was in the log, None for a new one."""

    state: bytes
    place: int | None


class Kind(NamedTuple):
    """A kind of tampering: what it does to a home, and in words what was done."""

    do: Callable[[Path], int]
    zh: str
    en: str


def tamper(kind: str, home: Path, *, lang: str = "en") -> str:
    """Tamper with the home in ``home``, a copy; return what was done, in words.

    Raises:
        UnknownTampering: ``kind`` is not one of ``KINDS``.
        NothingToTamper: the log is too short.
    """
    if kind not in KINDS:
        raise UnknownTampering(kind=kind, known=", ".join(KINDS))
    chosen = KINDS[kind]
    index = chosen.do(home)
    return (chosen.zh if lang == "zh" else chosen.en).format(index=index)


def change(home: Path) -> int:
    """Date an act a day earlier; return its log index."""
    states = read_states(home)
    index = _last_of_a_case(states)
    entry = parse_entry(states[index])
    header, payload, signature = entry.signed.jws.split(b".")
    claims = msgspec.json.decode(base64url.decode(payload))
    claims["iat"] -= int(DAY.total_seconds())
    claims["occ"] = (parse_occurred(claims["occ"]) - DAY).isoformat()
    payload = base64url.encode(canonical.encode(claims)).encode("ascii")
    changed = format_entry(entry.recorded_at, b".".join((header, payload, signature)))
    was = [Was(changed if i == index else s, i) for i, s in enumerate(states)]
    rewrite(home, republished(home, was))
    return index


def delete(home: Path) -> int:
    """Take out the last entry of a case, and move up what follows; return its log index."""
    states = read_states(home)
    index = _last_of_a_case(states)
    kept = [Was(state, i) for i, state in enumerate(states) if i != index]
    rewrite(home, republished(home, kept))
    return index


def swap(home: Path) -> int:
    """Exchange two neighbours of different streams, each taking the other's time."""
    states = read_states(home)
    entries = [parse_entry(state) for state in states]
    for index in range(len(states) - 2, 0, -1):
        first, second = entries[index], entries[index + 1]
        if _independent(first, second):
            swapped = [Was(state, i) for i, state in enumerate(states)]
            swapped[index] = _at(first.recorded_at, second, index + 1)
            swapped[index + 1] = _at(second.recorded_at, first, index)
            rewrite(home, republished(home, swapped))
            return index
    raise NothingToTamper


def roll_back(home: Path) -> int:
    """Put back an older copy of everything but the signer's folder; return its size."""
    states = read_states(home)
    size = len(states) - max(1, len(states) // 10)
    rewrite(home, [Was(state, i) for i, state in enumerate(states[:size])])
    return size


def fork(home: Path) -> int:
    """Delete as ``delete`` does, and make the signer forget: the log signs another history."""
    index = delete(home)
    move_mark(home)
    return index


KINDS: Mapping[str, Kind] = {
    "changed": Kind(
        change,
        "将第 {index} 条改为早一天签署，并使其余一切与之相符。签名会露出破绽。",
        "Dated entry {index} a day earlier and made all else fit. Its signature gives it away.",
    ),
    "deleted": Kind(
        delete,
        "删去第 {index} 条，其后条目依次前移，其余一切与之相符。签名标记会露出破绽。",
        "Took out entry {index}, moved up the rest, made all fit. The signer's mark gives it away.",
    ),
    "swapped": Kind(
        swap,
        "对调第 {index} 条与其后一条，其余一切与之相符。签名标记会露出破绽。",
        "Exchanged entry {index} and the next, made all fit. The signer's mark gives it away.",
    ),
    "rollback": Kind(
        roll_back,
        "恢复为只有 {index} 条时的旧副本。签名标记会露出破绽。",
        "Put back an older copy of {index} entries. The signer's mark gives it away.",
    ),
    "fork": Kind(
        fork,
        "删去第 {index} 条并重置签名标记，另立一份历史。只有见证或较早的检查点能露出破绽。",
        "Took out entry {index} and reset the signer's mark: another history. Only a witness or an "
        "earlier checkpoint gives it away.",
    ),
}


# The means. ---------------------------------------------------------------------------------


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
    for values in connection.execute("SELECT * FROM vault"):
        row = VaultRow(**dict(zip(VaultRow.__struct_fields__, values, strict=True)))
        rows.setdefault(row.idx, []).append(row)
    with keys_of(home) as keys:
        return [
            row if was.place == index else _moved_row(row, index, entry, keys)
            for index, (was, entry) in enumerate(zip(entries, parsed, strict=True))
            for row in rows.get(-1 if was.place is None else was.place, ())
        ]


def _moved_row(row: VaultRow, index: int, entry: Entry, keys: Keystore) -> VaultRow:
    claims = entry.signed.claims
    key = keys.data_key(claims.stream, row.subject)
    sealing = Sealing(
        group=row.grp,
        subject=row.subject,
        purpose=row.purpose,
        retain_until=row.retain_until,
        digests=(claims.sealed or {})[row.grp],
        disclosures=decrypt(row, claims.sealed, key),
    )
    return encrypt(index, sealing, key, os.urandom(NONCE_BYTES))


def _write_tree(connection: sqlite3.Connection, leaves: Sequence[bytes], last_at: int) -> None:
    frontier = append_all(Frontier.empty(), leaves)
    _, tiles = TileBuilder.empty().append_all(leaves)
    for tile, data in tiles:
        connection.execute("INSERT INTO tile VALUES (?, ?, ?)", (tile.level, tile.n, data))
    values = (frontier.size, frontier.root(), frontier.to_bytes(), last_at)
    connection.execute("UPDATE head SET size = ?, root = ?, frontier = ?, last_at = ?", values)


def _last_of_a_case(states: Sequence[bytes]) -> int:
    """Return an entry nothing follows in its stream, of a case, and not the log's last."""
    ended: set[str] = set()
    for index in range(len(states) - 1, 0, -1):
        stream = parse_entry(states[index]).signed.claims.stream
        if stream.startswith("case/") and stream not in ended and index < len(states) - 1:
            return index
        ended.add(stream)
    raise NothingToTamper


def _independent(first: Entry, second: Entry) -> bool:
    mine, other = first.signed.claims, second.signed.claims
    cases = mine.stream.startswith("case/") and other.stream.startswith("case/")
    return cases and mine.stream != other.stream


def _at(recorded_at: int, entry: Entry, index: int) -> Was:
    return Was(format_entry(recorded_at, entry.signed.jws), index)
