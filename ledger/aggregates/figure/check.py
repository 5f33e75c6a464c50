"""Every rule of a figure's acts; the same in prepare, submit, import and audit.

Whether a figure is true is no rule: a stated number that differs from the computed one is recorded
as it was stated, and shows on the board.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import cast

from msgspec.structs import replace

from ledger.aggregates.figure import errors
from ledger.aggregates.figure.commands import State
from ledger.aggregates.figure.events import (
    REASONED,
    AnyFigureEvent,
    Corrected,
    FigureEvent,
    Number,
    Read,
    Stated,
)
from ledger.aggregates.figure.state import FigureState
from ledger.kernel.act import Act, Tag
from ledger.kernel.aggregate import Command
from ledger.kernel.event import Basis
from ledger.kernel.facts import Facts
from ledger.rules.authority import RoleNotAllowed, require_unit
from ledger.rules.figures import Figure
from ledger.rules.members import stray_member, unlisted_code
from ledger.rules.packs.book import asks_book, book_in_force
from ledger.rules.packs.sections import figures
from ledger.rules.periods import parse_period
from ledger.rules.time import occ_date


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """An event for a figure, its definition by the packs in force, the day it occurred."""

    state: FigureState
    event: AnyFigureEvent
    on: date
    figure: Figure
    basis: Basis

    @property
    def cite(self) -> dict[str, str]:
        """The definition a refusal rests on, as facts of an error."""
        return {"rule": self.basis.rule, "article": self.basis.pack}


def asks(state: FigureState, what: Command | Act, facts: Facts) -> Iterator[Tag]:
    """Yield the tags of the packs in force for the figure's unit."""
    named = what.event if isinstance(what, Act) else what
    unit = named.unit if isinstance(named, FigureEvent | State) else state.unit
    if unit:
        yield from asks_book(unit, facts)


def judge(state: FigureState, event: FigureEvent, on: date, iat: int, facts: Facts) -> Judged:
    """Return what an event meets.

    Raises:
        AlreadyStated, NotStated: there is such a figure, or none.
        NoPackAdopted, UnknownFigure, PackInvalid: nothing defines it here and now.
        Taken: it was taken back.
    """
    if isinstance(event, Stated) and state.begun:
        raise errors.AlreadyStated
    if not (state.begun or isinstance(event, Stated)):
        raise errors.NotStated(what="figure")
    code = state.code or (event.code if isinstance(event, Stated) else "")
    book = book_in_force(facts, event.unit, iat)
    judged = Judged(
        state=state,
        event=cast(AnyFigureEvent, event),
        on=on,
        figure=book.item(figures.section, code),
        basis=book.basis(figures.section, code),
    )
    if state.standing == "withdrawn":
        raise errors.TakenBack(**judged.cite)
    return judged


def settle(judged: Judged) -> FigureEvent:
    """Return the event with its basis, and the number a correction replaces."""
    event, own = judged.event, (judged.basis,)
    if isinstance(event, Corrected):
        return replace(event, before=judged.state.value, basis=own)
    return replace(event, basis=own)


def restate(state: FigureState, act: Act, facts: Facts) -> FigureEvent:
    """Return the event as the packs in these facts have it. Raises: as ``judge``."""
    event = cast(FigureEvent, act.event)
    return settle(judge(state, event, occ_date(act.occ), act.iat, facts))


def check(state: FigureState, act: Act, facts: Facts) -> None:
    """Hold every rule of figures to an act.

    Raises:
        NotFound, ConflictError: no such figure, definition or pack; stated twice.
        NotAuthorised: not in this role, or another unit's figure.
        BadPeriod: no such period.
        RuleViolation: what it says is not as the packs in force have it.
    """
    event = cast(FigureEvent, act.event)
    if state.begun:
        require_unit(act, state.unit)
    judged = judge(state, event, occ_date(act.occ), act.iat, facts)
    keepers = judged.figure.keepers
    if act.role not in keepers:
        raise RoleNotAllowed(role=act.role, roles=" / ".join(keepers), **judged.cite)
    if state.last_on is not None and judged.on < state.last_on:
        raise errors.OccurredBefore(day=state.last_on.isoformat(), **judged.cite)
    _verify_members(judged)
    _verify_number(judged)
    if event != settle(judged):
        raise errors.ReckonedOtherwise(before=state.value, **judged.cite)


def _verify_members(judged: Judged) -> None:
    event, figure, reasoned = judged.event, judged.figure, isinstance(judged.event, REASONED)
    if (stray := stray_member(event, reasoned=reasoned)) is not None:
        raise errors.MemberNotAllowed(**stray, **judged.cite)
    _verify_listed(judged, "reason", event.reason if reasoned else None, figure.reasons)
    if reasoned and event.reason is None:
        raise errors.CodeNotListed(
            member="reason", value="-", allowed=", ".join(figure.reasons), **judged.cite
        )
    if isinstance(event, Number):
        _verify_listed(judged, "source", event.source, figure.sources)


def _verify_listed(
    judged: Judged, member: str, value: str | None, allowed: tuple[str, ...]
) -> None:
    if (code := unlisted_code((member, value, allowed))) is not None:
        raise errors.CodeNotListed(**code, **judged.cite)


def _verify_number(judged: Judged) -> None:
    event, state = judged.event, judged.state
    if isinstance(event, Stated) and event.period is not None:
        period = parse_period(event.period)
        if judged.on < period.first:
            raise errors.PeriodNotBegun(period=event.period, **judged.cite)
    if isinstance(event, Corrected):
        same = (event.value, event.at_least, event.source)
        if same == (state.value, state.at_least, state.source):
            raise errors.NothingChanges(**judged.cite)
    if isinstance(event, Read) and event.value == state.read:
        raise errors.NothingChanges(**judged.cite)
