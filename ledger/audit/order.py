"""What an entry must be because of those before it: log, key, stream, id, time.

Entries are folded in log order, in one thread. After a fault the fold goes on from what the entry
itself says, so one break is named once and not again at every later entry.

What must be known of all of them is in a ``Memory``, asked and told once for each batch.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta, timezone

from ledger.audit.faults import (
    JtiRepeated,
    OtherGenesis,
    OtherLog,
    PrevBroken,
    RowDiffers,
    SeqBroken,
    SignedLongAgo,
    TimeBackwards,
    TimeInFuture,
)
from ledger.audit.inspection import Inspected
from ledger.audit.keyring import ENDED, KeyRing
from ledger.audit.logkeys import LogKeys
from ledger.audit.ports import Columns, Memory, Tip
from ledger.entry import base64url
from ledger.entry.claims import Claims, parse_occurred
from ledger.entry.entry import Entry
from ledger.entry.genesis import FOUNDER_ROLE
from ledger.entry.jws import verify_signature
from ledger.errors import LedgerError

FUTURE_MS = 5 * 60 * 1000
REGISTRY_MS = 24 * 3600 * 1000
# A date alone counts from its first moment at the place every log of this profile lies in.
_ZONE = timezone(timedelta(hours=8))
_CROCKFORD = str.maketrans("0123456789ABCDEFGHJKMNPQRSTVWXYZ", "0123456789ABCDEFGHIJKLMNOPQRSTUV")


class Order:
    """The fold: tips of streams, ids seen, keys by position, the last time."""

    def __init__(
        self, origin: str, ring: KeyRing, memory: Memory, *, pinned: str | None = None
    ) -> None:
        self.genesis: str | None = None
        self.log_keys: LogKeys | None = None
        self._seen: list[tuple[int, str, int]] = []
        self._memory = memory
        self._origin = origin
        self._ring = ring
        self._pinned = pinned
        self._first = b""
        self._tips: dict[str, Tip] = {}
        self._jtis: set[int] = set()
        self._last_at = 0
        self._before: frozenset[int] = frozenset()

    def expect(self, batch: Sequence[Inspected]) -> None:
        """Get ready to take these entries: their streams and ids are looked up at once."""
        claims = [each.entry.signed.claims for each in batch if each.entry is not None]
        self._tips = self._memory.tips({each.stream for each in claims})
        self._jtis = self._memory.known({_number(each.jti) for each in claims})
        self._before = frozenset(self._jtis)

    def settle(self) -> None:
        """Hand over what was learnt of the entries taken since ``expect``."""
        self._memory.remember(self._tips, self._jtis - self._before, self._seen)
        self._seen = []

    def take(self, inspected: Inspected) -> Iterator[LedgerError]:
        """Fold one entry that could be parsed; yield what is wrong with it."""
        entry = inspected.entry
        assert entry is not None, "what could not be parsed has no place in a stream"
        index, claims = inspected.stored.index, entry.signed.claims
        if index == 0:
            yield from self._found(inspected, entry)
        if claims.log != self._origin:
            yield OtherLog()
        if inspected.refusal is not None:
            yield inspected.refusal
        else:
            yield from self._signed(inspected, entry, index)
        yield from self._placed(entry, claims)
        yield from self._timed(entry.recorded_at, claims)
        columns = inspected.stored.columns
        if columns is not None and columns != (claims.stream, claims.seq, claims.type, claims.jti):
            yield RowDiffers(column=_differing(columns, claims))
        if claims.seen is not None:
            self._seen.append((claims.seen.size, claims.seen.root, index))

    def _found(self, inspected: Inspected, entry: Entry) -> Iterator[LedgerError]:
        self._first = entry.signed.digest
        self.genesis = base64url.encode(entry.signed.digest)
        if inspected.genesis is not None:
            self.log_keys = LogKeys(inspected.genesis)
        if self._pinned is not None and self.genesis != self._pinned:
            yield OtherGenesis()

    def _signed(self, inspected: Inspected, entry: Entry, index: int) -> Iterator[LedgerError]:
        claims, kid = entry.signed.claims, entry.signed.kid
        if index == 0:
            # Only the genesis is signed by a key it enrols itself.
            self._enrol(inspected)
        try:
            key = self._ring.require(kid, claims.actor, index)
            if not inspected.verified:
                verify_signature(entry.signed, key)
        except LedgerError as error:
            yield error
            return
        self._enrol(inspected)
        if claims.type in ENDED:
            self._ring.end(claims.stream.removeprefix("key/"), index)
        elif index and self.log_keys is not None and claims.stream.startswith("log/"):
            self.log_keys.take(entry, index)

    def _enrol(self, inspected: Inspected) -> None:
        for enrolment in inspected.enrols:
            self._ring.enrol(enrolment, inspected.stored.index)

    def _placed(self, entry: Entry, claims: Claims) -> Iterator[LedgerError]:
        stream = claims.stream
        seq, digest = self._tips.get(stream) or (0, self._first)
        if claims.seq != seq + 1:
            yield SeqBroken(stream=stream, expected=seq + 1, found=claims.seq)
        elif digest and claims.prev and base64url.decode(claims.prev) != digest:
            yield PrevBroken(stream=stream, seq=claims.seq)
        self._tips[stream] = (claims.seq, entry.signed.digest)
        jti = _number(claims.jti)
        if jti in self._jtis:
            yield JtiRepeated()
        self._jtis.add(jti)

    def _timed(self, recorded_at: int, claims: Claims) -> Iterator[LedgerError]:
        if recorded_at < self._last_at:
            yield TimeBackwards()
        self._last_at = recorded_at
        if max(claims.iat * 1000, _occurred_ms(claims.occ)) > recorded_at + FUTURE_MS:
            yield TimeInFuture()
        if claims.role == FOUNDER_ROLE and claims.iat * 1000 < recorded_at - REGISTRY_MS:
            yield SignedLongAgo()


def _number(jti: str) -> int:
    # 130 bits in base 32: an integer takes half the memory of the text.
    return int(jti.translate(_CROCKFORD), 32)


def _occurred_ms(occ: str) -> int:
    moment = parse_occurred(occ)
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(), tzinfo=_ZONE)
    return int(moment.timestamp() * 1000)


def _differing(columns: Columns, claims: Claims) -> str:
    entry = Columns(claims.stream, claims.seq, claims.type, claims.jti)
    pairs = zip(Columns._fields, columns, entry, strict=True)
    return ", ".join(name for name, stored, signed in pairs if stored != signed)
