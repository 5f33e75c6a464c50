"""The clocks of a case: which terms run after an act, and on which day each ends.

A kind's clocks are started and stopped by acts. A term that starts on a day runs under the rule in
force on that day; where no rule was, there was no term and nothing starts. A clock that runs is
not started again, so that nobody moves a deadline by repeating an act; one that the same act stops
begins anew. Running clocks are counted afresh from the book at every act, so a provisional day
becomes definite as soon as a pack brings the year's table. A closed case has no clocks.

While a case is suspended for a reason its pack lists for a clock, that clock stands still: it
neither runs nor is due, and goes on when the case is resumed, the days between not counted. What
one case takes over from another (merged into it, split off from it) keeps the term it had: of two
that run the one that ends first, so that nobody gains time by joining or parting matters.

``run`` is what decide and check compute; ``fold`` is what anyone reads from the public members
alone. Whether a term was kept is a view's question, never a refusal.
"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta

from ledger.kernel.event import Basis, Code, Date
from ledger.rules.calendars import Due, Gap, due_date
from ledger.rules.kinds.case import CaseKind, Clock
from ledger.rules.law import MAX_TERM
from ledger.rules.packs.book import Book
from ledger.rules.time import parse_date


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


class Stood(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    gc=False,
):
    """Public: the day a clock was suspended, and the day it was resumed."""

    suspended: Date
    resumed: Date


class Term(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    gc=False,
):
    """Public: a clock as one case hands it to another: since when it runs, with what more time."""

    clock: Code
    since: Date
    extended: Annotated[int, Meta(ge=0, le=MAX_TERM)] = 0
    stood: tuple[Stood, ...] = ()


class Running(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A clock that runs: since when, extended by how many natural days in all, until when.

    ``gaps`` are when it stood still, in order of time.
    """

    clock: str
    since: date
    extended: int = 0
    gaps: tuple[Gap, ...] = ()
    due: DueDate


class Extension(NamedTuple):
    """A wish to give a clock more natural days."""

    clock: str
    days: int


class Turn(NamedTuple):
    """What an act does to clocks besides starting and stopping them.

    ``suspends`` is the reason for which a case is suspended; ``resumed`` are the clocks that go on,
    the gap added; ``taken`` the terms taken over from another case.
    """

    extension: Extension | None = None
    suspends: str | None = None
    resumed: tuple[Running, ...] = ()
    taken: tuple[Term, ...] = ()


NOTHING_MORE = Turn()


class Tick(msgspec.Struct, frozen=True, kw_only=True):
    """What an act does to the clocks: days set or moved, clocks stopped or paused, rules cited.

    ``taken`` are the terms of another case by which clocks run from now on.
    """

    running: tuple[Running, ...] = ()
    due: tuple[DueDate, ...] = ()
    stopped: tuple[str, ...] = ()
    paused: tuple[str, ...] = ()
    taken: tuple[Term, ...] = ()
    basis: tuple[Basis, ...] = ()


# Decide and check run the same clocks within one judgement, and many cases begin on few days.
@lru_cache(maxsize=16_384)
def run(
    kind: str,
    book: Book,
    running: tuple[Running, ...],
    *,
    act: str,
    on: date,
    is_open: bool,
    turn: Turn = NOTHING_MORE,
) -> Tick:
    """Return what ``act`` on the day ``on`` does to the clocks that run in a case of ``kind``.

    ``is_open`` tells whether the case is open after it.

    Raises:
        UnknownKind: the book has no such kind.
        TermOutOfRange: a term runs off the calendar.
    """
    return _run(book.kind(kind), book, running, act=act, on=on, is_open=is_open, turn=turn)


def _run(
    kind: CaseKind,
    book: Book,
    running: tuple[Running, ...],
    *,
    act: str,
    on: date,
    is_open: bool,
    turn: Turn,
) -> Tick:
    before = {one.clock: one for one in (*running, *turn.resumed)}
    stops = {clock.id for clock in kind.clocks if act in clock.stops_on}
    pauses = _pauses(kind, book, turn.suspends, on)
    after: dict[str, Running] = {}
    for clock in sorted(kind.clocks, key=lambda clock: clock.id) if is_open else ():
        old = None if clock.id in stops else before.get(clock.id)
        now = _after(clock, old, book, act=act, on=on, turn=turn)
        if now is not None and clock.id not in pauses:
            after[clock.id] = now
    paused = tuple(sorted(pauses.keys() & before.keys() - stops)) if is_open else ()
    again = {*stops, *(one.clock for one in turn.resumed)}
    moved = [one for one in after.values() if one.clock in again or one != before.get(one.clock)]
    gone = {id_ for id_ in before if id_ in stops or id_ not in after}
    return Tick(
        running=tuple(after.values()),
        due=tuple(one.due for one in moved),
        stopped=tuple(sorted(gone.difference(paused))),
        paused=paused,
        taken=tuple(
            term
            for term in turn.taken
            if term.clock in {one.clock for one in moved}
            and _spell(term) == _ran(after[term.clock])
        ),
        basis=(
            *_basis(kind, book, moved),
            *(book.rule_basis(rule) for rule in dict.fromkeys(pauses[id_] for id_ in paused)),
        ),
    )


def fold(
    running: tuple[Running, ...],
    due: Iterable[DueDate],
    stopped: Iterable[str],
    *,
    on: date,
    turn: Turn = NOTHING_MORE,
) -> tuple[Running, ...]:
    """Return the running clocks after an act of the day ``on``, from its public members.

    What was paused is told in ``stopped`` as well: neither runs.
    """
    left = {one.clock: one for one in running if one.clock not in stopped}
    more = {one.clock: one for one in turn.resumed}
    taken = {term.clock: term for term in turn.taken}
    for new in due:
        old = left.get(new.clock) or more.get(new.clock)
        found = Running(clock=new.clock, since=on, due=new)
        if old is not None:
            found = msgspec.structs.replace(old, due=new)
        if new.clock in taken:
            found = _of_term(taken[new.clock], new)
        if turn.extension is not None and turn.extension.clock == new.clock:
            extended = found.extended + turn.extension.days
            found = msgspec.structs.replace(found, extended=extended)
        left[new.clock] = found
    return tuple(left[clock] for clock in sorted(left))


def resumed(paused: Iterable[Running], since: date, on: date) -> tuple[Running, ...]:
    """Return clocks that stood still from ``since`` and go on the day after ``on``."""
    return tuple(msgspec.structs.replace(one, gaps=(*one.gaps, (since, on))) for one in paused)


def handed_over(running: Iterable[Running]) -> tuple[Term, ...]:
    """Return the duties among clocks, in their order, as another case may take them over."""
    return tuple(
        Term(
            clock=one.clock,
            since=one.since.isoformat(),
            extended=one.extended,
            stood=tuple(
                Stood(suspended=begun.isoformat(), resumed=over.isoformat())
                for begun, over in one.gaps
            ),
        )
        for one in running
        if not one.due.lapses
    )


def explain(
    clock: Clock, since: date, book: Book, *, extended: int = 0, gaps: tuple[Gap, ...] = ()
) -> Due | None:
    """Return how the last day of a clock is found; None when its rule was not in force.

    ``since`` is the day that started it, ``extended`` the natural days it was given in all,
    ``gaps`` when it stood still.
    """
    rule = book.find_rule(clock.rule, since)
    if rule is None or rule.term is None:
        return None
    term = rule.term
    return due_date(since, term.value, term.unit, book.holidays, extension=extended, gaps=gaps)


def _pauses(kind: CaseKind, book: Book, reason: str | None, on: date) -> dict[str, str]:
    """Return the rule that lets each clock stand still for a reason, by clock."""
    return {
        clock.id: pause.rule
        for clock in kind.clocks
        for pause in clock.pauses
        if pause.reason == reason and book.find_rule(pause.rule, on) is not None
    }


def _after(
    clock: Clock, old: Running | None, book: Book, *, act: str, on: date, turn: Turn
) -> Running | None:
    """Return how a clock runs after an act, None if it does not."""
    term = next((term for term in turn.taken if term.clock == clock.id), None)
    taken = None if term is None else _counted(clock, *_spell(term), book)
    if old is None and taken is None and act not in clock.starts_on:
        return None
    since, extended, gaps = (old.since, old.extended, old.gaps) if old else (on, 0, ())
    if turn.extension is not None and turn.extension.clock == clock.id:
        extended += turn.extension.days
    own = _counted(clock, since, extended, gaps, book) if old or taken is None else None
    found = [one for one in (own, taken) if one is not None]
    return min(found, key=lambda one: one.due.day, default=None)


def _spell(term: Term) -> tuple[date, int, tuple[Gap, ...]]:
    gaps = tuple((parse_date(one.suspended), parse_date(one.resumed)) for one in term.stood)
    return parse_date(term.since), term.extended, gaps


def _ran(running: Running) -> tuple[date, int, tuple[Gap, ...]]:
    return running.since, running.extended, running.gaps


def _of_term(term: Term, due: DueDate) -> Running:
    since, extended, gaps = _spell(term)
    return Running(clock=term.clock, since=since, extended=extended, gaps=gaps, due=due)


# Most terms begin on few days.
@lru_cache(maxsize=4096)
def _counted(
    clock: Clock, since: date, extended: int, gaps: tuple[Gap, ...], book: Book
) -> Running | None:
    found = explain(clock, since, book, extended=extended, gaps=gaps)
    if found is None:
        return None
    due = DueDate(
        clock=clock.id,
        day=found.day.isoformat(),
        provisional=found.provisional,
        lapses=clock.lapses,
    )
    return Running(clock=clock.id, since=since, extended=extended, gaps=gaps, due=due)


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
