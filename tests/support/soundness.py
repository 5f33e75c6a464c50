"""Is a home whole? Everything a full audit would find, by other means: plain SQL and the formats.

A second hand: nothing of the store's reading side is used. The rules are judged again too, each
entry with only those before it known.
"""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from ledger.bootstrap import registry
from ledger.entry import base64url
from ledger.entry.claims import GENESIS_TYPE
from ledger.entry.disclosure import parse_disclosure
from ledger.entry.entry import Entry, leaf_hash, parse_entry
from ledger.entry.jws import verify_signature
from ledger.entry.keys import PublicKey
from ledger.kernel.act import Act, Tag
from ledger.kernel.facts import Answer
from ledger.service.acts.judge import judge
from ledger.store.dialect import sqlite_engine
from ledger.store.home import open_home
from ledger.store.keystore import FileKek, Keystore
from ledger.store.known import Guard
from ledger.store.signer import LogSigner
from ledger.store.streams import Stream
from ledger.store.vault import VaultRow, decrypt
from ledger.tlog.tile import TileBuilder
from ledger.tlog.tree import Frontier, append_all, root_of
from tests.support.database import connected


def require_sound(path: Path, *, rules: bool = False) -> list[Entry]:
    """Assert that the home in ``path`` is whole; return its entries."""
    with connected(path) as connection:
        rows = _rows(connection, "entry", "idx, stream, seq, type, jti, state", "idx")
        head = _rows(connection, "head", "size, root, frontier, last_at", "id")
        tags = _rows(connection, "tag", "idx, tag", "idx, tag")
        tiles = _rows(connection, "tile", "level, n, hashes", "level, n")
        vault = _rows(
            connection, "vault", "idx, grp, subject, purpose, retain_until, ciphertext", "idx, grp"
        )
    assert [row[0] for row in rows] == list(range(len(rows))), "log indexes have gaps"
    entries = [parse_entry(row[5]) for row in rows]
    _require_columns(rows, entries)
    _require_order(path, entries)
    _require_tree(path, entries, head, tiles)
    acts = [
        registry().act(entry.signed, index=index, recorded_at=entry.recorded_at)
        for index, entry in enumerate(entries)
    ]
    derived = [(act.index, tag) for act in acts for tag in registry().tags(act)]
    assert tags == sorted(derived), "tags are not those derived"
    _require_vault(path, entries, vault)
    if rules:
        _require_lawful(path, acts)
    return entries


def _rows(connection: Any, table: str, columns: str, order: str) -> list[Any]:
    return connection.execute(f"SELECT {columns} FROM {table} ORDER BY {order}").fetchall()


def _require_columns(rows: list[Any], entries: list[Entry]) -> None:
    for (_, *columns, _), entry in zip(rows, entries, strict=True):
        claims = entry.signed.claims
        assert columns == [claims.stream, claims.seq, claims.type, claims.jti]


def _require_order(path: Path, entries: list[Entry]) -> None:
    origin = open_home(path).origin
    keys: dict[str, PublicKey] = {}
    tips: dict[str, tuple[int, str]] = {}
    jtis: set[str] = set()
    last_at, first = 0, base64url.encode(sha256(entries[0].signed.jws).digest())
    for entry in entries:
        claims = entry.signed.claims
        keys.update(_enrolled(claims.type, bytes(claims.pub)))
        verify_signature(entry.signed, keys[entry.signed.kid])
        genesis = claims.type == GENESIS_TYPE
        seq, prev = tips.get(claims.stream, (0, "" if genesis else first))
        assert (claims.log, claims.seq, claims.prev) == (origin, seq + 1, prev)
        assert entry.recorded_at >= last_at, "recorded times run backwards"
        assert claims.iat * 1000 <= entry.recorded_at + 300_000
        assert claims.jti not in jtis
        jtis.add(claims.jti)
        last_at = entry.recorded_at
        tips[claims.stream] = (claims.seq, base64url.encode(sha256(entry.signed.jws).digest()))


def _enrolled(type_: str, pub: bytes) -> dict[str, PublicKey]:
    if type_ == GENESIS_TYPE:
        jwks = [founder["jwk"] for founder in msgspec.json.decode(pub)["founders"]]
    elif type_ == "key.enrolled.v1":
        jwks = [msgspec.json.decode(pub)["jwk"]]
    else:
        return {}
    return {key.kid: key for key in map(PublicKey.from_jwk, jwks)}


def _require_tree(path: Path, entries: list[Entry], head: list[Any], tiles: list[Any]) -> None:
    leaves = [leaf_hash(entry.state) for entry in entries]
    frontier = append_all(Frontier.empty(), leaves).to_bytes()
    root = root_of(leaves)
    assert head == [(len(entries), root, frontier, entries[-1].recorded_at)]
    _, full = TileBuilder.empty().append_all(leaves)
    assert tiles == [(tile.level, tile.n, data) for tile, data in full], "tiles differ"
    mark = LogSigner(path / "signer", "unused").mark()
    assert mark is not None
    assert mark.size <= len(entries)
    assert mark.root == root_of(leaves[: mark.size]), "the head does not extend the mark"


def _require_vault(path: Path, entries: list[Entry], rows: list[Any]) -> None:
    engine = sqlite_engine(path / "keys" / "keys.sqlite")
    keystore = Keystore(engine, FileKek(path / "keys" / "kek"))
    found: dict[int, dict[str, list[str]]] = {}
    for row in (VaultRow(**_named(columns)) for columns in rows):
        claims = entries[row.idx].signed.claims
        key = keystore.data_key(claims.stream, row.subject)
        texts = decrypt(row, claims.sealed, key)
        digests = sorted(parse_disclosure(text).digest for text in texts)
        found.setdefault(row.idx, {})[row.grp] = digests
    engine.dispose()
    for index, entry in enumerate(entries):
        sealed = {group: list(ds) for group, ds in (entry.signed.claims.sealed or {}).items()}
        assert found.get(index, {}) == sealed, f"the vault of entry {index} is not what it seals"


def _named(columns: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip(VaultRow.__struct_fields__, columns, strict=True))


class Past:
    """What was known before the entry judged next, kept in dictionaries."""

    def __init__(self, first_prev: str) -> None:
        self._by_tag: dict[str, tuple[Act, ...]] = {}
        self._streams: dict[str, Stream] = {}
        self._first_prev = first_prev

    def answer(self, tags: Iterable[Tag]) -> tuple[dict[Tag, Answer], list[Guard]]:
        return {tag: Answer(self._by_tag.get(tag, ())) for tag in tags}, []

    def stream(self, stream: str) -> Stream:
        initial = registry().aggregates[stream.partition("/")[0]].initial
        empty = Stream(id=stream, version=0, tip=self._first_prev, state=initial)
        return self._streams.get(stream, empty)

    def take(self, act: Act) -> None:
        before = self.stream(act.stream)
        state = registry().aggregates[act.aggregate].evolve(before.state, act)
        self._streams[act.stream] = Stream(
            id=act.stream, version=act.seq, tip=act.digest or "", state=state
        )
        for tag in registry().tags(act):
            self._by_tag[tag] = (*self._by_tag.get(tag, ()), act)


def _require_lawful(path: Path, acts: list[Act]) -> None:
    past = Past(acts[0].digest or "")
    shelf = open_home(path).shelf
    for act in acts:
        judge(past, registry(), shelf, [act])
        past.take(act)
