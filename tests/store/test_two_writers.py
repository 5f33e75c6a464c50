"""Two processes, or two ledgers of one process, write one log: one order, nothing lost."""

import threading
from pathlib import Path

import pytest

from ledger.aggregates.case.commands import Accept, Triage
from ledger.aggregates.person import RegisterPerson
from ledger.aggregates.post import ProposeAppointment
from ledger.errors import LedgerError
from ledger.rules.posts import HOLDER
from ledger.service.acts.submit import submit
from ledger.service.ledger import today
from ledger.service.office import appoint, do, enrol, hand, register
from ledger.store.batch import GuardMoved, NotNext
from ledger.store.signer import LogSigner
from tests.support.appender import promised, start, wait_for
from tests.support.office import Office, append, drafted, presented
from tests.support.soundness import require_sound
from tests.support.trust import a_key


def marks(office: Office, done: threading.Event) -> list[int]:
    """Read the mark again and again until ``done``; return the sizes seen."""
    signer, seen = LogSigner(office.path / "signer", "unused"), list[int]()
    while not done.is_set():
        mark = signer.mark()
        assert mark is not None
        seen.append(mark.size)
        done.wait(0.001)
    return seen


def test_what_two_processes_acknowledged_is_all_there(office: Office, tmp_path: Path) -> None:
    acks = [tmp_path / "one", tmp_path / "other"]
    before, done, seen = office.size, threading.Event(), list[int]()
    watching = threading.Thread(target=lambda: seen.extend(marks(office, done)))
    watching.start()
    writers = [start(office.path, office.unit, each, threads=3, rounds=8) for each in acks]
    for writer in writers:
        writer.join(120)
        assert writer.exitcode == 0
    done.set()
    watching.join()
    entries = require_sound(office.path, rules=True)
    kept = [promised(each) for each in acks]
    assert [len(each) for each in kept] == [48, 48]
    assert kept[0].keys().isdisjoint(kept[1].keys())
    told = kept[0] | kept[1]
    assert sorted(told) == list(range(before, before + 96))
    acts = office.ledger.known.streams.acts(0, len(entries))
    assert {index: acts[index].digest for index in told} == told
    assert seen == sorted(seen), "the mark went back"
    mark = office.ledger.signer.mark()
    assert mark is not None
    assert mark.size == len(entries)


def test_two_processes_take_turns(office: Office, tmp_path: Path) -> None:
    """Neither waits for the other to be done: their entries interleave."""
    acks = [tmp_path / "one", tmp_path / "other"]
    writers = [start(office.path, office.unit, each, threads=2, rounds=25) for each in acks]
    for each, writer in zip(acks, writers, strict=True):
        wait_for(each, 5, writer)
    for writer in writers:
        writer.join(120)
    one, other = (promised(each) for each in acks)
    assert min(one) < max(other)
    assert min(other) < max(one)
    require_sound(office.path)


def test_two_ledgers_of_one_home_append_by_turns(office: Office) -> None:
    beside = office.opened_beside()
    for _ in range(3):
        stream = office.a_case()
        do(beside.ledger, beside.hands["intake_clerk"], Accept(stream=stream))
        do(office.ledger, office.hands["coordinator"], Triage(stream=stream, route="direct"))
        beside.a_case()
    assert office.ledger.known.stream(stream).state.state == "triaged"
    beside.ledger.close()
    require_sound(office.path, rules=True)


def test_a_retry_at_the_other_process_gets_the_first_receipt(office: Office) -> None:
    beside = office.opened_beside()
    sent = presented(office.ledger, office.hands["intake_clerk"], office.receive())
    first = submit(office.ledger, sent)
    again = submit(beside.ledger, sent)
    assert (again.entries, again.again) == (first.entries, True)
    beside.ledger.close()


def test_a_key_enrolled_by_the_other_process_may_sign_at_once(office: Office) -> None:
    beside = office.opened_beside()
    key, clerk = a_key("new token"), office.hands["intake_clerk"]
    holder = clerk.who.actor
    enrol(office.ledger, hand(holder, HOLDER, clerk.key), holder, key, "file")
    with_new_key = hand(holder, clerk.who.role, key)
    sent = presented(office.ledger, with_new_key, office.receive())
    assert submit(beside.ledger, sent).entries[0].index == office.size - 1
    beside.ledger.close()


def test_a_post_given_by_the_other_process_allows_at_once(office: Office) -> None:
    beside = office.opened_beside()
    clerk, liaison = office.hands["intake_clerk"], office.hands["liaison"]
    liaison_as_clerk = hand(liaison.who.actor, clerk.who.role, liaison.key)
    for each in (office, beside):
        with pytest.raises(LedgerError) as refused:
            do(each.ledger, liaison_as_clerk, each.receive())
        assert refused.value.code == "authority.post_not_held"
    appoint(office.ledger, office.registrars, liaison.who.actor, clerk.who.role, office.unit)
    sent = presented(office.ledger, liaison_as_clerk, office.receive())
    submit(beside.ledger, sent)
    stream = do(beside.ledger, liaison_as_clerk, beside.receive()).entries[0].stream
    do(office.ledger, liaison_as_clerk, Accept(stream=stream))
    beside.ledger.close()
    require_sound(office.path, rules=True)


def test_a_stream_continued_by_the_other_process_is_a_conflict_and_then_not(
    office: Office,
) -> None:
    beside = office.opened_beside()
    stream = office.a_case()
    stale = drafted(beside.ledger, beside.hands["intake_clerk"], Accept(stream=stream))
    do(office.ledger, office.hands["intake_clerk"], Accept(stream=stream))
    with pytest.raises(NotNext):
        append(beside.ledger, stale)
    do(beside.ledger, beside.hands["coordinator"], Triage(stream=stream, route="direct"))
    beside.ledger.close()
    require_sound(office.path, rules=True)


def test_a_fact_moved_by_the_other_process_moves_the_guard(office: Office) -> None:
    beside = office.opened_beside()
    clerk = office.hands["intake_clerk"]
    judged = drafted(beside.ledger, clerk, beside.receive())
    another = ProposeAppointment(
        holder=clerk.who.actor, post_role="unit_head", from_date=today(office.ledger).isoformat()
    )
    do(office.ledger, office.registrars[0], another)
    with pytest.raises(GuardMoved):
        append(beside.ledger, judged)
    assert append(beside.ledger, drafted(beside.ledger, clerk, beside.receive()))
    beside.ledger.close()


def test_a_person_registered_twice_at_once_is_registered_once(office: Office) -> None:
    beside = office.opened_beside()
    person = register(office.ledger, office.registrars[0], "王五")
    with pytest.raises(LedgerError) as refused:
        do(beside.ledger, office.registrars[1], RegisterPerson(full_name="王五", stream=person))
    assert refused.value.code in {"person.already_registered", "stream.not_next"}
    beside.ledger.close()
    require_sound(office.path, rules=True)
