"""Publishing heads: before each export, and at least daily (docs/spec/log.md, "Heads").

A policy device of the home signs; its entry goes the way of every act. When it could not be done
and why is for the caller to tell; what was missed the audit finds.
"""

from datetime import date

from ledger.aggregates.log import PublishHeads
from ledger.rules.time import moment
from ledger.service.directory import policy_device
from ledger.service.ledger import Ledger
from ledger.service.office import do
from ledger.service.upkeep.heads import Publication, heads_of, last_published

DAY_MS = 86_400_000


def publish_heads(ledger: Ledger) -> Publication:
    """Publish the heads of all there is; what is published already is not published again.

    Raises:
        NoPolicyDevice: nobody here may sign it.
        LedgerError: as of any act.
    """
    size = ledger.recorder.head().size
    last = last_published(ledger, size)
    if last is not None and _uncovered(last) == size:
        return last
    device = policy_device(ledger)
    heads = heads_of(ledger, size)
    command = PublishHeads(size=heads.size, streams=heads.streams, root=heads.root)
    (entry,) = do(ledger, device, command).entries
    return Publication(index=entry.index, recorded_at=entry.recorded_at, event=heads)


def publish_daily(ledger: Ledger) -> Publication | None:
    """Publish what came on days before today, if anything did; else do nothing.

    For a process that serves, to be called now and then, say every ten minutes: so each day's
    entries are covered a moment after midnight. Raises: as ``publish_heads``.
    """
    size = ledger.recorder.head().size
    last = last_published(ledger, size)
    if last is not None and (
        _uncovered(last) == size or _waiting_since(ledger, last) == _day(ledger.clock.now_ms())
    ):
        return None
    return publish_heads(ledger)


def overdue(ledger: Ledger) -> bool:
    """Tell whether an entry waits for over a day to be covered by a publication."""
    size = ledger.recorder.head().size
    if last_published(ledger, size) is None:
        return True
    first = first_uncovered(ledger, size)
    if first is None:
        return False
    return ledger.clock.now_ms() - ledger.recorder.recorded_at(first) > DAY_MS


def first_uncovered(ledger: Ledger, size: int) -> int | None:
    """Return the first of ``size`` entries that no publication covers, None where all are."""
    last = last_published(ledger, size)
    first = 0 if last is None else _uncovered(last)
    return first if first < size else None


def _uncovered(last: Publication) -> int:
    """Return the index of the first entry no publication covers, but for the last one itself.

    Entries may be recorded while heads are computed: they stand before the publication, uncovered.
    """
    return last.event.size if last.event.size < last.index else last.index + 1


def _waiting_since(ledger: Ledger, last: Publication) -> date:
    return _day(ledger.recorder.recorded_at(_uncovered(last)))


def _day(at_ms: int) -> date:
    return moment(at_ms).date()
