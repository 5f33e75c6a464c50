"""The clocks of a case: which terms run after an act, and on which day each ends.

A kind's clocks are started and stopped by acts. A term that starts on a day runs under the rule in
force on that day; where no rule was, there was no term and nothing starts. A clock that runs is
not started again, so that nobody moves a deadline by repeating an act; one that the same act stops
begins anew. Running clocks are counted afresh from the book at every act, so a provisional day
becomes definite as soon as a pack brings the year's table. A closed case has no clocks.

``run`` is what decide and check compute; ``fold`` is what anyone reads from the public members
alone. Whether a term was kept is a view's question, never a refusal.
"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import msgspec

from ledger.kernel.event import Basis, Code, Date
from ledger.rules.book import Book
from ledger.rules.calendars import Due, due_date
from ledger.rules.kinds import CaseKind, Clock


class DueDate(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    gc=False,
):
    """Public: the day a clock's term ends, set or moved by an act.

    ``provisional`` until the year's holiday table is announced; ``lapses`` when it is a right that
    is lost, not a duty that falls late.
    """

    clock: Code
    day: Date
    provisional: bool = False
    lapses: bool = False


class Running(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A clock that runs: since when, extended by how many natural days in all, until when."""

    clock: str
    since: date
    extended: int = 0
    due: DueDate


class Extension(NamedTuple):
    """A wish to give a clock more natural days."""

    clock: str
    days: int


class Tick(msgspec.Struct, frozen=True, kw_only=True):
    """What an act does to the clocks: days set or moved, clocks stopped, rules rested on."""

    running: tuple[Running, ...] = ()
    due: tuple[DueDate, ...] = ()
    stopped: tuple[str, ...] = ()
    basis: tuple[Basis, ...] = ()


def run(
    kind: CaseKind,
    book: Book,
    running: tuple[Running, ...],
    *,
    act: str,
    on: date,
    is_open: bool,
    extension: Extension | None = None,
) -> Tick:
    """Return what ``act`` on the day ``on`` does to the clocks that run.

    ``is_open`` tells whether the case is open after it.

    Raises:
        TermOutOfRange: a term runs off the calendar.
    """
    before = {one.clock: one for one in running}
    stops = {clock.id for clock in kind.clocks if act in clock.stops_on}
    after: dict[str, Running] = {}
    for clock in sorted(kind.clocks, key=lambda clock: clock.id) if is_open else ():
        old = None if clock.id in stops else before.get(clock.id)
        if old is None and act not in clock.starts_on:
            continue
        since, extended = (old.since, old.extended) if old else (on, 0)
        if extension is not None and extension.clock == clock.id:
            extended += extension.days
        if now := _counted(clock, since, extended, book):
            after[clock.id] = now
    moved = [one for one in after.values() if one.clock in stops or one != before.get(one.clock)]
    return Tick(
        running=tuple(after.values()),
        due=tuple(one.due for one in moved),
        stopped=tuple(sorted(id_ for id_ in before if id_ in stops or id_ not in after)),
        basis=_basis(kind, book, moved),
    )


def fold(
    running: tuple[Running, ...],
    due: Iterable[DueDate],
    stopped: Iterable[str],
    *,
    on: date,
    extension: Extension | None = None,
) -> tuple[Running, ...]:
    """Return the running clocks after an act of the day ``on``, from its public members."""
    left = {one.clock: one for one in running if one.clock not in stopped}
    for new in due:
        old = left.get(new.clock)
        since, extended = (old.since, old.extended) if old else (on, 0)
        if extension is not None and extension.clock == new.clock:
            extended += extension.days
        left[new.clock] = Running(clock=new.clock, since=since, extended=extended, due=new)
    return tuple(left[clock] for clock in sorted(left))


def explain(clock: Clock, since: date, extended: int, book: Book) -> Due | None:
    """Return how the last day of a clock is found; None when its rule was not in force.

    ``since`` is the day that started it, ``extended`` the natural days it was given in all.
    """
    rule = book.find_rule(clock.rule, since)
    if rule is None or rule.term is None:
        return None
    term = rule.term
    return due_date(since, term.value, term.unit, book.holidays, extension=extended)


# Decide and check count the same term within one judgement, and most terms begin on few days.
@lru_cache(maxsize=4096)
def _counted(clock: Clock, since: date, extended: int, book: Book) -> Running | None:
    found = explain(clock, since, extended, book)
    if found is None:
        return None
    due = DueDate(
        clock=clock.id,
        day=found.day.isoformat(),
        provisional=found.provisional,
        lapses=clock.lapses,
    )
    return Running(clock=clock.id, since=since, extended=extended, due=due)


def _basis(kind: CaseKind, book: Book, moved: list[Running]) -> tuple[Basis, ...]:
    """Cite the rule of each clock moved, and that of its extension where it has one."""
    extended = {one.clock: one.extended for one in moved}
    rules: dict[str, None] = {}
    for clock in kind.clocks:
        if clock.id in extended:
            rules[clock.rule] = None
            if clock.extension is not None and extended[clock.id]:
                rules[clock.extension] = None
    return tuple(book.rule_basis(rule) for rule in rules)
