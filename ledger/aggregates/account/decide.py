"""From a wish to the events that state it; the last signature may post in the same submission."""

from typing import Any, cast

from ledger.aggregates.account import commands as wishes
from ledger.aggregates.account import events
from ledger.aggregates.account.check import flow_of, outstanding
from ledger.aggregates.account.commands import AccountCommand
from ledger.aggregates.account.errors import AlreadyOpened, NotOpened
from ledger.aggregates.account.events import AnyAccountEvent
from ledger.aggregates.account.judge import Judged, judge, period_of, settle, verify_role
from ledger.aggregates.account.state import AccountState, after
from ledger.kernel.act import Proposed
from ledger.kernel.aggregate import Context
from ledger.kernel.event import Event, Group
from ledger.rules.accounts import AccountClosed, AccountOpened, Holder, minute_of
from ledger.rules.texts import sealable
from ledger.rules.time import local_date, occ_date

FILLED = "0001-01-01"
"""Stands where ``settle`` writes a day or period."""


def decide(state: AccountState, command: AccountCommand, context: Context) -> tuple[Proposed, ...]:
    """Propose the events of a command.

    Raises:
        BadText, TextBlank: a text cannot be sealed as typed.
        LedgerError: what ``judge`` and ``settle`` raise; ``check`` holds the other rules.
    """
    if isinstance(command, wishes.Open):
        if state.begun:
            raise AlreadyOpened
    elif not state.begun:
        raise NotOpened(what="account")
    stream = command.stream or f"account/{context.new_id()}"
    desk = _Desk(context, stream, command.occ)
    judged = desk.judged(state, _draft(state, command))
    verify_role(judged)  # before what it settles is looked for: it may never be hers to find
    if isinstance(judged.event, events.Posted) and judged.event.period is None:
        judged = desk.judged(state, _in_period(judged, judged.event.item))
    if isinstance(judged.event, events.Confirmed) and not judged.event.step:
        judged = desk.judged(state, _stepped(judged, judged.event))
    settled = settle(judged)
    proposed = [Proposed(stream=stream, event=settled, sealed=_sealed(command))]
    if isinstance(settled, events.Confirmed) and judged.kind.posts_at_once:
        now = after(state, settled, context.who.actor)
        item = now.item(settled.item)
        if item is not None and not outstanding(judged, item):
            posted = desk.judged(now, _posted(now, settled.item))
            posted = desk.judged(now, _in_period(posted, settled.item))
            proposed.append(Proposed(stream=stream, event=settle(posted)))
    return tuple(proposed)


class _Desk:
    """Judges drafts of one command."""

    def __init__(self, context: Context, stream: str, occ: str | None) -> None:
        self._context = context
        self._stream = stream
        self._iat = int(context.now.timestamp())
        self._on = local_date(self._iat) if occ is None else occ_date(occ)

    def judged(self, state: AccountState, draft: Event) -> Judged:
        return judge(
            state,
            draft,
            self._context.who,
            stream=self._stream,
            on=self._on,
            iat=self._iat,
            facts=self._context.facts,
        )


def _posted(state: AccountState, item: int, period: str | None = None) -> events.Posted:
    return events.Posted(unit=state.unit, item=item, amount=0, balance=0, period=period)


def _in_period(judged: Judged, number: int) -> events.Posted:
    """Return the posting of an item in the period its day lies in."""
    item = judged.item(number, "claimed")
    return _posted(judged.state, number, period_of(judged, item.day))


def _stepped(judged: Judged, event: events.Confirmed) -> events.Confirmed:
    """Return the signature of the first step open to her role, or of the first of all."""
    item = judged.item(event.item, "claimed")
    steps = judged.kind.steps_of(flow_of(item))
    waiting = outstanding(judged, item)
    mine = [step.id for step in steps if judged.who.role in step.roles]
    step = next((id_ for id_ in mine if id_ in waiting), None) or next(iter(mine), steps[0].id)
    return events.Confirmed(
        unit=judged.state.unit, item=event.item, step=step, unrelated=event.unrelated
    )


def _draft(state: AccountState, command: AccountCommand) -> Event:
    """Return the event before ``settle``: what follows from the account is not filled in."""
    if isinstance(command, wishes.Open):
        return AccountOpened(
            unit=command.unit,
            kind=command.kind,
            category=command.category,
            holder=command.holder,
            opening=command.opening,
            since=command.since,
        )
    drafted = _of_items(state, command) or _of_holders(state, command)
    return cast(Event, drafted)


def _of_items(state: AccountState, command: AccountCommand) -> AnyAccountEvent | None:
    unit = state.unit
    event: AnyAccountEvent | None = None
    match command:
        case wishes.Claim():
            event = events.Claimed(
                unit=unit,
                item=1,
                flow=command.flow,
                amount=command.amount,
                purpose=command.purpose,
                day=command.day,
                start=None if command.start is None else minute_of(command.start),
                activity=command.activity,
            )
        case wishes.Confirm():
            event = events.Confirmed(
                unit=unit, item=command.item, step=command.step or "", unrelated=command.unrelated
            )
        case wishes.Reject():
            event = events.Rejected(unit=unit, item=command.item, reason=command.reason)
        case wishes.Post():
            event = _posted(state, command.item, command.period)
        case wishes.CreditOrder():
            event = events.Credited(
                unit=unit, item=1, amount=0, balance=0, order=command.order, purpose="",
                day=FILLED, start=0,
            )  # fmt: skip
        case wishes.Reverse():
            event = events.Reversed(
                unit=unit, item=command.item, amount=0, balance=0, reason=command.reason
            )
        case wishes.ClosePeriod():
            event = events.PeriodClosed(
                unit=unit, period=FILLED, opening=0, income=0, expense=0, closing=0
            )
        case _:
            pass
    return event


def _of_holders(state: AccountState, command: AccountCommand) -> AnyAccountEvent | None:
    unit = state.unit
    event: AnyAccountEvent | None = None
    match command:
        case wishes.GiveConsent():
            event = events.ConsentGiven(unit=unit, scope=command.scope)
        case wishes.WithdrawConsent():
            event = events.ConsentWithdrawn(unit=unit, scope=command.scope)
        case wishes.Join():
            event = events.Joined(unit=unit, team=command.team, purpose=command.purpose)
        case wishes.Leave():
            event = events.Left(unit=unit, team=command.team)
        case wishes.Categorise():
            event = events.Categorised(unit=unit, category=command.category)
        case wishes.Certify():
            event = events.Certified(unit=unit, balance=0)
        case wishes.Close():
            event = AccountClosed(unit=unit, reason=command.reason)
        case _:
            pass
    return event


def _line(command: Any, member: str) -> str | None:
    return sealable(member, getattr(command, member))


def _text(command: Any) -> str | None:
    return sealable("text", command.text, lines=True)


def _sealed(command: AccountCommand) -> tuple[Group, ...]:
    match command:
        case wishes.Open():
            name = _line(command, "full_name")
            members = {each: _line(command, each) for each in ("contact", "id_no", "person")}
            return (Holder(name=name, **members),)
        case wishes.Claim():
            members = {each: _line(command, each) for each in ("payee", "voucher", "digest")}
            return (events.Claim(text=_text(command), **members),)
        case wishes.Confirm() | wishes.Reject() | wishes.Reverse():
            return (events.Remark(text=_text(command)),)
        case wishes.GiveConsent():
            return (events.Naming(name=_line(command, "shown_name")),)
        case _:
            return ()
