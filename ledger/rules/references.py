"""What an act of one stream names of another: that it is there, stands, and is of a fitting unit.

Acts that open a stream, and those that say a duty was met or is no longer, bear the tag
``named:<stream>``; whoever names a stream asks for it. A unit fits when it is that of the one who
names it, above it or below it: a problem raised at a community's meeting is handled by its grid.
Whether the thing named says what the act says of it is nobody's to judge here.
"""

from collections.abc import Iterator
from typing import NamedTuple

from ledger.errors import NotFound, RuleViolation
from ledger.kernel.act import Act, Tag
from ledger.kernel.facts import Facts
from ledger.rules.evidence import Gives, gives
from ledger.rules.time import local_date
from ledger.rules.units import asks_chain, chain


class ReferenceUnknown(NotFound):
    """Nothing was ever recorded under what is named."""

    code = "reference.unknown"
    zh = "所指的 {named} 不存在。请核对编号。"
    en = "There is no {named}. Check the id."


class ReferenceElsewhere(RuleViolation):
    """What is named is of a unit that has nothing to do with this one."""

    code = "reference.elsewhere"
    zh = "所指的 {named} 属于 {unit}，与本单位无隶属关系。请核对编号。"
    en = "{named} is of {unit}, which is neither above nor below this unit. Check the id."


class ReferenceStandsNot(RuleViolation):
    """What is named was taken back, or has not happened."""

    code = "reference.stands_not"
    zh = "所指的 {named} 尚未办成，或已撤回。请改指有效的记录。"
    en = "{named} has not happened, or was taken back. Name a record that stands."


class ReferenceToItself(RuleViolation):
    """An act names its own stream in place of itself."""

    code = "reference.to_itself"
    zh = "{named} 就是本记录，不能替代自己。请改指另一条记录。"
    en = "{named} is this very record and does not stand in its own place. Name another."


class Named(NamedTuple):
    """A stream that another names: its unit, and what was last said of it."""

    unit: str
    said: Gives | None


def named_tag(stream: str) -> Tag:
    """Return the tag of the acts that tell whether ``<aggregate>/<id>`` is there and stands."""
    return Tag(f"named:{stream}")


def tags(act: Act) -> Iterator[Tag]:
    """Yield the tag of an act that opens its stream, or says that it stands or does no longer."""
    if act.seq == 1 or gives(act.event) is not None:
        yield named_tag(act.stream)


def asks(named: str | None, unit: str, facts: Facts) -> Iterator[Tag]:
    """Yield the tags ``verify`` reads; ask again until nothing is new."""
    if named is None:
        return
    yield named_tag(named)
    yield from asks_chain(unit, facts)
    if facts.knows(named_tag(named)) and (found := facts.fold(named_tag(named), _fold)):
        yield from asks_chain(found.unit, facts)


def verify(named: str | None, act: Act, facts: Facts, *, met: bool = False) -> None:
    """Refuse an act that names what is not there; ``met``: it must have happened, and stand.

    Raises:
        ReferenceUnknown: nothing was recorded under it.
        ReferenceToItself, ReferenceElsewhere, ReferenceStandsNot: it is not what may be named.
    """
    if named is None:
        return
    if named == act.stream:
        raise ReferenceToItself(named=named)
    found = facts.fold(named_tag(named), _fold)
    if found is None:
        raise ReferenceUnknown(named=named)
    day, unit = local_date(act.iat), str(act.event.unit)
    if found.unit not in chain(facts, unit, day) and unit not in chain(facts, found.unit, day):
        raise ReferenceElsewhere(named=named, unit=found.unit)
    if found.said == "withdrawn" or (met and found.said != "met"):
        raise ReferenceStandsNot(named=named)


def _fold(acts: tuple[Act, ...]) -> Named | None:
    if not acts:
        return None
    last = acts[-1].event
    return Named(unit=str(last.unit), said=gives(last))
