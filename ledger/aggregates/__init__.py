"""Aggregates: one module or package each; a module declares its aggregate, discovery finds it."""
