"""What a process knows of the log is exact: fed, loaded, dropped and caught up give one answer."""

import random
import threading
import time
from typing import Any

import pytest

from ledger.aggregates.case.commands import Accept, Refuse, Triage, Withdraw
from ledger.bootstrap import registry
from ledger.kernel.act import Act, Tag
from ledger.service.acts.submit import submit
from ledger.service.office import do
from ledger.store import known as known_module
from ledger.store import streams as streams_module
from ledger.store.known import Known
from ledger.store.mapper import RowDiffers, StoredEntry
from ledger.store.recorder import Recorder
from ledger.store.streams import Streams
from tests.support.office import Office, append, drafted, presented


def lives(office: Office, seed: int, acts: int) -> list[str]:
    """Let cases begin, go on and end in a random order; return their streams."""
    chance = random.Random(seed)
    ledger, clerk = office.ledger, office.hands["intake_clerk"]
    begun: list[str] = []
    ends: dict[str, list[Any]] = {}
    for _ in range(acts):
        going = [stream for stream in begun if ends[stream]]
        if not going or chance.random() < 0.4:
            begun.append(office.a_case())
            way: list[Any] = [
                [Refuse(stream=begun[-1], reason="not_ours")],
                [Accept(stream=begun[-1]), Withdraw(stream=begun[-1], reason="duplicate")],
                [Accept(stream=begun[-1]), Triage(stream=begun[-1], route="direct")],
            ][chance.randrange(3)]
            ends[begun[-1]] = way
        else:
            command = ends[chance.choice(going)].pop(0)
            role = "coordinator" if isinstance(command, Triage) else "intake_clerk"
            do(ledger, office.hands[role], command)
    assert clerk.who.actor
    return begun


def every_act(office: Office) -> list[Act]:
    return Streams(office.ledger.recorder, registry()).acts(0, office.size)


def by_tag(acts: list[Act]) -> dict[Tag, list[Act]]:
    """Return the acts of each tag in log order: what an answer must be, by brute force."""
    found: dict[Tag, list[Act]] = {}
    for act in acts:
        for tag in registry().tags(act):
            found.setdefault(tag, []).append(act)
    return found


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("room", [2, 50_000])
def test_what_was_fed_equals_what_is_loaded_anew(
    office: Office, monkeypatch: pytest.MonkeyPatch, seed: int, room: int
) -> None:
    monkeypatch.setattr(known_module, "CACHED_TAGS", room)
    monkeypatch.setattr(streams_module, "CACHED_STREAMS", room)
    fed = Known(office.ledger.recorder, registry())
    fed.streams.first_prev = office.ledger.known.streams.first_prev
    tags = list(by_tag(every_act(office)))
    fed.answer(tags)
    streams = lives(office, seed, 25)
    fed.catch_up()
    fresh = Known(office.ledger.recorder, registry())
    for known in (fed, fresh, office.ledger.known):
        assert known.size == office.size
        for tag, acts in by_tag(every_act(office)).items():
            answers, (guard,) = known.answer([tag])
            assert list(answers[tag].acts) == acts
            assert guard.after == office.size
            assert known.newest(tag) in {acts[-1].index, None}
        for stream in streams:
            assert known.stream(stream) == fresh.streams.load(stream)


def test_old_answers_are_dropped_but_never_from_under_a_question(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = by_tag(every_act(office))
    tags = list(expected)
    monkeypatch.setattr(known_module, "CACHED_TAGS", 3)
    known = Known(office.ledger.recorder, registry())
    known.answer(tags[:3])
    answers, _ = known.answer([tags[0], *tags[3:9]])
    assert [list(answers[tag].acts) for tag in answers] == [
        expected[tag] for tag in [tags[0], *tags[3:9]]
    ]
    assert len(known._answers) == 3


def test_a_tag_nobody_bears_answers_nothing_until_somebody_does(office: Office) -> None:
    known, clerk = office.ledger.known, office.hands["intake_clerk"]
    made = drafted(office.ledger, clerk, office.receive())
    tag = Tag(f"actor:{clerk.who.actor}")
    assert known.newest(Tag("nobody:1")) is None
    assert known.answer([Tag("nobody:1")])[0][Tag("nobody:1")].acts == ()
    assert known.newest(Tag("nobody:1")) == -1
    known.answer([tag])
    (index,) = append(office.ledger, made).indexes
    assert known.newest(tag) == index


# Threads ------------------------------------------------------------------------------------------


def test_readers_during_feeds_get_exactly_what_their_guards_say(office: Office) -> None:
    known = office.ledger.known
    clerk = office.hands["intake_clerk"]
    tags = [Tag(f"actor:{clerk.who.actor}"), Tag("log:self"), Tag("nobody:1")]
    seen: list[tuple[Tag, int, tuple[Act, ...]]] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            answers, guards = known.answer(tags)
            seen.extend((guard.tag, guard.after, answers[guard.tag].acts) for guard in guards)
            time.sleep(0)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(20):
        office.a_case()
    done.set()
    for reader in readers:
        reader.join()
    final = by_tag(every_act(office))
    assert len({after for _, after, _ in seen}) > 3
    for tag, after, acts in set(seen):
        assert list(acts) == [act for act in final.get(tag, []) if (act.index or 0) < after]


def test_a_stream_loaded_while_it_grows_is_not_remembered_as_it_was(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, clerk = office.ledger, office.hands["intake_clerk"]
    stream = office.a_case()
    accepting = drafted(ledger, clerk, Accept(stream=stream))
    ledger.known.streams.forget(stream)
    read, grown = threading.Event(), threading.Event()
    selecting = Recorder.select_events

    def slowly(self: Recorder, originator_id: Any, **wanted: Any) -> Any:
        rows = selecting(self, originator_id, **wanted)
        if threading.current_thread().name == "slow":
            read.set()
            grown.wait(0.3)  # the append below may have to wait for us instead
        return rows

    monkeypatch.setattr(Recorder, "select_events", slowly)
    slow = threading.Thread(target=lambda: ledger.known.stream(stream), name="slow")
    slow.start()
    assert read.wait(60)
    append(ledger, accepting)
    grown.set()
    slow.join()
    assert ledger.known.stream(stream).version == 2
    triage = Triage(stream=stream, route="direct")
    submit(ledger, presented(ledger, office.hands["coordinator"], triage))


def test_a_batch_read_by_another_thread_before_it_was_fed_is_fed_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    feeding = Known.feed

    def overtaken(self: Known, acts: list[Act], tags: list[tuple[Tag, ...]] | None = None) -> None:
        if acts and threading.current_thread().name == "sequencer":
            with monkeypatch.context() as patched:
                patched.setattr(Known, "feed", feeding)
                self.catch_up()
        feeding(self, acts, tags)

    monkeypatch.setattr(Known, "feed", overtaken)
    stream = office.a_case()
    do(office.ledger, office.hands["intake_clerk"], Accept(stream=stream))
    assert office.ledger.known.size == office.size
    assert office.ledger.known.stream(stream).version == 2


def test_who_reads_is_answered_through_the_size_this_process_has_seen(office: Office) -> None:
    stream = office.a_case()
    known, seen = office.ledger.known, office.size
    before = {tag: known.about(tag) for tag in by_tag(every_act(office))}
    beside = office.opened_beside()
    do(beside.ledger, office.hands["intake_clerk"], Accept(stream=stream))
    beside.ledger.close()
    assert known.size == seen, "nobody has looked yet"
    assert office.ledger.recorder.head().size == seen + 1
    assert known.stream(stream).state.state == "accepted"
    moved = [tag for tag, answer in before.items() if known.about(tag) != answer]
    assert moved
    assert {tag: list(known.about(tag).acts) for tag in moved} == {
        tag: by_tag(every_act(office))[tag] for tag in moved
    }


def test_a_point_is_reached_though_the_head_was_never_looked_at(office: Office) -> None:
    stream = office.a_case()
    known = office.ledger.known
    beside = office.opened_beside()
    do(beside.ledger, office.hands["intake_clerk"], Accept(stream=stream))
    size = beside.size
    beside.ledger.close()
    known.reach(size)
    assert (known.size, known.stream(stream).version) == (size, 2)
    known.reach(size + 10)
    assert known.size == size, "beyond the log there is nothing to wait for"


# Streams ------------------------------------------------------------------------------------------


def test_a_stream_at_a_version_is_as_it_was(office: Office) -> None:
    streams = office.ledger.known.streams
    stream = office.a_case()
    before = streams.load(stream)
    do(office.ledger, office.hands["intake_clerk"], Accept(stream=stream))
    assert streams.load(stream, version=1) == before
    assert (streams.load(stream).version, streams.load(stream).state.state) == (2, "accepted")


def test_an_unknown_stream_is_empty_and_begins_after_the_genesis(office: Office) -> None:
    found = office.ledger.known.stream("case/" + "0" * 26)
    assert (found.version, found.state.begun) == (0, False)
    assert found.tip == every_act(office)[0].digest


def test_rows_that_are_not_what_their_entries_say_are_refused(office: Office) -> None:
    mapper = office.ledger.known.streams.mapper
    (row,) = office.ledger.recorder.entries(3, 4)
    for changed in (
        {"originator_id": "case/" + "0" * 26},
        {"originator_version": row.originator_version + 1},
        {"topic": "case.accepted.v1"},
    ):
        fields = {
            "originator_id": row.originator_id,
            "originator_version": row.originator_version,
            "topic": row.topic,
            "state": row.state,
            "index": row.index,
        }
        with pytest.raises(RowDiffers):
            mapper.act(StoredEntry(**fields | changed))
