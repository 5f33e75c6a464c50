"""An office over a real home: a founded ledger, a unit, packs in force, a hand for each role.

Founding takes a while, so it is done once and copied: ``office`` gives each test a home of its
own. Its clock stands still until a test moves it. ``queued`` makes several submissions one batch.
"""

import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec
import pytest

from ledger.aggregates.case.commands import Receive
from ledger.aggregates.device import RegisterDevice
from ledger.bootstrap import FounderKey, found_ledger, open_ledger
from ledger.entry.claims import Claims
from ledger.entry.jws import sign_entry
from ledger.entry.keys import PrivateKey
from ledger.entry.presentation import format_presentation
from ledger.kernel.aggregate import Command
from ledger.rules.genesis import LOG
from ledger.service import office as setting_up
from ledger.service.acts.drafts import own_drafts
from ledger.service.acts.prepare import prepare
from ledger.service.acts.sign import presentations, sign_drafts
from ledger.service.ledger import Ledger
from ledger.service.office import Hand, do, hand
from ledger.store.batch import GuardMoved, Placed, Submission
from ledger.store.clock import Clock
from ledger.store.dialect import writing
from ledger.store.home import open_home, save_settings
from ledger.store.known import Guard
from tests.support.database import rows
from tests.support.gwt import START, person
from tests.support.postgres import name_in
from tests.support.trust import a_key

ORIGIN = "ledger.example/520602"
ROLES = ("intake_clerk", "coordinator", "liaison", "verifier")
START_MS = int(START.timestamp() * 1000)
MINUTE = 60_000
TABLES = ("entry", "tag", "tile", "vault")
DIALECTS = ("sqlite", "postgresql")


class HandClock:
    """A real clock as far as the ledger knows, whose hands a test moves."""

    def __init__(self, now_ms: int = START_MS) -> None:
        self.wall = now_ms
        self.monotonic = 1_000_000

    def now_ms(self) -> int:
        return self.wall

    def monotonic_ms(self) -> int:
        return self.monotonic

    def wait(self, ms: int) -> None:
        """Let time pass."""
        self.wall += ms
        self.monotonic += ms

    def jump(self, ms: int) -> None:
        """Move the wall clock alone."""
        self.wall += ms


class Office(NamedTuple):
    """An opened ledger with its clock, its unit, two registrars, and a hand for each role."""

    ledger: Ledger
    clock: HandClock
    unit: str
    registrars: tuple[Hand, ...]
    hands: dict[str, Hand]

    @property
    def path(self) -> Path:
        return self.ledger.home.path

    @property
    def size(self) -> int:
        return self.ledger.recorder.head().size

    def receive(self, text: str = "路灯不亮", **members: Any) -> Receive:
        """Return a command that takes a request in."""
        told = {"unit": self.unit, "kind": "request", "channel": "phone", "text": text}
        return Receive(**told | members)

    def a_case(self, text: str = "路灯不亮") -> str:
        """Take a request in; return its stream."""
        return do(self.ledger, self.hands["intake_clerk"], self.receive(text)).entries[0].stream

    def reopened(self, clock: HandClock | None = None) -> "Office":
        """Close the ledger and open its home again, as a new process would."""
        self.ledger.close()
        return self.opened_beside(clock)

    def opened_beside(self, clock: HandClock | None = None) -> "Office":
        """Open the same home a second time."""
        clock = clock or self.clock
        return self._replace(ledger=open_ledger(self.path, clock=clock), clock=clock)


def found_office(path: Path, clock: Clock | None = None, database: str | None = None) -> Office:
    """Found a ledger in ``path`` with the shipped packs in force and staff in their posts."""
    hands_of_clock = clock or HandClock()
    founders = [FounderKey(person(label), a_key(label)) for label in ("an", "bo")]
    ledger = found_ledger(
        path,
        origin=ORIGIN,
        founders=founders,
        threshold=2,
        clock=hands_of_clock,
        database=database,
    )
    registrars = tuple(hand(founder.actor, "registrar", founder.key) for founder in founders)
    unit = setting_up.establish(ledger, registrars[0], "520602001", name="街道", level="street")
    setting_up.adopt(ledger, registrars, "cn-base")
    hands = {role: _employed(ledger, registrars, role, unit) for role in ROLES}
    return Office(ledger, hands_of_clock, unit, registrars, hands)  # type: ignore[arg-type]


def _employed(ledger: Ledger, registrars: tuple[Hand, ...], role: str, unit: str) -> Hand:
    holder = setting_up.register(ledger, registrars[0], f"职员{role}", unit)
    key = a_key(role)
    ledger.keystore.save_signing_key(key, holder=holder, custody="custodial")
    setting_up.enrol(ledger, registrars[0], holder, key, "custodial")
    setting_up.appoint(ledger, registrars, holder, role, unit)
    return hand(holder, role, key)


def register_device(office: Office, kind: Literal["import", "policy"]) -> str:
    """Register a device, the first registrar being responsible for it; return its reference."""
    first = office.registrars[0]
    command = RegisterDevice(kind=kind, responsible=first.who.actor)
    return do(office.ledger, first, command).entries[0].stream


def install(office: Office, unit: str | None = None) -> Hand:
    """Give the office a policy device, its post for the whole log unless a unit is named."""
    ledger, first = office.ledger, office.registrars[0]
    device = register_device(office, "policy")
    key = PrivateKey.generate()
    ledger.keystore.save_signing_key(key, holder=device, custody="device")
    setting_up.enrol(ledger, first, device, key, "device")
    setting_up.appoint(ledger, office.registrars, device, "policy", unit)
    return hand(device, "policy", key)


def copied(founded: Office, path: Path, database: str | None = None) -> Office:
    """Copy a closed office's home to ``path`` and open it, one minute later by its own clock.

    ``database`` is the address of a copy of its PostgreSQL database, if it has one.
    """
    clock = HandClock(founded.clock.now_ms() + MINUTE)
    shutil.copytree(founded.path, path)
    if database is not None:
        save_settings(replace(open_home(path), database=database))
    return founded._replace(ledger=open_ledger(path, clock=clock), clock=clock)


def copied_within(request: pytest.FixtureRequest, founded: Office, path: Path) -> Office:
    """Copy a closed office as ``copied`` does, its database with it where it has one."""
    home, database = founded.ledger.home, None
    if home.database:
        cluster = request.getfixturevalue("cluster")
        database = cluster.url(cluster.create(name_in(home.database)))
    return copied(founded, path, database)


# Fixtures; a conftest imports those it offers. ------------------------------------------------


@pytest.fixture(scope="session")
def dialect() -> str:
    """The database the offices of a test are in; a conftest may say: both, one after the other."""
    return "sqlite"


@pytest.fixture(scope="session", params=DIALECTS, name="dialect")
def each_dialect(request: pytest.FixtureRequest) -> str:
    """Each of the two databases in turn, for a conftest or module that imports it."""
    return str(request.param)


@pytest.fixture(scope="session")
def founded(
    dialect: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Office:
    """The office all others are copied from; closed, never written to again."""
    database = None
    if dialect == "postgresql":
        cluster = request.getfixturevalue("cluster")
        database = cluster.url(cluster.create())
    made = found_office(tmp_path_factory.mktemp("founded") / "home", database=database)
    made.ledger.close()
    return made


@pytest.fixture
def offices(
    founded: Office, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[[str], Office]]:
    """Opens offices, each on a copy of the founded home in a folder of its own."""
    opened: list[Office] = []

    def an_office(name: str = "home") -> Office:
        opened.append(copied_within(request, founded, tmp_path / name))
        return opened[-1]

    yield an_office
    for each in opened:
        each.ledger.close()
        if (address := each.ledger.home.database) is not None:
            request.getfixturevalue("cluster").drop(name_in(address))


@pytest.fixture
def office(offices: Callable[[str], Office]) -> Office:
    """An office of this test's own."""
    return offices("home")


# Steps of an act, one at a time. --------------------------------------------------------------


def drafted(ledger: Ledger, by: Hand, *commands: Command, jtis: tuple[str, ...] = ()) -> Submission:
    """Prepare and sign; return what the sequencer would be given."""
    prepared = prepare(ledger, commands, by.who, jtis=jtis)
    drafts = own_drafts(ledger, prepared, sign_drafts(prepared, by.key))
    return Submission(drafts=drafts, guards=prepared.guards)


def presented(
    ledger: Ledger, by: Hand, *commands: Command, jtis: tuple[str, ...] = ()
) -> list[bytes]:
    """Prepare and sign; return what would be sent to submit."""
    prepared = prepare(ledger, commands, by.who, jtis=jtis)
    return presentations(prepared, sign_drafts(prepared, by.key))


def forged(
    ledger: Ledger,
    by: Hand,
    command: Command,
    key: PrivateKey | None = None,
    **changes: Any,
) -> bytes:
    """Prepare, change claims, sign: a presentation the server's own code would not have made."""
    draft = prepare(ledger, [command], by.who).drafts[0]
    claims: Claims = msgspec.structs.replace(draft.claims, **changes)
    every = [one for group in draft.disclosures.values() for one in group]
    return format_presentation(sign_entry(claims, key or by.key).jws, every)


def append(ledger: Ledger, submission: Submission) -> Placed:
    """Give a submission to the sequencer and wait for its verdict."""
    return ledger.writer().append(submission).result(timeout=120)


@contextmanager
def queued(office: Office) -> Iterator[Callable[[Submission], "Future[Placed]"]]:
    """Let what is appended inside come to the sequencer as one batch, once the block ends.

    A first ticket, to be refused, keeps the sequencer waiting for the head's lock meanwhile.
    """
    ledger = office.ledger
    writer = ledger.writer()
    moved = Guard(tag=LOG, after=0)
    made = drafted(ledger, office.hands["intake_clerk"], office.receive())
    with writing(ledger.recorder.engine) as connection:
        ledger.recorder.lock_head(connection)
        first = writer.append(msgspec.structs.replace(made, guards=(moved,)))
        while not writer._queue.empty():
            time.sleep(0.001)
        yield writer.append
    assert isinstance(first.exception(timeout=120), GuardMoved)


def counts(path: Path) -> dict[str, int]:
    """Return the number of rows of each table of a home's ledger."""
    return {table: rows(path, f"SELECT count(*) FROM {table}")[0][0] for table in TABLES}
