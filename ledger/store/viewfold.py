"""What a batch of acts does to a view's rows and counts; pure, no SQL.

Entry ``i`` closes the version it replaces with valid_to = i and opens the next with
valid_from = i, so a version that begins and ends within one batch is written once, closed.
Counts move with the same row changes, hence equal their rows at every size.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Generic, TypeVar

import msgspec
from msgspec.structs import astuple

from ledger.errors import IntegrityFault
from ledger.kernel.act import Act
from ledger.kernel.view import Row, View
from ledger.store.interval import OPEN, fork_node

R = TypeVar("R", bound=Row)

Line = tuple[Any, ...]
"""A version of a row as the table holds it: key, valid_to, valid_from, node, then its members."""

Group = tuple[Any, ...]


class OutOfPlace(IntegrityFault):
    """A batch holds acts that are not, in order, of the sizes it claims to lead through."""

    code = "view.out_of_place"
    zh = "视图 {view} 收到的条目次序不对（第 {index} 条）。请运行 mingzhang verify。"
    en = "View {view} was given acts out of order (log index {index}). Run `mingzhang verify`."


class Touch(msgspec.Struct, frozen=True, gc=False):
    """An act at a log index touches the row with this key."""

    log_index: int
    key: str
    act: Act


class Version(msgspec.Struct, Generic[R], frozen=True, gc=False):
    """A row and the log index that made it; ``stored`` when the table holds it already.

    ``groups`` are those it is counted in, one for each declared count, where they are known.
    """

    row: R
    valid_from: int
    stored: bool
    groups: tuple[Group, ...] | None = None


Moves = list[tuple[int, Group, int]]
"""At which log index the total of which group changes by how much, in log order; where an act
touches several rows, a group may move more than once at one index."""


@dataclass(kw_only=True, slots=True)
class Changes:
    """Lines to close, by parameter, and lines to insert; moves per declared count."""

    closed: list[dict[str, Any]] = field(default_factory=list)
    opened: list[Line] = field(default_factory=list)
    moves: list[Moves] = field(default_factory=list)


def touches(view: View[Any], batch: Iterable[Act], start: int, stop: int) -> list[Touch]:
    """Return which rows the acts of start..stop-1 touch, in log order. Raises: OutOfPlace."""
    found: list[Touch] = []
    reads, keys, least = view.reads, view.keys, start
    for act in batch:
        index = act.index
        if index is None or not least <= index < stop:
            raise OutOfPlace(view=view.name, index=index)
        least = index + 1
        if act.aggregate in reads:
            named = tuple(keys(act))
            once = named if len(named) < 2 else dict.fromkeys(named)
            found += [Touch(index, key, act) for key in once]
    return found


def fold_touches(
    view: View[R], touched: Sequence[Touch], stored: Mapping[str, Version[R]]
) -> Changes:
    """Return what ``touched`` changes, given the newest stored version of each key."""
    now: dict[str, Version[R]] = dict(stored)
    changes = Changes(moves=[[] for _ in view.counts])
    groupers = tuple(map(_grouper, view.counts))
    nowhere = (None,) * len(groupers)
    fold = view.fold
    for touch in touched:
        index, key = touch.log_index, touch.key
        old = now.get(key)
        if old is not None and old.valid_from >= index:
            raise OutOfPlace(view=view.name, index=index)
        before = None if old is None else old.row
        after = fold(before, touch.act, key)
        if after == before:
            continue
        if old is not None:
            _close(changes, key, old, index)
        counted = nowhere if old is None else old.groups or _groups(groupers, old.row)
        if after is None:
            del now[key]
            counts: tuple[Group | None, ...] = nowhere
        else:
            counts = groups = _groups(groupers, after)
            now[key] = Version(after, index, False, groups)
        if counts != counted:
            _move(changes.moves, index, counted, counts)
    changes.opened.extend(
        _line(key, version, OPEN) for key, version in now.items() if not version.stored
    )
    return changes


def _close(changes: Changes, key: str, old: Version[Any], index: int) -> None:
    if old.stored:
        node = fork_node(old.valid_from, index)
        changes.closed.append({"closed_key": key, "at": index, "fork": node})
    else:
        changes.opened.append(_line(key, old, index))


def _line(key: str, version: Version[Any], valid_to: int) -> Line:
    valid_from = version.valid_from
    return (key, valid_to, valid_from, fork_node(valid_from, valid_to), *astuple(version.row))


def _move(
    moves: Sequence[Moves],
    index: int,
    counted: Sequence[Group | None],
    counts: Sequence[Group | None],
) -> None:
    for totals, before, after in zip(moves, counted, counts, strict=True):
        if before == after:
            continue
        if before is not None:
            totals.append((index, before, -1))
        if after is not None:
            totals.append((index, after, 1))


def _groups(groupers: tuple[Callable[[Any], Group], ...], row: Any) -> tuple[Group, ...]:
    return tuple([group_of(row) for group_of in groupers])


def _grouper(by: tuple[str, ...]) -> Callable[[Any], Group]:
    if len(by) == 1:
        get = attrgetter(by[0])
        return lambda row: (get(row),)
    return attrgetter(*by) if by else lambda _: ()
