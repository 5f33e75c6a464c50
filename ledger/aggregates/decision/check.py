"""Every rule of a decision's acts; the same in prepare, submit, import and audit.

``settle`` says what an event must state: its defects, how long it is posted, what it rests on.
``decide`` writes that, ``check`` compares.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from msgspec.structs import replace

from ledger.aggregates.decision import errors
from ledger.aggregates.decision.commands import Propose
from ledger.aggregates.decision.events import (
    ADULT,
    REASONED,
    AnyDecisionEvent,
    AppealDecided,
    Appealed,
    Appraised,
    Closed,
    DecisionEvent,
    Proposed,
    Revoked,
    StepTaken,
    TakenDown,
)
from ledger.aggregates.decision.state import DecisionState
from ledger.kernel.act import Act, Tag
from ledger.kernel.aggregate import Command
from ledger.kernel.event import Basis
from ledger.kernel.facts import Facts
from ledger.rules.authority import RoleNotAllowed, asks_roles, require_unit, roles_held
from ledger.rules.calendars import due_date
from ledger.rules.kinds.decision import DecisionKind, Step, defects
from ledger.rules.law import LawRule
from ledger.rules.members import reckoned_otherwise, stray_member
from ledger.rules.packs.book import Book, asks_book, book_in_force
from ledger.rules.packs.sections import decisions
from ledger.rules.periods import containing, parse_period
from ledger.rules.time import occ_date

FOLLOWS: Mapping[str, tuple[type[DecisionEvent], ...]] = {
    "closed": (TakenDown, Revoked, Appealed, AppealDecided),
    "overturned": (TakenDown, Revoked, AppealDecided),
    "revoked": (),
}
"""What may still happen to a decision that is over; to others, everything."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """An event for a decision, its kind as the packs in force arrange it, the day it occurred."""

    state: DecisionState
    event: AnyDecisionEvent
    on: date
    book: Book
    kind: DecisionKind
    basis: Basis

    @property
    def cite(self) -> dict[str, str]:
        """The arrangement a refusal rests on, as facts of an error."""
        return {"rule": self.basis.rule, "article": self.basis.pack}

    def step(self, id_: str) -> Step:
        """Return a step of the kind. Raises: UnknownStep."""
        found = self.kind.step(id_)
        if found is None:
            allowed = ", ".join(step.id for step in self.kind.steps)
            raise errors.UnknownStep(step=id_, allowed=allowed, **self.cite)
        return found


def asks(state: DecisionState, what: Command | Act, facts: Facts) -> Iterator[Tag]:
    """Yield the tags of the packs in force for the decision's unit."""
    named = what.event if isinstance(what, Act) else what
    unit = named.unit if isinstance(named, DecisionEvent | Propose) else state.unit
    if unit:
        yield from asks_book(unit, facts)
    if isinstance(named, Appraised):
        yield from asks_roles(named.holder)


def judge(state: DecisionState, event: DecisionEvent, on: date, iat: int, facts: Facts) -> Judged:
    """Return what an event meets.

    Raises:
        AlreadyProposed, NotProposed: there is such a decision, or none.
        NoPackAdopted, UnknownDecisionKind, PackInvalid: nothing arranges it here and now.
        Over: it is closed or revoked.
    """
    if isinstance(event, Proposed) and state.begun:
        raise errors.AlreadyProposed
    if not (state.begun or isinstance(event, Proposed)):
        raise errors.NotProposed(what="decision")
    code = state.code or (event.code if isinstance(event, Proposed) else "")
    book = book_in_force(facts, event.unit, iat)
    judged = Judged(
        state=state,
        event=cast(AnyDecisionEvent, event),
        on=on,
        book=book,
        kind=book.item(decisions.section, code),
        basis=book.basis(decisions.section, code),
    )
    if not isinstance(event, FOLLOWS.get(state.standing, DecisionEvent)):
        raise errors.Over(
            standing_zh=book.word("decision_standing", state.standing, "zh"),
            standing_en=book.word("decision_standing", state.standing, "en"),
            **judged.cite,
        )
    return judged


def settle(judged: Judged) -> DecisionEvent:
    """Return the event with defects, days and basis as the packs in force have them.

    Raises:
        UnknownStep, NotPosted: no such step, or nothing of it is up.
        UnknownRule, NoRuleInForce: the rule of the step was not in force on the day.
    """
    event, state, own = judged.event, judged.state, (judged.basis,)
    match event:
        case StepTaken():
            return _settled_step(judged, event)
        case TakenDown():
            found = [posted for posted in state.up if posted.step == event.step]
            if not found:
                raise errors.NotPosted(step=event.step, **judged.cite)
            # What was overturned has to come down.
            early = judged.on <= found[-1].until and state.standing != "overturned"
            return replace(event, early=early, basis=own)
        case Appealed():
            return _settled_appeal(judged, event)
        case Closed():
            missing = tuple(step.id for step in judged.kind.steps if step.id not in state.taken)
            return replace(event, missing=missing, basis=own)
        case _:
            return replace(event, basis=own)


def _settled_step(judged: Judged, event: StepTaken) -> StepTaken:
    step, state = judged.step(event.step), judged.state
    rules = [_rule(judged, id_) for id_ in (step.quorum, step.posting) if id_]
    quorum = next((rule.quorum for rule in rules if rule.quorum), None)
    posting = next((rule.posting for rule in rules if rule.posting), None)
    return replace(
        event,
        until=None if posting is None else posting.until(judged.on).isoformat(),
        defects=defects(
            judged.kind,
            step,
            taken=state.taken,
            rejected=state.standing == "rejected",
            vote=event.vote,
            result=event.result,
            quorum=quorum,
        ),
        basis=(judged.basis, *(judged.book.rule_basis(rule.id) for rule in rules)),
    )


def _settled_appeal(judged: Judged, event: Appealed) -> Appealed:
    kind, state = judged.kind, judged.state
    if kind.appeal is None or kind.ruling is None:
        raise errors.NoAppeal(**judged.cite)
    if state.decided_on is None:
        deciding = next(step for step in kind.steps if step.decides)
        raise errors.NotDecided(step_zh=deciding.zh, step_en=deciding.en, **judged.cite)
    last = _ends(judged, kind.appeal, state.decided_on)
    if judged.on > last:
        raise errors.AppealLate(day=last.isoformat(), **judged.cite)
    return replace(
        event,
        number=state.appealed + 1,
        due=_ends(judged, kind.ruling, judged.on).isoformat(),
        basis=(judged.basis, *map(judged.book.rule_basis, (kind.appeal, kind.ruling))),
    )


def _ends(judged: Judged, id_: str, since: date) -> date:
    term = judged.book.rule(id_, since).term
    assert term is not None, "the section holds every generation to it"
    return due_date(since, term.value, term.unit, judged.book.holidays).day


def restate(state: DecisionState, act: Act, facts: Facts) -> DecisionEvent:
    """Return what an act would state under the packs in these facts: its defects, its days.

    Raises:
        LedgerError: what ``judge`` and ``settle`` raise.
    """
    event = cast(DecisionEvent, act.event)
    return settle(judge(state, event, occ_date(act.occ), act.iat, facts))


def _rule(judged: Judged, id_: str) -> LawRule:
    return judged.book.rule(id_, judged.on)


def check(state: DecisionState, act: Act, facts: Facts) -> None:
    """Hold every rule of decisions to an act.

    Raises:
        NotFound, ConflictError: no such decision, kind or pack; proposed twice.
        NotAuthorised: not in this role, or another unit's decision.
        RuleViolation: what it says is not as the packs in force have it.
    """
    event = cast(DecisionEvent, act.event)
    if state.begun:
        require_unit(act, state.unit)
    judged = judge(state, event, occ_date(act.occ), act.iat, facts)
    roles = _roles(judged)
    if act.role not in roles:
        raise RoleNotAllowed(role=act.role, roles=" / ".join(roles), **judged.cite)
    if state.last_on is not None and judged.on < state.last_on:
        raise errors.OccurredBefore(day=state.last_on.isoformat(), **judged.cite)
    _verify_members(judged)
    if isinstance(event, Proposed | Closed):
        _verify_coverage(judged, event)
    if isinstance(event, StepTaken):
        _verify_step(judged, event)
    if isinstance(event, AppealDecided):
        _verify_ruling(judged, event, act.actor)
    if isinstance(event, Appraised):
        _verify_appraisal(judged, event, facts)
    if isinstance(event, Closed | Appraised) and state.standing == "open":
        deciding = next(step for step in judged.kind.steps if step.decides)
        raise errors.NotDecided(step_zh=deciding.zh, step_en=deciding.en, **judged.cite)
    _verify_settled(judged)


def _roles(judged: Judged) -> tuple[str, ...]:
    match judged.event:
        case Revoked():
            return judged.kind.revokers
        case Appealed():
            return judged.kind.receivers or judged.kind.keepers
        case AppealDecided():
            return judged.kind.deciders or judged.kind.keepers
        case _:
            return judged.kind.keepers


def _verify_ruling(judged: Judged, event: AppealDecided, actor: str) -> None:
    """An appeal is ruled on by somebody who did not decide first (SD12)."""
    if event.number not in judged.state.appeals:
        listed = ", ".join(map(str, judged.state.appeals)) or "-"
        raise errors.AppealNotOpen(number=event.number, open=listed, **judged.cite)
    if actor in judged.state.hands:
        raise errors.OwnMatter(**judged.cite)


def _verify_appraisal(judged: Judged, event: Appraised, facts: Facts) -> None:
    if event.grade not in judged.kind.grades:
        allowed = ", ".join(judged.kind.grades) or "-"
        raise errors.NoGrades(grade=event.grade, allowed=allowed, **judged.cite)
    if event.holder in judged.state.appraised:
        raise errors.AppraisedBefore(holder=event.holder, **judged.cite)
    held = {post.unit for post in roles_held(facts, event.holder, judged.on)}
    if event.unit not in held:
        day = judged.on.isoformat()
        raise errors.NotInOffice(holder=event.holder, day=day, **judged.cite)


def _verify_adult(judged: Judged) -> None:
    said = [(each.check, each.verdict) for each in judged.event.checks]
    if said != [(ADULT, True)]:
        raise errors.AdultNeeded(**judged.cite)


def _verify_members(judged: Judged) -> None:
    event, reasoned = judged.event, isinstance(judged.event, REASONED)
    adults = isinstance(event, Proposed) and judged.kind.adults_only
    if adults:
        _verify_adult(judged)
    if (stray := stray_member(event, reasoned=reasoned, checked=adults)) is not None:
        raise errors.MemberNotAllowed(**stray, **judged.cite)
    if reasoned and event.reason not in judged.kind.reasons:
        raise errors.ReasonNotListed(allowed=", ".join(judged.kind.reasons), **judged.cite)


def _verify_coverage(judged: Judged, event: Proposed | Closed) -> None:
    stated = {"code": event.code, "period": event.period}
    kept = {"code": judged.kind.id, "period": judged.state.period or event.period}
    for member, value in kept.items():
        if stated[member] != value:
            raise errors.ReckonedOtherwise(member=member, value=value, **judged.cite)
    if parse_period(event.period).kind != judged.kind.period:
        raise errors.PeriodOfOtherKind(
            period=event.period,
            kind_of_period=judged.kind.period,
            example=str(containing(judged.kind.period, judged.on)),
            **judged.cite,
        )


def _verify_step(judged: Judged, event: StepTaken) -> None:
    step = judged.step(event.step)
    if (event.vote is not None) != (step.quorum is not None):
        needs = ("是会议，须写明表决", "is a meeting and needs its vote") if step.quorum else (
            "不是会议，不带表决", "is no meeting and takes no vote"
        )  # fmt: skip
        raise errors.VoteNotForStep(
            step=step.id, needs_zh=needs[0], needs_en=needs[1], **judged.cite
        )
    if (event.result is not None) != step.decides:
        deciding = next(each.id for each in judged.kind.steps if each.decides)
        raise errors.ResultNotForStep(deciding=deciding, **judged.cite)
    if event.vote is not None and not event.vote.adds_up:
        raise errors.VotesDoNotAddUp(**judged.cite)
    # It may be proposed and prepared ahead; what meets a duty lies within its period or after it.
    period = judged.state.period
    if event.result is not None and judged.on < parse_period(period).first:
        raise errors.PeriodNotBegun(period=period, day=judged.on.isoformat(), **judged.cite)


def _verify_settled(judged: Judged) -> None:
    if (other := reckoned_otherwise(judged.event, settle(judged))) is not None:
        raise errors.ReckonedOtherwise(**other, **judged.cite)
