"""``obligations.toml``: what units owe, checked against rules, levels and what can meet it."""

from collections.abc import Iterator
from typing import Any

from ledger.errors import NotFound
from ledger.rules import obligations
from ledger.rules.evidence import BEGINNINGS
from ledger.rules.files.toml_file import PackInvalid, Problem, UnknownName
from ledger.rules.obligations import Obligation
from ledger.rules.packs.section import Section, Whole, sections, tables, unnamed
from ledger.rules.packs.sections import law
from ledger.rules.periods import KINDS, Kind
from ledger.rules.units import MODES, NUMBER_LIST, REGIMES


class UnknownObligation(NotFound):
    """The packs in force know no such obligation."""

    code = "book.unknown_obligation"
    zh = "现行规则包 {pack} 中没有义务“{name}”。请核对名称。"
    en = 'The pack in force, {pack}, has no obligation "{name}". Check the name.'


class LooserThanLaw(PackInvalid):
    """An obligation asks for less than the cadence of the rule it cites."""

    code = "pack.looser_than_law"
    zh = "{file}:{line}：义务“{name}”少于规则“{rule}”要求的频次。请加密，或改引其他规则。"
    en = '{file}:{line}: "{name}" asks for less than rule "{rule}". Ask for more, or cite another.'


class NeverMet(PackInvalid):
    """What would meet the obligation covers periods of another kind, so nothing ever does."""

    code = "pack.never_met"
    zh = "{file}:{line}：“{name}”覆盖的是{covers}，不能满足每{every}一次的义务。请改其一。"
    en = '{file}:{line}: "{name}" covers a {covers} and never meets a duty of every {every}.'


def _whole(duty: Obligation, book: Whole) -> Iterator[Problem]:
    yield from unnamed(book, "level", duty.levels, ("levels",))
    yield from _cadence_problems(duty, book)
    yield from _condition_problems(duty, book)
    yield from _evidence_problems(duty, book)
    if duty.after is not None and duty.after.act not in BEGINNINGS:
        yield Problem(("after", "act"), UnknownName, {"what": "act", "name": duty.after.act})


def _cadence_problems(duty: Obligation, book: Whole) -> Iterator[Problem]:
    rules = book.find(law.section, duty.rule)
    if rules is None:
        yield Problem(("rule",), UnknownName, {"what": "rule", "name": duty.rule})
        return
    asked = [rule.cadence for rule in rules if rule.cadence and rule.until is None]
    if duty.every is not None and any(
        _rarer(duty.every, duty.times, each.every, each.count) for each in asked
    ):
        yield Problem(("every",), LooserThanLaw, {"name": duty.id, "rule": duty.rule})


def _rarer(every: Kind, times: int, law_every: Kind, law_count: int) -> bool:
    """KINDS are in order, the longest first."""
    mine, asked = KINDS.index(every), KINDS.index(law_every)
    return mine < asked or (mine == asked and times < law_count)


def _condition_problems(duty: Obligation, book: Whole) -> Iterator[Problem]:
    if duty.while_ is None:
        return
    if not book.has_word(NUMBER_LIST, duty.while_.fact):
        unlisted: dict[str, object] = {"what": NUMBER_LIST, "name": duty.while_.fact}
        yield Problem(("while", "fact"), UnknownName, unlisted)
    yield from law.without_threshold(book, duty.while_.rule, ("while", "rule"))


def _evidence_problems(duty: Obligation, book: Whole) -> Iterator[Problem]:
    noun, code = duty.evidence
    of = evidence_section(noun)
    if of is None:
        yield Problem(("satisfied_by",), UnknownName, {"what": "evidence", "name": noun})
        return
    item = book.find(of, code)
    if item is None:
        yield Problem(("satisfied_by", noun), UnknownName, {"what": of.name, "name": code})
        return
    covers: Kind | None = getattr(item, "period", None)
    if duty.every is not None and covers not in {None, duty.every, "day"}:
        facts: dict[str, object] = {"name": code, "covers": covers, "every": duty.every}
        yield Problem(("satisfied_by", noun), NeverMet, facts)


def evidence_section(noun: str) -> Section[Any] | None:
    """Return the section whose ids the acts of an aggregate carry as ``code``."""
    return next((section for section in sections() if section.evidence == noun), None)


section = tables(
    name="obligations",
    file="obligations.toml",
    table="obligation",
    item=Obligation,
    own=obligations.problems,
    whole=_whole,
    cites="obligation.",
    unknown=UnknownObligation,
    lists={"level": None, "verdict": obligations.VERDICTS, "regime": REGIMES, "mode": MODES},
)
