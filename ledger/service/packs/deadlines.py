"""Every day that stands in a stream, or that a unit owes something by: which it is, and why.

An act that states a day cites last, in its basis, the rule that gives it (ADR 0002): a posting, an
answer owed, a ruling owed are explained alike, by the packs in force when it was signed. The days
nobody states follow from kinds and rules: how long the result of a decision stands and may be
appealed against, when a post is to be handed over. Terms of a case: ``explaining``.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from ledger.aggregates.case.state import CaseState
from ledger.aggregates.decision.state import DecisionState
from ledger.errors import NotFound
from ledger.kernel.act import Act
from ledger.rules.duties import Duty
from ledger.rules.packs.book import Book
from ledger.rules.packs.sections import decisions
from ledger.rules.packs.sections import posts as post_kinds
from ledger.rules.periods import parse_period
from ledger.rules.posts import Appointment
from ledger.rules.time import occ_date
from ledger.service.compliance import compliance
from ledger.service.directory import unit_label
from ledger.service.ledger import Ledger, as_of, today
from ledger.service.packs.books import book_at, reigns_of
from ledger.service.packs.explaining import (
    Explained,
    explain_case,
    explain_duty,
    explain_rule,
)


class NothingRuns(NotFound):
    """No day stands in the stream."""

    code = "explain.nothing_runs"
    zh = "{stream} 没有可以说明的期限：未曾登记，或其中没有按规则确定的日期。请核对编号。"
    en = "No day in {stream} is set by a rule: it was never recorded, or has none. Check the id."


class NotOwed(NotFound):
    """The unit owes no such thing for that period."""

    code = "explain.not_owed"
    zh = "{unit} 在 {period} 没有应办事项“{obligation}”。近期的有：{known}。请核对编号和期间。"
    en = '{unit} owes no "{obligation}" for {period}. There are, of late: {known}. Check both.'


def explain_stream(ledger: Ledger, stream: str) -> tuple[Explained, ...]:
    """Return why each day that stands in a stream is that day, in the order recorded.

    Raises:
        NothingRuns: there is none.
        NoPackAdopted, UnknownItem: the packs in force no longer have what gives it.
    """
    state = ledger.known.stream(stream).state
    match state:
        case CaseState():
            found = tuple(_of_case(ledger, state))
        case Appointment():
            found = tuple(_of_post(ledger, state))
        case _:
            found = tuple(_of_acts(ledger, stream))
    if isinstance(state, DecisionState):
        found = (*found, *_of_decision(ledger, state))
    if not found:
        raise NothingRuns(stream=stream)
    return found


def _of_case(ledger: Ledger, state: CaseState) -> Iterator[Explained]:
    if state.clocks or state.paused:
        yield from explain_case(state, _book(ledger, state.unit))


def _of_acts(ledger: Ledger, stream: str) -> Iterator[Explained]:
    mapper = ledger.known.streams.mapper
    for row in ledger.recorder.select_events(stream):
        act = mapper.to_domain_event(row)
        if (stated := _stated(act)) is not None:
            book = book_at(ledger, str(act.event.unit), act.iat, size=act.index)
            found = explain_rule(book, act.event.basis[-1].rule, occ_date(act.occ))
            yield replace(found, recorded=stated)


def _stated(act: Act) -> str | None:
    """Return the day an act states by a rule it cites, None where it states none."""
    day = getattr(act.event, "until", None) or getattr(act.event, "due", None)
    return day if isinstance(day, str) and act.event.basis else None


def _of_decision(ledger: Ledger, state: DecisionState) -> Iterator[Explained]:
    book = _book(ledger, state.unit)
    kind = book.item(decisions.section, state.code)
    for rule in (kind.appeal, kind.lasts):
        if rule is not None and state.decided_on is not None:
            yield explain_rule(book, rule, state.decided_on)


def _of_post(ledger: Ledger, post: Appointment) -> Iterator[Explained]:
    if post.unit is None or post.ends is None:
        return
    book = _book(ledger, post.unit)
    kind = book.find(post_kinds.section, post.role)
    if kind is not None and kind.hand_over is not None:
        yield explain_rule(book, kind.hand_over, post.ends)


def _book(ledger: Ledger, unit: str) -> Book:
    return book_at(ledger, unit, ledger.clock.now_ms() // 1000)


def explain_owed(ledger: Ledger, unit: str, obligation: str, period: str) -> tuple[Explained, ...]:
    """Return why what ``unit`` owes for a period falls due then; views must have caught up.

    Of a duty that follows an event the period is the day of the event; there may be several.

    Raises:
        BadPeriod: no such period.
        NotOwed: nothing of the kind is owed for it.
    """
    since = parse_period(period).first
    duties = [line.duty for line in compliance(ledger, as_of(ledger), [unit], since=since)]
    mine = [duty for duty in duties if duty.obligation.id == obligation]
    asked = [duty for duty in mine if str(duty.period) == period]
    if not asked:
        known = ", ".join(str(duty.period) for duty in mine[-5:]) or "-"
        raise NotOwed(
            unit=unit_label(ledger, unit), obligation=obligation, period=period, known=known
        )
    return tuple(explain_duty(duty, _owed_under(ledger, duty)) for duty in asked)


def _owed_under(ledger: Ledger, duty: Duty) -> Book:
    """Return the book a duty was owed under: that of its last day, or of today if that is first."""
    day = today(ledger)
    on = min(duty.period.last, day)
    return next(each.book for each in reigns_of(ledger, duty.unit, day) if each.covers(on))
