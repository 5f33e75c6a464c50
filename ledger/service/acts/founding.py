"""The genesis entry: the only one no authority stands behind but the keys it states."""

import msgspec

from ledger.entry.claims import Claims
from ledger.entry.entry import Entry
from ledger.entry.genesis import FOUNDER_ROLE, parse_genesis
from ledger.entry.jws import sign_entry
from ledger.entry.keys import PrivateKey
from ledger.kernel.registry import public_bytes
from ledger.rules.genesis import LogGenesis
from ledger.rules.time import timestamp
from ledger.service.acts.judge import judge
from ledger.service.ledger import Ledger
from ledger.store.batch import Draft


def genesis_draft(
    ledger: Ledger, genesis: LogGenesis, actor: str, key: PrivateKey, *, jti: str
) -> Draft:
    """Return the signed, judged genesis, ready to be sequenced into an empty log.

    Raises: BadGenesis and the log aggregate's refusals.
    """
    now = ledger.clock.now_ms()
    claims = Claims(
        log=genesis.origin,
        stream=f"log/{genesis.origin}",
        seq=1,
        prev="",
        type="log.genesis.v1",
        jti=jti,
        occ=timestamp(now),
        iat=now // 1000,
        actor=actor,
        role=FOUNDER_ROLE,
        pub=msgspec.Raw(public_bytes(genesis)),
    )
    signed = sign_entry(claims, key)
    parse_genesis(Entry(recorded_at=now, signed=signed, state=b""))
    act = ledger.registry.act(signed)
    judge(ledger.known, ledger.registry, ledger.home.shelf, [act])
    return Draft(signed=signed, act=act, tags=ledger.registry.tags(act), sealings=(), latest_ms=now)
