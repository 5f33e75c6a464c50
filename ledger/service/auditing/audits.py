"""Audits of a home, of an exported log, of an evidence package: the audit's ports filled.

``ledger.audit`` stands on the formats; here it meets the registry, the rules and the store.
"""

import os
from collections.abc import Callable
from contextlib import closing
from functools import partial
from importlib.metadata import version
from pathlib import Path

from msgspec import structs

from ledger.audit.audit import audit
from ledger.audit.evidence import Shelf, verify_package
from ledger.audit.folder import open_export
from ledger.audit.interim import Keeper
from ledger.audit.package import open_package
from ledger.audit.parts import PART, Workplace
from ledger.audit.ports import Apart, Check, Progress, Rules
from ledger.audit.report import UNPINNED, Report
from ledger.kernel.registry import Registry
from ledger.service.auditing.blobs import BlobCheck
from ledger.service.auditing.home import HeadCheck, HomeEntries, HomeSource, PackCheck
from ledger.service.auditing.rows import TagApart, TagAside, TagCheck, Tags, VaultAside
from ledger.service.auditing.rules import Acts, Judge, read_by
from ledger.service.auditing.scratch import Scratch
from ledger.service.auditing.store import StoreCheck
from ledger.service.auditing.views import ViewCheck
from ledger.service.ledger import Ledger


def audit_home(
    ledger: Ledger,
    *,
    since: bytes | None = None,
    genesis: str | None = None,
    rules: bool = True,
    views: bool = True,
    resume: Path | None = None,
    workers: int | None = None,
    part: int = PART,
    progress: Progress | None = None,
) -> Report:
    """Audit everything an opened ledger stores, at the size its head has now.

    ``since`` is a signed checkpoint kept from earlier; ``rules`` judges every act again; ``views``
    builds every view anew beside and compares. ``resume`` is a file that keeps how far the audit
    is, and from which it goes on. The sequencer may go on writing. ``workers`` are processes,
    one per core where there is much to do and none else.

    Raises:
        MalformedError: ``since`` is no checkpoint, ``resume`` of another audit.
        ChangedSince: the beginning is not what the interrupted audit went through.
        StorageError: the store cannot be read.
    """
    source, acts, key = HomeSource(ledger), Acts(ledger.registry), os.urandom(32)
    tags = Tags(acts, key)
    checks: list[Check] = [
        HeadCheck(source, ledger),
        TagCheck(ledger.recorder.engine, source, tags),
        PackCheck(ledger),
        BlobCheck(ledger),
    ]
    read = read_by(lambda index: source.entries(index, 1)[0], ledger.registry)
    with closing(Scratch()) as scratch:
        return audit(
            source,
            here=_workplace(ledger, tags, source.size, views=views),
            opening=partial(_home_workplace, ledger.again, key, source.size, views=views),
            rules=Judge(acts, ledger.home.shelf, read, scratch) if rules else None,
            checks=checks,
            memory=scratch,
            since=since,
            genesis=genesis,
            keeper=_keeper(resume, source.origin, rules=rules),
            workers=workers,
            part=part,
            progress=progress,
        )


def audit_export(
    path: Path,
    registry: Registry,
    *,
    since: bytes | None = None,
    genesis: str | None = None,
    rules: bool = True,
    resume: Path | None = None,
    workers: int | None = None,
    part: int = PART,
    progress: Progress | None = None,
) -> Report:
    """Audit an exported log; sealed values and views are not in it.

    ``resume``, ``workers`` and what may be raised are as for ``audit_home``.

    Raises:
        NothingThere, BadZip, TooManyFiles, StorageError, FileMissing, MalformedError: it is no
            exported log, or ``since`` is no checkpoint.
    """
    source = open_export(path)
    read = read_by(lambda index: source.entries(index, 1)[0], registry)
    with closing(Scratch()) as scratch:
        report = audit(
            source,
            opening=partial(_export_workplace, path),
            rules=Judge(Acts(registry), source.shelf, read, scratch) if rules else None,
            checks=[source],
            memory=scratch,
            since=since,
            genesis=genesis,
            keeper=_keeper(resume, source.origin, rules=rules),
            workers=workers,
            part=part,
            progress=progress,
        )
    if genesis is None:
        return structs.replace(report, statements=(UNPINNED,))
    return report


def _workplace(ledger: Ledger, tags: Tags, size: int, *, views: bool) -> Workplace:
    entries = HomeEntries(ledger.recorder, size)
    engine = ledger.recorder.engine
    aparts: list[Apart] = [ViewCheck(ledger, entries)] if views else []
    aparts += [TagApart(engine, tags), StoreCheck(engine)]
    return Workplace(entries, (TagAside(tags), VaultAside(ledger)), aparts)


def _home_workplace(
    again: Callable[[], Ledger], key: bytes, size: int, *, views: bool
) -> Workplace:
    ledger = again()
    return _workplace(ledger, Tags(Acts(ledger.registry), key), size, views=views)


def _export_workplace(path: Path) -> Workplace:
    return Workplace(open_export(path))


def _keeper(path: Path | None, origin: str, *, rules: bool) -> Keeper | None:
    # Verdicts of another program, or without its rules, are not this audit's.
    audit_of = f"{origin} {version('mingzhang')} {'with' if rules else 'without'} rules"
    return None if path is None else Keeper(path, audit_of)


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
