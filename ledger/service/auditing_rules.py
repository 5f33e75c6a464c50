"""The rules over a log being audited: each act judged with only earlier entries known.

The judgement is the one of prepare and submit (`ledger.service.judge`); only what it reads differs.
Facts are kept in memory as log indexes by tag; acts are read again from the source when a tag is
asked for the first time, since most never are.
"""

from array import array
from collections.abc import Callable, Iterable
from typing import Any

from ledger.audit.ports import Audited, Stored
from ledger.entry.entry import parse_entry
from ledger.errors import LedgerError, RuleViolation, StorageError
from ledger.kernel.act import Act, Tag
from ledger.kernel.aggregate import Aggregate
from ledger.kernel.facts import NOTHING, Answer, Shelf
from ledger.kernel.registry import Registry
from ledger.service.judge import Inquiry, after, judge_one
from ledger.store.known import Guard
from ledger.store.streams import Stream

KEPT_ACTS = 1024


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

    def __init__(self, registry: Registry, read: Callable[[int], Act]) -> None:
        self._registry = registry
        self._read = read
        self._streams: dict[str, Stream] = {}
        self._bearing: dict[Tag, array[int]] = {}
        self._asked: dict[Tag, list[Act]] = {}
        self._answers: dict[Tag, Answer] = {}

    def answer(self, tags: Iterable[Tag]) -> tuple[dict[Tag, Answer], list[Guard]]:
        """Return the acts by tag; no guards, since nothing can come between."""
        return {tag: self._answer(tag) for tag in tags}, []

    def stream(self, stream: str) -> Stream:
        """Return a stream as the entries so far left it."""
        found = self._streams.get(stream)
        if found is None:
            aggregate = self._registry.aggregates[stream.partition("/")[0]]
            found = Stream(id=stream, version=0, tip="", state=aggregate.initial)
        return found

    def take(self, act: Act, state: object) -> None:
        """Take an act as done; its stream is in ``state`` after it."""
        self._streams[act.stream] = after(self.stream(act.stream), act, state)
        for tag in self._registry.tags(act):
            self._bearing.setdefault(tag, array("q")).append(act.index or 0)
            if tag in self._asked:
                self._asked[tag].append(act)
                self._answers.pop(tag, None)

    def _answer(self, tag: Tag) -> Answer:
        if tag not in self._answers:
            if tag not in self._asked:
                self._asked[tag] = [self._read(index) for index in self._bearing.get(tag, ())]
            acts = self._asked[tag]
            self._answers[tag] = Answer(tuple(acts)) if acts else NOTHING
        return self._answers[tag]


class Judge:
    """The ``Rules`` of an audit over one source."""

    def __init__(self, acts: Acts, shelf: Shelf, read: Callable[[int], Act]) -> None:
        self._acts = acts
        self._registry = acts.registry
        self._shelf = shelf
        self._memory = Memory(acts.registry, read)

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
