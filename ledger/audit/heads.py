"""Published heads, computed again in the one pass of an audit (docs/spec/log.md, "Heads").

A publication states the root over the heads of the first ``size`` entries, and stands behind them:
the entries between are undone to judge it, each naming the one before it. How far that may be is
bounded, and so is what is held here: the last ``REACH`` entries. The heads are the ``Memory``'s.

Who may publish is a rule and not handled here.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Annotated, NamedTuple, Self

import msgspec
from msgspec import Meta

from ledger.audit.ports import Audited, Fault, Finding, Memory, Tip
from ledger.entry import base64url
from ledger.entry.entry import Entry
from ledger.entry.heads import PUBLISHED, format_head
from ledger.entry.ids import DIGEST
from ledger.errors import IntegrityFault, LedgerError, RuleViolation
from ledger.tlog.tree import Frontier, append_all, leaf_hash

REACH = 65_536
"""How many entries may lie between the size published and the publication itself."""

# Every log of this profile lies in one zone, +08:00.
_OFFSET_MS, _DAY_MS = 8 * 3_600_000, 86_400_000
_EPOCH = date(1970, 1, 1)


class HeadsDiffer(IntegrityFault):
    """The root published of all heads is not the one of the entries here."""

    code = "audit.heads"
    zh = (
        "该条所发布的末条清单（前 {size} 条）与账本条目不符：发布有误，或其前的条目被改动。"
        "依据它的完整性证明均不可信，请保留现场并报告监督机构。"
    )
    en = (
        "The heads published here (of the first {size} entries) are not those of the entries: "
        "published falsely, or an entry before was changed. No proof of completeness that rests on "
        "them holds. Keep this copy and report it."
    )


class HeadsTooFar(IntegrityFault):
    """The publication stands too far behind the entries it is about."""

    code = "audit.heads_too_far"
    zh = "该条所发布的末条清单（前 {size} 条）与其自身序号相距超过 {reach} 条，无从核验，不予承认。"
    en = (
        "The heads published here are of the first {size} entries, over {reach} before the "
        "publication itself. They cannot be checked and count for nothing."
    )


class HeadsMalformed(IntegrityFault):
    """A publication lacks the members that would let anyone check it."""

    code = "audit.heads_form"
    zh = "发布末条清单的条目不合规：须含条数、流数和根哈希，且条数不大于其自身序号。不予承认。"
    en = (
        "The publication of heads lacks size, streams or root, or its size lies above its own "
        "index. It counts for nothing."
    )


class DayNotPublished(RuleViolation):
    """What was recorded on a day was not covered by published heads by the end of the next."""

    code = "heads.day_missing"
    zh = (
        "{day} 入账的条目至次日结束仍未计入末条清单：此间的完整性无从证明。"
        "请查明策略设备为何停止发布。"
    )
    en = (
        "What was recorded on {day} was in no published heads by the end of the next day, so its "
        "completeness could not be proven. Find out why the policy device stopped."
    )


class Published(msgspec.Struct, frozen=True):
    """What a publication states: of how many entries, how many streams, the root (base64url)."""

    size: Annotated[int, Meta(ge=1)]
    streams: Annotated[int, Meta(ge=1)]
    root: Annotated[str, Meta(pattern=rf"\A{DIGEST}\Z")]

    @property
    def root_hash(self) -> bytes:
        """The root, 32 bytes."""
        return base64url.decode(self.root, 32)


_DECODER = msgspec.json.Decoder(Published)


def parse_published(entry: Entry, index: int) -> Published | None:
    """Return what an entry publishes at log index ``index``, None when it is no publication.

    Raises:
        HeadsMalformed: it is one, and lacks what would let anyone check it.
    """
    claims = entry.signed.claims
    if claims.type != PUBLISHED:
        return None
    try:
        found = _DECODER.decode(claims.pub)
    except (ValueError, RecursionError):
        raise HeadsMalformed from None
    if found.size > index:
        raise HeadsMalformed
    return found


class HeadsCheck:
    """Every published root is that of the heads then, and no day went by without (a ``Check``)."""

    name = "heads"

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._undo: deque[_Head] = deque()
        self._next = 0
        self._broken = False
        self._days = Days()

    def look(self, batch: Sequence[Audited]) -> Iterator[Fault | Finding]:
        """Take entries in; yield the publications among them that do not hold."""
        # The memory knows the whole batch already, so the whole of it can be undone.
        self._undo.extend(_Head.before(audited) for audited in batch)
        while len(self._undo) > REACH + len(batch):
            self._undo.popleft()
        for audited in batch:
            # The head of a stream is unknown once an entry is missing; that is a fault already.
            self._broken |= audited.index != self._next
            self._next = audited.index + 1
            published = None
            try:
                published = parse_published(audited.entry, audited.index)
                if published is not None:
                    self._verify(published, audited.index)
            except LedgerError as error:
                yield Fault(audited.index, error)
            yield from self._days.take(audited, published)

    def finish(self, _size: int) -> Iterable[Finding]:
        """Yield the days that were still uncovered when the log ended."""
        return self._days.missed(None)

    def _verify(self, published: Published, index: int) -> None:
        if index - published.size > REACH:
            raise HeadsTooFar(size=published.size, reach=REACH)
        if self._broken:
            return
        tree = append_all(Frontier.empty(), self._leaves_at(published.size))
        if (tree.size, base64url.encode(tree.root())) != (published.streams, published.root):
            raise HeadsDiffer(size=published.size)

    def _leaves_at(self, size: int) -> Iterator[bytes]:
        """Yield the leaves of the heads of the first ``size`` entries, in order."""
        was: dict[str, Tip | None] = {}
        for head in reversed(self._undo):
            if head.at < size:
                break
            was[head.stream] = head.tip
        for stream, tip in self._memory.all_tips():
            found = was.get(stream, tip)
            if found is not None:
                yield leaf_hash(format_head(stream, *found))


class _Head(NamedTuple):
    """A stream's head before the entry ``at`` a log index, None where that began it."""

    at: int
    stream: str
    tip: Tip | None

    @classmethod
    def before(cls, audited: Audited) -> Self:
        claims = audited.entry.signed.claims
        # What does not continue its stream is a fault already.
        tip = None if claims.seq == 1 else (claims.seq - 1, base64url.decode(claims.prev))
        return cls(audited.index, claims.stream, tip)


class Days:
    """Which days' entries no publication covers yet; asked for from the first publication on."""

    def __init__(self) -> None:
        self._began = False
        self._today = 0
        self._open: dict[int, tuple[int, int]] = {}

    def take(self, audited: Audited, published: Published | None) -> Iterable[Finding]:
        """Take one entry in; yield the days its publication comes too late for."""
        self._today = (audited.entry.recorded_at + _OFFSET_MS) // _DAY_MS
        if published is None:
            first, _ = self._open.get(self._today, (audited.index, 0))
            self._open[self._today] = (first, audited.index)
            return ()
        missed = self.missed(published.size)
        self._began = True
        self._open = {
            day: (max(first, published.size), last)
            for day, (first, last) in self._open.items()
            if last >= published.size
        }
        return missed

    def missed(self, size: int | None) -> list[Finding]:
        """Return the days before yesterday that are open, each once, at its first open entry.

        ``size`` is that of the publication that covers them at last, None for none.
        """
        late = [
            day
            for day, (first, _) in sorted(self._open.items())
            if self._began and day < self._today - 1 and (size is None or first < size)
        ]
        return [
            Finding(self._open.pop(day)[0], DayNotPublished(day=str(_EPOCH + timedelta(days=day))))
            for day in late
        ]
