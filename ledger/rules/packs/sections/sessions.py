"""``sessions.toml``: kinds of session, checked against the roles and codes of all packs."""

from collections.abc import Iterator

from ledger.errors import NotFound
from ledger.rules.files.toml_file import Problem, UnknownName
from ledger.rules.kinds.session import STANDINGS, SessionKind
from ledger.rules.packs.section import Hands, Step, Whole, tables, unnamed
from ledger.rules.roles import RESERVED_ROLES, RoleNotForPacks


class UnknownSessionKind(NotFound):
    """The packs in force arrange no such kind of session."""

    code = "book.unknown_session_kind"
    zh = "现行规则包 {pack} 中没有活动类型“{name}”。请核对类型。"
    en = 'The pack in force, {pack}, has no kind of session "{name}". Check the kind.'


def _own(kind: SessionKind) -> Iterator[Problem]:
    for position, role in enumerate(kind.keepers):
        if role in RESERVED_ROLES:
            yield Problem(("keepers", position), RoleNotForPacks, {"name": role})
    if kind.whole is not None and kind.whole not in kind.counts:
        yield Problem(("whole",), UnknownName, {"what": "counts", "name": kind.whole})


def _whole(kind: SessionKind, book: Whole) -> Iterator[Problem]:
    for table, member in LISTED:
        yield from unnamed(book, table, getattr(kind, member), (member,))


LISTED = (("role", "keepers"), ("reason", "reasons"), ("outcome", "outcomes"), ("count", "counts"))


def _hands(kind: SessionKind, _: Whole) -> Iterator[Hands]:
    yield (Step(name="held", roles=kind.keepers),)


section = tables(
    name="sessions",
    file="sessions.toml",
    table="session",
    item=SessionKind,
    own=_own,
    whole=_whole,
    cites="session.",
    unknown=UnknownSessionKind,
    lists={"reason": None, "outcome": None, "count": None, "standing": STANDINGS},
    evidence="session",
    hands=_hands,
)
