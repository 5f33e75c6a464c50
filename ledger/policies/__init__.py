"""Automatic reactions: pure functions of recorded acts, run under a machine key."""
