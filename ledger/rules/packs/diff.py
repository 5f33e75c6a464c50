"""What differs between two packs, section by section, down to the member.

Items are compared by id, generations of a rule by their first day, named things inside an item by
their ids: a state added to a kind is one line, wherever it was written.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from ledger.rules.packs.pack import HEAD, Pack
from ledger.rules.packs.section import sections

Change = Literal["added", "removed", "changed"]
_MISSING = object()


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One difference: ``member`` is a path inside the item, "" when all of it came or went."""

    section: str
    item: str
    change: Change
    member: str = ""
    old: str | None = None
    new: str | None = None


def diff(old: Pack, new: Pack) -> Iterator[Difference]:
    """Yield what ``new`` has that ``old`` has not, lacks, or says otherwise; by section and id."""
    yield from _items(HEAD, {"": old.head}, {"": new.head})
    for section in sections():
        before = {item.id: item.value for item in old.items(section)}
        after = {item.id: item.value for item in new.items(section)}
        yield from _items(section.name, before, after)


def _items(
    section: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Difference]:
    for id_ in sorted(before.keys() | after.keys()):
        if id_ not in after:
            yield Difference(section=section, item=id_, change="removed")
        elif id_ not in before:
            yield Difference(section=section, item=id_, change="added")
        elif before[id_] != after[id_]:
            yield from _members(section, id_, _flat(before[id_]), _flat(after[id_]))


def _members(
    section: str, id_: str, before: Mapping[str, object], after: Mapping[str, object]
) -> Iterator[Difference]:
    # In the order of the newer one, then what it has no more.
    for member in dict.fromkeys((*after, *before)):
        old, new = before.get(member, _MISSING), after.get(member, _MISSING)
        if old != new:
            yield Difference(
                section=section,
                item=id_,
                change="added" if old is _MISSING else "removed" if new is _MISSING else "changed",
                member=member,
                old=None if old is _MISSING else str(old),
                new=None if new is _MISSING else str(new),
            )


def _flat(value: object) -> dict[str, object]:
    return dict(_leaves("", msgspec.to_builtins(value)))


def _leaves(path: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for name, member in value.items():
            if member is not None:
                yield from _leaves(f"{path}.{name}" if path else name, member)
    elif isinstance(value, list | tuple) and all(_name_of(each) for each in value):
        for each in value:
            yield from _leaves(f"{path}[{_name_of(each)}]", each)
    elif isinstance(value, list | tuple):
        yield path, ", ".join(map(str, value))
    else:
        yield path, value


def _name_of(value: object) -> str | None:
    """Return what tells one of several from the others: an id, an act with its states, a day."""
    if not isinstance(value, dict):
        return None
    if "act" in value and "roles" in value:
        return " ".join((value["act"], *value.get("from", ())))
    # Generations of a rule share their id and differ by their first day.
    first = value.get("from")
    return first if isinstance(first, str) else value.get("id")
