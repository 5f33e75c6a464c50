"""``disclosures.toml``: how items are disclosed, checked against roles, codes and rules of law."""

from collections.abc import Iterator

from ledger.errors import NotFound
from ledger.rules.files.toml_file import PackInvalid, Problem, UnknownName
from ledger.rules.kinds.disclosure import BALANCE, ITEM_STANDINGS, Procedure
from ledger.rules.packs.section import Whole, tables, unnamed
from ledger.rules.packs.sections import law
from ledger.rules.roles import RESERVED_ROLES, RoleNotForPacks

ROLES = ("drafters", "reviewers", "approvers", "publishers", "receivers", "deciders")


class UnknownProcedure(NotFound):
    """The packs in force arrange no such way of disclosing."""

    code = "book.unknown_procedure"
    zh = "现行规则包 {pack} 中没有公开程序“{name}”。请核对。"
    en = 'The pack in force, {pack}, has no procedure of disclosure "{name}". Check it.'


class AmountsUnbalanced(PackInvalid):
    """A balanced kind lists other amounts than those of a balance."""

    code = "pack.amounts_unbalanced"
    zh = "{file}:{line}：“{name}”须列明 {amounts} 四项金额。请修改 amounts 或 balanced。"
    en = '{file}:{line}: "{name}" must list the amounts {amounts}. Correct amounts or balanced.'


class RuleWithout(PackInvalid):
    """A rule gives no posting, or no term, where one is needed."""

    code = "pack.rule_without"
    zh = "{file}:{line}：规则“{name}”没有 {needs}。请改引其他规则，或补充该规则。"
    en = '{file}:{line}: rule "{name}" gives no {needs}. Cite another, or complete it.'


def _own(way: Procedure) -> Iterator[Problem]:
    for member in ROLES:
        for position, role in enumerate(getattr(way, member)):
            if role in RESERVED_ROLES:
                yield Problem((member, position), RoleNotForPacks, {"name": role})
    if way.balanced and tuple(sorted(way.amounts)) != BALANCE:
        facts: dict[str, object] = {"name": way.id, "amounts": ", ".join(BALANCE)}
        yield Problem(("amounts",), AmountsUnbalanced, facts)


def _whole(way: Procedure, book: Whole) -> Iterator[Problem]:
    for member in ROLES:
        yield from unnamed(book, "role", getattr(way, member), (member,))
    for table, member in (("channel", "channels"), ("reason", "reasons"), ("amount", "amounts")):
        yield from unnamed(book, table, getattr(way, member), (member,))
    rules = book.find(law.section, way.answer)
    if rules is None:
        yield Problem(("answer",), UnknownName, {"what": "rule", "name": way.answer})
    elif any(rule.term is None for rule in rules):
        yield Problem(("answer",), RuleWithout, {"name": way.answer, "needs": "term"})


section = tables(
    name="disclosures",
    file="disclosures.toml",
    table="disclosure",
    item=Procedure,
    own=_own,
    whole=_whole,
    cites="disclosure.",
    unknown=UnknownProcedure,
    lists={
        "channel": None, "reason": None, "amount": None, "item_standing": ITEM_STANDINGS,
    },
)  # fmt: skip
