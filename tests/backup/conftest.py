"""Offices whose homes are backed up, cut off and brought back."""

from tests.support.office import founded, office, offices

__all__ = ["founded", "office", "offices"]
