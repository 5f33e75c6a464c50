"""PostgreSQL's own ways, and its bad days: each has a code and a next step, the ledger is whole."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event

from bench.cluster import Cluster
from ledger import bootstrap
from ledger.aggregates.case.commands import Accept
from ledger.bootstrap import FounderKey, found_ledger, open_ledger, registry
from ledger.errors import LedgerError, all_errors
from ledger.kernel.registry import Registry
from ledger.projections import register
from ledger.service.acts.submit import submit
from ledger.service.auditing.audits import audit_home
from ledger.service.ledger import as_of
from ledger.service.office import do
from ledger.service.reading.replay import replay
from ledger.service.upkeep.checkup import check_ledger
from ledger.store import postgresql, sequencer
from ledger.store.databases import DATABASE_VARIABLE, KeysBesideLedger, on_one_server
from ledger.store.dialect import (
    DatabaseTaken,
    OutcomeUnknown,
    StoreBusy,
    StoreFull,
    StoreGone,
    StoreReadOnly,
    StoreSlow,
)
from ledger.store.home import open_home, save_settings
from ledger.store.postgresql import DatabaseUrlUnusable, PasswordInUrl, parse_url
from ledger.store.signer import HeadBehindMark
from ledger.store.views import follower
from ledger.store.views.source import label_of
from tests.support.appender import promised, start, wait_for
from tests.support.database import execute, rows
from tests.support.gwt import person
from tests.support.office import Office, append, counts, drafted, found_office, presented
from tests.support.postgres import name_in
from tests.support.soundness import require_sound
from tests.support.trust import a_key

pytestmark = pytest.mark.dialect("postgresql")


def request(office: Office) -> list[bytes]:
    return presented(office.ledger, office.hands["intake_clerk"], office.receive())


def refused(office: Office, error: type[LedgerError], sent: list[bytes]) -> LedgerError:
    """Assert that a submission is refused for this reason, and that it says what to do."""
    with pytest.raises(error) as found:
        submit(office.ledger, sent)
    assert found.value.code in {each.code for each in all_errors()}
    assert found.value.text("zh").endswith("。")
    return found.value


def address(office: Office) -> str:
    assert office.ledger.home.database is not None
    return office.ledger.home.database


@pytest.fixture
def served(own_cluster: Cluster, tmp_path: Path) -> Iterator[Office]:
    """An office on a server of its own, which may be killed."""
    office = found_office(tmp_path / "served", database=own_cluster.url(own_cluster.create()))
    yield office
    office.ledger.close()


# Addresses ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:secret@host/db",
        "postgresql://host/db?password=secret",
        "postgresql://host/db?sslpassword=secret",
    ],
)
def test_a_password_in_an_address_is_refused_and_not_repeated(url: str, tmp_path: Path) -> None:
    with pytest.raises(PasswordInUrl) as found:
        parse_url(url)
    assert "secret" not in str(found.value)
    founders = [FounderKey(person("an"), a_key("an"))]
    with pytest.raises(PasswordInUrl):
        found_ledger(
            tmp_path / "home", origin="a.example/1", founders=founders, threshold=1, database=url
        )
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    "url", ["mysql://host/db", "host/db", "postgresql://[", "postgresql://?x=y"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(DatabaseUrlUnusable):
        parse_url(url)


def test_an_address_may_name_several_servers_and_settings() -> None:
    found = parse_url("postgresql://me@one,two:5433/db?target_session_attrs=read-write")
    assert (found["host"], found["target_session_attrs"]) == ("one,two", "read-write")


def test_every_connection_is_set_as_the_ledger_needs_it(office: Office) -> None:
    with office.ledger.recorder.engine.connect() as connection:
        shown = {
            name: connection.exec_driver_sql(f"SHOW {name}").scalar()
            for name in ("synchronous_commit", "transaction_isolation", "lock_timeout")
        }
    assert shown == {
        "synchronous_commit": "on",
        "transaction_isolation": "read committed",
        "lock_timeout": "30s",
    }


def test_a_database_with_a_ledger_is_not_founded_over(office: Office, tmp_path: Path) -> None:
    before = counts(office.path)
    founders = [FounderKey(person("an"), a_key("an"))]
    with pytest.raises(DatabaseTaken):
        found_ledger(
            tmp_path / "second",
            origin="a.example/1",
            founders=founders,
            threshold=1,
            database=address(office),
        )
    assert counts(office.path) == before
    assert not (tmp_path / "second").exists()


def test_text_is_ordered_by_bytes_whatever_the_databases_locale(office: Office) -> None:
    query = (
        "SELECT count(*) FROM information_schema.columns WHERE table_schema = 'ledger' "
        "AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'"
    )
    assert rows(office.path, query) == [(0,)]


# Keys ---------------------------------------------------------------------------------------------


@pytest.fixture
def with_keys(cluster: Cluster, tmp_path: Path) -> Iterator[tuple[Office, str]]:
    """An office whose keys are in a database of their own, and that database's name."""
    names = [cluster.create(), cluster.create()]
    founders = [FounderKey(person(label), a_key(label)) for label in ("an", "bo")]
    ledger = found_ledger(
        tmp_path / "with-keys",
        origin="a.example/1",
        founders=founders,
        threshold=2,
        database=cluster.url(names[0]),
        keys_database=cluster.url(names[1]),
    )
    ledger.keystore.ensure([("case/1", "reporter")])
    yield Office(ledger, None, "", (), {}), names[1]  # type: ignore[arg-type]
    ledger.close()
    for name in names:
        cluster.drop(name)


def test_keys_in_a_database_of_their_own_are_found_again(with_keys: tuple[Office, str]) -> None:
    office, _ = with_keys
    kept = office.ledger.keystore.data_key("case/1", "reporter")
    office.ledger.close()
    assert not (office.path / "keys" / "keys.sqlite").exists()
    with open_ledger(office.path) as again:
        assert again.keystore.data_key("case/1", "reporter") == kept


def test_without_the_keys_database_the_home_is_not_opened(
    with_keys: tuple[Office, str], cluster: Cluster
) -> None:
    office, name = with_keys
    office.ledger.close()
    cluster.drop(name)
    with pytest.raises(StoreGone) as found:
        open_ledger(office.path)
    assert "does not exist" in found.value.text("en")


def test_keys_are_refused_beside_the_ledger_however_that_is_spelt(
    cluster: Cluster, database: str, tmp_path: Path
) -> None:
    founders = [FounderKey(person("an"), a_key("an"))]
    with pytest.raises(KeysBesideLedger):
        found_ledger(
            tmp_path / "home",
            origin="a.example/1",
            founders=founders,
            threshold=1,
            database=database,
            keys_database=f"{database}&application_name=keys",
        )
    assert not (tmp_path / "home").exists()
    with cluster.connect(name_in(database)) as connection:
        schemas = connection.execute("SELECT to_regnamespace('ledger')").fetchone()
    assert schemas == (None,)


def test_doctor_warns_of_keys_on_the_ledgers_server_and_of_unsafe_settings(
    with_keys: tuple[Office, str], served: Office, office: Office
) -> None:
    found = {each.name: each for each in check_ledger(served.ledger)}
    assert found["database"].en.startswith("PostgreSQL ")
    unsafe = next(each for each in check_ledger(office.ledger) if each.name == "database")
    assert (unsafe.status, "fsync" in unsafe.en) == ("bad", True)
    assert on_one_server(with_keys[0].ledger.home, with_keys[0].ledger.recorder.engine)
    assert not on_one_server(office.ledger.home, office.ledger.recorder.engine)


# Several processes --------------------------------------------------------------------------------


def test_followers_hear_of_what_others_commit(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower, "POLL_SECONDS", 1000)
    beside = office.opened_beside()
    beside.ledger.follower.start()
    beside.ledger.follower.wait_for(office.size, timeout=60)
    for _ in range(3):
        office.a_case()
        beside.ledger.follower.wait_for(office.size, timeout=60)
    beside.ledger.close()


def test_two_processes_write_while_two_follow_and_each_act_is_applied_once(
    office: Office, tmp_path: Path
) -> None:
    beside = office.opened_beside()
    for each in (office, beside):
        each.ledger.follower.start()
    acks = [tmp_path / "one", tmp_path / "other"]
    before = office.size
    writers = [start(office.path, office.unit, each, threads=3, rounds=8) for each in acks]
    for writer in writers:
        writer.join(120)
        assert writer.exitcode == 0
    size = office.size
    assert size == before + 96
    for each in (office, beside):
        each.ledger.follower.wait_for(size, timeout=60)
    point = as_of(office.ledger, size=size)
    views = office.ledger.views["register"], beside.ledger.views["register"]
    assert len({repr(view.rows(point, limit=1000)) for view in views}) == 1
    assert audit_home(beside.ledger).exit_status == 0
    beside.ledger.close()
    require_sound(office.path, rules=True)


def test_an_older_program_writes_nothing_once_it_meets_what_it_does_not_know(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    aggregates = [each for each in registry().aggregates.values() if each.name != "case"]
    older = Registry(aggregates)
    with monkeypatch.context() as patched:
        patched.setattr(bootstrap, "registry", lambda: older)
        beside = office.opened_beside()
    sent = request(office)
    office.a_case()
    before = counts(office.path)
    made = drafted(office.ledger, office.hands["intake_clerk"], office.receive())
    with pytest.raises(LedgerError) as found:
        append(beside.ledger, made)
    assert found.value.code == "entry.unknown_type"
    assert "Upgrade" in found.value.text("en")
    assert counts(office.path) == before
    beside.ledger.close()
    submit(office.ledger, sent)
    require_sound(office.path)


# The server goes away -----------------------------------------------------------------------------


def test_a_server_that_refuses_connections_is_named_and_found_again(
    served: Office, own_cluster: Cluster
) -> None:
    sent = request(served)
    own_cluster.stop()
    error = refused(served, StoreGone, sent)
    assert "connection" in error.text("en")
    own_cluster.start()
    assert not submit(served.ledger, sent).again
    require_sound(served.path)


def test_a_server_restarted_between_two_acts_is_not_noticed(
    served: Office, own_cluster: Cluster
) -> None:
    stream = served.a_case()
    own_cluster.stop()
    own_cluster.start()
    do(served.ledger, served.hands["intake_clerk"], Accept(stream=stream))
    require_sound(served.path)


def test_another_process_outlives_the_server_too(
    served: Office, own_cluster: Cluster, tmp_path: Path
) -> None:
    acks = tmp_path / "acks"
    writer = start(served.path, served.unit, acks, threads=1, rounds=60)
    wait_for(acks, 5, writer)
    own_cluster.kill()
    own_cluster.start()
    writer.join(120)
    kept = promised(acks)
    entries = require_sound(served.path)
    acts = served.ledger.known.streams.acts(0, len(entries))
    assert {index: acts[index].digest for index in kept} == kept


@pytest.mark.parametrize("stored", [True, False])
def test_a_commit_whose_answer_was_lost_is_settled_by_its_jti(office: Office, stored: bool) -> None:
    sent, before = request(office), office.size
    office.ledger.writer()
    with losing_the_answer(office.ledger.recorder.engine, stored=stored):
        receipt = submit(office.ledger, sent)
    assert (receipt.entries[0].index, receipt.again) == (before, stored)
    assert office.size == before + 1
    office.a_case()
    require_sound(office.path)


def test_a_commit_that_cannot_be_settled_says_so_and_the_retry_settles_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent, before = request(office), office.size
    office.ledger.writer()
    with monkeypatch.context() as patched, losing_the_answer(office.ledger.recorder.engine):
        patched.setattr(sequencer, "SETTLE_SECONDS", 0)
        error = refused(office, OutcomeUnknown, sent)
    assert "Nothing was written" not in error.text("en")
    receipt = submit(office.ledger, sent)
    assert (receipt.entries[0].index, receipt.again) == (before, True)
    require_sound(office.path)


class losing_the_answer:  # noqa: N801 - reads as a statement
    """Break the connection over the next commit of an engine; ``stored``: after it happened."""

    def __init__(self, engine: Engine, *, stored: bool = True) -> None:
        self._engine = engine
        self._stored = stored
        self._broken = False

    def __enter__(self) -> None:
        event.listen(self._engine, "commit", self._break)

    def __exit__(self, *_: object) -> None:
        event.remove(self._engine, "commit", self._break)

    def _break(self, connection: Any) -> None:
        if self._broken:
            return
        self._broken = True
        raw: psycopg.Connection[Any] = connection.connection.driver_connection
        if self._stored:
            raw.execute("COMMIT")
        raw.pgconn.finish()


# The server is there and cannot -------------------------------------------------------------------


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the engines made from now on wait for little."""
    for name, time in (("lock_timeout", "100ms"), ("statement_timeout", "2s")):
        monkeypatch.setitem(postgresql._SETTINGS, name, time)  # type: ignore[arg-type]


@pytest.mark.usefixtures("impatient")
def test_a_head_somebody_else_holds_is_waited_for_and_then_named(office: Office) -> None:
    impatient, sent = office.opened_beside(), request(office)
    impatient.ledger.writer()
    with office.ledger.recorder.engine.connect() as holder, holder.begin():
        office.ledger.recorder.lock_head(holder)
        refused(impatient, StoreBusy, sent)
    assert not submit(impatient.ledger, sent).again
    impatient.ledger.close()


def trigger(office: Office, body: str) -> None:
    """Let every entry inserted run a piece of PL/pgSQL first."""
    execute(
        office.path,
        f"CREATE FUNCTION ledger.bad_day() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {body}; RETURN NEW; END $$",
    )
    execute(
        office.path,
        "CREATE TRIGGER bad_day BEFORE INSERT ON entry FOR EACH ROW "
        "EXECUTE FUNCTION ledger.bad_day()",
    )


@pytest.mark.usefixtures("impatient")
def test_a_server_that_answers_too_late_is_named(office: Office) -> None:
    impatient, sent = office.opened_beside(), request(office)
    trigger(office, "PERFORM pg_sleep(30)")
    before = counts(office.path)
    refused(impatient, StoreSlow, sent)
    assert counts(office.path) == before
    execute(office.path, "DROP FUNCTION ledger.bad_day CASCADE")
    assert not submit(impatient.ledger, sent).again
    impatient.ledger.close()
    require_sound(office.path)


def test_a_full_disk_of_the_server_takes_nothing_in(office: Office) -> None:
    sent = request(office)
    trigger(office, "RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'")
    before = counts(office.path)
    refused(office, StoreFull, sent)
    assert counts(office.path) == before
    execute(office.path, "DROP FUNCTION ledger.bad_day CASCADE")
    assert not submit(office.ledger, sent).again
    require_sound(office.path)


def test_a_standby_is_read_and_not_written(office: Office, cluster: Cluster) -> None:
    stream, sent = office.a_case(), request(office)
    office.ledger.follower.catch_up()
    office.ledger.close()
    name = name_in(address(office))
    with cluster.connect() as connection:
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")  # type: ignore[call-overload]
    standby = office.opened_beside()
    assert len(replay(standby.ledger, stream, as_of(standby.ledger))) == 1
    register = standby.ledger.views["register"]
    assert register.total(as_of(standby.ledger, size=office.size)) == 1
    error = refused(standby, StoreReadOnly, sent)
    assert "standby" in error.text("en")
    standby.ledger.close()


@pytest.mark.parametrize("by", ["settings", "environment"])
def test_a_server_failed_over_to_that_lacks_the_tail_is_refused(
    office: Office, cluster: Cluster, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    stream = office.a_case()
    office.ledger.close()
    lagging = cluster.url(cluster.create(name_in(address(office))))
    primary = office.opened_beside()
    primary.a_case()
    size = primary.size
    primary.ledger.close()
    if by == "settings":
        save_settings(replace(open_home(office.path), database=lagging))
    else:
        monkeypatch.setenv(DATABASE_VARIABLE, lagging)
    promoted = office.opened_beside()
    assert len(replay(promoted.ledger, stream, as_of(promoted.ledger))) == 1
    with pytest.raises(HeadBehindMark) as found:
        promoted.a_case()
    assert (found.value.facts["signed"], found.value.facts["size"]) == (size, size - 1)
    promoted.ledger.close()


def test_what_the_server_says_of_values_is_not_repeated(office: Office) -> None:
    sent = request(office)
    trigger(office, "RAISE EXCEPTION USING MESSAGE = 'about ' || NEW.jti")
    error = refused(office, StoreGone, sent)
    assert "about" not in error.text("en")
    assert "RaiseException P0001" in error.text("en")


# The audit ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("deed", "code"),
    [
        ("CREATE TABLE ledger.extra (id int)", "audit.stray"),
        ("CREATE VIEW ledger.extra AS SELECT 1 AS one", "audit.stray"),
        ("ALTER TABLE entry DROP CONSTRAINT entry_jti_key", "audit.part_missing"),
        ("DROP INDEX vault_retain_until", "audit.part_missing"),
        ("ALTER TABLE entry ALTER seq TYPE bigint", "audit.part_missing"),
        ("CREATE RULE extra AS ON DELETE TO entry DO INSTEAD NOTHING", "audit.stray"),
    ],
)
def test_the_audit_tells_what_is_not_the_ledgers_own(office: Office, deed: str, code: str) -> None:
    execute(office.path, deed)
    report = audit_home(office.ledger, views=False)
    assert code in report.faults.counts


def test_the_audit_finds_a_changed_view(office: Office) -> None:
    office.a_case()
    office.ledger.follower.catch_up()
    assert audit_home(office.ledger).exit_status == 0
    schema = label_of(register.view)
    execute(office.path, f'UPDATE "{schema}".row SET unit = ?', "unit/" + "0" * 26)
    assert "audit.view" in audit_home(office.ledger).faults.counts
