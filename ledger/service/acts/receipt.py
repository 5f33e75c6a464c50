"""What whoever acts gets back: where each entry stands. The proof is ``reading.receipts``'s."""

from collections.abc import Iterable, Sequence

import msgspec

from ledger.kernel.act import Act, Who
from ledger.kernel.aggregate import Command
from ledger.service.acts.prepare import MAX_ENTRIES, jti_of
from ledger.service.ledger import Ledger
from ledger.store.batch import Draft, JtiTaken, Placed
from ledger.store.dialect import reading


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """Where each entry stands: log index, time recorded (Unix ms), digest of its JWS."""

    entries: tuple["ReceiptEntry", ...]
    again: bool = False


class ReceiptEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a receipt; ``numbered``: the entry took an official number."""

    index: int
    recorded_at: int
    digest: str
    stream: str
    type: str
    numbered: bool


def receipt_of(drafts: Sequence[Draft], placed: Placed) -> Receipt:
    """Return the receipt of drafts the sequencer placed."""
    places = zip(drafts, placed.indexes, placed.recorded_at, strict=True)
    lines = (_line(draft.act, index, recorded_at) for draft, index, recorded_at in places)
    return Receipt(entries=tuple(lines), again=placed.again)


def is_stored(ledger: Ledger, drafts: Sequence[Draft]) -> bool:
    """Tell whether an entry of these is stored already."""
    with reading(ledger.recorder.engine) as connection:
        return bool(ledger.recorder.by_jti(connection, [draft.act.jti for draft in drafts]))


def first_receipt(
    ledger: Ledger, commands: Sequence[Command], who: Who, jtis: Sequence[str]
) -> Receipt | None:
    """Return the first receipt of what these ids already name: a retry signs nothing again.

    Raises: JtiTaken when they name somebody's or something else.
    """
    own = [jti_of(jti, number) for jti in jtis for number in range(MAX_ENTRIES)]
    with reading(ledger.recorder.engine) as connection:
        rows = ledger.recorder.by_jti(connection, own)
    acts = sorted(map(ledger.known.streams.mapper.act, rows.values()), key=lambda a: a.index or 0)
    if not acts:
        return None
    firsts = [rows.get(jti) for jti in jtis]
    for command, row in zip(commands, firsts, strict=True):
        # One that is missing, or of another stream, was never part of what is stored.
        if row is None or command.stream not in {None, row.originator_id}:
            raise JtiTaken
        if row.topic.partition(".")[0] != command.name.partition(".")[0]:
            raise JtiTaken
    if any(act.actor != who.actor for act in acts):
        raise JtiTaken
    return stored_receipt(acts)


def stored_receipt(acts: Iterable[Act]) -> Receipt:
    """Return the receipt of acts that stand in the log, for who asks again."""
    lines = (_line(act, act.index or 0, act.recorded_at or 0) for act in acts)
    return Receipt(entries=tuple(lines), again=True)


def _line(act: Act, index: int, recorded_at: int) -> ReceiptEntry:
    return ReceiptEntry(
        index=index,
        recorded_at=recorded_at,
        digest=act.digest or "",
        stream=act.stream,
        type=act.type,
        numbered=act.event.numbered is not None,
    )
