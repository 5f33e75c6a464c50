"""``cases/<kind>.toml``: kinds of case, checked against the rules, roles and codes of all packs."""

from collections.abc import Iterator

from ledger.errors import NotFound
from ledger.rules.files.toml_file import PackInvalid, Problem, UnknownName
from ledger.rules.kinds import case_faults, case_ways
from ledger.rules.kinds.case import APART, FACTS, MEDIATION_WORDS, ROUTES, CaseKind, Clock
from ledger.rules.packs.section import Hands, Step, Whole, one_to_a_file, unnamed
from ledger.rules.packs.sections import law

_EXTENDED_IN = ("day",)
_COUNTED_IN = ("day", "working_day", "month")


class UnknownKind(NotFound):
    """The packs in force arrange no such kind of case."""

    code = "book.unknown_kind"
    zh = "现行规则包 {pack} 中没有事项类型“{name}”。请核对类型。"
    en = 'The pack in force, {pack}, has no kind of case "{name}". Check the kind.'


class RuleHasNoTerm(PackInvalid):
    """A clock runs by a rule that gives no length, or an extension that is not in days."""

    code = "pack.rule_has_no_term"
    zh = "{file}:{line}：规则“{name}”没有可用的期限（延长期限须以日计）。请修改。"
    en = '{file}:{line}: rule "{name}" gives no usable term (extensions are in days). Correct it.'


def _whole(kind: CaseKind, book: Whole) -> Iterator[Problem]:
    yield from unnamed(book, "channel", kind.channels, ("channels",))
    yield from unnamed(book, "category", kind.categories, ("categories",))
    yield from unnamed(book, "outcome", kind.outcomes, ("outcomes",))
    yield from unnamed(book, "resolution", kind.resolutions, ("resolutions",))
    yield from unnamed(book, "authority", kind.authorities, ("authorities",))
    yield from unnamed(book, "remedy", kind.remedies, ("remedies",))
    for position, way in enumerate(kind.transitions):
        yield from unnamed(book, "role", way.roles, ("transition", position, "roles"))
        yield from unnamed(book, "reason", way.reasons, ("transition", position, "reasons"))
    for position, clock in enumerate(kind.clocks):
        yield from _clock_problems(clock, position, book)
        yield from _pause_problems(clock, position, book)


def _clock_problems(clock: Clock, position: int, book: Whole) -> Iterator[Problem]:
    for member, id_, allowed in (
        ("rule", clock.rule, _COUNTED_IN),
        ("extension", clock.extension, _EXTENDED_IN),
    ):
        if id_ is None:
            continue
        at = ("clock", position, member)
        rules = book.find(law.section, id_)
        if rules is None:
            yield Problem(at, UnknownName, {"what": "rule", "name": id_})
        elif any(rule.term is None or rule.term.unit not in allowed for rule in rules):
            yield Problem(at, RuleHasNoTerm, {"name": id_})


def _pause_problems(clock: Clock, position: int, book: Whole) -> Iterator[Problem]:
    for number, pause in enumerate(clock.pauses):
        if book.find(law.section, pause.rule) is None:
            at = ("clock", position, "pause", number, "rule")
            yield Problem(at, UnknownName, {"what": "rule", "name": pause.rule})


def _hands(kind: CaseKind, _: Whole) -> Iterator[Hands]:
    """SD1 and SD5 hold for every kind: handler, verifier, caller are three, and none extends."""
    steps = {
        fact: Step(name=fact, roles=kind.roles(fact), needed=fact in needed)
        for needed in (case_ways.needed(kind),)
        for fact in dict.fromkeys(way.act for way in kind.transitions)
    }
    apart = tuple(steps[fact] for fact in APART if fact in steps)
    if apart:
        yield apart
    if "extended" in steps and "resolved" in steps:
        yield steps["resolved"], steps["extended"]
    for facts in case_ways.alternatives(kind):
        roles = dict.fromkeys(role for fact in facts for role in kind.roles(fact))
        yield (Step(name=facts[0], roles=tuple(roles)),)
    for fact, step in steps.items():
        if fact not in APART and step.needed:
            yield (step,)


section = one_to_a_file(
    name="cases",
    folder="cases",
    item=CaseKind,
    own=case_faults.problems,
    whole=_whole,
    hands=_hands,
    cites="case.",
    unknown=UnknownKind,
    lists={
        "act": FACTS,
        "route": ROUTES,
        "channel": None,
        "category": None,
        "outcome": None,
        "resolution": None,
        "authority": None,
        "remedy": None,
        **MEDIATION_WORDS,
        "reason": None,
    },
)
