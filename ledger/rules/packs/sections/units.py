"""``units.csv``: the units of a district: code, name, level, and the code of the one above.

What a new office is set up from (``mingzhang pack units``); in the log a unit is an id, and its
code, name and place are effective-dated there. Several may be at the root. Not handled: people.
"""

from collections.abc import Iterator
from typing import Annotated

import msgspec
from msgspec import Meta

from ledger.errors import NotFound
from ledger.kernel.event import Code
from ledger.rules.files.toml_file import PackInvalid, Problem, UnknownName
from ledger.rules.packs.section import Whole, rows, unnamed

MAX_ABOVE = 32
"""Units above one: from a household group to the State Council there are some eight."""


class UnknownPlannedUnit(NotFound):
    """The packs in force list no unit of this code."""

    code = "book.unknown_unit"
    zh = "现行规则包 {pack} 的单位表中没有代码“{name}”。请核对代码。"
    en = 'The units of the pack in force, {pack}, have no code "{name}". Check the code.'


class UnitsInCircle(PackInvalid):
    """A unit is above itself."""

    code = "pack.units_in_circle"
    zh = "{file}:{line}：单位“{name}”的上级最终又是它自己。请改正 parent。"
    en = '{file}:{line}: unit "{name}" is above itself. Correct a parent.'


class UnitsTooDeep(PackInvalid):
    """More units stand above one another than any country has levels."""

    code = "pack.units_too_deep"
    zh = "{file}:{line}：单位“{name}”之上超过 {most} 级。请改正 parent。"
    en = '{file}:{line}: unit "{name}" has over {most} levels above it. Correct a parent.'


class PlannedUnit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One unit; ``id`` is its code, ``parent`` the code of the unit above."""

    id: Code
    name: Annotated[str, Meta(min_length=1, max_length=80)]
    level: Code
    parent: Code | None = None


def _whole(unit: PlannedUnit, book: Whole) -> Iterator[Problem]:
    yield from unnamed(book, "level", (unit.level,), ("level",))
    walked, above = {unit.id}, unit.parent
    while above is not None:
        found = book.find(section, above)
        if found is None:
            if above == unit.parent:  # who names a stranger further up is told itself
                yield Problem(("parent",), UnknownName, {"what": "unit", "name": above})
            return
        if len(walked) > MAX_ABOVE:
            facts: dict[str, object] = {"name": unit.id, "most": MAX_ABOVE}
            yield Problem(("parent",), UnitsTooDeep, facts)
            return
        if above in walked:
            if above == unit.id:  # those below a circle are not in it
                yield Problem(("parent",), UnitsInCircle, {"name": unit.id})
            return
        walked.add(above)
        above = found.parent


section = rows(
    name="units",
    path="units.csv",
    item=PlannedUnit,
    whole=_whole,
    lists={"level": None},
    unknown=UnknownPlannedUnit,
)
