"""Audits of a home, of an exported log, of an evidence package: the audit's ports filled.

``ledger.audit`` stands on the formats; here it meets the registry, the rules and the store.
"""

from contextlib import ExitStack
from pathlib import Path

from msgspec import structs

from ledger.audit.audit import audit
from ledger.audit.evidence import Shelf, verify_package
from ledger.audit.folder import open_export
from ledger.audit.package import open_package
from ledger.audit.ports import Check, Progress, Rules
from ledger.audit.report import UNPINNED, Report
from ledger.kernel.registry import Registry
from ledger.service.auditing_home import HeadCheck, HomeSource, PackCheck
from ledger.service.auditing_rows import TagCheck, VaultCheck
from ledger.service.auditing_rules import Acts, Judge, read_by
from ledger.service.auditing_store import StoreCheck
from ledger.service.auditing_views import ViewCheck
from ledger.service.ledger import Ledger


def audit_home(
    ledger: Ledger,
    *,
    since: bytes | None = None,
    genesis: str | None = None,
    rules: bool = True,
    views: bool = True,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Report:
    """Audit everything an opened ledger stores, at the size its head has now.

    ``since`` is a signed checkpoint kept from earlier; ``rules`` judges every act again; ``views``
    builds every view anew beside and compares. The sequencer may go on writing.

    Raises:
        MalformedError: ``since`` is no checkpoint.
        StorageError: the store cannot be read.
    """
    source, acts = HomeSource(ledger), Acts(ledger.registry)
    checks: list[Check] = [
        StoreCheck(ledger.recorder.engine),
        HeadCheck(source, ledger),
        TagCheck(ledger, source, acts),
        VaultCheck(ledger),
        PackCheck(ledger),
    ]
    read = read_by(lambda index: source.entries(index, 1)[0], ledger.registry)
    judge = Judge(acts, ledger.home.shelf, read) if rules else None
    with ExitStack() as stack:
        if views:
            checks.append(stack.enter_context(ViewCheck(ledger, acts)))
        return audit(
            source,
            rules=judge,
            checks=checks,
            since=since,
            genesis=genesis,
            workers=workers,
            progress=progress,
        )


def audit_export(
    path: Path,
    registry: Registry,
    *,
    since: bytes | None = None,
    genesis: str | None = None,
    rules: bool = True,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Report:
    """Audit an exported log; sealed values and views are not in it.

    Raises:
        NothingThere, BadZip, TooManyFiles, StorageError, FileMissing, MalformedError: it is no
            exported log, or ``since`` is no checkpoint.
    """
    source = open_export(path)
    read = read_by(lambda index: source.entries(index, 1)[0], registry)
    judge = Judge(Acts(registry), source.shelf, read) if rules else None
    report = audit(
        source,
        rules=judge,
        checks=[source],
        since=since,
        genesis=genesis,
        workers=workers,
        progress=progress,
    )
    if genesis is None:
        return structs.replace(report, statements=(UNPINNED,))
    return report


def audit_evidence(
    path: Path, registry: Registry, *, genesis: str | None = None, rules: bool = True
) -> Report:
    """Verify an evidence package, its acts judged by the entries and packs in it.

    Raises:
        NothingThere, BadZip, TooManyFiles, StorageError, FileMissing, BadManifest: it is none.
    """
    package = open_package(path)

    def judge(shelf: Shelf) -> Rules:
        return Judge(Acts(registry), shelf, read_by(package.stored, registry))

    return verify_package(package, genesis=genesis, rules=judge if rules else None)
