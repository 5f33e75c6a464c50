"""Killed at any moment, a ledger keeps what it acknowledged and goes on."""

import random
import time
from pathlib import Path

import pytest

from ledger.audit.report import Report
from ledger.bootstrap import open_ledger
from ledger.entry import base64url
from ledger.service.auditing.audits import audit_home
from ledger.store.signer import Mark
from tests.support.appender import promised, start, wait_for
from tests.support.office import Office, copied
from tests.support.soundness import require_sound
from tests.support.tally import tally

THREADS = 4


@pytest.fixture(scope="module")
def killed(founded: Office, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """One home for all kills: each finds what the one before left."""
    office = copied(founded, tmp_path_factory.mktemp("killed") / "home")
    office.ledger.close()
    return office


def kill_while_appending(office: Office, acks: Path, seed: int) -> dict[int, str]:
    """Let a process append, kill it at a random moment; return what it had acknowledged."""
    chance = random.Random(seed)
    writer = start(office.path, office.unit, acks, threads=THREADS, rounds=10_000)
    wait_for(acks, chance.randrange(1, 20), writer)
    time.sleep(chance.random() * 0.02)
    writer.kill()
    writer.join(60)
    assert writer.exitcode == -9
    return promised(acks)


def require_kept(office: Office, told: dict[int, str]) -> None:
    """Assert that the home is whole and every promise is kept at its log index."""
    entries = require_sound(office.path)
    digests = {index: base64url.encode(entry.signed.digest) for index, entry in enumerate(entries)}
    assert told
    assert {index: digests.get(index) for index in told} == told
    tally("kill -9 under load", "nothing acknowledged lost")
    tally("entries acknowledged before a kill", "kept", len(told))


def audited(office: Office) -> tuple[Report, Mark | None]:
    with open_ledger(office.path, clock=office.clock) as ledger:
        office.clock.wait(max(0, ledger.recorder.head().last_at - office.clock.now_ms()))
        return audit_home(ledger, views=False), ledger.signer.mark()


@pytest.mark.parametrize("time_of_death", range(20))
def test_killed_while_appending_it_keeps_what_it_acknowledged(
    killed: Office, tmp_path: Path, time_of_death: int
) -> None:
    require_kept(killed, kill_while_appending(killed, tmp_path / "acks", time_of_death))


def test_after_all_kills_the_audit_is_clean_and_writing_goes_on(
    killed: Office, tmp_path: Path
) -> None:
    kill_while_appending(killed, tmp_path / "acks", 4711)
    report, mark = audited(killed)
    assert report.clean, report.to_dict()
    assert mark is not None
    again = killed.opened_beside()
    again.a_case()
    assert again.size == report.size + 1
    again.ledger.close()
    assert len(require_sound(killed.path, rules=True)) == report.size + 1


def test_two_processes_killed_together_leave_one_whole_log(founded: Office, tmp_path: Path) -> None:
    office = copied(founded, tmp_path / "home")
    office.ledger.close()
    acks = [tmp_path / "one", tmp_path / "other"]
    writers = [start(office.path, office.unit, each, threads=2, rounds=10_000) for each in acks]
    for each, writer in zip(acks, writers, strict=True):
        wait_for(each, 6, writer)
    for writer in writers:
        writer.kill()
        writer.join(60)
    require_kept(office, promised(acks[0]) | promised(acks[1]))


@pytest.mark.torture
@pytest.mark.parametrize("time_of_death", range(20, 220))
def test_killed_two_hundred_times_it_keeps_what_it_acknowledged(
    founded: Office, tmp_path: Path, time_of_death: int
) -> None:
    """Each on a home of its own, twice in a row: the second run begins where the first died."""
    office = copied(founded, tmp_path / "home")
    office.ledger.close()
    for again in range(2):
        acks = tmp_path / f"acks {again}"
        require_kept(office, kill_while_appending(office, acks, 2 * time_of_death + again))
    report, _ = audited(office)
    assert report.clean, report.to_dict()


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(10))
def test_of_two_processes_one_dies_and_the_other_goes_on(
    founded: Office, tmp_path: Path, seed: int
) -> None:
    office, chance, told = copied(founded, tmp_path / "home"), random.Random(seed), dict[int, str]()
    office.ledger.close()
    staying = start(office.path, office.unit, tmp_path / "staying", threads=2, rounds=10_000)
    for death in range(5):
        acks = tmp_path / f"dying {death}"
        dying = start(office.path, office.unit, acks, threads=2, rounds=10_000)
        wait_for(acks, chance.randrange(1, 20), dying)
        dying.kill()
        dying.join(60)
        told |= promised(acks)
        so_far = len(promised(tmp_path / "staying"))
        wait_for(tmp_path / "staying", so_far + 4, staying)
    assert staying.is_alive()
    staying.kill()
    staying.join(60)
    require_kept(office, told | promised(tmp_path / "staying"))
    report, _ = audited(office)
    assert report.clean, report.to_dict()
