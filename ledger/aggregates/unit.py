"""Units: established, changed, dissolved, each from a day on (domain 7.2.L, Appendix B.12).

Late records and days to come are both lawful. Refused is what no map can show: a parent that does
not stand, a unit under itself on any day. Who works there is the posts' business; a unit dissolved
while others are still under it is left to the supervisors' findings.
"""

from collections.abc import Iterator
from datetime import date
from typing import ClassVar, assert_never, cast

from ledger.entry.canonical import require_text
from ledger.errors import RuleViolation
from ledger.kernel.act import Act, Proposed, Tag
from ledger.kernel.aggregate import Aggregate, Command, Context
from ledger.kernel.event import Code, Date, PublicText, UnitRef
from ledger.kernel.facts import Facts
from ledger.rules import units
from ledger.rules.authority import require_role, require_unit
from ledger.rules.posts import REGISTRAR
from ledger.rules.time import parse_date
from ledger.rules.units import (
    Mode,
    Unit,
    UnitChanged,
    UnitDissolved,
    UnitEstablished,
    UnitEvent,
    UnitModeSwitched,
    UnitUnknown,
    asks_chain,
    bearers,
    borne,
    code_tag,
    lineage,
    unit_at,
    unit_tag,
    verify_unit,
)

State = Unit | None


class AlreadyEstablished(RuleViolation):
    """The unit is established already."""

    code = "unit.already_established"
    zh = "该单位已设立。如需修改，请办理变更。"
    en = "The unit is established already. Change it instead."


class AlreadyDissolved(RuleViolation):
    """The unit is dissolved on the day of the change."""

    code = "unit.already_dissolved"
    zh = "该单位自 {day} 起已撤销，不能再变更。请在承接单位办理。"
    en = "The unit is dissolved from {day} on. Act on the unit that took over."


class BeforeEstablished(RuleViolation):
    """The change would hold before the unit stands."""

    code = "unit.before_established"
    zh = "生效日期早于单位设立日 {day}。请更正生效日期。"
    en = "The change would hold before the unit stands on {day}. Correct the day."


class ParentNotStanding(RuleViolation):
    """The parent does not stand on the day its child comes to it."""

    code = "unit.parent_not_standing"
    zh = "上级单位 {parent} 在 {day} 尚未设立或已撤销。请选择当日存在的上级单位。"
    en = "Parent {parent} does not stand on {day}. Choose one that does."


class UnderItself(RuleViolation):
    """The unit would lie under itself on some day."""

    code = "unit.under_itself"
    zh = "变更后，该单位在 {day} 将隶属于自己的下级。请另选上级单位。"
    en = "The unit would lie under itself on {day}. Choose another parent."


class CodeTaken(RuleViolation):
    """Another unit bears the code on a day on which this one would."""

    code = "unit.code_taken"
    zh = "代码 {code} 已由在用单位 {unit} 使用。请核对代码；如为同一单位，请直接使用原编号。"
    en = "Unit {unit} bears code {code} already. Check the code; if it is the same, use that unit."


class NothingChanged(RuleViolation):
    """A change that changes nothing."""

    code = "unit.nothing_changed"
    zh = "未填写任何变更内容。请至少填写代码、名称、上级单位中的一项。"
    en = "Nothing is changed. Give a code, a name or a parent."


class AlreadyInMode(RuleViolation):
    """The unit works in that mode already."""

    code = "unit.already_in_mode"
    zh = "该单位在 {day} 已处于“{mode}”状态，无需切换。请核对生效日期。"
    en = "The unit is in {mode} mode on {day} already. Check the day."


class OwnSuccessor(RuleViolation):
    """A dissolved unit cannot take over from itself."""

    code = "unit.own_successor"
    zh = "承接单位不能是被撤销的单位自己。请另选承接单位。"
    en = "A unit cannot take over from itself. Name another successor."


class EstablishUnit(Command, frozen=True, kw_only=True):
    """Establish a unit.

    ``parent`` is the unit it belongs to; without one it stands at the top.
    """

    name: ClassVar[str] = "unit.establish"
    code: Code
    unit_name: PublicText
    level: Code
    effective_from: Date
    parent: UnitRef | None = None


class ChangeUnit(Command, frozen=True, kw_only=True):
    """Give a unit another code, name or parent from a day on."""

    name: ClassVar[str] = "unit.change"
    effective_from: Date
    code: Code | None = None
    unit_name: PublicText | None = None
    parent: UnitRef | None = None


class DissolveUnit(Command, frozen=True, kw_only=True):
    """Dissolve a unit from a day on.

    ``successors`` are the units that take over.
    """

    name: ClassVar[str] = "unit.dissolve"
    effective_from: Date
    successors: tuple[UnitRef, ...] = ()


class SwitchMode(Command, frozen=True, kw_only=True):
    """Switch a unit and all below it to emergency, or back, from a day on."""

    name: ClassVar[str] = "unit.switch_mode"
    mode: Mode
    effective_from: Date


UnitCommand = EstablishUnit | ChangeUnit | DissolveUnit | SwitchMode


def decide(_: State, command: UnitCommand, context: Context) -> tuple[Proposed, ...]:
    """Propose the acts of a command.

    Raises:
        BadText: a name with refused characters.
    """
    if isinstance(command, EstablishUnit | ChangeUnit):
        require_text(command.unit_name or "", lines=False)
    stream = command.stream or f"unit/{context.new_id()}"
    return (Proposed(stream=stream, event=_event(stream, command)),)


def _event(unit: str, command: UnitCommand) -> UnitEvent:
    match command:
        case EstablishUnit():
            return UnitEstablished(
                unit=unit,
                code=command.code,
                name=command.unit_name,
                level=command.level,
                parent=command.parent,
                effective_from=command.effective_from,
            )
        case ChangeUnit():
            return UnitChanged(
                unit=unit,
                code=command.code,
                name=command.unit_name,
                parent=command.parent,
                effective_from=command.effective_from,
            )
        case DissolveUnit():
            return UnitDissolved(
                unit=unit, successors=command.successors, effective_from=command.effective_from
            )
        case SwitchMode():
            return UnitModeSwitched(
                unit=unit, mode=command.mode, effective_from=command.effective_from
            )
        case _:
            assert_never(command)


def check(state: State, act: Act, facts: Facts) -> None:
    """Hold every rule of units.

    Raises:
        RoleNotAllowed: not by a registrar.
        UnitDiffers: the unit named is not the stream.
        BadDate: no such day.
        UnitUnknown: this unit, its parent or a successor was never established.
        AlreadyEstablished, AlreadyDissolved, BeforeEstablished, ParentNotStanding, UnderItself,
            CodeTaken, NothingChanged, OwnSuccessor, AlreadyInMode: what the act would make
            cannot be.
    """
    require_role(act, REGISTRAR)
    require_unit(act, act.stream)
    event = cast(UnitEvent, act.event)
    day = parse_date(event.effective_from)
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
        case _:
            assert_never(event)


def _standing(state: State, act: Act, day: date) -> Unit:
    if state is None:
        raise UnitUnknown(unit=act.stream)
    if day < state.versions[0].since:
        raise BeforeEstablished(day=state.versions[0].since.isoformat())
    # Something of an earlier day may still be recorded late; a unit is dissolved once.
    late = isinstance(act.event, UnitChanged | UnitModeSwitched)
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
        verify_unit(facts, successor)


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
        case UnitDissolved(successors=successors):
            yield from map(unit_tag, successors)


def tags(act: Act) -> Iterator[Tag]:
    """Yield the unit's own tag, and that of the code it is given."""
    yield unit_tag(act.stream)
    if isinstance(act.event, UnitEstablished | UnitChanged) and act.event.code is not None:
        yield code_tag(act.event.code)


aggregate = Aggregate[State](
    name="unit",
    initial=None,
    events=(UnitEstablished, UnitChanged, UnitDissolved, UnitModeSwitched),
    commands=(EstablishUnit, ChangeUnit, DissolveUnit, SwitchMode),
    decide=decide,
    check=check,
    evolve=units.step,
    asks=asks,
    tags=tags,
)
