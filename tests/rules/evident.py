"""Two event types for tests of evidence: a class held, and taken back."""

from typing import ClassVar

from ledger.kernel.event import Code, Event, UnitRef
from ledger.rules.evidence import Gives
from ledger.rules.periods import PeriodText


class Held(Event, frozen=True, kw_only=True):
    gives: ClassVar[Gives] = "met"
    unit: UnitRef
    code: Code
    period: PeriodText


class Taken(Event, frozen=True, kw_only=True):
    gives: ClassVar[Gives] = "withdrawn"
