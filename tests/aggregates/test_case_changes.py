"""Every type of a case's acts changes something of its own, or is known to change nothing more.

What an act changes is found by its type (``evolve``, the register), so nothing else would tell that
a new type was forgotten there.
"""

import importlib

from ledger.aggregates.case import published
from ledger.projections import register

evolve = importlib.import_module("ledger.aggregates.case.evolve")
"""The module: its package has a function of that name."""

NOTHING_MORE = {
    "received", "accepted", "objected", "extended", "rated", "closed", "withdrawn", "submitted",
    "completed", "confirmed", "cancelled", "expired", "attached",
}  # fmt: skip
"""Facts that change state and terms only."""
IN_A_ROW_ALONE = {"rated"}
NOTHING_IN_A_ROW = {
    "refused", "triaged", "verified", "verification_failed", "called_back", "issued", "claimed",
    "released",
}  # fmt: skip


def facts_without(changes: object) -> set[str]:
    assert isinstance(changes, dict)
    return {published.FACT_OF[cls] for cls in published.EVENTS if cls not in changes}


def test_a_type_that_changes_nothing_of_a_case_is_one_of_these() -> None:
    assert facts_without(evolve._CHANGES) == NOTHING_MORE


def test_a_type_that_changes_nothing_of_a_row_is_one_of_these() -> None:
    assert facts_without(register._CHANGES) == NOTHING_MORE - IN_A_ROW_ALONE | NOTHING_IN_A_ROW
