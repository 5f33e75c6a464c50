"""What the judgement of an entry rests on: found by judging it again and noting what was read.

Used to gather what supports the entries of an evidence package.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Set
from contextlib import suppress
from typing import Any

from ledger.errors import IntegrityFault, LedgerError
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
        self._told = 0
        self._acts_at: dict[int, Act] = {}
        self._streams: dict[str, list[Act]] = {}
        self._states: dict[str, list[Any]] = {}
        self._answers: dict[Tag, Answer] = {}
        self._noted: dict[Tag, int] = {}
        self._judged: Act | None = None
        self._used: set[int] = set()

    def closure(self, indexes: set[int]) -> set[int]:
        """Return ``indexes`` and every entry a judgement of one of them needs, and so on."""
        waiting = indexes - self._found
        while waiting:
            self._found |= waiting
            self._read_beside(waiting)
            needed: set[int] = set()
            # In log order: what is folded of an answer serves the next judgements too.
            for index in sorted(waiting):
                needed |= self._needed(index)
                self._told += 1
                self._progress(self._told, 2 * (len(self._found) + len(needed)))
            waiting = needed - self._found
        return set(self._found)

    def whole(self, indexes: set[int], excerpts: Set[str]) -> tuple[set[int], set[str]]:
        """Return ``indexes`` with all else of the streams they are of and of those they imply.

        Also the names of these streams, whether they exist or not. ``excerpts`` stay as they are.
        """
        founders = self._founders()
        while True:
            acts = self.acts(indexes)
            implied = {act.stream for act in acts} | founders | {f"key/{act.kid}" for act in acts}
            more = set().union(*self.indexes_of(implied - excerpts).values()) - indexes
            if not more:
                return indexes, implied
            indexes = self.closure(indexes | more)

    def acts(self, indexes: Iterable[int]) -> list[Act]:
        """Return the acts of log indexes, in their order. Raises: IntegrityFault: one lacks."""
        wanted = list(indexes)
        self._read_beside(wanted)
        return [self._acts_at[index] for index in wanted]

    def indexes_of(self, streams: Iterable[str]) -> dict[str, set[int]]:
        """Return the log indexes below the size of each stream; of one not there, none."""
        wanted = list(streams)
        self._read(wanted)
        return {
            name: {at for at in map(_index, self._streams[name]) if at < self._size}
            for name in wanted
        }

    def adopted(self, indexes: set[int]) -> set[str]:
        """Return the digests of the packs whose adoption is proposed in these entries."""
        own = (act for act in self._ledger.known.about(ADOPTIONS).acts if act.index in indexes)
        return {digest for act in own for digest in digests_of(act.event)}

    def answer(self, tags: Iterable[Tag]) -> tuple[dict[Tag, Answer], list[Guard]]:
        """Return the acts by tag below the entry being judged, and note them."""
        found, _ = self._ledger.known.answer(tags)
        return {tag: self._before(tag, answer) for tag, answer in found.items()}, []

    def stream(self, stream: str) -> Stream:
        """Return the stream of the entry being judged, as it was before it."""
        assert self._judged is not None, "asked while judging only"
        before = self._judged.seq - 1
        state = self._states_of(stream)[before]
        return Stream(id=stream, version=before, tip="", state=state)

    def _needed(self, index: int) -> set[int]:
        """Return the entries the judgement of one read that none before it did."""
        ledger, act = self._ledger, self._acts_at[index]
        self._judged = act
        self._used = set(map(_index, self._streams[act.stream][: act.seq - 1]))
        with suppress(LedgerError):
            # What no rule allowed may be the very thing to be shown.
            judge(self, ledger.registry, ledger.home.shelf, [act])
        return self._used

    def _before(self, tag: Tag, answer: Answer) -> Answer:
        """Return what ``answer`` was before the entry being judged; keep it for the next ones."""
        assert self._judged is not None, "asked while judging only"
        count = bisect_left(answer.acts, _index(self._judged), key=_index)
        noted = self._noted.get(tag, 0)
        self._used.update(map(_index, answer.acts[noted:count]))
        self._noted[tag] = max(noted, count)
        held = self._answers.get(tag, NOTHING)
        if len(held.acts) != count:
            held = self._answers[tag] = Answer(answer.acts[:count]) if count else NOTHING
        return held

    def _founders(self) -> set[str]:
        """Return the streams in which a founder's key or post would have ended."""
        genesis = self.acts([0])[0].event
        assert isinstance(genesis, LogGenesis), "a ledger opens with its genesis alone"
        keys = {f"key/{jwk_kid(each.jwk)}" for each in genesis.founders}
        return keys | {f"post/{each.actor.partition('/')[2]}" for each in genesis.founders}

    def _read_beside(self, indexes: Iterable[int]) -> None:
        """Read the streams that entries are of, as far as they are not in memory."""
        missing = [index for index in indexes if index not in self._acts_at]
        self._read(self._ledger.recorder.streams_at(missing))
        if not self._acts_at.keys() >= set(missing):
            raise IntegrityFault(why="an entry is not in the log")

    def _read(self, streams: Iterable[str]) -> None:
        missing = [name for name in streams if name not in self._streams]
        self._streams |= {name: [] for name in missing}
        for row in self._ledger.recorder.of_streams(missing):
            act = self._ledger.known.streams.mapper.act(row)
            self._streams[act.stream].append(act)
            self._acts_at[row.index] = act

    def _states_of(self, stream: str) -> list[Any]:
        """Return the states of a stream before each of its entries."""
        if stream not in self._states:
            aggregate = self._ledger.registry.aggregates[stream.partition("/")[0]]
            states = [aggregate.initial]
            for act in self._streams[stream]:
                states.append(evolved(aggregate, states[-1], act))
            self._states[stream] = states
        return self._states[stream]


def _index(act: Act) -> int:
    assert act.index is not None, "read from the log"
    return act.index
