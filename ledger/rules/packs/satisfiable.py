"""Whether duties can be satisfied by the people who exist (coverage B-11).

Separation of duty is per person, so posts on paper prove nothing: one woman in three posts cannot
handle, verify and call back. A section says of each item which steps need different persons
(``Section.hands``); here it is found whether there are enough of them, by a maximum matching.

Not handled: recusal in one matter, leave, near relatives; whether anybody is capable.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ledger.rules.packs.book import Book
from ledger.rules.packs.section import Hands, Step, sections
from ledger.rules.packs.sections import obligations

Holders = Mapping[str, frozenset[str]]
"""Persons by the role they hold for a unit."""


class Unfilled(NamedTuple):
    """A step nobody is left for: what is done, in which roles, how many persons lack."""

    step: Step
    lacks: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortfall:
    """A duty that cannot be satisfied: ``section`` and ``item`` name it, ``unfilled`` say where.

    ``persons`` are all who hold a role of any of its steps: fewer than the steps need, or the
    same few again.
    """

    section: str
    item: str
    unfilled: tuple[Unfilled, ...]
    persons: frozenset[str]

    @property
    def stops(self) -> bool:
        """Whether the work cannot be finished, and not only something that may be done is not."""
        return any(each.step.needed for each in self.unfilled)


def shortfalls(book: Book, holders: Holders, *, level: str) -> Iterator[Shortfall]:
    """Yield every duty of a unit of ``level`` that the holders of roles over it cannot satisfy.

    Of what would meet obligations only what those of the level ask for counts: nobody has to
    hold a meeting that only streets owe.
    """
    asked = {duty.evidence for duty in book.items(obligations.section) if level in duty.levels}
    for section in sections():
        for held in book.held(section):
            if section.evidence and (section.evidence, held.item.id) not in asked:
                continue
            for hands in section.hands(held.item.value, book):
                if unfilled := tuple(_unfilled(hands, holders)):
                    yield Shortfall(
                        section=section.name,
                        item=held.item.id,
                        unfilled=unfilled,
                        persons=frozenset().union(*(_may(step, holders) for step in hands)),
                    )


def _unfilled(hands: Hands, holders: Holders) -> Iterator[Unfilled]:
    # Needed steps take their persons first: what is optional goes without.
    ordered = sorted(hands, key=lambda step: not step.needed)
    places = [step for step in ordered for _ in range(step.persons)]
    filled = _matched([_may(step, holders) for step in places])
    for step in hands:
        lacks = sum(1 for at, place in enumerate(places) if place is step and at not in filled)
        if lacks:
            yield Unfilled(step, lacks)


def _may(step: Step, holders: Holders) -> frozenset[str]:
    return frozenset().union(*(holders.get(role, frozenset()) for role in step.roles))


def _matched(places: list[frozenset[str]]) -> frozenset[int]:
    """Return the places filled by a maximum matching, earlier ones kept once filled (Kuhn)."""
    taken: dict[str, int] = {}

    def fill(place: int, tried: set[str]) -> bool:
        for person in sorted(places[place] - tried):
            tried.add(person)
            if person not in taken or fill(taken[person], tried):
                taken[person] = place
                return True
        return False

    return frozenset(place for place in range(len(places)) if fill(place, set()))
