"""Volunteer teams: how many members each has, and what the packs' rules ask of it (S1-05).

Which rules those are, figures of the measure ``teams_rate`` name. A team is a unit somebody is a
member of; one nobody ever joined, or all have left, is not known to be one. Too few members are
told, and refused nowhere.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ledger.rules.figures import TEAMS_RATE
from ledger.rules.measures import Bound
from ledger.rules.packs.sections import figures
from ledger.service.board import Desk


@dataclass(frozen=True, kw_only=True, slots=True)
class Team:
    """A team, its members as of the desk's point, and the ``bounds`` of their number."""

    unit: str
    members: int
    bounds: tuple[Bound, ...]

    @property
    def enough(self) -> bool:
        """Whether it has as many as are asked for; where nothing is asked, any number is."""
        return all(bound.met(self.members) for bound in self.bounds)


def teams(desk: Desk, rules: Iterable[str] | None = None) -> Iterator[Team]:
    """Yield the teams of a desk's units by their codes, held to ``rules``, or to all there are."""
    counted = desk.store("teams").count(desk.point, by=("unit",))
    sizes = {str(unit): members for (unit,), members in counted.items()}
    for unit in sorted(sizes, key=desk.order):
        if desk.covers(unit):
            asked = _named(desk, unit) if rules is None else rules
            yield Team(unit=unit, members=sizes[unit], bounds=tuple(_bounds(desk, unit, asked)))


def _named(desk: Desk, unit: str) -> Iterator[str]:
    book = desk.book(unit)
    for figure in () if book is None else book.items(figures.section):
        if figure.measure == TEAMS_RATE:
            yield from figure.of


def _bounds(desk: Desk, unit: str, rules: Iterable[str]) -> Iterator[Bound]:
    book = desk.book(unit)
    for id_ in rules:
        rule = None if book is None else book.find_rule(id_, desk.day)
        if rule is not None and rule.threshold is not None:
            yield rule.threshold
