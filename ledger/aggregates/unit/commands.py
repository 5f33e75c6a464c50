"""What people wish for a unit: imperative, flat, as typed."""

from typing import Annotated, ClassVar

from msgspec import Meta

from ledger.kernel.aggregate import Command
from ledger.kernel.event import Code, Date, PublicText, UnitRef
from ledger.rules.units import Mode, Number, Regime


class EstablishUnit(Command, frozen=True, kw_only=True):
    """Establish a unit.

    ``parent`` is the unit it belongs to; without one it stands at the top.
    """

    name: ClassVar[str] = "unit.establish"
    zh: ClassVar[str] = "设立单位"
    en: ClassVar[str] = "Establish"
    code: Code
    unit_name: PublicText
    level: Code
    effective_from: Date
    parent: UnitRef | None = None


class ChangeUnit(Command, frozen=True, kw_only=True):
    """Give a unit another code, name or parent from a day on."""

    name: ClassVar[str] = "unit.change"
    zh: ClassVar[str] = "变更单位"
    en: ClassVar[str] = "Change"
    effective_from: Date
    code: Code | None = None
    unit_name: PublicText | None = None
    parent: UnitRef | None = None


class DissolveUnit(Command, frozen=True, kw_only=True):
    """Dissolve a unit from a day on.

    ``successors`` are the units that take over.
    """

    name: ClassVar[str] = "unit.dissolve"
    zh: ClassVar[str] = "撤销单位"
    en: ClassVar[str] = "Dissolve"
    effective_from: Date
    successors: tuple[UnitRef, ...] = ()


class SwitchMode(Command, frozen=True, kw_only=True):
    """Switch a unit and all below it to emergency, or back, from a day on."""

    name: ClassVar[str] = "unit.switch_mode"
    zh: ClassVar[str] = "平急转换"
    en: ClassVar[str] = "Switch mode"
    mode: Mode
    effective_from: Date


class MergeUnit(Command, frozen=True, kw_only=True):
    """Merge a unit into another from a day on: it is dissolved, the other takes over.

    Units under it come under the other in the same submission.
    """

    name: ClassVar[str] = "unit.merge"
    zh: ClassVar[str] = "单位合并（并入承接单位）"
    en: ClassVar[str] = "Merge"
    into: UnitRef
    effective_from: Date


class SplitUnit(Command, frozen=True, kw_only=True):
    """Record that parts of a unit became units of their own from a day on; it goes on itself.

    A unit that ends with its split is dissolved, naming all its successors.
    """

    name: ClassVar[str] = "unit.split"
    zh: ClassVar[str] = "单位分设"
    en: ClassVar[str] = "Split"
    into: Annotated[tuple[UnitRef, ...], Meta(min_length=1)]
    effective_from: Date


class SetRegime(Command, frozen=True, kw_only=True):
    """Say which organic law a unit is under from a day on, and on which level (村改居)."""

    name: ClassVar[str] = "unit.set_regime"
    zh: ClassVar[str] = "登记适用组织法和层级（村改居）"
    en: ClassVar[str] = "Set regime"
    regime: Regime
    effective_from: Date
    level: Code | None = None


class StateNumber(Command, frozen=True, kw_only=True):
    """State a number of a unit, such as its households, as counted on a day."""

    name: ClassVar[str] = "unit.state_number"
    zh: ClassVar[str] = "登记单位数字（户数、人口等）"
    en: ClassVar[str] = "State number"
    number: Code
    value: Number
    day: Date


UnitCommand = (
    EstablishUnit | ChangeUnit | DissolveUnit | SwitchMode | MergeUnit | SplitUnit | SetRegime
    | StateNumber
)  # fmt: skip

COMMANDS: tuple[type[Command], ...] = UnitCommand.__args__
