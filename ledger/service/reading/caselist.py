"""The case register read in an order: what is due first, what came in last, or by reference.

By term come the open cases whose terms run, then the open ones without a term, then those that are
over. A page goes on after the ``Place`` the one before ended at; an order is made of parts, each a
list of the view with an order of its own.

Not handled: who may see what (the register is public), how a cursor is
written (``api.wire.cursors``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple, cast, get_args

from ledger.kernel.act import AsOf
from ledger.projections.register import CaseRow
from ledger.store.views.store import Order, ViewStore

OrderName = Literal["due", "newest", "case"]
ORDER_NAMES: Final[tuple[OrderName, ...]] = get_args(OrderName)


class Part(NamedTuple):
    """A part of an order: the columns that choose it, and its order, None for by reference."""

    where: Mapping[str, Any]
    order: Order | None = None


ORDERS: Final[Mapping[OrderName, tuple[Part, ...]]] = {
    "due": (
        Part({"open": True}, Order(by="due")),
        Part({"open": True, "due": None}),
        Part({"open": False}),
    ),
    "newest": (Part({}, Order(by="received_on", falling=True)),),
    "case": (Part({}),),
}


class Place(NamedTuple):
    """Where a list goes on: its order, the part, what that orders by, the last case listed."""

    order: OrderName
    part: int
    value: str
    case: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What is asked of the register, in the words of the view."""

    where: Mapping[str, Any]
    below: Mapping[str, str | int] = field(default_factory=dict)
    among: Mapping[str, frozenset[str]] = field(default_factory=dict)


def cases(
    store: ViewStore[Any],
    point: AsOf,
    wanted: Wanted,
    order: OrderName,
    *,
    after: Place | None = None,
    limit: int,
) -> list[tuple[Place, CaseRow]]:
    """Return at most ``limit`` cases in an order after a place, each with its own place.

    Raises: ProjectionBehind, UnknownColumn.
    """
    found: list[tuple[Place, CaseRow]] = []
    begin = 0 if after is None else after.part
    for number, part in enumerate(ORDERS[order][begin:], begin):
        if _apart(part.where, wanted.where):
            continue
        goes_on = after if after is not None and number == after.part else None
        asked: dict[str, Any] = {
            "where": {**wanted.where, **part.where},
            "below": wanted.below,
            "among": wanted.among,
            "limit": limit - len(found),
        }
        rows = _of(store, point, part.order, goes_on, asked)
        found += [(Place(order, number, _value(part, row), row.case), row) for row in rows]
        if len(found) == limit:
            break
    return found


def every(
    store: ViewStore[Any], point: AsOf, wanted: Wanted, order: OrderName, page: int
) -> Iterator[CaseRow]:
    """Yield all cases in an order, read so many at a time. Raises: as ``cases``."""
    after: Place | None = None
    while found := cases(store, point, wanted, order, after=after, limit=page):
        yield from (row for _, row in found)
        after = found[-1][0]


def _apart(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether no row can be as both say."""
    return any(one[name] != other[name] for name in one.keys() & other.keys())


def _of(
    store: ViewStore[Any], point: AsOf, order: Order | None, after: Place | None, asked: Any
) -> list[CaseRow]:
    if order is None:
        found = store.rows(point, after=after and after.case, **asked)
    else:
        found = store.ordered(point, order, after=after and (after.value, after.case), **asked)
    return cast("list[CaseRow]", found)


def _value(part: Part, row: CaseRow) -> str:
    return "" if part.order is None else str(getattr(row, part.order.by))
