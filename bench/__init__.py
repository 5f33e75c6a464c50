"""Performance, as ratios measured in one run against a named baseline; never in the tests."""
