"""Backups, and what comes back of them: a home, or the tail of a log."""
