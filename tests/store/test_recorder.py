"""The recorder reads as the event-sourcing library does: held to its own recorder in memory."""

from typing import Any

import pytest
from eventsourcing.persistence import NotSupportedError, StoredEvent
from eventsourcing.popo import POPOApplicationRecorder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.aggregates.case.commands import Accept, Triage
from ledger.service.office import do
from ledger.store.recorder import Recorder
from tests.support.office import MINUTE, Office, append, drafted

_POSITION = st.none() | st.integers(0, 8)
_ANY = {"suppress_health_check": [HealthCheck.function_scoped_fixture], "max_examples": 60}


@pytest.fixture
def both(office: Office) -> tuple[Recorder, POPOApplicationRecorder, list[str]]:
    """A recorder, the library's with the same rows, and the streams they hold."""
    clerk, coordinator = office.hands["intake_clerk"], office.hands["coordinator"]
    streams = [office.a_case() for _ in range(3)]
    for stream in streams[:2]:
        do(office.ledger, clerk, Accept(stream=stream))
    do(office.ledger, coordinator, Triage(stream=streams[0], route="direct"))
    plain = POPOApplicationRecorder()
    for row in office.ledger.recorder.entries(0, office.size):
        plain.insert_events([_plain(row)])
    return office.ledger.recorder, plain, streams


def _plain(row: StoredEvent) -> StoredEvent:
    return StoredEvent(
        originator_id=row.originator_id,
        originator_version=row.originator_version,
        topic=row.topic,
        state=row.state,
    )


def test_events_are_selected_as_the_library_selects_them(
    both: tuple[Recorder, POPOApplicationRecorder, list[str]],
) -> None:
    ours, plain, streams = both

    @settings(**_ANY)  # type: ignore[arg-type]
    @given(
        st.sampled_from([*streams, "case/none"]),
        _POSITION,
        _POSITION,
        st.booleans(),
        st.none() | st.integers(1, 5),
    )
    def same(stream: Any, gt: Any, lte: Any, desc: bool, limit: Any) -> None:
        wanted: dict[str, Any] = {"gt": gt, "lte": lte, "desc": desc, "limit": limit}
        found = ours.select_events(stream, **wanted)
        assert [_plain(row) for row in found] == plain.select_events(stream, **wanted)

    same()


def test_notifications_are_selected_as_the_library_selects_them(
    both: tuple[Recorder, POPOApplicationRecorder, list[str]],
) -> None:
    ours, plain, _ = both
    size = ours.max_notification_id()
    assert size is not None
    assert size == plain.max_notification_id()
    topics = st.lists(st.sampled_from(["case.received.v1", "case.accepted.v1", "no.such.v1"]))

    @settings(**_ANY)  # type: ignore[arg-type]
    @given(
        st.none() | st.integers(1, size + 3),
        st.integers(1, size + 3),
        st.none() | st.integers(1, size + 3),
        topics,
        st.booleans(),
    )
    def same(start: Any, limit: int, stop: Any, topics: Any, inclusive: bool) -> None:
        wanted: dict[str, Any] = {"topics": topics, "inclusive_of_start": inclusive}
        found = ours.select_notifications(start, limit, stop, **wanted)
        assert found == plain.select_notifications(start, limit, stop, **wanted)

    same()


def test_nothing_is_written_through_the_librarys_door(office: Office) -> None:
    with pytest.raises(NotSupportedError):
        office.ledger.recorder.insert_events([])
    with pytest.raises(NotSupportedError):
        office.ledger.recorder.subscribe()


def test_a_time_gives_the_largest_size_recorded_by_then(office: Office) -> None:
    clerk = office.hands["intake_clerk"]
    for pause in (0, 1, 0, 0, MINUTE, 0):
        office.clock.wait(pause)
        append(office.ledger, drafted(office.ledger, clerk, office.receive()))
    recorder = office.ledger.recorder
    times = [recorder.recorded_at(index) for index in range(office.size)]
    assert len(set(times)) < len(times)
    for at in sorted({0, 10**13, *times, *(t - 1 for t in times), *(t + 1 for t in times)}):
        assert recorder.size_at(at) == sum(time <= at for time in times)
