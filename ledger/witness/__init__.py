"""Witnesses of the log: machines that prove it append-only."""
