"""Streams as immutable states, rebuilt by the event-sourcing library's Repository.

The library's functional style folds acts into a ``Stream``; states fast-forwarded are put back
into its cache (9.5.6 drops immutable ones), and what is committed is noted beside them, so a
judgement of a hot stream reads nothing from the database. It is folded when somebody asks: most
of what other processes record, and the last act of every stream, nobody judges upon here.
"""

from collections.abc import Iterable
from itertools import starmap
from typing import Any, NamedTuple, cast

import msgspec
from eventsourcing.application import AggregateNotFoundError, Repository
from eventsourcing.persistence import EventStore

from ledger.kernel.act import Act
from ledger.kernel.registry import Registry
from ledger.store.mapper import EntryMapper
from ledger.store.recorder import Recorder

CACHED_STREAMS = 20_000
MAX_WAITING = 16


class Stream(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One stream at a version: ``tip`` is the digest of its last JWS, the next entry's ``prev``."""

    id: str
    version: int
    tip: str
    state: Any
    iat: int = 0


class _Ahead(NamedTuple):
    """A stream, and the acts committed since that nobody has asked for yet."""

    stream: Stream
    acts: tuple[Act, ...]

    @property
    def version(self) -> int:
        return self.acts[-1].seq

    @property
    def tip(self) -> str:
        return self.acts[-1].digest or ""


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
        if version is None:
            self.cached(stream)  # the library goes on from what is kept, as one stream
        try:
            # Acts and streams are plain structs, not the library's classes: its types are told so.
            project = cast("Any", self._project)
            found: Stream = self.get(stream, version=version, projector_func=project)
        except AggregateNotFoundError:
            return self.empty(stream)
        if version is None:
            self._keep(stream, found)
        return found

    def acts(self, start: int, limit: int) -> list[Act]:
        """Return the acts of log indexes start, start + 1 and so on, at most ``limit``."""
        return list(starmap(self.mapper.act_of, self.recorder.rows(start, start + limit)))

    def current(self, stream: str) -> Stream:
        """Return the cached state, which commits keep current, or load it."""
        return self.cached(stream) or self.load(stream)

    def cached(self, stream: str) -> Stream | None:
        """Return the cached state, None when there is none."""
        kept = self._kept(stream)
        if isinstance(kept, _Ahead):
            kept = self._project(kept.stream, kept.acts)
            self._keep(stream, kept)
        return kept

    def tip(self, stream: str) -> tuple[int, str] | None:
        """Return version and tip of a stream that is cached, None when it is not."""
        kept = self._kept(stream)
        return (kept.version, kept.tip) if kept else None

    def advance(self, act: Act) -> None:
        """Take a committed act into the cache."""
        if act.index == 0:
            self.first_prev = act.digest or ""
        kept = self._kept(act.stream) or self.empty(act.stream)
        if act.seq != kept.version + 1:
            return
        if isinstance(kept, Stream):
            self._keep(act.stream, _Ahead(kept, (act,)))
        elif len(kept.acts) < MAX_WAITING:
            self._keep(act.stream, _Ahead(kept.stream, (*kept.acts, act)))
        else:
            self._keep(act.stream, self._project(kept.stream, (*kept.acts, act)))

    def forget(self, stream: str) -> None:
        """Drop a cached state that turned out to be behind."""
        assert self.cache is not None
        try:
            self.cache.get(stream, evict=True)
        except KeyError:
            return

    def _kept(self, stream: str) -> Stream | _Ahead | None:
        assert self.cache is not None
        try:
            return cast("Stream | _Ahead", self.cache.get(stream))
        except KeyError:
            return None

    def _keep(self, stream: str, kept: Stream | _Ahead | None) -> None:
        assert self.cache is not None
        self.cache.put(stream, cast("Any", kept))

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
