"""What people wish for a stated figure: imperative, flat, as typed."""

from typing import ClassVar

from ledger.kernel.aggregate import Command
from ledger.kernel.event import Code, UnitRef
from ledger.rules.figures import Value
from ledger.rules.periods import PeriodText
from ledger.rules.texts import Text


class State(Command, frozen=True, kw_only=True):
    """Record a figure somebody stated of a unit, with its source."""

    name: ClassVar[str] = "figure.state"
    zh: ClassVar[str] = "登记对外公布的指标数值"
    en: ClassVar[str] = "State"
    unit: UnitRef
    code: Code
    value: Value
    source: Code
    at_least: bool = False
    period: PeriodText | None = None
    text: Text | None = None


class Correct(Command, frozen=True, kw_only=True):
    """Record another number in its place; the old one stays to be seen."""

    name: ClassVar[str] = "figure.correct"
    zh: ClassVar[str] = "更正指标数值"
    en: ClassVar[str] = "Correct"
    value: Value
    source: Code
    reason: Code
    at_least: bool = False
    text: Text | None = None


class Read(Command, frozen=True, kw_only=True):
    """Say how a figure is understood where its wording leaves that open."""

    name: ClassVar[str] = "figure.read"
    zh: ClassVar[str] = "登记对指标措辞的理解"
    en: ClassVar[str] = "Read"
    value: Value
    text: Text


class Withdraw(Command, frozen=True, kw_only=True):
    """Take a figure back."""

    name: ClassVar[str] = "figure.withdraw"
    zh: ClassVar[str] = "撤回指标"
    en: ClassVar[str] = "Withdraw"
    reason: Code
    text: Text | None = None


FigureCommand = State | Correct | Read | Withdraw

COMMANDS: tuple[type[Command], ...] = FigureCommand.__args__
