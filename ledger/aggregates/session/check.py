"""Every rule of a session's acts; the same in prepare, submit, import and audit."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import cast

from msgspec.structs import replace

from ledger.aggregates.session import errors
from ledger.aggregates.session.commands import Hold, Plan
from ledger.aggregates.session.events import (
    REASONED,
    AnySessionEvent,
    Appointed,
    Attended,
    Cancelled,
    Concluded,
    Corrected,
    Held,
    Planned,
    ProblemRaised,
    Record,
    Replanned,
    SessionEvent,
    Withdrawn,
)
from ledger.aggregates.session.state import SessionState
from ledger.kernel.act import Act, Tag
from ledger.kernel.aggregate import Command
from ledger.kernel.event import Basis, Event
from ledger.kernel.facts import Facts
from ledger.rules import references
from ledger.rules.authority import RoleNotAllowed, require_unit
from ledger.rules.kinds.session import SessionKind
from ledger.rules.members import stray_member, unlisted_code
from ledger.rules.packs.book import Book, asks_book, book_in_force
from ledger.rules.packs.sections import sessions
from ledger.rules.periods import containing, parse_period
from ledger.rules.time import local_date, occ_date, parse_date

FOLLOWS: dict[type[SessionEvent], tuple[str, ...]] = {
    Planned: ("",),
    Replanned: ("planned",),
    Held: ("", "planned"),
    Attended: ("held",),
    ProblemRaised: ("held",),
    Concluded: ("held",),
    Corrected: ("held",),
    Cancelled: ("planned",),
    Withdrawn: ("held",),
}
"""Where a session must stand for an act."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """An event for a session, and the kind as the packs in force arrange it."""

    state: SessionState
    event: AnySessionEvent
    kind: SessionKind
    basis: Basis

    @property
    def cite(self) -> dict[str, str]:
        """The arrangement a refusal rests on, as facts of an error."""
        return {"rule": self.basis.rule, "article": self.basis.pack}


def asks(state: SessionState, what: Command | Act, facts: Facts) -> Iterator[Tag]:
    """Yield the tags of the packs in force for the session's unit."""
    named = what.event if isinstance(what, Act) else what
    unit = named.unit if isinstance(named, SessionEvent | Plan | Hold) else None
    if unit or state.begun:
        yield from asks_book(unit or state.unit, facts)
    if isinstance(named, ProblemRaised):
        yield from references.asks(named.case, named.unit, facts)


def judge(state: SessionState, event: SessionEvent, iat: int, facts: Facts) -> Judged:
    """Return what an event meets.

    Raises:
        AlreadyBegun, NotBegun: it has begun, or has not.
        NoPackAdopted, UnknownSessionKind, PackInvalid: nothing arranges this kind here and now.
        NotPossible: the act does not follow.
    """
    happened = cast(AnySessionEvent, event)
    follows = FOLLOWS[type(event)]
    if isinstance(event, Planned) and state.begun:
        raise errors.AlreadyBegun
    if not (state.begun or "" in follows):
        raise errors.NotBegun(what="session")
    code = state.code or (event.code if isinstance(event, Appointed) else "")
    book = book_in_force(facts, event.unit, iat)
    judged = Judged(
        state=state,
        event=happened,
        kind=book.item(sessions.section, code),
        basis=book.basis(sessions.section, code),
    )
    if state.standing not in follows:
        raise errors.NotPossible(**_standings(book, state.standing, follows), **judged.cite)
    return judged


def restate(state: SessionState, act: Act, facts: Facts) -> Event:
    """Return what an act would state under the packs in these facts. Raises: as ``judge``."""
    judged = judge(state, cast(SessionEvent, act.event), act.iat, facts)
    return replace(judged.event, basis=(judged.basis,))


def _standings(book: Book, standing: str, follows: tuple[str, ...]) -> dict[str, str]:
    needed = [each for each in follows if each]
    return {
        "standing_zh": book.word("standing", standing, "zh"),
        "standing_en": book.word("standing", standing, "en"),
        "needs_zh": "、".join(book.word("standing", each, "zh") for each in needed) or "新登记",
        "needs_en": " or ".join(book.word("standing", each, "en") for each in needed) or "new",
    }


def check(state: SessionState, act: Act, facts: Facts) -> None:
    """Hold every rule of sessions to an act.

    Raises:
        NotFound, ConflictError: no such session, kind or pack; begun twice.
        NotAuthorised: not in this role, or another unit's session.
        BadDate, BadPeriod: no such day or period.
        RuleViolation: what it says is not as the packs in force have it, or not as it names.
    """
    event = cast(SessionEvent, act.event)
    if state.begun:
        require_unit(act, state.unit)
    judged = judge(state, event, act.iat, facts)
    if act.role not in judged.kind.keepers:
        keepers = " / ".join(judged.kind.keepers)
        raise RoleNotAllowed(role=act.role, roles=keepers, **judged.cite)
    _verify_members(judged)
    _verify_codes(judged)
    on = occ_date(act.occ)
    if isinstance(event, Appointed):
        _verify_period(judged, event)
        _verify_day(judged, event, on=on, signed=local_date(act.iat))
    elif state.standing == "held" and state.day is not None and on < state.day:
        raise errors.OccurredBeforeHeld(day=state.day.isoformat(), **judged.cite)
    if isinstance(event, Record):
        _verify_record(judged, event)
    if isinstance(event, ProblemRaised):
        references.verify(event.case, act, facts)
    if event.basis != (judged.basis,):
        raise errors.BasisDiffers(**judged.cite)


def _verify_members(judged: Judged) -> None:
    event, reasoned = judged.event, isinstance(judged.event, REASONED)
    if (stray := stray_member(event, reasoned=reasoned)) is not None:
        raise errors.MemberNotAllowed(**stray, **judged.cite)
    if reasoned and event.reason is None:
        raise errors.ReasonMissing(allowed=", ".join(judged.kind.reasons), **judged.cite)
    if isinstance(event, Appointed) and event.code != judged.kind.id:
        raise errors.CodeDiffers(kind=judged.kind.id, **judged.cite)
    if isinstance(event, Concluded) and judged.state.outcome is not None:
        raise errors.OutcomeKnown(outcome=judged.state.outcome, **judged.cite)


def _verify_codes(judged: Judged) -> None:
    event, kind = judged.event, judged.kind
    listed = [("reason", event.reason, kind.reasons)]
    if isinstance(event, Record | Concluded):
        listed.append(("outcome", event.outcome, kind.outcomes))
    if isinstance(event, Record):
        listed += [("counts", count.of, kind.counts) for count in event.counts]
    if (code := unlisted_code(*listed)) is not None:
        raise errors.CodeNotListed(**code, **judged.cite)


def _verify_period(judged: Judged, event: Appointed) -> None:
    period, day = parse_period(event.period), parse_date(event.day)
    if period.kind != judged.kind.period:
        raise errors.PeriodOfOtherKind(
            period=event.period,
            kind_of_period=judged.kind.period,
            example=str(containing(judged.kind.period, day)),
            **judged.cite,
        )
    if day < period.first:
        raise errors.PeriodNotBegun(period=event.period, day=event.day, **judged.cite)


def _verify_day(judged: Judged, event: Appointed, *, on: date, signed: date) -> None:
    day = parse_date(event.day)
    if isinstance(event, Held) and day != on:
        raise errors.DayDiffers(day=on.isoformat(), **judged.cite)
    if isinstance(event, Corrected) and day > on:
        raise errors.OccurredBeforeHeld(day=event.day, **judged.cite)
    if isinstance(event, Planned | Replanned) and day < signed:
        raise errors.DayPast(day=event.day, **judged.cite)


def _verify_record(judged: Judged, event: Record) -> None:
    if event.expected is not None and event.present > event.expected:
        raise errors.MoreThanExpected(present=event.present, expected=event.expected, **judged.cite)
    codes = [count.of for count in event.counts]
    if codes != sorted(set(codes)):
        raise errors.CountTwice(**judged.cite)
    _verify_parts(judged, event)
    if isinstance(event, Corrected) and _recorded(event) == _recorded(judged.state):
        raise errors.NothingCorrected(**judged.cite)


def _verify_parts(judged: Judged, event: Record) -> None:
    whole = judged.kind.whole
    if whole is None or not event.counts:
        return
    numbers = {count.of: count.number for count in event.counts}
    if whole not in numbers:
        raise errors.WholeNotCounted(whole=whole, **judged.cite)
    for of, number in numbers.items():
        if number > numbers[whole]:
            told = {"of": of, "number": number, "whole": whole, "total": numbers[whole]}
            raise errors.MoreThanWhole(**told, **judged.cite)


def _recorded(of: Record | SessionState) -> tuple[object, ...]:
    day = of.day if isinstance(of.day, str) else of.day and of.day.isoformat()
    return (of.period, day, of.present, of.expected, of.counts, of.outcome)
