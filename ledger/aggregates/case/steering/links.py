"""What a case takes over from another: found by the acts that hand terms over, and take them up.

``link:<case>`` marks the acts that hand a case's terms over (``merging``, ``split``), and those by
which another case has taken it up (``absorbed``): merging and splitting are rare, so are the tags.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ledger.aggregates.case.steering.events import Absorbed, Merged, Merging, Split, SplitOff
from ledger.kernel.act import Act, Tag
from ledger.kernel.facts import Facts


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """What a case has handed over: its ``merging``, who has taken that up, each part split off."""

    merging: Merging | None = None
    taken_by: frozenset[str] = frozenset()
    parts: dict[str, Split] = field(default_factory=dict)


def link_tag(case: str) -> Tag:
    """Return the tag of the acts that hand over, or take up, what ``case`` was."""
    return Tag(f"link:{case}")


def link_of(facts: Facts, case: str) -> Link:
    """Return what ``case`` has handed over; ``link_tag`` must have been asked."""
    return facts.fold(link_tag(case), _fold)


def tags(act: Act) -> Iterator[Tag]:
    """Yield the tag of the case whose terms the act hands over, or which it takes up."""
    if isinstance(act.event, Merging | Split):
        yield link_tag(act.stream)
    elif isinstance(act.event, Absorbed):
        yield link_tag(act.event.case)


def asks(act: Act) -> Iterator[Tag]:
    """Yield the tags an act's rules read of other cases."""
    match act.event:
        case Absorbed(case=case) | SplitOff(case=case):
            yield link_tag(case)
        case Merged():
            yield link_tag(act.stream)
        case _:
            pass


def _fold(acts: tuple[Act, ...]) -> Link:
    found = Link()
    for act in acts:
        match act.event:
            case Merging() as merging:
                # Terms handed over anew must be taken up anew.
                found = replace(found, merging=merging, taken_by=frozenset())
            case Absorbed():
                found = replace(found, taken_by=found.taken_by | {act.stream})
            case Split() as split:
                parts = found.parts | dict.fromkeys(split.into, split)
                found = replace(found, parts=parts)
            case _:
                pass
    return found
