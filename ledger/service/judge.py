"""One judgement for prepare, submit, import and audit: authority, then the aggregate's rules."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from ledger.kernel.act import Act, Tag
from ledger.kernel.facts import Answer, Facts, Shelf, close
from ledger.kernel.registry import Registry
from ledger.rules import authority
from ledger.store.known import Guard
from ledger.store.streams import Stream

GENESIS = "log.genesis.v1"


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
        self._earlier: list[tuple[Act, frozenset[Tag]]] = []

    def facts(self, asks: Callable[[Facts], Iterable[Tag]]) -> Facts:
        """Return the facts that ``asks(facts) -> tags`` names, in rounds, with those before."""
        self._facts = close(asks, self._answer, self._facts)
        return self._facts

    def expect(self, tags: Iterable[Tag]) -> None:
        """Answer what will likely be asked, in one go; asking more in rounds goes on as ever."""
        new = [tag for tag in tags if tag not in self._facts.found]
        if new:
            self._facts = self._facts.with_more(self._answer(new))

    @property
    def asked(self) -> tuple[Tag, ...]:
        """Return every tag asked so far."""
        return tuple(self._facts.found)

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
        return tuple(self._guards.values())

    def _answer(self, tags: Iterable[Tag]) -> Mapping[Tag, Answer]:
        found, guards = self._knowledge.answer(tags)
        for guard in guards:
            self._guards.setdefault(guard.tag, guard)
        for act, carried in self._earlier:
            for tag in carried & found.keys():
                found[tag] = found[tag].plus(act)
        return found


def judge(
    knowledge: Knowledge, registry: Registry, shelf: Shelf, acts: Sequence[Act]
) -> tuple[Guard, ...]:
    """Judge acts as the next entries of the log; return the guards of what was read.

    Raises: LedgerError, of whichever rule refuses.
    """
    inquiry = Inquiry(knowledge, registry, shelf)
    states: dict[str, Any] = {}
    for act in acts:
        if act.stream not in states:
            states[act.stream] = knowledge.stream(act.stream).state
        states[act.stream] = judge_one(inquiry, registry, states[act.stream], act)
        inquiry.follow(act)
    return inquiry.guards


def judge_one(inquiry: Inquiry, registry: Registry, state: Any, act: Act) -> Any:
    """Judge one act on its stream's state; return the state after it."""
    aggregate = registry.owner(act.type)
    founding = act.type == GENESIS

    def asks(facts: Facts) -> Iterable[Tag]:
        if not founding:
            yield from authority.asks(act, facts)
        yield from aggregate.asks(state, act, facts)

    facts = inquiry.facts(asks)
    if not founding:
        authority.check(act, facts)
    aggregate.check(state, act, facts)
    return aggregate.evolve(state, act)
