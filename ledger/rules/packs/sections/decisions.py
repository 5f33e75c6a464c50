"""``decisions.toml``: kinds of decision, checked against roles, codes and rules of law."""

from collections.abc import Iterator

from ledger.errors import NotFound
from ledger.rules.files.toml_file import Problem, UnknownName
from ledger.rules.files.toml_lines import Path
from ledger.rules.kinds import decision as decision_kinds
from ledger.rules.kinds.decision import DECISION_STANDINGS, DEFECTS, RESULTS, DecisionKind
from ledger.rules.packs.section import Hands, Whole, tables, unnamed
from ledger.rules.packs.section import Step as HandStep
from ledger.rules.packs.sections import law
from ledger.rules.packs.sections.disclosures import RuleWithout
from ledger.rules.roles import RESERVED_ROLES, RoleNotForPacks

ROLES = ("keepers", "revokers", "receivers", "deciders")
TERMS = ("appeal", "ruling", "lasts")


class UnknownDecisionKind(NotFound):
    """The packs in force arrange no such kind of decision."""

    code = "book.unknown_decision_kind"
    zh = "现行规则包 {pack} 中没有决策类型“{name}”。请核对类型。"
    en = 'The pack in force, {pack}, has no kind of decision "{name}". Check the kind.'


def _own(kind: DecisionKind) -> Iterator[Problem]:
    yield from decision_kinds.problems(kind)
    for member in ROLES:
        for position, role in enumerate(getattr(kind, member)):
            if role in RESERVED_ROLES:
                yield Problem((member, position), RoleNotForPacks, {"name": role})


def _whole(kind: DecisionKind, book: Whole) -> Iterator[Problem]:
    for member in ROLES:
        yield from unnamed(book, "role", getattr(kind, member), (member,))
    yield from unnamed(book, "reason", kind.reasons, ("reasons",))
    yield from unnamed(book, "grade", kind.grades, ("grades",))
    for member in TERMS:
        if (cited := getattr(kind, member)) is not None:
            yield from _rule_problems(book, cited, "term", (member,))
    for position, step in enumerate(kind.steps):
        for member in ("quorum", "posting"):
            id_ = getattr(step, member)
            if id_ is None:
                continue
            yield from _rule_problems(book, id_, member, ("step", position, member))


def _hands(kind: DecisionKind, _: Whole) -> Iterator[Hands]:
    """Whoever keeps it rules on no appeal against it (SD12)."""
    taken = HandStep(name="step_taken", roles=kind.keepers)
    ruled = HandStep(name="appeal_decided", roles=kind.deciders, needed=False)
    yield (taken, ruled) if kind.deciders else (taken,)


def _rule_problems(book: Whole, id_: str, needs: str, at: Path) -> Iterator[Problem]:
    rules = book.find(law.section, id_)
    if rules is None:
        yield Problem(at, UnknownName, {"what": "rule", "name": id_})
    elif any(getattr(rule, needs) is None for rule in rules):
        yield Problem(at, RuleWithout, {"name": id_, "needs": needs})


section = tables(
    name="decisions",
    file="decisions.toml",
    table="decision",
    item=DecisionKind,
    own=_own,
    whole=_whole,
    cites="decision.",
    unknown=UnknownDecisionKind,
    lists={
        "reason": None, "defect": DEFECTS, "result": RESULTS,
        "decision_standing": DECISION_STANDINGS, "grade": None,
    },
    evidence="decision",
    hands=_hands,
)  # fmt: skip
