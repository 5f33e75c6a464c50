"""Shared settings of the tests: property tests are the same on every machine and never flaky."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "ledger", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ledger")
