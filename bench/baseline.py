"""What others do, on this machine, in this run: the denominators of every ratio."""

import os
import tempfile
import time
from pathlib import Path
from typing import Any

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.sqlite import SQLiteDatastore

from bench.measure import rate
from ledger.entry.entry import parse_entry
from ledger.entry.jws import verify_signature
from ledger.entry.keys import PublicKey


class Matter(Aggregate):
    """A case as the library's own tutorial would write it; about 400 bytes an event."""

    @event("Received")
    def __init__(self, title: str, text: str) -> None:
        self.title = title
        self.text = text
        self.notes: list[str] = []

    @event("Noted")
    def note(self, text: str, by: str, role: str, unit: str) -> None:
        """Add a note."""
        self.notes.append(text)


class Matters(Application[Any]):
    """The library's application over its own SQLite recorder."""


TEXT = "路灯已坏三天，夜间出行不便，请尽快派人维修。" * 4


def library_sqlite(seconds: float = 4.0) -> float:
    """Return events per second: one writer, unsigned, one save per event, synchronous=FULL."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "library.sqlite")
        app = Matters(env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": path})
        _require_full_sync(app)
        return rate(lambda: _save(app, seconds))


def _save(app: Matters, seconds: float) -> int:
    done, until = 0, time.perf_counter() + seconds
    while time.perf_counter() < until:
        matter = Matter(title="路灯", text=TEXT)
        app.save(matter)
        for _ in range(4):
            matter.note(text=TEXT, by="person/" + "0" * 26, role="handler", unit="unit/" + "0" * 26)
            app.save(matter)
        done += 5
    return done


def _require_full_sync(app: Matters) -> None:
    datastore = app.factory.datastore  # type: ignore[attr-defined]
    assert isinstance(datastore, SQLiteDatastore)
    with datastore.transaction(commit=False) as cursor:
        cursor.execute("PRAGMA synchronous")
        assert cursor.fetchone()[0] == 2, "the baseline must be as durable as we are"
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone()[0] == "wal"


def verify_rate(states: list[bytes], keys: dict[str, PublicKey]) -> float:
    """Return strict Ed25519 verifications per second on one core, over these entries."""
    entries = [parse_entry(state).signed for state in states]

    def work() -> int:
        for signed in entries:
            verify_signature(signed, keys[signed.kid])
        return len(entries)

    return rate(work)


def decode_rate(states: list[bytes]) -> float:
    """Return strict decodes per second on one core: bytes to a typed entry, no signature."""

    def work() -> int:
        for state in states:
            parse_entry(state)
        return len(states)

    return rate(work)


def cores() -> int:
    """Return the cores this process may use."""
    return len(os.sched_getaffinity(0))
