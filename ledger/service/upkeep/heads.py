"""The heads of all streams at a size: their tree, what was published of it, what others state.

Making an entry of it is ``publishing``'s; proving with it, ``exporting_evidence``'s. The tree is
computed when it is asked for: one read of the index and of each head (ADR 0020).
"""

from collections import deque
from collections.abc import Iterable, Iterator

import msgspec

from ledger.audit.heads import REACH
from ledger.entry import base64url
from ledger.entry.heads import format_head
from ledger.errors import VerificationError
from ledger.rules.heads import HEADS, LogHeadsPublished
from ledger.service.ledger import Ledger
from ledger.store.heads import heads_at
from ledger.tlog.levels import Levels
from ledger.tlog.tree import Frontier, append_all, leaf_hash

HEADS_BACK = REACH // 2
"""How far behind the log's size heads may be when they are submitted; meanwhile it grows."""


class HeadsDiffer(VerificationError):
    """Heads were submitted that are not this log's."""

    code = "submission.heads_differ"
    zh = "所提交的末条清单与本账本前 {size} 条不符，或条数不在可核验的范围内。请重新生成。"
    en = "These are not this log's heads of {size} entries, or of a size out of reach. Make anew."


class Publication(msgspec.Struct, frozen=True, kw_only=True):
    """A publication in the log: its index, when it was recorded (Unix ms), what it states."""

    index: int
    recorded_at: int
    event: LogHeadsPublished


def last_published(ledger: Ledger, size: int) -> Publication | None:
    """Return the newest publication among the first ``size`` entries, None for none."""
    rows = ledger.recorder.tagged([HEADS], size)
    if not rows:
        return None
    act = ledger.known.streams.mapper.act(rows[-1][1])
    assert isinstance(act.event, LogHeadsPublished), "tags are derived from the event"
    return Publication(index=act.index or 0, recorded_at=act.recorded_at or 0, event=act.event)


def lines_at(ledger: Ledger, size: int) -> Iterator[bytes]:
    """Yield the line of every stream of the first ``size`` entries, sorted."""
    for head in heads_at(ledger.recorder, size):
        yield format_head(*head)


def heads_of(ledger: Ledger, size: int) -> LogHeadsPublished:
    """Return what is to be published of the first ``size`` entries; no memory grows with them."""
    tree = append_all(Frontier.empty(), map(leaf_hash, lines_at(ledger, size)))
    return LogHeadsPublished(size=size, streams=tree.size, root=base64url.encode(tree.root()))


def located(
    ledger: Ledger, size: int, streams: Iterable[str]
) -> Iterator[tuple[int, bytes, tuple[bytes, ...]]]:
    """Yield what shows where ``streams`` end, or that they are not there, at ``size``.

    Lines with their place in the tree and their inclusion proof: a stream's own, or the two between
    which it would stand. About 100 bytes of memory for each stream of the log.
    """
    waiting = deque(sorted(set(streams)))
    leaves: list[bytes] = []
    kept: dict[int, bytes] = {}
    last = b""
    for place, head in enumerate(heads_at(ledger.recorder, size)):
        line = format_head(*head)
        leaves.append(leaf_hash(line))
        while waiting and waiting[0] <= head.stream:
            if waiting.popleft() < head.stream and place:
                kept[place - 1] = last
            kept[place] = line
        last = line
    if waiting:
        kept[len(leaves) - 1] = last
    tree = Levels(leaves)
    for place in sorted(kept):
        yield place, kept[place], tree.inclusion(place)


def require_heads(ledger: Ledger, stated: LogHeadsPublished) -> None:
    """Refuse heads that are not this log's, so that no audit will find them.

    Raises:
        HeadsDiffer: another root, or of a size the log has not reached or left far behind.
    """
    size = ledger.recorder.head().size
    within = size - HEADS_BACK <= stated.size <= size
    if not within or heads_of(ledger, stated.size) != stated:
        raise HeadsDiffer(size=stated.size)
