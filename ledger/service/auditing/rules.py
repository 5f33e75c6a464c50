"""The rules over a log being audited: each act judged with only earlier entries known.

The judgement is the one of prepare and submit (`ledger.service.acts.judge`); only what it reads
differs. What is remembered are log indexes, by stream and by tag, in the audit's scratch; acts are
read again from the source, and streams folded again, when asked for and not met lately.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from ledger.audit.ports import Audited, Stored
from ledger.entry.entry import parse_entry
from ledger.errors import LedgerError, RuleViolation, StorageError
from ledger.kernel.act import Act, Tag
from ledger.kernel.aggregate import Aggregate
from ledger.kernel.facts import NOTHING, Answer, Shelf
from ledger.kernel.registry import Registry
from ledger.service.acts.judge import Inquiry, after, judge_one
from ledger.service.auditing.scratch import Scratch
from ledger.store.known import Guard
from ledger.store.streams import Stream

K = TypeVar("K", str, Tag)

KEPT_ACTS = 1024
KEPT_STREAMS = 4_000
KEPT_TAGS = 4_000
NOTED_TOGETHER = 1024


class RulesFailed(RuleViolation):
    """The rules met a history they could never have allowed, and could not go on."""

    code = "audit.rules_failed"
    zh = "规则无法判断该条目（{why}）：其所在流此前已有规则不容的条目。请先核查此前的疑点。"
    en = (
        "The rules cannot judge this entry ({why}): its stream holds what they never allowed. "
        "Look into the earlier findings first."
    )


class Acts:
    """Acts of entries being audited, decoded once for all who look at them."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self._kept: dict[int, Act | LedgerError] = {}

    def act(self, audited: Audited) -> Act:
        """Return the act of an entry. Raises: UnknownType, SchemaMismatch."""
        found = self._kept.get(audited.index)
        if found is None:
            if len(self._kept) >= KEPT_ACTS:
                self._kept.clear()
            found = self._kept[audited.index] = self._decoded(audited)
        if isinstance(found, LedgerError):
            raise found
        return found

    def _decoded(self, audited: Audited) -> Act | LedgerError:
        entry = audited.entry
        try:
            return self.registry.act(
                entry.signed, index=audited.index, recorded_at=entry.recorded_at
            )
        except LedgerError as error:
            return error


class Memory:
    """What the log told before the entry being judged (a ``Knowledge`` of ``judge``)."""

    def __init__(
        self, registry: Registry, read: Callable[[int], Act], scratch: Scratch | None = None
    ) -> None:
        self._registry = registry
        self._read = read
        self._scratch = scratch or Scratch()
        self._streams: OrderedDict[str, Stream] = OrderedDict()
        self._asked: OrderedDict[Tag, Answer] = OrderedDict()
        # Noted since the scratch was written to.
        self._acts: dict[str, list[int]] = defaultdict(list)
        self._bearing: dict[Tag, list[int]] = defaultdict(list)
        self._noted = 0

    def answer(self, tags: Iterable[Tag]) -> tuple[dict[Tag, Answer], list[Guard]]:
        """Return the acts by tag; no guards, since nothing can come between."""
        found = {tag: self._answer(tag) for tag in tags}
        while len(self._asked) > KEPT_TAGS:
            self._asked.popitem(last=False)
        return found, []

    def stream(self, stream: str) -> Stream:
        """Return a stream as the entries so far left it."""
        found = self._streams.get(stream)
        return self._folded(stream) if found is None else found

    def take(self, act: Act, state: object) -> None:
        """Take an act as done; its stream is in ``state`` after it."""
        self._streams[act.stream] = after(self.stream(act.stream), act, state)
        self._streams.move_to_end(act.stream)
        if len(self._streams) > KEPT_STREAMS:
            self._streams.popitem(last=False)
        self._note(act)

    def skip(self, act: Act) -> None:
        """Take an act as done whose stream nobody asks for yet."""
        self._streams.pop(act.stream, None)
        self._note(act)

    def _note(self, act: Act) -> None:
        index = act.index or 0
        self._acts[act.stream].append(index)
        for tag in self._registry.tags(act):
            self._bearing[tag].append(index)
            if (asked := self._asked.get(tag)) is not None:
                self._asked[tag] = asked.plus(act)
        self._noted += 1
        if self._noted >= NOTED_TOGETHER:
            self._scratch.note(_pairs(self._acts), _pairs(self._bearing))
            self._acts.clear()
            self._bearing.clear()
            self._noted = 0

    def _folded(self, name: str) -> Stream:
        aggregate = self._registry.aggregates[name.partition("/")[0]]
        stream = Stream(id=name, version=0, tip="", state=aggregate.initial)
        for index in (*self._scratch.acts_of(name), *self._acts.get(name, ())):
            act = self._read(index)
            stream = after(stream, act, evolved(aggregate, stream.state, act))
        return stream

    def _answer(self, tag: Tag) -> Answer:
        if tag not in self._asked:
            indexes = (*self._scratch.bearing(tag), *self._bearing.get(tag, ()))
            acts = tuple(self._read(index) for index in indexes)
            self._asked[tag] = Answer(acts) if acts else NOTHING
        else:
            self._asked.move_to_end(tag)
        return self._asked[tag]


def _pairs(indexes: Mapping[K, list[int]]) -> Iterator[tuple[str, int]]:
    return ((key, index) for key, found in indexes.items() for index in found)


class Judge:
    """The ``Rules`` of an audit over one source."""

    def __init__(
        self,
        acts: Acts,
        shelf: Shelf,
        read: Callable[[int], Act],
        scratch: Scratch | None = None,
    ) -> None:
        self._acts = acts
        self._registry = acts.registry
        self._shelf = shelf
        self._memory = Memory(acts.registry, read, scratch)

    def judge(self, audited: Audited) -> LedgerError | None:
        """Return why no rule allowed this entry, None if it was allowed; then take it as done.

        Raises:
            StorageError: an earlier entry could not be read again.
        """
        try:
            act = self._acts.act(audited)
        except LedgerError as error:
            return error
        aggregate = self._registry.aggregates[act.aggregate]
        stream = self._memory.stream(act.stream)
        state = stream.state
        inquiry = Inquiry(self._memory, self._registry, self._shelf)
        refusal: LedgerError | None = None
        try:
            state = judge_one(inquiry, self._registry, stream, act)
        except StorageError:
            raise  # what cannot be read is no judgement
        except LedgerError as error:
            refusal, state = error, evolved(aggregate, state, act)
        except Exception as error:  # noqa: BLE001 - rules may break on a history they never allowed
            refusal, state = RulesFailed(why=type(error).__name__), evolved(aggregate, state, act)
        self._memory.take(act, state)
        return refusal

    def take(self, audited: Audited) -> None:
        """Take an entry as done that an earlier run judged."""
        with suppress(LedgerError):  # what is no act was told of, and left nothing behind
            self._memory.skip(self._acts.act(audited))


def evolved(aggregate: Aggregate[Any], state: object, act: Act) -> object:
    """Return the state after an act that may never have been allowed."""
    try:
        return aggregate.evolve(state, act)
    except Exception:  # noqa: BLE001 - a fold may break on what no rule allowed; the log goes on
        return state


def read_by(fetch: Callable[[int], Stored], registry: Registry) -> Callable[[int], Act]:
    """Return how an act is read again by log index; its entry could be parsed before."""

    def read(index: int) -> Act:
        entry = parse_entry(fetch(index).state)
        return registry.act(entry.signed, index=index, recorded_at=entry.recorded_at)

    return read
