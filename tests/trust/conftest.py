import pytest

from ledger.audit import parts
from tests.support.office import dialect, founded, office, offices

__all__ = ["dialect", "founded", "office", "offices"]


@pytest.fixture(autouse=True)
def forked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let audits fork: no thread of a test's is in their way, and it is a hundred times faster."""
    monkeypatch.setattr(parts, "START", "fork")
