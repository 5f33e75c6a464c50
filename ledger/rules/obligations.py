"""Obligations: what a unit owes in every period, after an event, or while a condition holds.

``obligations.toml`` of a pack (docs/packs.md; coverage B-10). An obligation cites a rule, binds the
units of some levels, and says what meets it: ``satisfied_by = { session = "law_class" }`` is a
session of that kind, and likewise for every section that names its acts as evidence.

A period's duty falls due on the period's last day, or ``due`` after it; what follows an event,
``due`` after the event. ``grace`` adds natural days to that. Nothing before ``from`` is owed, and
no period that had begun by then. What units made of it: ``compliance``.
"""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta

from ledger.kernel.event import Code
from ledger.rules.calendars import Unit
from ledger.rules.files.toml_file import PackInvalid, Problem
from ledger.rules.measures import Count
from ledger.rules.periods import FIRST_YEAR, Kind
from ledger.rules.units import Mode, Regime
from ledger.rules.words import Word

Verdict = Literal["on_time", "late", "missing", "withdrawn", "not_yet_due", "unknown"]
"""What became of a duty. ``withdrawn``: it was met, and what met it was taken back. ``unknown``: it
rests on a number of the unit, or on the law it is under, that nobody stated."""
VERDICTS: frozenset[str] = frozenset(get_args(Verdict))

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)

Level = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_.-]*$", max_length=64)]


class DutyUnclear(PackInvalid):
    """An obligation does not say when it is owed, or says it twice."""

    code = "pack.duty_unclear"
    zh = "{file}:{line}：义务“{name}”的 {members} 不成立：{why}。请修改。"
    en = '{file}:{line}: {members} of obligation "{name}" do not go together: {why}. Correct it.'


class After(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An event that begins a duty: an act, and the code it must carry (None: any)."""

    act: Code
    code: Code | None = None


class While(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A condition on a unit: a stated number of it reaches the threshold of a rule."""

    fact: Code
    rule: Code


class DueIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long after a period or an event; counted as ``calendars`` does."""

    value: Annotated[int, Meta(ge=1, le=100)]
    unit: Unit = "day"


class Obligation(Word, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing units of some levels owe.

    ``every`` a kind of period, ``times`` in it, ``on`` a day of the week; or ``after`` an event;
    ``while`` narrows a periodic one, and alone asks for something that stands. ``regime`` binds
    units under one of the organic laws alone.
    """

    rule: Code
    levels: Annotated[tuple[Level, ...], Meta(min_length=1)]
    every: Kind | None = None
    times: Count = 1
    on: Weekday | None = None
    after: After | None = None
    while_: While | None = msgspec.field(name="while", default=None)
    due: DueIn | None = None
    grace: Annotated[int, Meta(ge=0, le=366)] = 0
    mode: Mode | None = None
    regime: Regime | None = None
    satisfied_by: Annotated[dict[str, Code], Meta(min_length=1, max_length=1)]
    from_: date = msgspec.field(name="from")
    until: date | None = msgspec.field(name="to", default=None)

    @property
    def evidence(self) -> tuple[str, str]:
        """What meets it: the aggregate, and the code its acts carry."""
        ((noun, code),) = self.satisfied_by.items()
        return noun, code


def problems(duty: Obligation) -> Iterator[Problem]:
    """Yield what an obligation shows to be wrong by itself."""
    if (duty.every is None) == (duty.after is None) and not (duty.while_ and not duty.every):
        yield _unclear(duty, ("id",), "every, after", "give one of the two, or while alone")
    if duty.after is not None and duty.while_ is not None:
        yield _unclear(duty, ("while",), "after, while", "an event begins it, or a condition")
    if duty.after is not None and duty.due is None:
        yield _unclear(duty, ("after",), "after, due", "say how long after the event")
    if duty.on is not None and (duty.every != "week" or duty.times > 1):
        yield _unclear(duty, ("on",), "on, every", "a weekday is of a duty of once a week")
    if duty.times > 1 and duty.every is None:
        yield _unclear(duty, ("times",), "times, every", "so many times in which period")
    if duty.from_.year < FIRST_YEAR:
        yield _unclear(duty, ("from",), "from", f"periods begin in {FIRST_YEAR}")
    if duty.until is not None and duty.until < duty.from_:
        yield _unclear(duty, ("to",), "from, to", "it ends before it begins")


def _unclear(duty: Obligation, at: tuple[str], members: str, why: str) -> Problem:
    return Problem(at, DutyUnclear, {"name": duty.id, "members": members, "why": why})
