"""``modules.csv``: under which module of basic data each category of cases falls (S1-23).

One row is one category: the module, a word of ``codes.toml``, and the rule that makes it one. A
category is of one module; a stronger pack may put it under another or add modules of its own (the
X of 9+X). A module is there while its rule is in force.
"""

from collections.abc import Iterator

import msgspec

from ledger.kernel.event import Code
from ledger.rules.files.toml_file import Problem, UnknownName
from ledger.rules.packs.section import Whole, rows, unnamed
from ledger.rules.packs.sections import law


class Sorted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A category of cases, ``id``, under the ``module`` that ``rule`` makes one."""

    id: Code
    module: Code
    rule: Code


def _whole(sorted_: Sorted, book: Whole) -> Iterator[Problem]:
    yield from unnamed(book, "category", (sorted_.id,), ("id",))
    yield from unnamed(book, "module", (sorted_.module,), ("module",))
    if book.find(law.section, sorted_.rule) is None:
        yield Problem(("rule",), UnknownName, {"what": "rule", "name": sorted_.rule})


section = rows(
    name="modules",
    path="modules.csv",
    item=Sorted,
    whole=_whole,
    lists={"module": None},
)
