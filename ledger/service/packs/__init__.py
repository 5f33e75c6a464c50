"""Packs in use: the book in force, its words, and what a pack would change.

``books`` finds the book, ``choices`` what it lets people choose, ``explaining`` why a deadline is
the day it is. Before a pack is adopted, ``simulating`` puts it on ``trial`` (``deadlines`` and
``owing`` are what would come out otherwise), and ``staffing`` looks for duties nobody can do;
``planning`` sets up the units one names.
"""
