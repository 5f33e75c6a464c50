"""Checks of what acts state about the home: each module declares one ``stated`` (``..holding``)."""
