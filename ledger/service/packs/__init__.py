"""Packs in use: the book in force, its words, and what a pack would change.

``books`` finds the book, ``choices`` what it lets people choose, ``explaining`` why a deadline is
the day it is (``deadlines`` finds all there are of a stream or a unit). Before a pack is adopted,
``simulating`` puts it on ``trial`` (``owing`` is what units would owe otherwise), and ``staffing``
looks for duties nobody can do; ``planning`` sets up the units one names.
"""
