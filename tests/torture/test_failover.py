"""A true fail-over of PostgreSQL: the primary dies under load, its standby lacks the tail.

What was acknowledged is not on the standby. The signer's mark says so: nothing is written there,
reading goes on, and both lawful roads lead to a whole ledger.
"""

import random
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from bench.cluster import Cluster
from ledger.bootstrap import open_ledger
from ledger.service.acts.submit import submit
from ledger.service.auditing.audits import audit_home
from ledger.service.backup.backing_up import back_up
from ledger.service.backup.sources import open_source
from ledger.service.backup.tail import apply_tail
from ledger.service.upkeep.succession import retiring
from ledger.store.databases import DATABASE_VARIABLE
from ledger.store.home import open_home, save_settings
from ledger.store.signer import HeadBehindMark, SignerRetired
from ledger.tlog.checkpoint import parse_checkpoint
from ledger.tlog.note import UnverifiedNote
from tests.support.crowd import CLIENTS, Crowd, require_kept, sent_to
from tests.support.office import ORIGIN, Office, found_office, presented
from tests.support.postgres import name_in, own_cluster
from tests.support.standby import Standby, url_of_both
from tests.support.tally import tally

__all__ = ["own_cluster"]

BEHIND = HeadBehindMark.code


@pytest.fixture
def servers(own_cluster: Cluster) -> Iterator[ExitStack]:
    """Keeps the servers made until the test ends."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def founded_there(own_cluster: Cluster, tmp_path: Path) -> Office:
    """A closed office whose ledger is on the primary."""
    office = found_office(tmp_path / "home", database=own_cluster.url(own_cluster.create()))
    office.a_case()
    office.ledger.follower.catch_up()
    office.ledger.close()
    return office


def led_to(office: Office, primary: Cluster, standby: Standby) -> Office:
    """Open the office with an address that names both servers, as an operator would write it."""
    home = open_home(office.path)
    assert home.database is not None
    save_settings(replace(home, database=url_of_both(primary, standby, home.database)))
    return office.opened_beside()


def fail_over(office: Office, crowd: Crowd, primary: Cluster, standby: Standby, lost: int) -> int:
    """Kill the primary once ``lost`` requests or more were acknowledged that the standby lacks.

    Returns the size of the ledger on the standby, promoted: it refuses what is sent to it.
    """
    standby.wait_until_level()
    with standby.cut_off():
        crowd.wait_for_more(CLIENTS + lost)  # each may have had one on its way before
        crowd.serving.clear()
        primary.kill()
    standby.promote()
    crowd.wait_for_refusals(BEHIND, CLIENTS)
    size = office.size
    assert sum(index >= size for index in crowd.told) >= lost
    return size


def bring_the_tail_back(office: Office, primary: Cluster, folder: Path, size: int) -> None:
    """Take from the old primary what the new one lacks, and append it there.

    It is started where nobody else looks for it: a server of the ledger that met it would write to
    it, since there the mark is reached.
    """
    home = open_home(office.path)
    assert home.database is not None
    primary.folder = primary.folder.rename(f"{primary.folder}-apart")
    primary.start()
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(DATABASE_VARIABLE, primary.url(name_in(home.database)))
        with open_ledger(office.path, clock=office.clock) as ledger:
            back_up(ledger, folder, elsewhere={}, first=size)
    primary.stop()
    with open_ledger(office.path, clock=office.clock) as ledger, open_source(folder, {}) as source:
        assert apply_tail(ledger, source).before == size


def go_through(
    office: Office, primary: Cluster, servers: ExitStack, folder: Path, times: int
) -> None:
    """Fail over and bring the tail back, again and again; each new primary is the next to die."""
    chance = random.Random(times)
    for number in range(times):
        standby = servers.enter_context(Standby(primary))
        running = led_to(office, primary, standby)
        crowd = Crowd(running.ledger, running, sent_to(running.ledger, BEHIND))
        crowd.wait_for_more(chance.randrange(1, 10))
        size = fail_over(running, crowd, primary, standby, lost=chance.randrange(1, 20))
        bring_the_tail_back(office, primary, folder / f"tail {number}", size)
        crowd.serving.set()
        crowd.wait_for_more(CLIENTS)  # the same process, which nobody started again
        crowd.stop()
        running.ledger.close()
        require_kept(office, crowd, "PostgreSQL failed over under load", 1)
        tally("refused on a standby that lacks the tail", BEHIND, crowd.unanswered[BEHIND])
        primary = standby


def test_a_standby_that_lacks_the_tail_is_written_once_the_tail_is_back(
    founded_there: Office, own_cluster: Cluster, servers: ExitStack, tmp_path: Path
) -> None:
    go_through(founded_there, own_cluster, servers, tmp_path, times=1)


def test_where_the_tail_is_lost_for_good_a_successor_names_what_was_signed(
    founded_there: Office, own_cluster: Cluster, servers: ExitStack, tmp_path: Path
) -> None:
    standby = servers.enter_context(Standby(own_cluster))
    running = led_to(founded_there, own_cluster, standby)
    with standby.cut_off():
        held = presented(running.ledger, running.hands["intake_clerk"], running.receive())
        receipt = submit(running.ledger, held)
        own_cluster.kill()
    standby.promote()
    lost = receipt.entries[0].index
    with pytest.raises(HeadBehindMark) as refused:
        running.a_case()
    assert (refused.value.facts["signed"], refused.value.facts["size"]) == (lost + 1, lost)
    with retiring(running.ledger, f"{ORIGIN}-2") as succession:
        assert succession.predecessor is not None
    with pytest.raises(SignerRetired):
        running.a_case()
    named = succession.predecessor.checkpoint.encode()
    assert parse_checkpoint(UnverifiedNote.parse(named).text).size == lost + 1
    report = audit_home(running.ledger, since=named)
    assert set(report.faults.counts) == {"audit.behind"}, "what is there is whole"
    running.ledger.close()


@pytest.mark.torture
def test_ten_standbys_that_lack_the_tail_are_written_once_it_is_back(
    founded_there: Office, own_cluster: Cluster, servers: ExitStack, tmp_path: Path
) -> None:
    go_through(founded_there, own_cluster, servers, tmp_path, times=10)
