"""What the judgement of an entry rests on: found by judging it again and noting what was read.

Used to gather what supports the entries of an evidence package.
"""

from collections.abc import Callable, Iterable, Set
from contextlib import suppress
from typing import Any

from ledger.errors import LedgerError
from ledger.kernel.act import Act, Tag
from ledger.kernel.facts import NOTHING, Answer
from ledger.rules.genesis import LogGenesis, jwk_kid
from ledger.rules.packs.adoptions import ADOPTIONS
from ledger.service.acts.judge import judge
from ledger.service.auditing.rules import evolved
from ledger.service.exports.log import digests_of
from ledger.service.ledger import Ledger
from ledger.store.known import Guard
from ledger.store.streams import Stream

Progress = Callable[[int, int], None]
"""Called with how much is done, of how much is known to be needed."""


class Tracing:
    """Judges entries again and notes which others the judgement read (a ``Knowledge``)."""

    def __init__(self, ledger: Ledger, size: int, progress: Progress) -> None:
        self._ledger = ledger
        self._size = size
        self._progress = progress
        self._found: set[int] = set()
        self._acts_at: dict[int, Act] = {}
        self._bearing: dict[Tag, tuple[Act, ...]] = {}
        self._streams: dict[str, list[Act]] = {}
        self._states: dict[str, list[Any]] = {}
        self._judged: Act | None = None
        self._used: set[int] = set()

    def closure(self, indexes: set[int]) -> set[int]:
        """Return ``indexes`` and every entry a judgement of one of them needs, and so on."""
        waiting = sorted(indexes - self._found)
        self._found |= indexes
        while waiting:
            new = self._needed(waiting.pop()) - self._found
            self._found |= new
            waiting.extend(new)
            known = len(self._found)
            self._progress(known - len(waiting), 2 * known)
        return set(self._found)

    def whole(self, indexes: set[int], excerpts: Set[str]) -> tuple[set[int], set[str]]:
        """Return ``indexes`` with all else of the streams they are of and of those they imply.

        Also the names of these streams, whether they exist or not. ``excerpts`` stay as they are.
        """
        founders = self._founders()
        while True:
            implied = {self.stream_of(index) for index in indexes} | founders
            implied |= {f"key/{self._act(index).kid}" for index in indexes}
            streams = implied - excerpts
            more = {i for name in streams for i in self._indexes_of(name)} - indexes
            if not more:
                return indexes, implied
            indexes = self.closure(indexes | more)

    def stream_of(self, index: int) -> str:
        """Return the stream of an entry."""
        return self._act(index).stream

    def adopted(self, indexes: set[int]) -> set[str]:
        """Return the digests of the packs whose adoption is proposed in these entries."""
        own = (act for act in self._acts(ADOPTIONS) if act.index in indexes)
        return {digest for act in own for digest in digests_of(act.event)}

    def answer(self, tags: Iterable[Tag]) -> tuple[dict[Tag, Answer], list[Guard]]:
        """Return the acts by tag below the entry being judged, and note them."""
        found = {}
        for tag in tags:
            acts = tuple(act for act in self._acts(tag) if _index(act) < self._index)
            self._used.update(map(_index, acts))
            found[tag] = Answer(acts) if acts else NOTHING
        return found, []

    def stream(self, stream: str) -> Stream:
        """Return the stream of the entry being judged, as it was before it."""
        assert self._judged is not None, "asked while judging only"
        before = self._judged.seq - 1
        state = self._states_of(stream)[before]
        return Stream(id=stream, version=before, tip="", state=state)

    @property
    def _index(self) -> int:
        assert self._judged is not None, "asked while judging only"
        return _index(self._judged)

    def _needed(self, index: int) -> set[int]:
        ledger, act = self._ledger, self._act(index)
        self._judged = act
        self._used = {_index(each) for each in self._acts_of(act.stream)[: act.seq - 1]}
        with suppress(LedgerError):
            # What no rule allowed may be the very thing to be shown.
            judge(self, ledger.registry, ledger.home.shelf, [act])
        return self._used

    def _act(self, index: int) -> Act:
        if index not in self._acts_at:
            (row,) = self._ledger.recorder.entries(index, index + 1)
            self._acts_at[index] = self._ledger.known.streams.mapper.act(row)
        return self._acts_at[index]

    def _founders(self) -> set[str]:
        """Return the streams in which a founder's key or post would have ended."""
        genesis = self._act(0).event
        assert isinstance(genesis, LogGenesis), "a ledger opens with its genesis alone"
        keys = {f"key/{jwk_kid(each.jwk)}" for each in genesis.founders}
        return keys | {f"post/{each.actor.partition('/')[2]}" for each in genesis.founders}

    def _indexes_of(self, stream: str) -> set[int]:
        return {index for index in map(_index, self._acts_of(stream)) if index < self._size}

    def _acts(self, tag: Tag) -> tuple[Act, ...]:
        if tag not in self._bearing:
            rows = self._ledger.recorder.tagged([tag], self._ledger.recorder.head().size)
            mapper = self._ledger.known.streams.mapper
            self._bearing[tag] = tuple(mapper.act(row) for _, row in rows)
        return self._bearing[tag]

    def _acts_of(self, stream: str) -> list[Act]:
        if stream not in self._streams:
            mapper = self._ledger.known.streams.mapper
            rows = self._ledger.recorder.select_events(stream)
            self._streams[stream] = [mapper.to_domain_event(row) for row in rows]
        return self._streams[stream]

    def _states_of(self, stream: str) -> list[Any]:
        """Return the states of a stream before each of its entries."""
        if stream not in self._states:
            aggregate = self._ledger.registry.aggregates[stream.partition("/")[0]]
            states = [aggregate.initial]
            for act in self._acts_of(stream):
                states.append(evolved(aggregate, states[-1], act))
            self._states[stream] = states
        return self._states[stream]


def _index(act: Act) -> int:
    assert act.index is not None, "read from the log"
    return act.index
