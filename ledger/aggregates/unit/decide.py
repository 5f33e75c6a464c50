"""From a wish to the event that states it."""

from typing import assert_never

from ledger.aggregates.unit.commands import (
    ChangeUnit,
    DissolveUnit,
    EstablishUnit,
    MergeUnit,
    SetRegime,
    SplitUnit,
    StateNumber,
    SwitchMode,
    UnitCommand,
)
from ledger.entry.canonical import require_text
from ledger.kernel.act import Proposed
from ledger.kernel.aggregate import Context
from ledger.rules.units import (
    Unit,
    UnitChanged,
    UnitDissolved,
    UnitEstablished,
    UnitEvent,
    UnitModeSwitched,
    UnitNumberStated,
    UnitRegimeSet,
    UnitSplit,
)

State = Unit | None


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
            event: UnitEvent = UnitEstablished(
                unit=unit,
                code=command.code,
                name=command.unit_name,
                level=command.level,
                parent=command.parent,
                effective_from=command.effective_from,
            )
        case ChangeUnit():
            event = UnitChanged(
                unit=unit,
                code=command.code,
                name=command.unit_name,
                parent=command.parent,
                effective_from=command.effective_from,
            )
        case DissolveUnit():
            event = UnitDissolved(
                unit=unit, successors=command.successors, effective_from=command.effective_from
            )
        case SwitchMode():
            event = UnitModeSwitched(
                unit=unit, mode=command.mode, effective_from=command.effective_from
            )
        case MergeUnit():
            event = UnitDissolved(
                unit=unit, successors=(command.into,), effective_from=command.effective_from
            )
        case SplitUnit():
            event = UnitSplit(unit=unit, into=command.into, effective_from=command.effective_from)
        case SetRegime():
            event = UnitRegimeSet(
                unit=unit,
                regime=command.regime,
                level=command.level,
                effective_from=command.effective_from,
            )
        case StateNumber():
            event = UnitNumberStated(
                unit=unit, code=command.number, value=command.value, day=command.day
            )
        case _:
            assert_never(command)
    return event
