"""The copy of a whole unit and period: one evidence package, the same for whoever makes it.

Shown is every stream of the unit, or of one under it, that an entry of the period was recorded in,
whole up to the size it is made at; nothing sealed is opened. Under it are those that were when the
period began, when it ended, or at that size: moving a unit elsewhere later makes no copy narrower.
What an inspector may see beyond that she asks for by law, and it is disclosed to her entry by entry
(``export evidence``).
"""

from datetime import date
from hashlib import sha256
from typing import Final

import msgspec

from ledger.audit.package import Manifest
from ledger.entry import base64url
from ledger.errors import NotFound, RuleViolation
from ledger.kernel.act import AsOf
from ledger.rules.periods import Period
from ledger.rules.time import local_date
from ledger.service.board import Desk
from ledger.service.exports.evidence import evidence_files, silent, zip_of
from ledger.service.ledger import Ledger, as_of
from ledger.service.reading.moments import parse_at
from ledger.service.reading.tracing import Progress

DAY_MS: Final = 86_400_000
MOST: Final = 20_000
"""Streams of one copy: an evidence package is made in memory."""


class NothingOfPeriod(NotFound):
    """Nothing of the unit was recorded in the period."""

    code = "copy.nothing_of_period"
    zh = "该单位在 {period} 没有任何记录，没有可移交的副本。请核对单位和时段。"
    en = "Nothing of this unit was recorded in {period}. Check the unit and the period."


class TooMuch(RuleViolation):
    """More than one package holds."""

    code = "copy.too_much"
    zh = "{period} 有 {streams} 个流，超过证据包上限 {most}。请按更短的整段时间分次移交。"
    en = "{period} has {streams} streams, more than the {most} of a package. Take shorter periods."


class OtherCopy(RuleViolation):
    """What is stated of a copy is not what the home makes of the log at that size."""

    code = "copy.other"
    zh = "摘要、树根或条数不是该单位 {period} 整段副本的。请用 export copy 导出后照填。"
    en = "Digest, root or size are not those of the whole copy of {period}. Export it, copy them."


class DatedBefore(RuleViolation):
    """The hand-over is said to be of a day on which the log was not yet as long as the copy."""

    code = "copy.dated_before"
    zh = "副本导出时账本有 {size} 条，{day} 还没有这么多，不能登记为那天移交。请填写实际移交日期。"
    en = "On {day} the log had not yet the {size} entries of the copy. State the day it was given."


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """A copy: its bytes, their SHA-256 as base64url, and what its manifest says."""

    data: bytes
    digest: str
    manifest: Manifest


def make_copy(
    ledger: Ledger,
    unit: str,
    period: Period,
    *,
    size: int | None = None,
    progress: Progress = silent,
) -> Copy:
    """Return the copy of a unit, with those under it, and a period, as of ``size`` or now.

    Raises:
        NothingOfPeriod, TooMuch: there is nothing to copy, or more than a package holds.
    """
    size = ledger.recorder.head().size if size is None else size
    _verify_begun(ledger, period, size)
    streams = _streams(ledger, unit, period, size)
    if not streams:
        raise NothingOfPeriod(period=str(period))
    if len(streams) > MOST:
        raise TooMuch(period=str(period), streams=len(streams), most=MOST)
    manifest, files = evidence_files(ledger, streams=streams, size=size, progress=progress)
    data = zip_of(files)
    return Copy(data=data, digest=base64url.encode(sha256(data).digest()), manifest=manifest)


def _streams(ledger: Ledger, unit: str, period: Period, size: int) -> list[str]:
    """Return the streams of the unit and those under it that the period has an entry of."""
    begin = as_of(ledger, at=parse_at(period.first.isoformat()) - DAY_MS)
    end = _ends(ledger, period)
    end = AsOf(size=min(size, end.size), at=end.at)
    desks = [Desk(ledger, point, unit) for point in (begin, end, as_of(ledger, size=size))]
    acts = ledger.known.streams.acts(begin.size, max(0, end.size - begin.size))
    within = {(act.stream, act.event.unit) for act in acts if act.event.unit}
    return sorted({name for name, of in within if any(desk.covers(of) for desk in desks)})


def _verify_begun(ledger: Ledger, period: Period, size: int) -> None:
    """Refuse a period after the last entry: a year no log reaches is no point of history either."""
    if period.first > local_date(as_of(ledger, size=size).at // 1000):
        raise NothingOfPeriod(period=str(period))


def _ends(ledger: Ledger, period: Period) -> AsOf:
    """Return the end of the period: when it was, and how many entries were recorded by then."""
    return as_of(ledger, at=parse_at(period.last.isoformat()))


def require_copy(
    ledger: Ledger, unit: str, period: Period, *, size: int, root: str, package: str, day: date
) -> None:
    """Refuse what is not the whole copy as the home makes it, or was not yet on ``day``.

    One made while the period still ran leaves out what came later, so it is not whole either.

    Raises: OtherCopy, DatedBefore, NothingOfPeriod.
    """
    _verify_begun(ledger, period, ledger.recorder.head().size)
    if not _ends(ledger, period).size <= size <= ledger.recorder.head().size:
        raise OtherCopy(period=str(period))
    if local_date(as_of(ledger, size=size).at // 1000) > day:
        raise DatedBefore(size=size, day=day.isoformat())
    made = make_copy(ledger, unit, period, size=size)
    if (made.manifest.root, made.digest) != (root, package):
        raise OtherCopy(period=str(period))
