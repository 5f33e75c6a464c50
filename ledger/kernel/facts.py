"""Facts: what a rule may know beyond its own stream, answered by tag at a log size.

An answer holds the acts bearing a tag, in log order, and the size through which that is the
whole truth. Answers are immutable; folding one is remembered with it. Each answer used becomes
a guard, tested again under the head lock, so a check can never rest on a moved fact.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from ledger.kernel.act import Act, Tag

T = TypeVar("T")

Shelf = Callable[[str], Mapping[str, bytes]]
"""Adopted pack bytes by digest: ``{path: bytes}``. Content-addressed, hence pure."""


class Answer:
    """The acts with one tag, and the folds made of them."""

    __slots__ = ("_folds", "acts")

    def __init__(self, acts: tuple[Act, ...]) -> None:
        self.acts = acts
        self._folds: dict[Callable[[tuple[Act, ...]], Any], Any] = {}

    def fold(self, function: Callable[[tuple[Act, ...]], T]) -> T:
        """Return ``function(acts)``, computed once; ``function`` must be pure, module-level."""
        if function not in self._folds:
            self._folds[function] = function(self.acts)
        found: T = self._folds[function]
        return found

    def plus(self, act: Act) -> "Answer":
        """Return this answer with one later act."""
        return Answer((*self.acts, act))


NOTHING = Answer(())


class NotAsked(LookupError):
    """A rule read a tag that ``asks`` did not name: a bug of the aggregate, never of input."""


class Facts:
    """A closed set of answers, and the shelf of packs; what is made of them is made once."""

    __slots__ = ("_made", "found", "shelf")

    def __init__(self, found: Mapping[Tag, Answer], shelf: Shelf) -> None:
        self.found = found
        self.shelf = shelf
        self._made: dict[object, Any] = {}

    def with_more(self, found: Mapping[Tag, Answer]) -> "Facts":
        """Return these facts and answers to further tags; what is made of them is made anew."""
        return Facts({**self.found, **found}, self.shelf)

    def once(self, key: object, make: Callable[[], T]) -> T:
        """Return ``make()``, a pure reading of these facts, made once for each ``key``."""
        if key not in self._made:
            self._made[key] = make()
        found: T = self._made[key]
        return found

    def knows(self, tag: Tag) -> bool:
        """Tell whether ``tag`` has been answered; ``asks`` uses it to ask in rounds."""
        return tag in self.found

    def about(self, tag: Tag) -> tuple[Act, ...]:
        """Return the acts with ``tag``, in log order."""
        return self._answer(tag).acts

    def fold(self, tag: Tag, function: Callable[[tuple[Act, ...]], T]) -> T:
        """Return ``function`` of the acts with ``tag``, remembered with the answer."""
        return self._answer(tag).fold(function)

    def _answer(self, tag: Tag) -> Answer:
        try:
            return self.found[tag]
        except KeyError:
            raise NotAsked(tag) from None


def close(
    asks: Callable[[Facts], Iterable[Tag]],
    answer: Callable[[Iterable[Tag]], Mapping[Tag, Answer]],
    facts: Facts,
) -> tuple[Facts, frozenset[Tag]]:
    """Ask in rounds until nothing new is asked (a unit names its parent only once read).

    ``facts`` are those known before; they are kept. Return them all, and the tags asked.
    """
    while True:
        asked = frozenset(asks(facts))
        new = asked - facts.found.keys()
        if not new:
            return facts, asked
        facts = facts.with_more(answer(new))
