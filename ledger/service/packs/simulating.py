"""Trying a pack out on a ledger: what the last acts and the open matters would meet under it.

Each act is judged on the history that really was before it, restated as the pack on trial would
have it (``Aggregate.restate``): refused, with other days due, or stating something else, such as a
quorum missed. Of an open case the clocks that run are counted anew, and a state the new kind does
not have, or knows no way out of, is told. Acts whose rules read no packs are counted, not judged.
What units would owe: ``owing``.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec

from ledger.aggregates.case.state import CaseState
from ledger.errors import LedgerError
from ledger.kernel.act import Act
from ledger.kernel.aggregate import Aggregate
from ledger.projections.register import OPEN_CASES
from ledger.rules import clocks
from ledger.rules.clocks import Running
from ledger.rules.packs.book import Book, asks_book, book_in_force
from ledger.service.ledger import Ledger, as_of
from ledger.service.packs.owing import Owing, owing
from ledger.service.packs.trial import Trial

LAST = 500
PAGE = 500
DAYS = frozenset({"due", "until", "stopped"})
"""Members told as days that move; what an act rests on is another pack's in any case."""


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """An act the pack would have refused, and with which words."""

    index: int
    stream: str
    type: str
    code: str
    zh: str
    en: str


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """A day that would be another; None for none. ``index`` is None for an open matter.

    ``clock`` is a term of a case, or ``due`` for an answer, ``until`` for a posting.
    """

    stream: str
    clock: str
    old: str | None
    new: str | None
    index: int | None = None


class Restated(msgspec.Struct, frozen=True, kw_only=True):
    """An act that would state something else, such as a defect: the member, before and after."""

    index: int
    stream: str
    type: str
    member: str
    old: str
    new: str


class Stranded(msgspec.Struct, frozen=True, kw_only=True):
    """An open matter that nobody could go on with: its kind or state is gone, or leads nowhere."""

    stream: str
    kind: str
    state: str
    code: str


class Simulated(msgspec.Struct, frozen=True, kw_only=True):
    """What would be otherwise; ``judged`` acts and ``matters`` open ones were looked at."""

    judged: int
    unjudged: dict[str, int]
    matters: int
    refused: tuple[Refused, ...]
    moved: tuple[Moved, ...]
    restated: tuple[Restated, ...]
    stranded: tuple[Stranded, ...]
    owing: tuple[Owing, ...]

    @property
    def nothing(self) -> bool:
        """Whether all would be as it is."""
        return not (self.refused or self.moved or self.restated or self.stranded or self.owing)


def simulate(
    ledger: Ledger,
    trial: Trial,
    *,
    last: int = LAST,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Simulated:
    """Return what the last acts and the open matters would meet under the pack on trial."""
    size = ledger.recorder.head().size
    refused: list[Refused] = []
    moved: list[Moved] = []
    restated: list[Restated] = []
    unjudged: dict[str, int] = {}
    judged = 0
    for done, act in enumerate(_acts(ledger, max(0, size - last), size)):
        progress(done, min(last, size))
        aggregate = ledger.registry.aggregates[act.aggregate]
        if aggregate.restate is None:
            unjudged[act.aggregate] = unjudged.get(act.aggregate, 0) + 1
            continue
        judged += 1
        found = _met(ledger, trial, aggregate, act)
        if isinstance(found, Refused):
            refused.append(found)
        else:
            moved.extend(found.moved)
            restated.extend(found.restated)
    matters, stranded = 0, list[Stranded]()
    for stream, state in _open_cases(ledger):
        matters += 1
        outlook = _outlook(trial, ledger, stream, state)
        stranded.extend([outlook] if isinstance(outlook, Stranded) else [])
        moved.extend([] if isinstance(outlook, Stranded) else outlook)
    return Simulated(
        judged=judged,
        unjudged=unjudged,
        matters=matters,
        refused=tuple(refused),
        moved=tuple(moved),
        restated=tuple(restated),
        stranded=tuple(stranded),
        owing=tuple(owing(ledger, trial)),
    )


def _acts(ledger: Ledger, start: int, size: int) -> Iterator[Act]:
    for at in range(start, size, PAGE):
        yield from ledger.known.streams.acts(at, min(PAGE, size - at))


class _Otherwise(NamedTuple):
    """What an act would have due, and state, that it does not."""

    moved: list[Moved]
    restated: list[Restated]


def _met(ledger: Ledger, trial: Trial, aggregate: Aggregate[Any], act: Act) -> Refused | _Otherwise:
    assert aggregate.restate is not None
    assert act.index is not None
    streams = ledger.known.streams
    before = streams.load(act.stream, version=act.seq - 1) if act.seq > 1 else None
    state = aggregate.initial if before is None else before.state
    facts = trial.facts(lambda known: aggregate.asks(state, act, known), act.index)
    try:
        restated = msgspec.structs.replace(act, event=aggregate.restate(state, act, facts))
        aggregate.check(state, restated, facts)
    except LedgerError as error:
        return Refused(
            index=act.index,
            stream=act.stream,
            type=act.type,
            code=error.code,
            zh=error.text("zh"),
            en=error.text("en"),
        )
    running = {one.clock for one in getattr(state, "clocks", ())}
    return _Otherwise(_moved(act, restated, running), list(_restated(act, restated)))


def _moved(act: Act, restated: Act, running: set[str]) -> list[Moved]:
    old, new = _due(act), _due(restated)
    # A term that ran already and is only counted anew was told with the act that began it.
    return [
        Moved(
            stream=act.stream, clock=clock, old=old.get(clock), new=new.get(clock), index=act.index
        )
        for clock in sorted(old.keys() | new.keys() - running)
        if old.get(clock) != new.get(clock)
    ]


def _restated(act: Act, restated: Act) -> Iterator[Restated]:
    assert act.index is not None
    for member in act.event.__struct_fields__:
        old, new = getattr(act.event, member), getattr(restated.event, member)
        if member not in DAYS | {"basis"} and old != new:
            yield Restated(
                index=act.index,
                stream=act.stream,
                type=act.type,
                member=member,
                old=_told(old),
                new=_told(new),
            )


def _told(value: object) -> str:
    """Return a public member as text: codes as they are, anything else as JSON."""
    if value is None or value == ():
        return "-"
    if isinstance(value, str):
        return value
    if isinstance(value, tuple) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    return msgspec.json.encode(value).decode()


def _due(act: Act) -> dict[str, str]:
    """Return the days an act sets: terms of a case by clock, an answer due, a posting until."""
    due = getattr(act.event, "due", None) or ()
    days = {"due": due} if isinstance(due, str) else {one.clock: one.day for one in due}
    until = getattr(act.event, "until", None)
    return days | {"until": until} if isinstance(until, str) else days


def _open_cases(ledger: Ledger) -> Iterator[tuple[str, CaseState]]:
    store, point, after = ledger.views["register"], as_of(ledger), None
    while rows := store.rows(point, where=OPEN_CASES, after=after, limit=PAGE):
        for row in rows:
            yield row.case, ledger.known.stream(row.case).state
        after = rows[-1].case


def _outlook(trial: Trial, ledger: Ledger, stream: str, state: CaseState) -> Stranded | list[Moved]:
    facts = trial.facts(lambda known: asks_book(state.unit, known))
    now = ledger.clock.now_ms() // 1000
    try:
        book = book_in_force(facts, state.unit, now)
        kind = book.kind(state.kind)
    except LedgerError as error:
        return _stranded(stream, state, error.code)
    if not any(state.state in way.from_ for way in kind.transitions):
        return _stranded(stream, state, "case.act_not_possible")
    known = {clock.id: clock for clock in kind.clocks}
    moved = [(each, _day(book, known.get(each.clock), each)) for each in state.clocks]
    return [
        Moved(stream=stream, clock=each.clock, old=each.due.day, new=day)
        for each, day in moved
        if day != each.due.day
    ]


def _day(book: Book, clock: Any, running: Running) -> str | None:
    if clock is None:
        return None
    try:
        found = clocks.explain(
            clock, running.since, book, extended=running.extended, gaps=running.gaps
        )
    except LedgerError:
        return None
    return found.day.isoformat() if found else None


def _stranded(stream: str, state: CaseState, code: str) -> Stranded:
    return Stranded(stream=stream, kind=state.kind, state=state.state, code=code)
