"""What an entry changed in a state, down to the members that differ, for replay.

So what is told of an entry is as long as what it did: a state grows with its stream, and a list
told whole before and after each entry grew with the stream's square. A member that holds others is
gone into: those of a mapping by name, those of a list by what tells its items apart (their number,
step or day), else as whole items that came or went.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

_TELLING: Final = ("number", "item", "step", "clock", "person", "day")
"""Members that tell the items of a list apart, the first that does."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A member as it was and as it is; ``path`` are names of members and items, outermost first.

    An item of a list is named as ``(member, value)`` by the member that tells it apart.
    """

    path: tuple[str | tuple[str, str | int], ...]
    before: Any
    after: Any


def differences(before: Any, after: Any) -> tuple[Difference, ...]:
    """Return what differs between two states of a stream, in the order of its members."""
    old, new = _members(before), _members(after)
    return tuple(
        found for name, value in new.items() for found in _between((name,), old.get(name), value)
    )


def _members(state: Any) -> dict[str, object]:
    """Return a state's members; those of a sequence are named by their position."""
    match msgspec.to_builtins(state):
        case dict(members):
            return members
        case list() | tuple() as items:
            return {str(position): item for position, item in enumerate(items)}
        case _:
            return {}


def _between(path: tuple[Any, ...], before: Any, after: Any) -> Iterator[Difference]:
    if before == after:
        return
    match before, after:
        case Mapping(), Mapping():
            for name in {**before, **after}:
                yield from _between((*path, name), before.get(name), after.get(name))
        case (list() | tuple(), list() | tuple()):
            yield from _among(path, before, after)
        case _:
            yield Difference(path=path, before=before, after=after)


def _among(path: tuple[Any, ...], before: Sequence[Any], after: Sequence[Any]) -> Iterator[Any]:
    telling = _telling(before, after)
    if telling is None:
        gone = [each for each in before if each not in after]
        come = [each for each in after if each not in before]
        same = not gone and not come  # another order, or one of several alike
        was, now = (before, after) if same else (gone, come)
        yield Difference(path=path, before=list(was) or None, after=list(now) or None)
        return
    old = {each[telling]: each for each in before}
    new = {each[telling]: each for each in after}
    for key in {**old, **new}:
        yield from _between((*path, (telling, key)), old.get(key), new.get(key))


def _telling(*lists: Sequence[Any]) -> str | None:
    """Return the member that tells the items of each list apart, None where none does."""
    if not all(isinstance(each, Mapping) for items in lists for each in items):
        return None
    return next((name for name in _TELLING if all(_apart(items, name) for items in lists)), None)


def _apart(items: Sequence[Mapping[str, Any]], name: str) -> bool:
    keys = [each.get(name) for each in items]
    return all(isinstance(key, str | int) for key in keys) and len(set(keys)) == len(keys)
