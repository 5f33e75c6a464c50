"""The copy of a whole unit and period: one evidence package, the same for whoever makes it.

Shown is every stream of the unit, or of one under it, that an entry of the period was recorded
in, whole up to the size it is made at; nothing sealed is opened. Under it are those that were on
some day of the period, as was known on that day or is at that size, and those that are at that
size: moving a unit elsewhere, or in and out again, makes no copy narrower.
What an inspector may see beyond that she asks for by law, and it is disclosed to her entry by entry
(``export evidence``).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from threading import Lock
from typing import Final, cast

import msgspec

from ledger.audit.package import Manifest
from ledger.entry import base64url
from ledger.errors import NotFound, RuleViolation, StorageError
from ledger.kernel.act import Act, AsOf
from ledger.rules.periods import Period
from ledger.rules.time import local_date
from ledger.rules.units import UnitEvent, since_of
from ledger.service import directory
from ledger.service.board import Desk
from ledger.service.exports.evidence import evidence_files, silent, zip_of
from ledger.service.ledger import Ledger, as_of
from ledger.service.reading.moments import parse_at
from ledger.service.reading.tracing import Progress

DAY_MS: Final = 86_400_000
MOST: Final = 20_000
"""Streams of one copy: an evidence package is made in memory."""
MOST_ENTRIES: Final = 100_000
"""Entries of these streams, for the same reason."""
AT_ONCE: Final = 1_000
"""Entries of the period that are looked through together."""
_making = Lock()


class NothingOfPeriod(NotFound):
    """Nothing of the unit was recorded in the period."""

    code = "copy.nothing_of_period"
    zh = "该单位在 {period} 没有任何记录，没有可移交的副本。请核对单位和时段。"
    en = "Nothing of this unit was recorded in {period}. Check the unit and the period."


class TooMuch(RuleViolation):
    """More than one package holds."""

    code = "copy.too_much"
    zh = "{period} 至少有 {streams} 个流，超过证据包上限 {most}。请按更短的整段时间分次移交。"
    en = "{period} has {streams} streams or more; a package takes {most}. Take shorter periods."


class TooManyEntries(RuleViolation):
    """The streams to be shown have more entries than one package holds."""

    code = "copy.too_many_entries"
    zh = "{period} 的流共有 {entries} 条，超过证据包上限 {most}。请按更短的整段时间分次移交。"
    en = "The streams of {period} have {entries} entries, more than {most}. Take shorter periods."


class CopyBusy(StorageError):
    """Another copy is being made, to be shown or to be compared with one handed over."""

    code = "copy.busy"
    zh = "服务器正在生成另一份副本，一次只做一份；内容未写入。请稍候片刻再试。"
    en = "Another copy is being made, one at a time; nothing was written. Try again in a while."


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
        NothingOfPeriod, TooMuch, TooManyEntries: nothing to copy, or more than a package holds.
        CopyBusy: this process is making another.
    """
    size = ledger.recorder.head().size if size is None else size
    _verify_begun(ledger, period, size)
    with _one_at_a_time():
        streams = _streams(ledger, unit, period, size)
        if not streams:
            raise NothingOfPeriod(period=str(period))
        if (entries := ledger.recorder.count_of(streams, size)) > MOST_ENTRIES:
            raise TooManyEntries(period=str(period), entries=entries, most=MOST_ENTRIES)
        manifest, files = evidence_files(ledger, streams=streams, size=size, progress=progress)
        data = zip_of(files)
    return Copy(data=data, digest=base64url.encode(sha256(data).digest()), manifest=manifest)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Bound the memory copies take, whoever asks. Waiting would hold the threads of everybody."""
    if not _making.acquire(blocking=False):
        raise CopyBusy
    try:
        yield
    finally:
        _making.release()


def _streams(ledger: Ledger, unit: str, period: Period, size: int) -> list[str]:
    """Return the streams of the unit and those under it that the period has an entry of.

    Raises: TooMuch, and then looks no further.
    """
    begin, end = _begins(ledger, period), _ends(ledger, period, size)
    covered = _covered(ledger, unit, period, size)
    found: set[str] = set()
    for act in _acts(ledger, begin.size, end.size):
        if act.event.unit in covered:
            found.add(act.stream)
            if len(found) > MOST:
                raise TooMuch(period=str(period), streams=len(found), most=MOST)
    return sorted(found)


def _covered(ledger: Ledger, unit: str, period: Period, size: int) -> frozenset[str]:
    """Return the unit and those under it on some day of the period, or at ``size``.

    Placed is by the day. Between the days on which a place changes nothing else would be found.
    """
    points = {_begins(ledger, period), _ends(ledger, period, size), as_of(ledger, size=size)}
    for day in _placed(ledger, period, size):
        then = _by(ledger, day, size)
        points |= {then, AsOf(size=size, at=then.at)}
    return frozenset().union(*(Desk(ledger, point, unit).within or () for point in points))


def _placed(ledger: Ledger, period: Period, size: int) -> set[date]:
    """Return the days of the period on which it was recorded where a unit is, or since which."""
    found: set[date] = set()
    for act in directory.placings(ledger, size):
        found.add(since_of(cast(UnitEvent, act.event)))
        found.add(local_date((act.recorded_at or 0) // 1000))
    return {day for day in found if day in period}


def _acts(ledger: Ledger, start: int, stop: int) -> Iterator[Act]:
    """Yield the acts of start <= index < stop, a few of them in memory at a time."""
    for first in range(start, stop, AT_ONCE):
        yield from ledger.known.streams.acts(first, min(AT_ONCE, stop - first))


def _verify_begun(ledger: Ledger, period: Period, size: int) -> None:
    """Refuse a period after the last entry: a year no log reaches is no point of history either."""
    if period.first > local_date(as_of(ledger, size=size).at // 1000):
        raise NothingOfPeriod(period=str(period))


def _begins(ledger: Ledger, period: Period) -> AsOf:
    """Return the end of the day before the period."""
    return as_of(ledger, at=parse_at(period.first.isoformat()) - DAY_MS)


def _ends(ledger: Ledger, period: Period, size: int) -> AsOf:
    """Return the end of the period, in a log of ``size`` entries."""
    return _by(ledger, period.last, size)


def _by(ledger: Ledger, day: date, size: int) -> AsOf:
    """Return the end of a day: when it was, and how many of ``size`` entries were recorded."""
    point = as_of(ledger, at=parse_at(day.isoformat()))
    return AsOf(size=min(size, point.size), at=point.at)


def require_copy(
    ledger: Ledger, unit: str, period: Period, *, size: int, root: str, package: str, day: date
) -> None:
    """Refuse what is not the whole copy as the home makes it, or was not yet on ``day``.

    One made while the period still ran leaves out what came later, so it is not whole either.

    Raises: OtherCopy, DatedBefore, and as ``make_copy``.
    """
    head = ledger.recorder.head().size
    _verify_begun(ledger, period, head)
    if not _ends(ledger, period, head).size <= size <= head:
        raise OtherCopy(period=str(period))
    if local_date(as_of(ledger, size=size).at // 1000) > day:
        raise DatedBefore(size=size, day=day.isoformat())
    made = make_copy(ledger, unit, period, size=size)
    if (made.manifest.root, made.digest) != (root, package):
        raise OtherCopy(period=str(period))
