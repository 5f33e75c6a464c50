"""Answers of a supervision committee to findings: the words every part reads.

A finding is told from all others by its facts: the digest over its rule, its unit, its record and
what was found there. An answer names that digest, so that it answers these facts and no others.
"""

from typing import Final

ACKNOWLEDGING: Final = ("looking_into", "asked_to_correct", "told_above")
"""Why a finding is taken up."""
DISMISSING: Final = ("explained", "lawful", "recorded_late", "corrected")
"""Why a finding is laid aside."""
NEEDED: Final = 2
"""Members of the committee who dismiss a finding together (INF: as many as review an item)."""
STANDINGS: Final = frozenset({"open", "acknowledged", "to_dismiss", "dismissed"})
"""Where a finding stands: ``to_dismiss`` lacks the signature of another member."""
