"""Offices to be tortured."""

from tests.support.office import dialect, founded, office, offices

__all__ = ["dialect", "founded", "office", "offices"]
