"""``catalogues.toml``: how each catalogue is kept, checked against the roles and codes of packs."""

from collections.abc import Iterator

from ledger.errors import NotFound
from ledger.rules.files.toml_file import Problem
from ledger.rules.kinds.catalogue import FACET_STATES, FACETS, CatalogueKind
from ledger.rules.packs.section import Whole, tables, unnamed
from ledger.rules.roles import RESERVED_ROLES, RoleNotForPacks

LISTED = (("role", "keepers"), ("reason", "reasons"), ("level", "levels"), ("fact", "facts"))


class UnknownCatalogue(NotFound):
    """The packs in force arrange no such catalogue."""

    code = "book.unknown_catalogue"
    zh = "现行规则包 {pack} 中没有目录“{name}”。请核对名称。"
    en = 'The pack in force, {pack}, has no catalogue "{name}". Check the name.'


def _own(kind: CatalogueKind) -> Iterator[Problem]:
    for position, role in enumerate(kind.keepers):
        if role in RESERVED_ROLES:
            yield Problem(("keepers", position), RoleNotForPacks, {"name": role})


def _whole(kind: CatalogueKind, book: Whole) -> Iterator[Problem]:
    for table, member in LISTED:
        yield from unnamed(book, table, getattr(kind, member), (member,))


section = tables(
    name="catalogue_kinds",
    file="catalogues.toml",
    table="catalogue",
    item=CatalogueKind,
    own=_own,
    whole=_whole,
    cites="catalogues.",
    unknown=UnknownCatalogue,
    lists={
        "reason": None, "level": None, "fact": None,
        "facet": frozenset(FACETS), "facet_state": FACET_STATES,
    },
)  # fmt: skip
