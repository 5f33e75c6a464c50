"""The keys that may have signed this log's checkpoints, as its own entries say."""

from ledger.audit.logkeys import LogKeys
from ledger.entry.entry import parse_entry
from ledger.entry.genesis import parse_genesis
from ledger.errors import IntegrityFault
from ledger.service.ledger import Ledger


def log_keys(ledger: Ledger) -> LogKeys:
    """Return the log's keys, folded from the entries here. Raises: IntegrityFault."""
    acts = ledger.recorder.select_events(f"log/{ledger.home.origin}")
    entries = [parse_entry(row.state) for row in acts]
    if not entries:
        raise IntegrityFault(why="the genesis is missing")
    keys = LogKeys(parse_genesis(entries[0]))
    for row, entry in zip(acts, entries, strict=True):
        keys.take(entry, row.index)  # type: ignore[attr-defined]
    return keys
