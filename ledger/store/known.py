"""What this process knows of the log: facts by tag and stream states, exact through a size.

The sequencer feeds every act it commits, and the acts other processes committed before it took
the lock, in log order. So a judgement reads memory, not the database; that it may be behind does
no harm, because each answer carries the size it is good for and is tested again under the lock.
What readers are told is not tested again: it is as of the size this process last saw the log at,
and ``reach`` takes it further where a reader names a later point of history.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from threading import RLock
from typing import NamedTuple

import msgspec

from ledger.kernel.act import Act, Tag, Who
from ledger.kernel.facts import NOTHING, Answer, Facts, Shelf
from ledger.kernel.registry import Registry
from ledger.store.recorder import Recorder
from ledger.store.streams import Stream, Streams

CACHED_TAGS = 50_000
KEPT_HABITS = 10_000
BATCH = 500


class Guard(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A fact used: no entry at a log index >= ``after`` may bear ``tag``."""

    tag: Tag
    after: int


class Habit(NamedTuple):
    """What a person's last command of a kind asked: the tags, their facts, and the guards."""

    tags: frozenset[Tag]
    facts: Facts
    guards: tuple[Guard, ...]


class Known:
    """Facts and states through ``size``; safe for many threads."""

    def __init__(self, recorder: Recorder, registry: Registry) -> None:
        self.recorder = recorder
        self.registry = registry
        self.streams = Streams(recorder, registry)
        self.size = recorder.head().size
        self._habits: OrderedDict[tuple[str, Who], Habit] = OrderedDict()
        self._answers: OrderedDict[Tag, Answer] = OrderedDict()
        self._lock = RLock()

    def answer(self, tags: Iterable[Tag]) -> tuple[dict[Tag, Answer], list[Guard]]:
        """Return the answers to ``tags``, and the guards that keep them honest."""
        self.reach(self.recorder.seen)
        with self._lock:
            wanted = list(tags)
            missing = [tag for tag in wanted if tag not in self._answers]
            if missing:
                self._load(missing)
            guards = [Guard(tag=tag, after=self.size) for tag in wanted]
            found = {tag: self._answers[tag] for tag in wanted}
            while len(self._answers) > CACHED_TAGS:
                self._answers.popitem(last=False)
            return found, guards

    def about(self, tag: Tag) -> Answer:
        """Return the answer to one tag, for who needs no guard."""
        self.reach(self.recorder.seen)
        return self._answers.get(tag) or self.answer([tag])[0][tag]

    def stream(self, stream: str, *, begins: bool = False) -> Stream:
        """Return the newest known state of a stream.

        ``begins``: an entry claims to be its first. Then what is not in memory is taken for new
        and not looked for in the store: the sequencer looks, before the entry is accepted.
        """
        self.reach(self.recorder.seen)
        # Under the lock: what is loaded here must not overtake what is fed meanwhile.
        with self._lock:
            if begins:
                return self.streams.cached(stream) or self.streams.empty(stream)
            return self.streams.current(stream)

    def tips(self, streams: Iterable[str]) -> dict[str, tuple[int, str]]:
        """Return version and tip of those streams that are in memory, good for ``size``."""
        with self._lock:
            found = {name: self.streams.tip(name) for name in streams}
        return {name: tip for name, tip in found.items() if tip}

    def recall(self, kind: str, who: Who) -> Habit | None:
        """Return what a person's last command of a kind asked, with its facts as they are now.

        They are the very facts of then while nothing recorded since bears a tag of theirs, so that
        what was made of them (who holds which post, which packs are in force) is there already.
        """
        held = self._habits.get((kind, who))
        if held is None:
            return None
        now = self._answers.get
        if not all(now(tag) is answer for tag, answer in held.facts.found.items()):
            held = self._habits[kind, who] = self._habit(held.tags, held.facts.shelf)
        return held

    def remember(self, kind: str, who: Who, asked: frozenset[Tag], shelf: Shelf) -> None:
        """Keep what a person's last command of a kind asked."""
        held = self._habits.get((kind, who))
        if held is not None and held.tags == asked:
            return
        while len(self._habits) >= KEPT_HABITS:
            self._habits.popitem(last=False)
        self._habits[kind, who] = self._habit(asked, shelf)

    def _habit(self, tags: frozenset[Tag], shelf: Shelf) -> Habit:
        found, guards = self.answer(tags)
        return Habit(tags, Facts(found, shelf), tuple(guards))

    def newest(self, tag: Tag) -> int | None:
        """Return the newest index bearing ``tag``, -1 for none, None when it is not in memory."""
        answer = self._answers.get(tag)
        if answer is None:
            return None
        index = answer.acts[-1].index if answer.acts else -1
        return -1 if index is None else index

    def feed(self, acts: Sequence[Act], tags: Sequence[tuple[Tag, ...]] | None = None) -> None:
        """Take committed acts of successive log indexes, the first at most ``size``.

        ``tags`` are theirs, where whoever feeds has them at hand.
        """
        with self._lock:
            # What is known already was read by another thread's ``catch_up`` since the commit.
            start = self.size - (acts[0].index or 0) if acts else 0
            carried = map(self.registry.tags, acts[start:]) if tags is None else tags[start:]
            for act, carries in zip(acts[start:], carried, strict=True):
                assert act.index == self.size, "acts are fed in log order"
                for tag in carries:
                    if (answer := self._answers.get(tag)) is not None:
                        self._answers[tag] = answer.plus(act)
                self.streams.advance(act)
                self.size += 1

    def catch_up(self) -> None:
        """Read what other processes committed."""
        while self._read_on():
            pass

    def reach(self, size: int) -> None:
        """Read what other processes committed, through ``size`` entries or what there is."""
        while self.size < size:
            with self._lock:
                if self.size < size and not self._read_on():
                    return

    def _read_on(self) -> bool:
        with self._lock:
            acts = self.streams.acts(self.size, BATCH)
            self.feed(acts)
            return bool(acts)

    def _load(self, tags: list[Tag]) -> None:
        found: dict[str, list[Act]] = {tag: [] for tag in tags}
        for tag, row in self.recorder.tagged(tags, self.size):
            found[tag].append(self.streams.mapper.act(row))
        for tag in tags:
            self._answers[tag] = Answer(tuple(found[tag])) if found[tag] else NOTHING
