"""One judgement for prepare, submit, import and audit: authority, then the aggregate's rules."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from ledger.kernel.act import Act, Tag
from ledger.kernel.facts import Answer, Facts, Shelf, close
from ledger.kernel.registry import Registry
from ledger.rules import authority, numbers, paper
from ledger.rules.time import verify_follows
from ledger.store.known import Guard, Habit
from ledger.store.streams import Stream

GENESIS = "log.genesis.v1"
PENDING = 2**52
"""Where acts not yet sequenced stand: behind every index a log will ever have."""


class Knowledge(Protocol):
    """What a judgement may read: streams and facts of the log before the acts judged."""

    def answer(self, tags: Iterable[Tag]) -> tuple[dict[Tag, Answer], list[Guard]]:
        """Return the acts by tag, and a guard for each."""
        ...

    def stream(self, stream: str) -> Stream:
        """Return the newest known state of a stream."""
        ...


class Inquiry:
    """Answers tags from the log and from the acts before, in the same submission; keeps guards."""

    def __init__(self, knowledge: Knowledge, registry: Registry, shelf: Shelf) -> None:
        self._knowledge = knowledge
        self._registry = registry
        self._facts = Facts({}, shelf)
        self._guards: dict[Tag, Guard] = {}
        self._asked: set[Tag] = set()
        self._earlier: list[tuple[Act, frozenset[Tag]]] = []

    def facts(self, asks: Callable[[Facts], Iterable[Tag]]) -> Facts:
        """Return the facts that ``asks(facts) -> tags`` names, in rounds, with those before."""
        self._facts, asked = close(asks, self._answer, self._facts)
        self._asked |= asked
        return self._facts

    @property
    def known(self) -> Facts:
        """Return the facts asked so far."""
        return self._facts

    def expect(self, habit: Habit | None) -> None:
        """Begin with what will likely be asked; asking more in rounds goes on as ever."""
        if habit is None:
            return
        if not self._facts.found:
            self._facts = habit.facts
            self._guards = {guard.tag: guard for guard in habit.guards}
        elif new := habit.tags - self._facts.found.keys():
            self._facts = self._facts.with_more(self._answer(new))

    @property
    def asked(self) -> frozenset[Tag]:
        """Return every tag asked so far; what was only expected does not count."""
        return frozenset(self._asked)

    def pending(self, act: Act) -> Act:
        """Return ``act`` at an index after all that is recorded, and after those it follows.

        Rules compare positions: an act that has none yet must not be judged as if it were first.
        """
        if act.index is not None:
            return act
        return msgspec.structs.replace(act, index=PENDING + len(self._earlier))

    def follow(self, act: Act) -> None:
        """Let later acts of the submission see ``act``, as the audit will."""
        carried = frozenset(self._registry.tags(act))
        self._earlier.append((act, carried))
        found = {
            tag: answer.plus(act) if tag in carried else answer
            for tag, answer in self._facts.found.items()
        }
        self._facts = Facts(found, self._facts.shelf)

    @property
    def guards(self) -> tuple[Guard, ...]:
        """Return the guards of every fact used."""
        return tuple(guard for tag, guard in self._guards.items() if tag in self._asked)

    def _answer(self, tags: Iterable[Tag]) -> Mapping[Tag, Answer]:
        found, guards = self._knowledge.answer(tags)
        for guard in guards:
            self._guards.setdefault(guard.tag, guard)
        for act, carried in self._earlier:
            for tag in carried & found.keys():
                found[tag] = found[tag].plus(act)
        return found


def judge(
    knowledge: Knowledge,
    registry: Registry,
    shelf: Shelf,
    acts: Sequence[Act],
    *,
    habit: Habit | None = None,
) -> tuple[Guard, ...]:
    """Judge acts as the next entries of the log; return the guards of what was read.

    ``habit`` is what they will likely ask. Raises: LedgerError, of whichever rule refuses.
    """
    inquiry = Inquiry(knowledge, registry, shelf)
    inquiry.expect(habit)
    streams: dict[str, Stream] = {}
    for number, act in enumerate(acts, start=1):
        stream = streams.get(act.stream) or _before(knowledge, registry, act)
        act = inquiry.pending(act)  # noqa: PLW2901
        state = judge_one(inquiry, registry, stream, act)
        streams[act.stream] = after(stream, act, state)
        if number < len(acts):  # nobody asks after the last
            inquiry.follow(act)
    return inquiry.guards


def after(stream: Stream, act: Act, state: Any) -> Stream:
    """Return ``stream`` with one more act on it, which left it in ``state``."""
    return Stream(
        id=act.stream, version=act.seq, tip=act.digest or stream.tip, state=state, iat=act.iat
    )


def _before(knowledge: Knowledge, registry: Registry, act: Act) -> Stream:
    if act.seq > 1:
        return knowledge.stream(act.stream)
    # Whether a first entry is the first is the sequencer's and the integrity audit's to see.
    return Stream(id=act.stream, version=0, tip="", state=registry.owner(act.type).initial)


def judge_one(inquiry: Inquiry, registry: Registry, stream: Stream, act: Act) -> Any:
    """Judge one act on its stream; return the stream's state after it."""
    aggregate, state = registry.owner(act.type), stream.state
    founding = act.type == GENESIS

    def asks(facts: Facts) -> Iterable[Tag]:
        found = set(aggregate.asks(state, act, facts))
        if not founding:
            found.update(authority.asks(act, facts), paper.asks(act.event))
        return found

    facts = inquiry.facts(asks)
    if not founding:
        verify_follows(act, stream.iat)
        authority.check(act, facts)
        numbers.check(act, facts)
        paper.check(act, facts, allowed=aggregate.from_paper)
    aggregate.check(state, act, facts)
    return aggregate.evolve(state, act)
