"""Shared settings of the tests: property tests are the same on every machine and never flaky.

What tests write is not flushed to the disk, as with PostgreSQL: killing a process loses nothing
that the kernel has. Processes they start flush as in earnest.

What the torture did is counted, and told when the session ends. Processes that audits start are
forked from one that has everything imported and no threads: a copy of a test's own process may
wait for ever for what another thread of it held.
"""

import multiprocessing
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from ledger.store.dialect import PRAGMAS
from tests.support import tally

settings.register_profile(
    "ledger", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ledger")

multiprocessing.set_forkserver_preload(["ledger.bootstrap", "ledger.service.auditing.audits"])


@pytest.fixture(scope="session", autouse=True)
def unflushed() -> Iterator[None]:
    """Wait for no disk."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(PRAGMAS, "synchronous", "OFF")
        for call in ("fsync", "fdatasync"):
            patch.setattr(f"os.{call}", lambda _descriptor: None)
        yield


def pytest_terminal_summary(terminalreporter):
    """Print the counts of the torture, where there was any in this process."""
    if counted := tally.lines():
        terminalreporter.section("torture")
        for line in counted:
            terminalreporter.write_line(line)
