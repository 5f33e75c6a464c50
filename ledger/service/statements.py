"""Statements of money that are posted, and the same of the books: opening, in, out, closing.

A statement is a disclosure item with the amounts of ``BALANCE``; the books of a unit are its
accounts by period. Neither is repaired. Not handled: what is drafted and not posted, or withdrawn.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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


def books(desk: Desk) -> Mapping[str, Sequence[Sequence[FinanceRow]]]:
    """Return the rows of each account of money, by unit."""
    accounts: dict[str, list[FinanceRow]] = defaultdict(list)
    for row in desk.rows("finance", "line"):
        accounts[row.account].append(row)
    found: dict[str, list[Sequence[FinanceRow]]] = defaultdict(list)
    for rows in accounts.values():
        found[rows[0].unit].append(rows)
    return found


def booked(account: Sequence[FinanceRow], period: Period) -> Sums | None:
    """Return what an account says of a period; None of one before its first, or of another kind."""
    begun = sum(row.begun for row in account)
    rows = [(parse_period(row.period), row) for row in account if row.period != BEGIN]
    if not any(one.kind == period.kind and one.first <= period.first for one, _ in rows):
        return None
    before = (row.income - row.expense for one, row in rows if one.first < period.first)
    opening = begun + sum(before)
    income = sum(row.income for one, row in rows if one == period)
    expense = sum(row.expense for one, row in rows if one == period)
    closing = opening + income - expense
    return Sums(closing=closing, expense=expense, income=income, opening=opening)
