"""Statements of money that are posted, and the same of the books: opening, in, out, closing.

A statement is a disclosure item with the amounts of ``BALANCE``; the books of a unit are its
accounts by period. Neither is repaired. Not handled: what is drafted and not posted, or withdrawn.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from ledger.projections.disclosures import DisclosureRow, amounts_of
from ledger.projections.finance import BEGIN, FinanceRow
from ledger.rules.kinds.disclosure import BALANCE
from ledger.rules.periods import Period, parse_period
from ledger.service.board import Desk


class Sums(NamedTuple):
    """What is stated of a period, in fen, in the order of ``BALANCE``."""

    closing: int
    expense: int
    income: int
    opening: int

    def apart(self, other: "Sums") -> int:
        """Return by how many fen the member that differs most does."""
        return max(abs(one - two) for one, two in zip(self, other, strict=True))


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """A statement as it is posted, or was when it was archived."""

    row: DisclosureRow
    period: Period
    sums: Sums


def posted(desk: Desk) -> tuple[Statement, ...]:
    """Return every statement of the desk's units that was posted and not withdrawn."""
    return tuple(_posted(desk))


def _posted(desk: Desk) -> Iterator[Statement]:
    for row in desk.rows("disclosures", "item"):
        fen = amounts_of(row.shown_amounts)
        if row.standing != "withdrawn" and set(BALANCE) <= fen.keys():
            sums = Sums(*(fen[of] for of in BALANCE))
            yield Statement(row=row, period=parse_period(row.period), sums=sums)


class Account:
    """An account of money by period; what it held before each is added up once."""

    def __init__(self, rows: Sequence[FinanceRow]) -> None:
        self._moved: dict[Period, tuple[int, int]] = {}
        for row in rows:
            if row.period != BEGIN:
                income, expense = self._moved.get(one := parse_period(row.period), (0, 0))
                self._moved[one] = income + row.income, expense + row.expense
        in_order = sorted(self._moved, key=lambda one: one.first)
        nets = (income - expense for income, expense in map(self._moved.__getitem__, in_order))
        self._firsts = [one.first for one in in_order]
        self._held = list(accumulate(nets, initial=sum(row.begun for row in rows)))
        self._begun = {one.kind: one.first for one in reversed(in_order)}

    def booked(self, period: Period) -> Sums | None:
        """Return what it says of a period; None of one before its first, or of another kind."""
        begun = self._begun.get(period.kind)
        if begun is None or period.first < begun:
            return None
        opening = self._held[bisect_left(self._firsts, period.first)]
        income, expense = self._moved.get(period, (0, 0))
        closing = opening + income - expense
        return Sums(closing=closing, expense=expense, income=income, opening=opening)


def books(desk: Desk) -> Mapping[str, Sequence[Account]]:
    """Return the accounts of money by unit."""
    rows: dict[str, list[FinanceRow]] = defaultdict(list)
    for row in desk.rows("finance", "line"):
        rows[row.account].append(row)
    found: dict[str, list[Account]] = defaultdict(list)
    for each in rows.values():
        found[each[0].unit].append(Account(each))
    return found
