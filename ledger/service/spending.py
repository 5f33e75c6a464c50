"""Payments out of accounts whose kind says from which amount on spending needs a decision.

For the findings that look at many payments together (RF-11).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ledger.projections.spendings import SpendingRow
from ledger.rules.packs.sections import accounts
from ledger.rules.time import parse_date
from ledger.service.board import Desk


@dataclass(frozen=True, kw_only=True, slots=True)
class Spending:
    """A payment asked for, and the amount (fen) from which on it would need a decision."""

    row: SpendingRow
    limit: int


def grouped(
    desk: Desk, years: Iterable[str], by: Callable[[Spending], str]
) -> dict[tuple[str, str], list[Spending]]:
    """Return the payments of whole years, in order of day, by account and ``by``."""
    found: dict[tuple[str, str], list[Spending]] = defaultdict(list)
    for row in _rows(desk, years):
        if (limit := _limit(desk, row)) is not None:
            one = Spending(row=row, limit=limit)
            found[row.account, by(one)].append(one)
    return found


def _rows(desk: Desk, years: Iterable[str]) -> list[SpendingRow]:
    rows = [row for year in years for row in desk.rows("spendings", "spending", shelf=year)]
    return sorted(rows, key=lambda row: (row.day, row.entry))


def _limit(desk: Desk, row: SpendingRow) -> int | None:
    """Return the threshold in force on the day; an account's kind never changes."""
    book = desk.book(row.unit)
    kind = desk.ledger.known.stream(row.account).state.kind
    found = None if book is None else book.find(accounts.section, kind)
    if book is None or found is None or found.decided_from is None:
        return None
    rule = book.find_rule(found.decided_from, parse_date(row.day))
    bound = None if rule is None else rule.threshold
    if bound is None:
        return None
    return bound.at_least if bound.at_least is not None else (bound.more_than or 0) + 1
