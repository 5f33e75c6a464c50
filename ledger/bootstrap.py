"""The only wiring: which class fills which port, which file holds what."""

import os
import shutil
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import cache, partial
from pathlib import Path
from threading import Event
from typing import Any, NamedTuple

from sqlalchemy import Engine

import ledger.aggregates
import ledger.projections
from ledger.entry import base64url, ids
from ledger.entry.entry import parse_entry
from ledger.entry.genesis import Predecessor, parse_genesis
from ledger.entry.keys import PrivateKey, prove_possession
from ledger.errors import IntegrityFault, NotFound
from ledger.kernel.discovery import declared
from ledger.kernel.registry import Registry
from ledger.kernel.view import View
from ledger.rules.genesis import Founder, Jwk, LogGenesis
from ledger.service.acts.founding import genesis_draft
from ledger.service.ledger import Ledger
from ledger.service.turnstile import Turnstile
from ledger.store.batch import Submission
from ledger.store.blobs import Blobs
from ledger.store.clock import Clock, RealClock, SimulatedClock
from ledger.store.databases import (
    databases_of,
    keys_engine,
    ledger_engine,
    listen,
    placed_view,
    remove_tables,
)
from ledger.store.home import Home, create_home, founding, open_home
from ledger.store.keystore import FileKek, Keystore, create_keys
from ledger.store.known import Known
from ledger.store.reader import LogReader
from ledger.store.recorder import Recorder
from ledger.store.retag import retag
from ledger.store.signer import LogSigner, create_signer
from ledger.store.views.follower import Follower, Progress
from ledger.store.views.place import ViewPlace
from ledger.store.views.rebuild import rebuild_together
from ledger.store.views.store import ViewStore
from ledger.store.writer import Writer


class WrongGenesis(IntegrityFault):
    """Entry 0 is not the genesis of the log this home says it is."""

    code = "home.wrong_genesis"
    zh = "首条记录不是 {origin} 的创世条目：账本目录被混用或改动。请核对备份。"
    en = "Entry 0 is not the genesis of {origin}: the home was mixed up or changed. Check backups."


class UnknownView(NotFound):
    """No such view is declared."""

    code = "view.unknown"
    zh = "没有名为 {view} 的视图；现有：{known}。"
    en = "There is no view {view}; there are: {known}."


class FounderKey(NamedTuple):
    """A founder whose key is at hand: her person reference and her key."""

    actor: str
    key: PrivateKey

    def stated(self, origin: str) -> Founder:
        """Return what the genesis states of her, with the proof that she holds the key."""
        return Founder(
            actor=self.actor,
            jwk=Jwk(x=self.key.public.jwk["x"]),
            proof=prove_possession(self.key, origin=origin, actor=self.actor),
        )


@cache
def registry() -> Registry:
    """Return all aggregates this program declares."""
    return Registry(declared(ledger.aggregates, "aggregate"))


@cache
def views_declared() -> tuple[View[Any], ...]:
    """Return all views this program declares."""
    return tuple(declared(ledger.projections, "view"))


def found_ledger(
    path: Path,
    *,
    origin: str,
    founders: Sequence[FounderKey | Founder],
    threshold: int,
    clock: Clock | None = None,
    random: Callable[[int], bytes] = os.urandom,
    predecessor: Predecessor | None = None,
    database: str | None = None,
    keys_database: str | None = None,
) -> Ledger:
    """Lay out a home and append the genesis, signed by the first founder; return it opened.

    Only the first founder's key need be at hand; the others' proofs may come from their own
    machines. A simulated ``clock`` and the ``predecessor``, the retired log this one goes on from,
    are stated in the genesis for good. ``random`` gives the log's key and the genesis its id.
    ``database`` and ``keys_database`` are addresses of PostgreSQL databases, instead of files in
    the home.

    Raises:
        HomeExists, BeingFounded: ``path`` is not empty, or another process founds one there.
        DatabaseTaken, KeysBesideLedger: the databases cannot be used.
        LedgerError: the genesis is invalid; nothing is left in ``path``.
    """
    signing, *_ = founders
    assert isinstance(signing, FounderKey), "the first founder signs"
    stated = [each.stated(origin) if isinstance(each, FounderKey) else each for each in founders]
    simulated = isinstance(clock, SimulatedClock)
    with founding(path):
        home = create_home(
            path, origin=origin, simulated=simulated, database=database, keys_database=keys_database
        )
        try:
            create_signer(home.signer, random(32))
            _create_databases(home)
        except BaseException:
            shutil.rmtree(path)
            raise
        opened = _open(home, clock)
        genesis = LogGenesis(
            origin=origin,
            suite="INT-1",
            vkey=opened.signer.vkey,
            clock="simulated" if simulated else "real",
            zone="Asia/Shanghai",
            threshold=threshold,
            founders=tuple(stated),
            predecessor=predecessor,
        )
        try:
            draft = genesis_draft(
                opened, genesis, signing.actor, signing.key, jti=ids.new_id(random)
            )
            opened.writer().append(Submission(drafts=(draft,))).result()
            home.settle()
        except BaseException:
            opened.close()
            for engine in databases_of(home):
                remove_tables(engine)
            shutil.rmtree(path)
            raise
        return opened


def _create_databases(home: Home) -> None:
    with ExitStack() as stack:
        engine = ledger_engine(home, create=True)
        stack.callback(engine.dispose)
        keys = keys_engine(home, engine, create=True)
        stack.callback(keys.dispose)
        Recorder(engine).create_tables()
        try:
            create_keys(keys)
        except BaseException:
            remove_tables(engine)
            raise


def open_ledger(path: Path, *, clock: Clock | None = None) -> Ledger:
    """Open the home in ``path``; nothing is written until ``writer`` is asked for.

    Raises: HomeMissing, HomeOtherFormat, WrongGenesis; StorageError when a part is missing.
    """
    home = open_home(path)
    opened = _open(home, clock)
    for state in opened.recorder.states(0, 1):
        entry = parse_entry(state)
        genesis = parse_genesis(entry)
        simulated = genesis.clock == "simulated"
        if (genesis.origin, simulated) != (home.origin, home.simulated):
            opened.close()
            raise WrongGenesis(origin=home.origin)
        opened.known.streams.first_prev = base64url.encode(entry.signed.digest)
    return opened


def _open(home: Home, clock: Clock | None) -> Ledger:
    # What was opened is released in reverse, the writer first; also where opening fails half-way.
    # It may be released again: whoever goes on reading a closed ledger connects anew.
    opened: list[Callable[[], None]] = []

    def close() -> None:
        for release in reversed(opened):
            release()

    try:
        engine = ledger_engine(home)
        opened.append(engine.dispose)
        keys = keys_engine(home, engine)
        opened.append(keys.dispose)
        recorder = Recorder(engine)
        if clock is None:
            # A simulated clock goes on from the head by elapsed time.
            clock = SimulatedClock(recorder.head().last_at) if home.simulated else RealClock()
        known = Known(recorder, registry())
        reader = LogReader(recorder)
        keystore = Keystore(keys, FileKek(home.kek))
        signer = LogSigner(home.signer, home.origin)
        grown = Event()
        views, places = _views(home, engine, opened)
        follower = Follower(
            list(views.values()),
            read=known.streams.acts,
            size=lambda: recorder.head().size,
            grown=grown,
            listen=lambda: listen(home, grown),
        )
        opened.append(follower.stop)
        writer = Writer(
            recorder=recorder,
            reader=reader,
            keystore=keystore,
            signer=signer,
            known=known,
            clock=clock,
            grown=grown,
        )
        opened.append(writer.close)
        return Ledger(
            home=home,
            clock=clock,
            registry=registry(),
            recorder=recorder,
            reader=reader,
            known=known,
            keystore=keystore,
            blobs=Blobs(home.blobs, keystore),
            signer=signer,
            views=views,
            places=places,
            follower=follower,
            turnstile=Turnstile(len(os.sched_getaffinity(0))),
            writer=writer,
            again=partial(open_ledger, home.path),
            shut=close,
        )
    except BaseException:
        close()
        raise


def _views(
    home: Home, engine: Engine, opened: list[Callable[[], None]]
) -> tuple[dict[str, ViewStore[Any]], dict[str, ViewPlace]]:
    """Open every view declared; return their stores and the places they stand in, by name."""
    stores, places = {}, {}
    for view in views_declared():
        stores[view.name], places[view.name] = placed_view(view, home, engine)
        opened.append(places[view.name].close)
    return stores, places


def rebuild_tags(opened: Ledger, progress: Callable[[int, int], None]) -> None:
    """Derive the tags of all entries anew; nobody else may have the ledger open."""
    retag(opened.recorder, opened.registry, opened.known.streams.acts, progress)


def rebuild_views(opened: Ledger, *names: str, progress: Progress | None = None) -> None:
    """Build views (default: all) anew from entry 0 beside those that serve, then switch to them.

    Raises: UnknownView; RebuildRunning when another process is at one of them.
    """
    known = {view.name: view for view in views_declared()}
    for name in names:
        if name not in known:
            raise UnknownView(view=name, known=", ".join(sorted(known)))
    rebuild_together(
        {opened.places[name]: known[name] for name in names or known},
        read=opened.known.streams.acts,
        size=lambda: opened.recorder.head().size,
        progress=progress,
    )
