"""Streams as immutable states, rebuilt by the event-sourcing library's Repository.

The library's functional style folds acts into a ``Stream``; states fast-forwarded are put back
into its cache (9.5.6 drops immutable ones), and the sequencer advances cached states as it
commits, so a judgement of a hot stream reads nothing from the database.
"""

from collections.abc import Iterable
from itertools import starmap
from typing import Any, cast

import msgspec
from eventsourcing.application import AggregateNotFoundError, Repository
from eventsourcing.persistence import EventStore

from ledger.kernel.act import Act
from ledger.kernel.registry import Registry
from ledger.store.mapper import EntryMapper
from ledger.store.recorder import Recorder

CACHED_STREAMS = 20_000


class Stream(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One stream at a version: ``tip`` is the digest of its last JWS, the next entry's ``prev``."""

    id: str
    version: int
    tip: str
    state: Any
    iat: int = 0


class Streams(Repository[str]):
    """Loads streams; the newest state of the hot ones is kept."""

    def __init__(self, recorder: Recorder, registry: Registry) -> None:
        self.mapper = EntryMapper(registry)
        store = EventStore[str](self.mapper, recorder)
        super().__init__(store, cache_maxsize=CACHED_STREAMS, deepcopy_from_cache=False)
        self.recorder = recorder
        self.registry = registry
        self.first_prev = ""  # digest of the genesis: what the first entry of a stream continues

    def load(self, stream: str, *, version: int | None = None) -> Stream:
        """Return a stream read from the store, at ``version`` or as it is now."""
        try:
            # Acts and streams are plain structs, not the library's classes: its types are told so.
            project = cast("Any", self._project)
            found: Stream = self.get(stream, version=version, projector_func=project)
        except AggregateNotFoundError:
            return self.empty(stream)
        if self.cache is not None and version is None:
            self.cache.put(stream, found)
        return found

    def acts(self, start: int, limit: int) -> list[Act]:
        """Return the acts of log indexes start, start + 1 and so on, at most ``limit``."""
        return list(starmap(self.mapper.act_of, self.recorder.rows(start, start + limit)))

    def current(self, stream: str) -> Stream:
        """Return the cached state, which commits keep current, or load it."""
        return self.cached(stream) or self.load(stream)

    def cached(self, stream: str) -> Stream | None:
        """Return the cached state, None when there is none."""
        assert self.cache is not None
        try:
            return cast("Stream", self.cache.get(stream))
        except KeyError:
            return None

    def advance(self, act: Act) -> None:
        """Take a committed act into the cache."""
        assert self.cache is not None
        if act.index == 0:
            self.first_prev = act.digest or ""
        known = self.cached(act.stream) or self.empty(act.stream)
        if act.seq == known.version + 1:
            self.cache.put(act.stream, self.after(known, act))

    def forget(self, stream: str) -> None:
        """Drop a cached state that turned out to be behind."""
        assert self.cache is not None
        try:
            self.cache.get(stream, evict=True)
        except KeyError:
            return

    def after(self, stream: Stream, act: Act) -> Stream:
        """Return ``stream`` after one more act."""
        return Stream(
            id=stream.id,
            version=act.seq,
            tip=act.digest or "",
            state=self.registry.aggregates[act.aggregate].evolve(stream.state, act),
            iat=act.iat,
        )

    def empty(self, stream: str) -> Stream:
        """Return a stream without entries."""
        name = stream.partition("/")[0]
        aggregate = self.registry.aggregates.get(name)
        return Stream(
            id=stream,
            version=0,
            tip=self.first_prev,
            state=aggregate.initial if aggregate else None,
        )

    def _project(self, stream: Stream | None, acts: Iterable[Act]) -> Stream | None:
        for act in acts:
            stream = self.after(stream or self.empty(act.stream), act)
        return stream
