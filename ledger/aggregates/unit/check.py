"""Every rule of a unit's acts; the same in prepare, submit, import and audit."""

from collections.abc import Iterator
from datetime import date
from typing import assert_never, cast

from ledger.aggregates.unit.errors import (
    AlreadyDissolved,
    AlreadyEstablished,
    AlreadyInMode,
    AlreadyUnderRegime,
    BeforeEstablished,
    CodeTaken,
    NothingChanged,
    NotItsOwnPart,
    NumberNotListed,
    NumberOfFuture,
    OwnSuccessor,
    ParentNotStanding,
    PartNotStanding,
    SuccessorNotStanding,
    UnderItself,
)
from ledger.kernel.act import Act, Tag
from ledger.kernel.aggregate import Command
from ledger.kernel.facts import Facts
from ledger.rules import units
from ledger.rules.authority import require_role, require_unit
from ledger.rules.packs.book import asks_book, book_in_force
from ledger.rules.posts import REGISTRAR
from ledger.rules.time import local_date, parse_date
from ledger.rules.units import (
    NUMBER_LIST,
    Unit,
    UnitChanged,
    UnitDissolved,
    UnitEstablished,
    UnitEvent,
    UnitModeSwitched,
    UnitNumberStated,
    UnitRegimeSet,
    UnitSplit,
    UnitUnknown,
    asks_chain,
    bearers,
    borne,
    code_tag,
    lineage,
    since_of,
    unit_at,
    unit_tag,
    verify_unit,
)

State = Unit | None


def check(state: State, act: Act, facts: Facts) -> None:
    """Hold every rule of units.

    Raises:
        RoleNotAllowed: not by a registrar.
        UnitDiffers: the unit named is not the stream.
        BadDate: no such day.
        UnitUnknown: this unit, its parent or a successor was never established.
        AlreadyEstablished, AlreadyDissolved, BeforeEstablished, ParentNotStanding, UnderItself,
            CodeTaken, NothingChanged, OwnSuccessor, SuccessorNotStanding, AlreadyInMode,
            NotItsOwnPart, PartNotStanding, AlreadyUnderRegime: what the act would make cannot be.
        NoPackAdopted, NumberNotListed, NumberOfFuture: a number that counts for nothing.
    """
    require_role(act, REGISTRAR)
    require_unit(act, act.stream)
    event = cast(UnitEvent, act.event)
    day = since_of(event)
    match event:
        case UnitEstablished():
            if state is not None:
                raise AlreadyEstablished
            _check_parent(event.parent, day, facts)
            _check_code(units.step(None, act), event.code, act, facts)
        case UnitChanged():
            _check_change(_standing(state, act, day), event, act, facts)
        case UnitDissolved():
            _standing(state, act, day)
            _check_successors(event, act, facts)
        case UnitModeSwitched():
            if _standing(state, act, day).mode(day) == event.mode:
                raise AlreadyInMode(mode=event.mode, day=day.isoformat())
        case UnitSplit():
            _standing(state, act, day)
            _check_parts(event, day, facts)
        case UnitRegimeSet():
            _check_regime(_standing(state, act, day), event, day)
        case UnitNumberStated():
            _check_number(state, event, day, act, facts)
        case _:
            assert_never(event)


def _standing(state: State, act: Act, day: date) -> Unit:
    if state is None:
        raise UnitUnknown(unit=act.stream)
    if day < state.versions[0].since:
        raise BeforeEstablished(day=state.versions[0].since.isoformat())
    # Something of an earlier day may still be recorded late; a unit is dissolved once.
    late = not isinstance(act.event, UnitDissolved)
    if state.dissolved is not None and not (late and day < state.dissolved):
        raise AlreadyDissolved(day=state.dissolved.isoformat())
    return state


def _check_parent(parent: str | None, day: date, facts: Facts) -> None:
    if parent is not None and unit_at(verify_unit(facts, parent), day) is None:
        raise ParentNotStanding(parent=parent, day=day.isoformat())


def _check_change(unit: Unit, event: UnitChanged, act: Act, facts: Facts) -> None:
    if event.code is None and event.name is None and event.parent is None:
        raise NothingChanged
    if event.code is not None:
        _check_code(units.step(unit, act), event.code, act, facts)
    if event.parent is not None:
        _check_parent(event.parent, parse_date(event.effective_from), facts)
        _check_acyclic(unit, event.parent, act, facts)


def _check_code(made: Unit | None, code: str, act: Act, facts: Facts) -> None:
    # People name units by code: two in force with one code are nobody's address.
    ours = borne(made, code) if made else []
    for name in sorted(facts.fold(code_tag(code), bearers) - {act.stream}):
        other = verify_unit(facts, name)
        for since, until in borne(other, code):
            if any(begin < until and since < end for begin, end in ours):
                raise CodeTaken(code=code, unit=name)


def _check_acyclic(unit: Unit, parent: str, act: Act, facts: Facts) -> None:
    moved = units.step(unit, act)
    above = lineage(parent, facts) | {act.stream: moved}
    begun = {version.since for each in above.values() if each for version in each.versions}
    # A move recorded before, for a day to come, may close the circle then: try every day on
    # which anything above changes.
    for day in sorted(begun):
        if _returns(act.stream, above, day):
            raise UnderItself(day=day.isoformat())


def _returns(start: str, above: dict[str, Unit | None], day: date) -> bool:
    seen: set[str] = set()
    unit: str | None = start
    while unit is not None and unit not in seen:
        seen.add(unit)
        known = above.get(unit)
        unit = known.placed(day).parent if known else None
    return unit == start


def _check_successors(event: UnitDissolved, act: Act, facts: Facts) -> None:
    for successor in event.successors:
        if successor == act.stream:
            raise OwnSuccessor
        unit = verify_unit(facts, successor)
        # Several successors may be established later; the one of a merger is there to take over.
        day = parse_date(event.effective_from)
        if len(event.successors) == 1 and unit.dissolved is not None and unit.dissolved <= day:
            raise SuccessorNotStanding(successor=successor, day=day.isoformat())


def _check_parts(event: UnitSplit, day: date, facts: Facts) -> None:
    if event.unit in event.into or len(set(event.into)) < len(event.into):
        raise NotItsOwnPart
    for part in event.into:
        if unit_at(verify_unit(facts, part), day) is None:
            raise PartNotStanding(part=part, day=day.isoformat())


def _check_regime(unit: Unit, event: UnitRegimeSet, day: date) -> None:
    now = unit.placed(day)
    if now.regime == event.regime and event.level in {None, now.level}:
        raise AlreadyUnderRegime(regime=event.regime, day=day.isoformat())


def _check_number(state: State, event: UnitNumberStated, day: date, act: Act, facts: Facts) -> None:
    # Of a day before it was established, too: its people were there before the ledger was.
    if state is None:
        raise UnitUnknown(unit=act.stream)
    if day > local_date(act.iat):
        raise NumberOfFuture(day=day.isoformat())
    book = book_in_force(facts, act.stream, act.iat)
    if not book.has_word(NUMBER_LIST, event.code):
        raise NumberNotListed(number=event.code, pack=book.ref)


def asks(_: State, what: Command | Act, facts: Facts) -> Iterator[Tag]:
    """Yield the tags of a code's bearers, of the new parent's lineage, or of the successors."""
    event = what.event if isinstance(what, Act) else None
    if isinstance(event, UnitEstablished | UnitChanged) and event.code is not None:
        yield code_tag(event.code)
        if facts.knows(code_tag(event.code)):
            yield from map(unit_tag, facts.fold(code_tag(event.code), bearers))
    match event:
        case UnitEstablished(parent=str(parent)) | UnitChanged(parent=str(parent)):
            yield from asks_chain(parent, facts)
        case UnitDissolved(successors=others) | UnitSplit(into=others):
            yield from map(unit_tag, others)
        case UnitNumberStated():
            yield from asks_book(event.unit, facts)


def tags(act: Act) -> Iterator[Tag]:
    """Yield the unit's own tag, and that of the code it is given."""
    yield unit_tag(act.stream)
    if isinstance(act.event, UnitEstablished | UnitChanged) and act.event.code is not None:
        yield code_tag(act.event.code)
