"""Law as data: rules with article, time in force and value; which generation applies on a day.

A rule that changed keeps its id and has one entry per generation, each in force between two days;
a matter of 2021 is judged by what held in 2021. ``source`` says how the text was read: LAW-V in a
copy of the law, LAW-P in a secondary page, LAW-M from memory of practice, LOCAL a rule of one
place, INF our own default where no rule was found. Nothing here computes a term: ``calendars``.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from ledger.kernel.event import Code
from ledger.rules.calendars import Unit
from ledger.rules.measures import Measures
from ledger.rules.words import Label

Counting = Literal["minfa-200-203"]
"""How a term is counted: the Civil Code's way, which ``calendars`` implements."""

Source = Literal["LAW-V", "LAW-P", "LAW-M", "LOCAL", "INF"]
MAX_TERM = 3_650


class Term(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long: ``value`` units (1 <= value <= 3650), and how they are counted."""

    value: Annotated[int, Meta(ge=1, le=MAX_TERM)]
    unit: Unit
    counting: Counting


class LawRule(Measures, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One generation of one rule; ``until`` is its last day in force, None while it still is.

    ``article`` is the citation in the law's own language. A rule that only permits or forbids has
    neither a term nor a measure.
    """

    id: Code
    zh: Label
    en: Label
    article: Annotated[str, Meta(min_length=1, max_length=200)]
    source: Source
    from_: date = msgspec.field(name="from")
    until: date | None = msgspec.field(name="to", default=None)
    term: Term | None = None

    def in_force(self, on: date) -> bool:
        """Tell whether this generation was in force on ``on``."""
        return self.from_ <= on and (self.until is None or on <= self.until)


def in_force(generations: Sequence[LawRule], on: date) -> LawRule | None:
    """Return the generation of a rule in force on ``on``, or None when none was."""
    return next((rule for rule in generations if rule.in_force(on)), None)


def overlap(rules: Sequence[LawRule]) -> Iterator[int]:
    """Yield the position of each generation in force on a day on which one before it is, too."""
    earlier: dict[str, list[LawRule]] = {}
    for position, rule in enumerate(rules):
        others = earlier.setdefault(rule.id, [])
        if any(rule.in_force(other.from_) or other.in_force(rule.from_) for other in others):
            yield position
        others.append(rule)
