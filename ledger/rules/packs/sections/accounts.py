"""``accounts.toml``: kinds of account, checked against the roles and codes of all packs."""

from collections.abc import Iterator

from ledger.errors import NotFound
from ledger.rules.files.toml_file import Problem
from ledger.rules.kinds.account import VESTS, AccountKind, problems
from ledger.rules.packs.section import Whole, tables, unnamed
from ledger.rules.packs.sections import law


class UnknownAccountKind(NotFound):
    """The packs in force arrange no such kind of account."""

    code = "book.unknown_account_kind"
    zh = "现行规则包 {pack} 中没有账户类型“{name}”。请核对类型。"
    en = 'The pack in force, {pack}, has no kind of account "{name}". Check the kind.'


def _whole(kind: AccountKind, book: Whole) -> Iterator[Problem]:
    yield from unnamed(book, "purpose", kind.purposes, ("purposes",))
    yield from unnamed(book, "reason", kind.reasons, ("reasons",))
    for act, roles in kind.roles.items():
        yield from unnamed(book, "role", roles, ("roles", act))
    if kind.decided_from is not None:
        yield from law.without_threshold(book, kind.decided_from, ("decided_from",))
    for position, step in enumerate(kind.steps):
        yield from unnamed(book, "role", step.roles, ("step", position, "roles"))


section = tables(
    name="accounts",
    file="accounts.toml",
    table="account",
    item=AccountKind,
    own=problems,
    whole=_whole,
    cites="account.",
    unknown=UnknownAccountKind,
    lists={"reason": None, "purpose": None, "vest": VESTS},
)
