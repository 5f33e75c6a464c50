from tests.support.office import dialect, founded, office, offices
from tests.support.postgres import cluster

__all__ = ["cluster", "dialect", "founded", "office", "offices"]
