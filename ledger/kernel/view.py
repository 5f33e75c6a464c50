"""What a view declares: temporal rows folded from acts.

A module in ``ledger.projections`` declares one attribute ``view``. Each row is a flat msgspec
struct of str, int, bool or None members; the store keeps every version of a row with the sizes
between which it held (``valid_from < size <= valid_to``), so any view can be read as of any
size. ``counts`` names group-bys whose totals the store answers; they equal their rows because
they are made from the same row changes.
"""

import hashlib
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Generic, TypeVar

import msgspec

from ledger.kernel.act import Act


class Row(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Base of a view's rows; flat, so the garbage collector need not look into them."""


R = TypeVar("R", bound=Row)


@dataclass(frozen=True, kw_only=True)
class View(Generic[R]):
    """One view: which rows an act touches, and what becomes of each.

    ``keys(act)`` names the rows; ``fold(row, act, key)`` returns the row after the act, or None
    when there is none any more. ``reads`` are the aggregates it listens to; acts of others are
    passed over. Both functions are pure. A list filtered by exactly the columns of one of
    ``lists``, or more, is found at any depth of history without reading other rows, and one sorted
    by the first of them without sorting; where none is declared, each count's first column is one.
    """

    name: str
    version: int
    row: type[R]
    reads: frozenset[str]
    keys: Callable[[Act], Sequence[str]]
    fold: Callable[[R | None, Act, str], R | None]
    counts: tuple[tuple[str, ...], ...] = ()
    lists: tuple[tuple[str, ...], ...] = ()

    @property
    def listed_by(self) -> tuple[tuple[str, ...], ...]:
        """The filters of lists that have an index."""
        return self.lists or tuple(dict.fromkeys(by[:1] for by in self.counts if by))


def fingerprint(module: ModuleType) -> str:
    """Return the SHA-256 (hex) of a view's source: a changed view must take a new version."""
    return hashlib.sha256(inspect.getsource(module).encode()).hexdigest()
