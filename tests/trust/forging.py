"""Entries forged past the ledger: truly signed with keys the home keeps, put in by SQL."""

from pathlib import Path
from typing import Any

import msgspec

from ledger.entry import base64url, canonical, ids
from ledger.entry.claims import Claims
from ledger.entry.disclosure import seal
from ledger.entry.entry import format_entry, parse_entry
from ledger.entry.jws import sign_entry
from ledger.entry.keys import PrivateKey
from ledger.store.home import open_home
from ledger.store.vault import Sealing, encrypt
from ledger.tampering.means import Was, keys_of, read_states, rewrite
from tests.support import database

VAULTED = {"note": ("handling", "2036-03-02")}
"""Purpose and last day of retention of the groups forged here."""


def append_forged(
    home: Path,
    holder: str,
    stream: str,
    type_: str,
    pub: dict[str, Any],
    *,
    role: str,
    groups: dict[str, dict[str, object]] | None = None,
    key: PrivateKey | None = None,
    subject: str = "matter",
    **changes: Any,
) -> int:
    """Append an entry no rule was asked about, everything beside it made to fit; its index.

    It is signed with the custodial key of ``holder``: all a thief of the home needs.
    """
    states = read_states(home)
    entries = [parse_entry(state) for state in states]
    mine = [entry for entry in entries if entry.signed.claims.stream == stream]
    last = mine[-1] if mine else entries[0]
    at = entries[-1].recorded_at + 1000
    sealed, disclosures = seal(groups) if groups else (None, {})
    claims = Claims(
        log=open_home(home).origin,
        stream=stream,
        seq=len(mine) + 1,
        prev=base64url.encode(last.signed.digest),
        type=type_,
        jti=ids.new_id(),
        occ="2026-03-02",
        iat=at // 1000,
        actor=holder,
        role=role,
        pub=msgspec.Raw(canonical.encode(pub)),
        sealed=sealed,
    )
    claims = msgspec.structs.replace(claims, **changes)
    with keys_of(open_home(home)) as keys:
        signed = sign_entry(claims, key or keys.signing_keys(holder)[0])
        data_key = keys.ensure([(stream, subject)])[stream, subject]
    index = len(states)
    made = [Was(state, place) for place, state in enumerate(states)]
    rewrite(home, [*made, Was(format_entry(at, signed.jws), None)])
    for name, shown in disclosures.items():
        purpose, until = VAULTED[name]
        sealing = Sealing(
            group=name,
            subject=subject,
            purpose=purpose,
            retain_until=until,
            digests=(sealed or {})[name],
            disclosures=tuple(one.text for one in shown),
        )
        values = msgspec.structs.astuple(encrypt(index, sealing, data_key, bytes(12)))
        execute(home, "INSERT INTO vault VALUES (?, ?, ?, ?, ?, ?)", *values)
    return index


def execute(home: Path, statement: str, *values: Any) -> None:
    """Run one SQL statement on the ledger's database, past the store."""
    changed = database.execute(home, statement, *values)
    assert changed, f"nothing changed: {statement}"


def execute_in_view(home: Path, statement: str, *values: Any) -> None:
    """Run one SQL statement on what the register shows, past the store."""
    changed = database.execute_in_view(home, "register", statement, *values)
    assert changed, f"nothing changed: {statement}"
