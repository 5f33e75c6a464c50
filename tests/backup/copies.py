"""Steps of backing up and restoring, as the tests take them."""

from collections.abc import Mapping
from pathlib import Path

from ledger.audit.report import Report
from ledger.bootstrap import open_ledger
from ledger.service.auditing.audits import audit_home
from ledger.service.backup.backing_up import back_up
from ledger.service.backup.manifest import Backup, Manifest, open_backup
from ledger.service.backup.restoring import restore
from ledger.service.ledger import Ledger
from tests.support.office import Office


def backed_up(office: Office, folder: Path, *, first: int = 0) -> Manifest:
    """Back an opened office up into a new folder."""
    return back_up(office.ledger, folder, elsewhere={}, first=first)


def found(folder: Path, elsewhere: Mapping[str, Path | None] | None = None) -> Backup:
    return open_backup(folder, elsewhere or {})


def restored(office: Office, folder: Path, path: Path, *, signer: bool = True) -> Office:
    """Restore a backup to ``path``, the office's signer pointed to; return it opened."""
    where = office.path / "signer" if signer else None
    restore(found(folder), path, kek=office.path / "keys" / "kek", signer=where)
    return office._replace(ledger=open_ledger(path, clock=office.clock))


def audited(ledger: Ledger, *, since: str | None = None) -> Report:
    return audit_home(ledger, since=None if since is None else since.encode())


def require_clean(ledger: Ledger, *, since: str | None = None) -> Report:
    report = audited(ledger, since=since)
    assert report.clean, report.to_dict()
    return report


def require_clean_but_for_the_mark(ledger: Ledger, *, since: str | None = None) -> Report:
    """Assert that nothing is wrong with a home but that it has no signer's folder."""
    report = audited(ledger, since=since)
    assert report.faults.counts == {"audit.mark_missing": 1}, report.to_dict()
    assert not report.findings.counts
    return report
