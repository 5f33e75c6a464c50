"""Every rule of an account's acts; the same in prepare, submit, import and audit.

Separation of duty is per natural person: who claims, who signs each step are all different (SD4,
SD6), and nobody confirms what stands on her own account. Whether a volunteer is somebody's near
relative only people know: who confirms declares it under her signature.
"""

from collections.abc import Iterator

from ledger.aggregates.account import errors
from ledger.aggregates.account.commands import CreditOrder
from ledger.aggregates.account.events import (
    REASONED,
    Certified,
    Claimed,
    Confirmed,
    ConsentGiven,
    ConsentWithdrawn,
    Credited,
    Joined,
    Left,
    Moves,
    PeriodClosed,
    Posted,
    Rejected,
    Reversed,
)
from ledger.aggregates.account.hours import verify_hours
from ledger.aggregates.account.judge import Judged, judge, next_period, settle, verify_role
from ledger.aggregates.account.state import AccountState, Item
from ledger.kernel.act import Act, Tag, Who
from ledger.kernel.aggregate import Command
from ledger.kernel.event import Event
from ledger.kernel.facts import Facts
from ledger.rules.accounts import (
    AccountClosed,
    AccountOpened,
    account_tag,
    order_of,
    order_tag,
)
from ledger.rules.authority import require_unit
from ledger.rules.members import Listed, stray_member, unlisted_code
from ledger.rules.packs.book import asks_book
from ledger.rules.periods import containing, parse_period
from ledger.rules.time import occ_date
from ledger.rules.units import unit_tag, verify_unit


def asks(state: AccountState, what: Command | Act, facts: Facts) -> Iterator[Tag]:
    """Yield the tags of the packs in force, of an order to be credited, of a team joined."""
    named = what.event if isinstance(what, Act) else what
    unit = what.event.unit if isinstance(what, Act) else getattr(what, "unit", None)
    if unit or state.begun:
        yield from asks_book(unit or state.unit, facts)
    if isinstance(named, Credited | CreditOrder):
        yield order_tag(named.order)
    if isinstance(named, Joined):
        yield unit_tag(named.team)


def tags(act: Act) -> Iterator[Tag]:
    """Yield the tags by which orders find accounts and credits, and certificates are counted."""
    if isinstance(act.event, AccountOpened | AccountClosed):
        yield account_tag(act.stream)
    if isinstance(act.event, Credited):
        yield order_tag(act.event.order)
    if isinstance(act.event, Certified):
        yield certificates_tag(str(act.event.unit), occ_date(act.occ).year)


def certificates_tag(unit: str, year: int) -> Tag:
    """Return the tag of the certificates of a unit and year, which are numbered in their order."""
    return Tag(f"certificates:{unit}:{year}")


def restate(state: AccountState, act: Act, facts: Facts) -> Event:
    """Return what an act would state under the packs in these facts. Raises: as ``check``."""
    return settle(_judged(state, act, facts))


def check(state: AccountState, act: Act, facts: Facts) -> None:
    """Hold every rule of accounts to an act.

    Raises:
        NotFound, ConflictError: no such account, kind, item or pack; opened twice.
        NotAuthorised: not in this role, or another unit's account.
        BadDate, BadPeriod: no such day or period.
        RuleViolation: what it says is not as the packs in force have it.
    """
    if state.begun:
        require_unit(act, state.unit)
    judged = _judged(state, act, facts)
    verify_role(judged)
    _verify_members(judged)
    _verify_codes(judged)
    _verify_event(judged)
    settled = settle(judged)
    if judged.event != settled:
        balance = settled.balance if isinstance(settled, Moves) else state.balance
        raise errors.SettledOtherwise(balance=balance, **judged.cite)


def _judged(state: AccountState, act: Act, facts: Facts) -> Judged:
    who = Who(actor=act.actor, role=act.role, kid=act.kid)
    on = occ_date(act.occ)
    return judge(state, act.event, who, stream=act.stream, on=on, iat=act.iat, facts=facts)


def _verify_members(judged: Judged) -> None:
    event, reasoned = judged.event, isinstance(judged.event, REASONED)
    if (stray := stray_member(event, reasoned=reasoned)) is not None:
        raise errors.MemberNotAllowed(**stray, **judged.cite)
    if reasoned and event.reason is None:
        raise errors.ReasonMissing(allowed=", ".join(judged.kind.reasons), **judged.cite)


def _verify_codes(judged: Judged) -> None:
    event, kind = judged.event, judged.kind
    listed: list[Listed] = [("reason", event.reason, kind.reasons)]
    if isinstance(event, Claimed | Joined | Credited):
        listed.append(("purpose", event.purpose, kind.purposes))
    if isinstance(event, Claimed):
        listed.append(("flow", event.flow, kind.flows))
    if (code := unlisted_code(*listed)) is not None:
        raise errors.CodeNotListed(**code, **judged.cite)


def _verify_event(judged: Judged) -> None:
    match judged.event:
        case AccountOpened() as event:
            _verify_opening(judged, event)
        case Claimed() as event:
            verify_hours(judged, event)
        case Confirmed() as event:
            _verify_signature(judged, event)
        case Rejected() as event:
            judged.item(event.item, "claimed")
        case Posted() as event:
            _verify_posting(judged, event)
        case Credited() as event:
            if judged.stream in order_of(judged.facts, event.order).credited:
                raise errors.OrderCredited(**judged.cite)
            verify_hours(judged, event)
        case Reversed() as event:
            _verify_reversal(judged, event)
        case PeriodClosed() as event:
            _verify_closing(judged, event)
        case _:
            _verify_volunteer(judged)


def _verify_opening(judged: Judged, event: AccountOpened) -> None:
    unit_s = not judged.of_volunteer
    misplaced = {
        "category": unit_s and event.category,
        "holder": unit_s and event.holder,
        "opening": not unit_s and event.opening,
        "since": judged.kind.periods is None and event.since,
    }
    needed = {
        "category": not unit_s and event.category is None,
        "since": judged.kind.periods is not None and event.since is None,
    }
    for member, wrong in misplaced.items():
        if wrong:
            raise errors.MemberNotAllowed(member=member, **judged.cite)
    for member, wrong in needed.items():
        if wrong:
            raise errors.MemberMissing(member=member, **judged.cite)
    if event.since is not None:
        _verify_period_kind(judged, event.since)
    _verify_balance(judged, event.opening)


def _verify_signature(judged: Judged, event: Confirmed) -> None:
    who, kind = judged.who, judged.kind
    item = judged.item(event.item, "claimed")
    steps = {step.id: step for step in kind.steps_of(flow_of(item))}
    step = steps.get(event.step)
    if step is None or who.role not in step.roles:
        raise errors.StepUnknown(step=event.step, steps=", ".join(steps), **judged.cite)
    if not who.actor.startswith("person/"):
        raise errors.MachineSigns(**judged.apart)
    if who.actor in {item.claimant, judged.state.holder}:
        raise errors.OwnClaim(**judged.apart)
    if any(signature.person == who.actor for signature in item.signatures):
        raise errors.SignedAlready(**judged.apart)
    if signed(item, step.id) >= step.persons:
        raise errors.StepComplete(step=step.id, persons=step.persons, **judged.cite)
    if judged.of_volunteer and not event.unrelated:
        raise errors.NotDeclaredUnrelated(**judged.apart)


def flow_of(item: Item) -> str:
    """Return which way an item goes."""
    return "in" if item.amount > 0 else "out"


def signed(item: Item, step: str) -> int:
    """Return how many signed a step."""
    return sum(signature.step == step for signature in item.signatures)


def outstanding(judged: Judged, item: Item) -> tuple[str, ...]:
    """Return the steps that lack signatures."""
    steps = judged.kind.steps_of(flow_of(item))
    return tuple(step.id for step in steps if signed(item, step.id) < step.persons)


def _verify_posting(judged: Judged, event: Posted) -> None:
    item = judged.item(event.item, "claimed")
    if missing := outstanding(judged, item):
        raise errors.StepsOutstanding(missing=", ".join(missing), **judged.cite)
    if event.period is not None:
        _verify_period_kind(judged, event.period)
        _verify_open_period(judged, event.period, item)
    elif judged.kind.periods is not None:
        raise errors.MemberMissing(member="period", **judged.cite)
    _verify_balance(judged, judged.state.balance + item.amount)


def _verify_open_period(judged: Judged, text: str, item: Item) -> None:
    period, first = parse_period(text), next_period(judged)
    own = containing(period.kind, item.day)
    if judged.state.closed_through is not None and period.first < first.first:
        raise errors.PeriodClosedAlready(period=text, open=str(first), **judged.cite)
    for earliest in (first, own):
        if period.first < earliest.first:
            raise errors.PeriodTooEarly(period=text, first=str(earliest), **judged.cite)
    if period.first > judged.signed:
        raise errors.PeriodNotBegun(period=text, **judged.cite)


def _verify_period_kind(judged: Judged, text: str) -> None:
    period, kind = parse_period(text), judged.kind.periods
    if kind is None:
        raise errors.MemberNotAllowed(member="period", **judged.cite)
    if period.kind != kind:
        example = str(containing(kind, judged.on))
        raise errors.PeriodOfOtherKind(example=example, **judged.cite)


def _verify_reversal(judged: Judged, event: Reversed) -> None:
    item = judged.item(event.item, "posted")
    if judged.who.actor == item.poster:
        raise errors.PosterReverses(**judged.apart)
    _verify_balance(judged, judged.state.balance - item.amount)


def _verify_balance(judged: Judged, balance: int) -> None:
    if balance < 0 and not judged.kind.overdraw:
        raise errors.BelowZero(balance=balance, **judged.cite)


def _verify_closing(judged: Judged, event: PeriodClosed) -> None:
    first = next_period(judged)
    if event.period != str(first) or judged.signed <= first.last:
        raise errors.NotNextPeriod(next=str(first), **judged.cite)


def _verify_volunteer(judged: Judged) -> None:
    """Hold the rules of consent, teams, category, certificates and closing."""
    event, state = judged.event, judged.state
    if isinstance(event, ConsentGiven | ConsentWithdrawn):
        if state.consents == isinstance(event, ConsentGiven):
            raise errors.ConsentStands(**judged.cite)
    elif isinstance(event, Joined | Left):
        inside = any(team == event.team for team, _ in state.teams)
        if inside == isinstance(event, Joined):
            raise errors.TeamStands(**judged.cite)
        if isinstance(event, Joined):
            verify_unit(judged.facts, event.team)
    elif isinstance(event, Certified) and state.balance <= 0:
        raise errors.NothingToCertify(**judged.cite)
    elif isinstance(event, AccountClosed):
        waiting = [str(item.number) for item in state.items if item.standing == "claimed"]
        if waiting:
            raise errors.ItemsOutstanding(items=", ".join(waiting), **judged.cite)
