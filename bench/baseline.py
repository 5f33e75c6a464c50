"""What others do, on this machine, in this run: the denominators of every ratio."""

import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.sqlite import SQLiteDatastore

from bench.measure import Work
from bench.office import TEXT, Office
from ledger.entry.entry import Entry, parse_entry
from ledger.entry.jws import verify_signature
from ledger.service.acts.drafts import enrolled_key
from ledger.service.ledger import Ledger


class Matter(Aggregate):
    """A case as the library's own tutorial would write it; about 400 bytes an event."""

    @event("Received")
    def __init__(self, title: str, text: str) -> None:
        self.title = title
        self.text = text
        self.notes: list[str] = []

    @event("Noted")
    def note(self, text: str, by: str, role: str, unit: str) -> None:  # noqa: ARG002 - of the event
        """Add a note."""
        self.notes.append(text)


class Matters(Application[Any]):
    """The library's application over its own recorders."""


def saving(seconds: float) -> Work:
    """Return the work: one writer, unsigned events, one save per event, synchronous=FULL."""

    def work() -> tuple[int, float]:
        with tempfile.TemporaryDirectory() as folder:
            path = str(Path(folder) / "library.sqlite")
            app = Matters(env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": path})
            _require_full_sync(app)
            began = time.perf_counter()
            return save(app, began + seconds), time.perf_counter() - began

    return work


def save(app: Matters, until: float) -> int:
    """Save cases of five events, one save per event, until then; return how many events."""
    done = 0
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


def own_entries(office: Office) -> list[Entry]:
    """Return up to 1,000 of the newest entries the office's staff signed."""
    recorder = office.ledger.recorder
    size = recorder.head().size
    staff = {hand.who.kid for hand in office.hands.values()}
    entries = map(parse_entry, recorder.states(max(0, size - 1000), size))
    return [entry for entry in entries if entry.signed.kid in staff]


def verifying(ledger: Ledger, entries: Sequence[Entry]) -> Work:
    """Return the work: strict Ed25519 verification of these entries, on one core."""
    keys = {kid: enrolled_key(ledger, kid) for kid in {each.signed.kid for each in entries}}

    def work() -> tuple[int, float]:
        began = time.perf_counter()
        for entry in entries:
            verify_signature(entry.signed, keys[entry.signed.kid])
        return len(entries), time.perf_counter() - began

    return work


def decoding(entries: Sequence[Entry]) -> Work:
    """Return the work: strict decoding, bytes to typed entry, no signature, on one core."""
    states = [entry.state for entry in entries]

    def work() -> tuple[int, float]:
        began = time.perf_counter()
        for _ in range(5):
            for state in states:
                parse_entry(state)
        return 5 * len(states), time.perf_counter() - began

    return work


def cores() -> int:
    """Return the cores this process may use."""
    return len(os.sched_getaffinity(0))
