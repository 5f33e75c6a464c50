"""Offices to be tortured."""

from tests.support.office import founded, office, offices

__all__ = ["founded", "office", "offices"]
