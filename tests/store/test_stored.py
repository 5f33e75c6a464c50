"""What one append leaves in the store: tiles, tags, vault rows and the keys that open them."""

import sqlite3
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, cast

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from ledger.aggregates.unit import EstablishUnit
from ledger.bootstrap import registry
from ledger.entry.disclosure import parse_disclosure
from ledger.entry.entry import leaf_hash, parse_entry
from ledger.entry.keys import PrivateKey
from ledger.errors import LedgerError
from ledger.service import office as setting_up
from ledger.service.acts.prepare import MAX_ENTRIES
from ledger.service.directory import kept_key
from ledger.service.ledger import today
from ledger.service.office import do
from ledger.store import keystore as keystore_module
from ledger.store.keystore import FileKek, KeyErased, Keystore
from ledger.store.reader import LogReader, TileMissing
from ledger.store.recorder import Recorder
from ledger.store.vault import Sealing, VaultFault, VaultRow, decrypt, encrypt
from ledger.tlog.tile import ENTRIES, TILE_WIDTH, TileBuilder, TileId, format_bundle, tiles_of
from ledger.tlog.tree import root_of
from tests.support.database import rows
from tests.support.office import Office, append, copied, drafted, queued
from tests.support.postgres import name_in
from tests.support.soundness import require_sound


def grow(office: Office, size: int) -> None:
    """Let the log grow to ``size`` by plain registry acts, in submissions of every length."""
    registrar, day = office.registrars[0], today(office.ledger).isoformat()
    while (missing := size - office.size) > 0:
        count = min(missing, 1 + 7 * office.size % MAX_ENTRIES)
        commands = [
            EstablishUnit(
                code=f"u{office.size + number}", unit_name="网格", level="grid", effective_from=day
            )
            for number in range(count)
        ]
        do(office.ledger, registrar, *commands)


@pytest.fixture(scope="module")
def large(
    founded: Office, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """An office whose log ends in the middle of its third tile."""
    database = founded.ledger.home.database
    if database:
        cluster = request.getfixturevalue("cluster")
        database = cluster.url(cluster.create(name_in(database)))
    office = copied(founded, tmp_path_factory.mktemp("large") / "home", database)
    grow(office, 2 * TILE_WIDTH + 100)
    yield office
    office.ledger.close()


# Tiles ----------------------------------------------------------------------------------------


def test_a_log_of_several_tiles_is_whole(large: Office) -> None:
    assert len(require_sound(large.path)) == 2 * TILE_WIDTH + 100


def test_every_tile_and_bundle_of_every_size_is_what_the_entries_give(large: Office) -> None:
    reader, states = large.ledger.reader, large.ledger.recorder.states(0, large.size)
    leaves = [leaf_hash(state) for state in states]
    for size in (1, 255, 256, 257, 511, 512, 513, large.size):
        builder, full = TileBuilder.empty().append_all(leaves[:size])
        tiles = dict([*full, *builder.partial_tiles()])
        assert {tile: reader.tile(tile) for tile in tiles_of(size)} == tiles
        assert reader.root(size) == root_of(leaves[:size])
        assert reader.builder(size) == builder
    for n, width in ((0, 256), (1, 256), (1, 3), (2, 100)):
        start = n * TILE_WIDTH
        bundle = reader.tile(TileId(ENTRIES, n, width))
        assert bundle == format_bundle(states[start : start + width])


def test_a_tile_on_the_edge_is_completed_by_whoever_comes_next(office: Office) -> None:
    grow(office, TILE_WIDTH - 1)
    beside = office.opened_beside()
    grow(beside, TILE_WIDTH)
    grow(office, TILE_WIDTH + 1)
    beside.ledger.close()
    require_sound(office.path)


def test_what_is_not_stored_is_named_as_missing(large: Office) -> None:
    for tile in (TileId(0, 9), TileId(1, 0), TileId(0, 2, 101), TileId(ENTRIES, 3, 1)):
        with pytest.raises(TileMissing):
            large.ledger.reader.tile(tile)


class Synthetic:
    """A recorder of many small entries that were never signed: enough for tiles of level 1."""

    def __init__(self, size: int) -> None:
        self.leaves = [leaf_hash(b"%d" % number) for number in range(size)]
        _, full = TileBuilder.empty().append_all(self.leaves)
        self._tiles = {(tile.level, tile.n): data for tile, data in full}

    def states(self, start: int, stop: int) -> list[bytes]:
        return [b"%d" % number for number in range(start, min(stop, len(self.leaves)))]

    def tile(self, level: int, n: int) -> bytes | None:
        return self._tiles.get((level, n))


def test_the_reader_climbs_over_65536_entries() -> None:
    many = Synthetic(66_000)
    reader = LogReader(cast("Recorder", many))
    for size in (65_535, 65_536, 65_537, 65_792, 66_000):
        builder, _ = TileBuilder.empty().append_all(many.leaves[:size])
        assert reader.builder(size) == builder
        assert reader.root(size) == root_of(many.leaves[:size])
        assert (
            dict(builder.partial_tiles()).items()
            <= {tile: reader.tile(tile) for tile in tiles_of(size)}.items()
        )


# Tags -----------------------------------------------------------------------------------------


def test_the_tags_stored_are_those_the_registry_derives(large: Office) -> None:
    derived = [
        (index, tag)
        for index, state in enumerate(large.ledger.recorder.states(0, large.size))
        for tag in registry().tags(registry().act(parse_entry(state).signed, index=index))
    ]
    stored = rows(large.path, "SELECT idx, tag FROM tag ORDER BY idx, tag")
    assert stored == derived
    assert len(derived) > large.size


# The vault ------------------------------------------------------------------------------------


def vault_rows(office: Office, count: int = 2) -> list[VaultRow]:
    """Take in ``count`` requests in one submission; return their vault rows."""
    commands = [office.receive(f"第{n}件", reporter_name="张三") for n in range(count)]
    placed = append(office.ledger, drafted(office.ledger, office.hands["intake_clerk"], *commands))
    return office.ledger.recorder.vault_rows(placed.indexes[0], placed.indexes[-1] + 1)


def opened(office: Office, row: VaultRow, at: int | None = None) -> dict[str, object]:
    """Decrypt a row against the entry at its index, or at another."""
    (state,) = office.ledger.recorder.states(row.idx, row.idx + 1)
    claims = parse_entry(state).signed.claims
    key = office.ledger.keystore.data_key(claims.stream, row.subject)
    moved = row if at is None else msgspec.structs.replace(row, idx=at)
    texts = decrypt(moved, claims.sealed, key)
    return {each.name: each.value for each in map(parse_disclosure, texts)}


def test_every_group_has_one_row_that_opens_to_what_was_sealed(office: Office) -> None:
    rows = vault_rows(office)
    first = rows[0].idx
    assert [(row.idx - first, row.grp) for row in rows] == [
        (n, group) for n in (0, 1) for group in ("matter", "reporter")
    ]
    assert {row.subject for row in rows} == {"reporter"}
    assert opened(office, rows[0])["text"] == "第0件"
    assert opened(office, rows[2])["text"] == "第1件"
    assert opened(office, rows[3])["name"] == "张三"


def test_no_two_rows_have_one_nonce(office: Office) -> None:
    rows = vault_rows(office, MAX_ENTRIES)
    assert len({row.ciphertext[:12] for row in rows}) == len(rows) == 2 * MAX_ENTRIES


@pytest.mark.parametrize(
    "change",
    [
        {"idx": 1},
        {"idx": 2**60},
        {"grp": "reporter"},
        {"grp": "nothing"},
        {"subject": "matter"},
        {"subject": b"reporter"},
        {"purpose": "appraisal"},
        {"purpose": 7},
        {"retain_until": None},
        {"retain_until": "2099-01-01"},
        {"ciphertext": b""},
        {"ciphertext": bytes(100)},
        {"ciphertext": "text"},
        {"ciphertext": None},
    ],
    ids=str,
)
def test_a_row_moved_or_changed_does_not_open(office: Office, change: dict[str, Any]) -> None:
    row = vault_rows(office)[0]
    (state,) = office.ledger.recorder.states(row.idx, row.idx + 1)
    claims = parse_entry(state).signed.claims
    key = office.ledger.keystore.data_key(claims.stream, row.subject)
    with pytest.raises(VaultFault):
        decrypt(msgspec.structs.replace(row, **change), claims.sealed, key)


def test_two_rows_exchanged_do_not_open(office: Office) -> None:
    rows = vault_rows(office)
    one, other = rows[0], rows[2]
    for row, ciphertext in ((one, other.ciphertext), (other, one.ciphertext)):
        with pytest.raises(VaultFault):
            opened(office, msgspec.structs.replace(row, ciphertext=ciphertext))


def test_a_row_of_other_digests_does_not_open(office: Office) -> None:
    row = vault_rows(office)[0]
    (state,) = office.ledger.recorder.states(row.idx, row.idx + 1)
    claims = parse_entry(state).signed.claims
    key = office.ledger.keystore.data_key(claims.stream, row.subject)
    for sealed in (None, {}, {row.grp: ()}, {row.grp: ("A" * 43,)}):
        with pytest.raises(VaultFault):
            decrypt(row, sealed, key)


_TEXT = st.text("abcdefgh_", min_size=1, max_size=8)


_SEALINGS = st.builds(
    Sealing,
    group=_TEXT,
    subject=_TEXT,
    purpose=_TEXT,
    retain_until=st.none() | st.just("2030-02-28"),
    digests=st.just(("d1", "d2")),
    disclosures=st.lists(_TEXT, min_size=1, max_size=5).map(tuple),
)


@given(st.integers(0, 2**40), _SEALINGS, st.binary(min_size=12, max_size=12))
def test_encrypt_and_decrypt_are_one_another(index: int, sealing: Sealing, nonce: bytes) -> None:
    key = sha256(nonce).digest()
    row = encrypt(index, sealing, key, nonce)
    sealed = {sealing.group: sealing.digests}
    assert decrypt(row, sealed, key) == sealing.disclosures
    with pytest.raises(VaultFault):
        decrypt(row, sealed, sha256(key).digest())


# Keys -----------------------------------------------------------------------------------------


def test_a_data_key_is_durable_before_the_entry_that_uses_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    keys = office.path / "keys" / "keys.sqlite"
    inserting = Recorder.insert

    def watched(self: Recorder, connection: Any, **rows: Any) -> None:
        with sqlite3.connect(keys) as other:
            known = set(other.execute("SELECT stream, subject FROM data_key"))
        streams = {index: stream for index, stream, *_ in rows["entries"]}
        missing = {(streams[row.idx], row.subject) for row in rows["vault_rows"]} - known
        order.append(f"entries written, {len(missing)} keys missing")
        inserting(self, connection, **rows)

    made = drafted(office.ledger, office.hands["intake_clerk"], office.receive())
    office.ledger.writer()
    monkeypatch.setattr(Recorder, "insert", watched)
    for name, engine in (
        ("keys", office.ledger.keystore._engine),
        ("ledger", office.ledger.recorder.engine),
    ):
        event.listen(engine, "commit", lambda _, name=name: order.append(f"{name} committed"))
    append(office.ledger, made)
    assert order == ["keys committed", "entries written, 0 keys missing", "ledger committed"]


def test_a_batch_makes_its_data_keys_in_one_commit(office: Office) -> None:
    commits: list[object] = []
    made = [
        drafted(office.ledger, office.hands["intake_clerk"], office.receive()) for _ in range(20)
    ]
    with queued(office) as queue:
        futures = [queue(each) for each in made]
        event.listen(office.ledger.keystore._engine, "commit", commits.append)
    assert all(future.exception() is None for future in futures)
    assert len(commits) <= 2, "the first, refused ticket has a batch of its own"


def test_two_processes_make_one_data_key(office: Office) -> None:
    beside = office.opened_beside()
    pair = ("case/" + "0" * 26, "reporter")
    keys = {each.ledger.keystore.ensure([pair])[pair] for each in (office, beside)}
    assert len(keys) == 1
    assert beside.ledger.keystore.data_key(*pair) in keys
    beside.ledger.close()


def test_a_data_key_is_bound_to_its_name_and_to_the_kek(office: Office) -> None:
    row = vault_rows(office)[0]
    (state,) = office.ledger.recorder.states(row.idx, row.idx + 1)
    stream = parse_entry(state).signed.claims.stream
    keys = office.path / "keys"
    with sqlite3.connect(keys / "keys.sqlite") as connection:
        connection.execute("UPDATE data_key SET subject = 'matter' WHERE stream = ?", (stream,))
    engine = office.ledger.keystore._engine
    renamed = Keystore(engine, FileKek(keys / "kek"))
    with pytest.raises(LedgerError) as refused:
        renamed.data_key(stream, "matter")
    assert refused.value.code == "integrity"
    with pytest.raises(KeyErased):
        renamed.data_key(stream, "reporter")
    (keys / "kek").write_bytes(bytes(32))
    with pytest.raises(LedgerError) as refused:
        Keystore(engine, FileKek(keys / "kek")).data_key(stream, "matter")
    assert refused.value.code == "integrity"


def test_a_keystore_that_remembers_little_gives_the_same_keys(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = [(f"case/{n}", subject) for n in range(30) for subject in ("reporter", "matter")]
    first = office.ledger.keystore.ensure(wanted)
    monkeypatch.setattr(keystore_module, "CACHED_KEYS", 3)
    forgetful = Keystore(office.ledger.keystore._engine, FileKek(office.path / "keys" / "kek"))
    assert forgetful.ensure(wanted) == first
    assert forgetful.ensure([*wanted, ("case/new", "reporter")]).items() >= first.items()


def test_the_newest_key_kept_for_a_holder_is_the_one_that_signs(office: Office) -> None:
    holder = "device/" + "0" * 26
    for number in range(6):
        key = PrivateKey.from_seed(bytes([number]) * 32)
        office.ledger.keystore.save_signing_key(key, holder=holder, custody="device")
        assert office.ledger.keystore.signing_keys(holder)[0].kid == key.kid
    assert office.ledger.keystore.signing_keys("device/" + "1" * 26) == []


def test_of_the_keys_kept_the_newest_one_enrolled_and_in_force_signs(office: Office) -> None:
    holder = office.hands["intake_clerk"].who.actor
    first = kept_key(office.ledger, holder)
    never = PrivateKey.generate()
    office.ledger.keystore.save_signing_key(never, holder=holder, custody="custodial")
    assert kept_key(office.ledger, holder).kid == first.kid
    with pytest.raises(LedgerError) as refused:
        kept_key(office.ledger, "device/" + "1" * 26)
    assert refused.value.code == "not_found"


def test_with_a_key_enrolled_as_a_persons_own_the_server_never_signs(office: Office) -> None:
    first, key = office.registrars[0], PrivateKey.generate()
    holder = setting_up.register(office.ledger, first, "自留", office.unit)
    office.ledger.keystore.save_signing_key(key, holder=holder, custody="custodial")
    setting_up.enrol(office.ledger, first, holder, key, "file")
    with pytest.raises(LedgerError) as refused:
        kept_key(office.ledger, holder)
    assert refused.value.code == "not_found"
