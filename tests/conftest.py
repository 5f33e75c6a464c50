"""Shared settings of the tests: property tests are the same on every machine and never flaky.

What the torture did is counted, and told when the session ends.
"""

from hypothesis import HealthCheck, settings

from tests.support import tally

settings.register_profile(
    "ledger", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ledger")


def pytest_terminal_summary(terminalreporter):
    """Print the counts of the torture, where there was any in this process."""
    if counted := tally.lines():
        terminalreporter.section("torture")
        for line in counted:
            terminalreporter.write_line(line)
