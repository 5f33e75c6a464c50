"""Why a deadline is that day: the rule, its article, and each step of the count, in words.

For the clocks that run in a case, for a duty, and for any rule of the packs in force from any day.
What a rule measures besides a term is said in words, too. What to explain of a stream:
``deadlines``.
"""

from collections.abc import Iterator
from datetime import date

import msgspec

from ledger.aggregates.case.state import CaseState
from ledger.rules import clocks
from ledger.rules.calendars import Due, Step, due_date
from ledger.rules.clocks import Running
from ledger.rules.duties import Duty, steps_of
from ledger.rules.kinds.case import Clock
from ledger.rules.law import LawRule
from ledger.rules.measures import Bound, Share
from ledger.rules.packs.book import Book

_EVERY = {
    "year": ("年", "year"),
    "half": ("半年", "half-year"),
    "quarter": ("季度", "quarter"),
    "month": ("月", "month"),
    "week": ("周", "week"),
    "day": ("日", "day"),
}
_BINDS = {
    "at_least": ("{}以上（含）", "at least {}"),
    "more_than": ("超过 {}", "more than {}"),
    "at_most": ("不超过 {}", "at most {}"),
    "less_than": ("不满 {}", "less than {}"),
}


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One step, in both languages."""

    day: str
    zh: str
    en: str


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """A day due and how it is found; or what a rule measures, ``day`` then being None.

    ``recorded`` is the day an act stated: it differs from ``day`` when packs or holidays changed
    since. ``source`` says how the article was read.
    """

    zh: str
    en: str
    rule: str
    pack: str
    article: str
    source: str
    since: str
    day: str | None = None
    recorded: str | None = None
    provisional: bool = False
    steps: tuple[Said, ...] = ()
    measures: tuple[Said, ...] = ()


def explain_case(state: CaseState, book: Book) -> tuple[Explained, ...]:
    """Return why each term that runs in a case ends on its day, by ``book``.

    Of one that stands still it is told since when, and by which rule; it has no day.

    Raises:
        UnknownKind, UnknownRule: the packs in force no longer have it.
    """
    known = {clock.id: clock for clock in book.kind(state.kind).clocks}
    found = []
    for running in (*state.clocks, *state.paused):
        clock = known.get(running.clock)
        if clock is None:
            continue
        if running in state.paused:
            found.append(_standing_still(clock, running, state, book))
            continue
        due = clocks.explain(
            clock, running.since, book, extended=running.extended, gaps=running.gaps
        )
        rule = book.rule(clock.rule, running.since)
        found.append(_explained(rule, book, running.since, due, zh=clock.zh, en=clock.en))
        found[-1] = msgspec.structs.replace(found[-1], recorded=running.due.day)
    return tuple(found)


def _standing_still(clock: Clock, running: Running, state: CaseState, book: Book) -> Explained:
    since = state.suspended or running.since
    rule = book.rule(clock.rule, running.since)
    rules = [pause.rule for pause in clock.pauses if pause.reason == state.suspended_for]
    by = next((book.find_rule(each, since) for each in rules), None)
    article = by.article if by is not None else ""
    said = Said(
        day=since.isoformat(),
        zh=f"自 {since} 起中止，恢复之日的次日起继续计算（{article}）",
        en=f"stands still since {since}; counting goes on the day after it is resumed",
    )
    explained = _explained(rule, book, running.since, None, zh=clock.zh, en=clock.en)
    return msgspec.structs.replace(explained, measures=(said,))


def explain_duty(duty: Duty, book: Book) -> Explained:
    """Return why a duty falls due on its day, by the ``book`` it was owed under.

    Raises:
        UnknownRule, NoRuleInForce: the rule it cites held on no such day.
    """
    steps, obligation = steps_of(duty, book), duty.obligation
    rule = book.rule(obligation.rule, duty.period.last)
    said = _explained(rule, book, duty.period.first, None, zh=obligation.zh, en=obligation.en)
    return msgspec.structs.replace(
        said,
        day=duty.deadline.isoformat(),
        provisional=duty.provisional,
        steps=tuple(_said(step) for step in steps),
    )


def explain_rule(book: Book, id_: str, since: date) -> Explained:
    """Return what a rule in force on ``since`` gives from that day.

    Raises:
        UnknownRule, NoRuleInForce: no such rule, or none on that day.
        TermOutOfRange: the term runs off the calendar.
    """
    rule = book.rule(id_, since)
    if rule.term is not None:
        due = due_date(since, rule.term.value, rule.term.unit, book.holidays)
        return _explained(rule, book, since, due)
    explained = _explained(rule, book, since, None)
    if rule.posting is None:
        return explained
    until = rule.posting.until(since)
    steps = (_said(Step("event", since)), _said(Step("due", until)))
    return msgspec.structs.replace(explained, day=until.isoformat(), steps=steps)


def _explained(
    rule: LawRule, book: Book, since: date, due: Due | None, *, zh: str = "", en: str = ""
) -> Explained:
    return Explained(
        zh=zh or rule.zh,
        en=en or rule.en,
        rule=rule.id,
        pack=book.rule_basis(rule.id).pack,
        article=rule.article,
        source=rule.source,
        since=since.isoformat(),
        day=due.day.isoformat() if due else None,
        provisional=due is not None and due.provisional,
        steps=tuple(_said(step) for step in due.explain) if due else (),
        measures=tuple(
            Said(day=since.isoformat(), zh=zh, en=en) for zh, en in _measures(rule, book)
        ),
    )


def _said(step: Step) -> Said:
    return Said(day=step.day.isoformat(), zh=step.text("zh"), en=step.text("en"))


def _measures(rule: LawRule, book: Book) -> Iterator[tuple[str, str]]:
    if rule.cadence is not None:
        zh, en = _EVERY[rule.cadence.every]
        times = rule.cadence.count
        yield f"每{zh}至少 {times} 次", f"at least {times} in every {en}"
    if rule.posting is not None:
        days = rule.posting.days
        yield f"张贴不少于 {days} 日，当日不计", f"posted {days} days, the first not counted"
    if rule.quorum is not None:
        for share in rule.quorum.present:
            yield _share(share, book, "到会", "present")
        for share in rule.quorum.agree:
            yield _share(share, book, "同意", "agree")
    if rule.share is not None:
        yield _share(rule.share, book, "占比", "share")
    for bound in (rule.threshold, rule.cap):
        if bound is not None:
            yield _bound(bound, book)
    if rule.ratio is not None:
        least, most, of = rule.ratio.least, rule.ratio.most, rule.ratio.of
        zh, en = _counted(of, book)
        yield f"每 {least} 至 {most} {zh}一名", f"one for each {least} to {most} {en}"


def _share(share: Share, book: Book, zh: str, en: str) -> tuple[str, str]:
    (bound_zh, bound_en), (of_zh, of_en) = _binding(share), _counted(share.of, book)
    return f"{zh}：{of_zh}的 {bound_zh}", f"{en}: {bound_en} of {of_en}"


def _bound(bound: Bound, book: Book) -> tuple[str, str]:
    (zh, en), (unit_zh, unit_en) = _binding(bound), _counted(bound.unit, book)
    return f"{zh} {unit_zh}", f"{en} {unit_en}"


def _counted(code: str, book: Book) -> tuple[str, str]:
    return book.word("counted", code, "zh"), book.word("counted", code, "en")


def _binding(measure: Share | Bound) -> tuple[str, str]:
    for name, (zh, en) in _BINDS.items():
        value = getattr(measure, name, None)
        if value is not None:
            return zh.format(value), en.format(value)
    raise AssertionError("a loaded measure binds in one way")
