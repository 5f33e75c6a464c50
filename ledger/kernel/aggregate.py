"""What an aggregate declares, and what a command carries.

A module in ``ledger.aggregates`` declares one attribute ``aggregate``; discovery finds it.
Every function here is pure: no clock, no randomness, no I/O, no look at sealed values.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

import msgspec

from ledger.kernel.act import Act, Proposed, Tag, Who
from ledger.kernel.event import Event
from ledger.kernel.facts import Facts
from ledger.kernel.naming import Naming

S = TypeVar("S")


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A wish, parsed: imperative name ``aggregate.verb``; fields hold what the person typed.

    ``stream`` is None when the command opens a stream, ``occ`` when it happened now. The class says
    what it is called on pages and in help (``zh``, ``en``), and of its form:

    - ``asked_of``: fields that mean something only where a thing is held by one kind of holder, and
      which kind; about another's thing the form does not ask for them;
    - ``brought``: fields that the page before has filled in; they are shown and not typed;
    - ``withheld``: digests the form does not offer though what fits is known: she says them from
      what she holds in her hands;
    - ``own_key``: whether no key that the server keeps may sign it;
    - ``usual``: fields that may be left out and are asked for at once; others are folded away;
    - ``begins``: whether it begins a record of its own, so that desks offer it to whoever may;
    - ``aside``: whether it may be done beside the step that is due, so that it is offered after it.
    """

    name: ClassVar[str]
    zh: ClassVar[str]
    en: ClassVar[str]
    asked_of: ClassVar[Mapping[str, str]] = {}
    brought: ClassVar[frozenset[str]] = frozenset()
    withheld: ClassVar[frozenset[str]] = frozenset()
    own_key: ClassVar[bool] = False
    usual: ClassVar[frozenset[str]] = frozenset({"text"})
    begins: ClassVar[bool] = False
    aside: ClassVar[bool] = False
    stream: str | None = None
    occ: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """Where clock and randomness end: ``now`` with offset, who acts, fresh ids, facts."""

    now: datetime
    who: Who
    new_id: Callable[[], str]
    facts: Facts


def no_tags(*_: Any) -> Iterable[Tag]:
    """Ask for nothing; carry no tags."""
    return ()


def as_stated(_state: Any, act: Act, _facts: Facts) -> Event:
    """Return an act's event as it is: its rules read packs, and what they say leaves no trace."""
    return act.event


@dataclass(frozen=True, kw_only=True)
class Aggregate(Generic[S]):
    """One aggregate: its closed set of types, its pure functions, and what all that is called.

    ``decide(state, command, context) -> proposals`` proposes.
    ``asks(state, what, facts) -> tags`` names what ``decide`` (what = Command) and ``check``
    (what = Act) must know; it is called again with the answers until it asks nothing new.
    ``check(state, act, facts)`` holds every rule; it returns None or raises ``LedgerError``.
    ``evolve(state, act) -> state`` folds; ``tags(act) -> tags`` indexes.
    ``restate(state, act, facts) -> event`` is for aggregates whose rules read packs: the event as
    the packs in those facts would have it, so that a pack can be tried out.
    ``from_paper`` tells whether its acts may be typed from a paper original (ADR 0030).
    ``latest`` are members of its state that tell of the latest act alone: an act that changes no
    other moves nothing on, and is offered after those that do.
    """

    name: str
    naming: Naming
    initial: S
    events: tuple[type[Event], ...]
    commands: tuple[type[Command], ...] = ()
    decide: Callable[[S, Any, Context], tuple[Proposed, ...]]
    check: Callable[[S, Act, Facts], None]
    evolve: Callable[[S, Act], S]
    asks: Callable[[S, "Command | Act", Facts], Iterable[Tag]] = no_tags
    tags: Callable[[Act], Iterable[Tag]] = no_tags
    restate: Callable[[S, Act, Facts], Event] | None = None
    from_paper: bool = True
    latest: frozenset[str] = frozenset()
