"""The full audit of the office's home: what holds without rules, and the rules alone.

Views are left out: rebuilding them is measured by itself.
"""

import time

from bench.measure import Work
from bench.office import Office
from ledger.audit.audit import RULES
from ledger.service.auditing.audits import audit_home
from ledger.service.ledger import Ledger


def integrity(ledger: Ledger) -> Work:
    """Return the work: entries, signatures, tree, tiles, order, and the rows of the store."""

    def work() -> tuple[int, float]:
        began = time.perf_counter()
        report = audit_home(ledger, rules=False, views=False)
        assert report.exit_status == 0, "a figure of a broken log says nothing"
        return report.rates.entries, time.perf_counter() - began

    return work


def rules(office: Office) -> Work:
    """Return the work: the audit, of which only the judging counts."""

    def work() -> tuple[int, float]:
        report = audit_home(office.ledger, views=False)
        assert report.exit_status == 0, "a figure of a broken log says nothing"
        return report.rates.judged, report.rates.seconds[RULES]

    return work
