"""How tests read a report, and change an entry."""

from ledger.audit.audit import audit
from ledger.audit.report import Report
from ledger.entry import base64url
from tests.audit.making import Memory


def codes(report: Report) -> dict[str, list[int | None]]:
    """Return the log indexes of each fault, by code."""
    found: dict[str, list[int | None]] = {}
    for fault in report.faults.items:
        found.setdefault(fault.code, []).append(fault.index)
    return found


def faults(source: Memory, **how: object) -> dict[str, list[int | None]]:
    report = audit(source, workers=2, **how)  # type: ignore[arg-type]
    assert report.exit_status == (0 if report.clean else 1)
    for fault in report.faults.items:
        assert "?" not in fault.zh + fault.en, f"{fault.code} lacks a fact"
    return codes(report)


def forged(state: bytes, old: bytes, new: bytes) -> bytes:
    """Change an entry's payload and leave its signature."""
    time, _, jws = state.partition(b" ")
    header, payload, signature = jws.split(b".")
    changed = base64url.decode(payload).replace(old, new)
    assert changed != base64url.decode(payload)
    return b" ".join((time, b".".join((header, base64url.encode(changed).encode(), signature))))
