"""What changed on a board between two points: rows that are new, other than before, or gone."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec

from ledger.service.board import Line
from ledger.service.sheet import Sheet


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """A row as it is and as it was: ``was`` None for a new one, ``row`` None for one that went.

    ``now`` is what the board says of it now, where that was asked; None where it says nothing.
    """

    row: dict[str, Any] | None
    was: dict[str, Any] | None
    now: dict[str, Any] | None = None


def changed_rows(before: Sheet | None, after: Sheet, names: Sequence[str]) -> list[Changed]:
    """Return the rows that are other than before, in the order of the board, then those that went.

    Rows that agree in ``names``, the columns by which their board tells rows, are one row, changed.
    """
    old = before.rows if before else ()
    left: dict[tuple[Any, ...], list[Any]] = {}
    for row in _without(old, after.rows):
        left.setdefault(tuple(row[name] for name in names), []).append(row)
    found = []
    for row in _without(after.rows, old):
        alike = left.get(tuple(row[name] for name in names))
        found.append(Changed(row=row, was=alike.pop(0) if alike else None))
    return found + [Changed(row=None, was=row) for rows in left.values() for row in rows]


def beside_now(changed: Sequence[Changed], now: Sheet, names: Sequence[str]) -> list[Changed]:
    """Return ``changed``, each beside the row of ``now`` that agrees with it in ``names``."""
    rows: dict[tuple[Any, ...], list[Any]] = {}
    for row in now.rows:
        rows.setdefault(tuple(row[name] for name in names), []).append(row)
    found = []
    for each in changed:
        is_of = each.row or each.was or {}
        alike = rows.get(tuple(is_of[name] for name in names))
        found.append(msgspec.structs.replace(each, now=alike.pop(0) if alike else None))
    return found


def _without(rows: Sequence[Line], others: Sequence[Line]) -> list[Any]:
    """Return ``rows`` less those that stand among ``others``, each as often as it does there."""
    there = Counter(tuple(row.values()) for row in others)
    left = []
    for row in rows:
        key = tuple(row.values())
        if there[key]:
            there[key] -= 1
        else:
            left.append(row)
    return left
