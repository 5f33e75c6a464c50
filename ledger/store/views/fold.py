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
from ledger.store.views.interval import OPEN, fork_node

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

    ``counted`` says which group it is counted in, by the group's place among those of the batch,
    one for each declared count, where they are known.
    """

    row: R
    valid_from: int
    stored: bool
    counted: tuple[int, ...] | None = None


@dataclass(slots=True)
class Moves:
    """How the totals of one declared count change.

    ``groups`` are those that move, by their place in order of appearance: a group is looked up
    once per row, whatever becomes of it. ``steps`` are log index, place of the group, and by how
    much, in log order, a group once at most at each index.
    """

    groups: dict[Group, int] = field(default_factory=dict)
    steps: list[tuple[int, int, int]] = field(default_factory=list)


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
            named = keys(act)
            if len(named) == 1:
                found.append(Touch(index, named[0], act))
            else:
                found += [Touch(index, key, act) for key in dict.fromkeys(named)]
    return found


def fold_touches(
    view: View[R], touched: Sequence[Touch], stored: Mapping[str, Version[R]]
) -> Changes:
    """Return what ``touched`` changes, given the newest stored version of each key."""
    now: dict[str, Version[R]] = dict(stored)
    changes = Changes(moves=[Moves() for _ in view.counts])
    places = [
        (_grouper(by), moves.groups) for by, moves in zip(view.counts, changes.moves, strict=True)
    ]
    nowhere = (None,) * len(places)
    fold, last, shared = view.fold, -1, False
    for touch in touched:
        index, key = touch.log_index, touch.key
        shared, last = shared or index == last, index
        old = now.get(key)
        if old is not None and old.valid_from >= index:
            raise OutOfPlace(view=view.name, index=index)
        before = None if old is None else old.row
        after = fold(before, touch.act, key)
        if after == before:
            continue
        if old is not None:
            _close(changes, key, old, index)
        left = nowhere if old is None else old.counted or _counted(places, old.row)
        if after is None:
            del now[key]
            joined: tuple[int | None, ...] = nowhere
        else:
            joined = counted = _counted(places, after)
            now[key] = Version(after, index, False, counted)
        if joined != left:
            _move(changes.moves, index, left, joined)
    if shared:
        _sum_up(changes.moves)
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
    left: Sequence[int | None],
    joined: Sequence[int | None],
) -> None:
    for one, before, after in zip(moves, left, joined, strict=True):
        if before == after:
            continue
        if before is not None:
            one.steps.append((index, before, -1))
        if after is not None:
            one.steps.append((index, after, 1))


def _sum_up(moves: Iterable[Moves]) -> None:
    """Let a group move once at an index, where an act touched several rows."""
    for one in moves:
        totals: dict[tuple[int, int], int] = {}
        for index, place, by in one.steps:
            totals[index, place] = totals.get((index, place), 0) + by
        one.steps = [(*at, by) for at, by in totals.items() if by]


_Place = tuple[Callable[[Any], Group], dict[Group, int]]


def _counted(places: Iterable[_Place], row: Any) -> tuple[int, ...]:
    return tuple([groups.setdefault(group_of(row), len(groups)) for group_of, groups in places])


def _grouper(by: tuple[str, ...]) -> Callable[[Any], Group]:
    if len(by) == 1:
        get = attrgetter(by[0])
        return lambda row: (get(row),)
    return attrgetter(*by) if by else lambda _: ()
