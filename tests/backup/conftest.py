"""Offices whose homes are backed up, cut off and brought back."""

from tests.support.office import dialect, founded, office, offices

__all__ = ["dialect", "founded", "office", "offices"]
