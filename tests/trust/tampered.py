"""A home to tamper with, and how tests read what the audit found in it."""

from pathlib import Path

from ledger.audit.report import Report
from ledger.entry.entry import parse_entry
from ledger.service.auditing.audits import audit_home
from ledger.service.auditing.views import ViewDiffers
from ledger.tampering.means import read_states
from tests.audit.homes import Kept

FOUND = 1
"""Exit status when anything is found."""


def audited(kept: Kept, home: Path, since: bytes | None = None) -> Report:
    with kept.opened(home) as ledger:
        report = audit_home(ledger, since=since)
        # Comparing views is most of the work: a second time only where that is what was found.
        views = report.clean or ViewDiffers.code in report.faults.counts
        parted = audit_home(ledger, since=since, workers=2, part=64, views=views)
    assert told(parted) == told(report), "the same, however the work is divided"
    assert report.exit_status == (0 if report.clean else FOUND)
    for found in (*report.faults.items, *report.findings.items):
        assert "?" not in found.zh + found.en, f"{found.code} lacks a fact"
    return report


def told(report: Report) -> tuple[object, ...]:
    """Return what a report says, but for the order it was found in and the time it took."""
    tallies = (report.faults, report.findings)
    found = [sorted(tally.items, key=repr) for tally in tallies]
    return report.size, report.root, report.genesis, report.anchors, found


def faults(kept: Kept, home: Path, since: bytes | None = None) -> dict[str, list[int | None]]:
    """Return the log indexes of each fault, by code; there must be no findings."""
    report = audited(kept, home, since)
    assert report.findings.counts == {}
    return by_code(report)


def by_code(report: Report) -> dict[str, list[int | None]]:
    found: dict[str, list[int | None]] = {}
    for fault in report.faults.items:
        found.setdefault(fault.code, []).append(fault.index)
    return found


def at(kept: Kept, stream: str, seq: int) -> int:
    """Return the log index of an entry of a stream."""
    claims = [parse_entry(state).signed.claims for state in read_states(kept.path)]
    return next(i for i, c in enumerate(claims) if (c.stream, c.seq) == (stream, seq))
