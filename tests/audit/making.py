"""A small log made by hand, straight from keys and formats, and a source that holds it in memory.

Nothing of the store or the rules is used: what the audit is tested with here was never sequenced.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from ledger.audit.ports import Columns, StatedRoot, Stored
from ledger.entry import base64url, canonical
from ledger.entry.claims import Claims, Seen
from ledger.entry.disclosure import Disclosure, seal
from ledger.entry.entry import format_entry, leaf_hash, parse_entry
from ledger.entry.jws import sign_entry
from ledger.entry.keys import PrivateKey, prove_possession
from ledger.errors import NotFound
from ledger.tlog.checkpoint import Checkpoint, sign_checkpoint
from ledger.tlog.note import NoteSigner, format_vkey
from ledger.tlog.tile import TileBuilder, TileId
from ledger.tlog.tree import root_of

ORIGIN = "ledger.example/audit"
START_MS = 1_772_413_200_000


def an_id(label: str) -> str:
    """Return a 26-character id that is always the same for a label."""
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    return "".join(alphabet[b % 32] for b in hashlib.sha256(label.encode()).digest()[:26])


def a_key(label: str) -> PrivateKey:
    return PrivateKey.from_seed(hashlib.sha256(label.encode()).digest())


def a_salt(size: int) -> bytes:
    return hashlib.shake_128(b"salts").digest(size)


class HandMade:
    """A log whose every entry is signed here; ``states`` are its bytes, in log order."""

    def __init__(self, *, origin: str = ORIGIN, founders: Sequence[str] = ("ann", "bo")) -> None:
        self.origin = origin
        self.signer = NoteSigner(name=origin, seed=hashlib.sha256(b"log key").digest())
        self.states: list[bytes] = []
        self.disclosures: dict[int, tuple[Disclosure, ...]] = {}
        self.clock = START_MS
        self._tips: dict[str, tuple[int, str]] = {}
        self._genesis(founders)

    # -- people ------------------------------------------------------------------------------

    @staticmethod
    def person(label: str) -> str:
        return f"person/{an_id(label)}"

    def enrol(self, label: str, *, by: str = "ann", **changes: Any) -> int:
        """Enrol the key of a person; return the log index."""
        key, holder = a_key(label), self.person(label)
        proof = prove_possession(key, origin=self.origin, actor=holder)
        pub = {"custody": "file", "holder": holder, "jwk": key.public.jwk, "proof": proof}
        return self.add(f"key/{key.kid}", "key.enrolled.v1", pub | changes, by=by, role="registrar")

    # -- entries -----------------------------------------------------------------------------

    def add(
        self,
        stream: str,
        type_: str,
        pub: dict[str, Any] | None = None,
        *,
        by: str = "ann",
        role: str = "clerk",
        key: str | None = None,
        groups: dict[str, dict[str, object]] | None = None,
        seen: Seen | None = None,
        at: int | None = None,
        **changes: Any,
    ) -> int:
        """Append an entry by a person, signed with her own key or another's; return its index."""
        index = len(self.states)
        self.clock = self.clock + 1000 if at is None else at
        seq, tip = self._tips.get(stream, (0, self._first))
        sealed, disclosures = seal(groups, a_salt) if groups else (None, {})
        claims = Claims(
            log=self.origin,
            stream=stream,
            seq=seq + 1,
            prev=tip,
            type=type_,
            jti=an_id(f"jti {index}"),
            occ="2026-03-02",
            iat=self.clock // 1000,
            actor=self.person(by),
            role=role,
            pub=msgspec.Raw(canonical.encode(pub or {})),
            seen=seen,
            sealed=sealed,
        )
        claims = msgspec.structs.replace(claims, **changes)
        signed = sign_entry(claims, a_key(key or by))
        self.states.append(format_entry(self.clock, signed.jws))
        self._tips[stream] = (claims.seq, base64url.encode(signed.digest))
        self.disclosures[index] = tuple(d for group in disclosures.values() for d in group)
        return index

    def case(self, label: str, **fields: Any) -> int:
        """Append one more entry of a case."""
        seq = self._tips.get(f"case/{an_id(label)}", (0, ""))[0]
        type_ = "case.noted.v1" if seq else "case.received.v1"
        return self.add(f"case/{an_id(label)}", type_, **fields)

    @property
    def genesis(self) -> str:
        """The digest of the genesis, as verifiers pin it."""
        return self._first

    @property
    def _first(self) -> str:
        return base64url.encode(parse_entry(self.states[0]).signed.digest) if self.states else ""

    def _genesis(self, founders: Sequence[str]) -> None:
        people = [
            {
                "actor": self.person(label),
                "jwk": a_key(label).public.jwk,
                "proof": prove_possession(
                    a_key(label), origin=self.origin, actor=self.person(label)
                ),
            }
            for label in founders
        ]
        pub = {
            "clock": "real",
            "founders": people,
            "origin": self.origin,
            "predecessor": None,
            "suite": "INT-1",
            "threshold": len(people),
            "vkey": format_vkey(self.signer.verifier),
            "zone": "Asia/Shanghai",
        }
        self.add(
            f"log/{self.origin}", "log.genesis.v1", pub, by=founders[0], role="registrar", prev=""
        )

    # -- the tree ----------------------------------------------------------------------------

    def root(self, size: int | None = None) -> bytes:
        return root_of([leaf_hash(state) for state in self.states[:size]])

    def seen(self, size: int) -> Seen:
        return Seen(size=size, root=base64url.encode(self.root(size)))

    def checkpoint(self, size: int | None = None, signer: NoteSigner | None = None) -> bytes:
        size = len(self.states) if size is None else size
        stated = Checkpoint(origin=self.origin, size=size, root=self.root(size))
        return sign_checkpoint(stated, signer or self.signer)

    def source(self) -> "Memory":
        return Memory(self.origin, self.states, self.checkpoint())


class Memory:
    """A source over a list of entries; tests change what it holds before they audit it."""

    partials = True

    def __init__(self, origin: str, states: Sequence[bytes], checkpoint: bytes | None) -> None:
        self.origin = origin
        self.size = len(states)
        self.checkpoint = checkpoint
        self.rows = {index: _stored(index, state) for index, state in enumerate(states)}
        builder, tiles = TileBuilder.empty().append_all([leaf_hash(state) for state in states])
        self.tiles: dict[TileId, bytes] = dict([*tiles, *builder.partial_tiles()])
        self.roots: list[StatedRoot] = [StatedRoot("head", self.size, builder.root())]

    def change(self, index: int, change: Callable[[bytes], bytes]) -> None:
        """Change the bytes of an entry and leave its row's columns as they are."""
        row = self.rows[index]
        self.rows[index] = Stored(index, change(row.state), row.columns)

    def put(self, index: int, state: bytes) -> None:
        """Put another entry in a place, with columns that fit it."""
        self.rows[index] = _stored(index, state)

    def retiled(self) -> None:
        """Rebuild tiles and head over what is held now, as a thorough forger would."""
        made = Memory(self.origin, [row.state for _, row in sorted(self.rows.items())], None)
        self.tiles, self.roots, self.size = made.tiles, made.roots, made.size

    # -- the port ----------------------------------------------------------------------------

    def stated(self) -> Sequence[StatedRoot]:
        return self.roots

    def entries(self, start: int, limit: int) -> Sequence[Stored]:
        return [self.rows[index] for index in sorted(self.rows) if index >= start][:limit]

    def tile(self, tile: TileId) -> bytes:
        try:
            return self.tiles[tile]
        except KeyError:
            raise NotFound(what=tile.path()) from None


def _stored(index: int, state: bytes) -> Stored:
    claims = parse_entry(state).signed.claims
    return Stored(index, state, Columns(claims.stream, claims.seq, claims.type, claims.jti))
