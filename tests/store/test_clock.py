"""Time of recording: never backwards, not far before what is claimed, not by a bad clock."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.aggregates.log import ExplainClock
from ledger.bootstrap import open_ledger
from ledger.errors import LedgerError
from ledger.rules.time import timestamp
from ledger.service.acts.submit import submit
from ledger.service.office import do
from ledger.store.batch import FUTURE_MS, Submission, TimeInFuture
from ledger.store.clock import (
    BEHIND_MS,
    JUMP_MS,
    ClockSuspect,
    ClockWatch,
    RealClock,
    SimulatedClock,
    StoryClock,
)
from ledger.store.recorder import Recorder
from tests.support.office import (
    MINUTE,
    START_MS,
    HandClock,
    Office,
    append,
    counts,
    drafted,
    forged,
    found_office,
    presented,
)
from tests.support.soundness import require_sound


def received(office: Office) -> Submission:
    return drafted(office.ledger, office.hands["intake_clerk"], office.receive())


def recorded(office: Office) -> int:
    """Append an entry; return when it was recorded."""
    return append(office.ledger, received(office)).recorded_at[0]


def explain(office: Office) -> int:
    command = ExplainClock(reason="clock_corrected")
    return do(office.ledger, office.registrars[0], command).entries[0].recorded_at


def refused_as_suspect(office: Office) -> str:
    before = counts(office.path)
    with pytest.raises(ClockSuspect) as refused:
        append(office.ledger, received(office))
    assert counts(office.path) == before
    return str(refused.value.facts["why"])


# What an entry claims -----------------------------------------------------------------------------


@pytest.mark.parametrize(("ahead", "accepted"), [(FUTURE_MS, True), (FUTURE_MS + 1, False)])
def test_a_time_claimed_may_lie_five_minutes_ahead(
    office: Office, ahead: int, accepted: bool
) -> None:
    made = received(office)
    draft = msgspec.structs.replace(made.drafts[0], latest_ms=office.clock.now_ms() + ahead)
    claiming = msgspec.structs.replace(made, drafts=(draft,))
    if accepted:
        assert append(office.ledger, claiming).recorded_at == (office.clock.now_ms(),)
        return
    with pytest.raises(TimeInFuture):
        append(office.ledger, claiming)


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        (lambda now: {"iat": now // 1000 + 301}, "time.in_future"),
        (lambda now: {"occ": timestamp(now + 2 * FUTURE_MS)}, "time.occurred_later"),
        (
            lambda now: {"occ": timestamp(now + 2 * FUTURE_MS), "iat": now // 1000 + 400},
            "time.in_future",
        ),
        (lambda now: {"occ": timestamp(now + 86_400_000)[:10]}, "time.occurred_later"),
        (
            lambda now: {
                "occ": timestamp(now + 86_400_000)[:10],
                "iat": (now + 86_400_000) // 1000,
            },
            "time.in_future",
        ),
    ],
)
def test_times_in_the_future_are_refused(
    office: Office, claims: Callable[[int], dict[str, Any]], code: str
) -> None:
    clerk, before = office.hands["intake_clerk"], counts(office.path)
    sent = forged(office.ledger, clerk, office.receive(), **claims(office.clock.now_ms()))
    with pytest.raises(LedgerError) as refused:
        submit(office.ledger, [sent])
    assert refused.value.code == code
    assert counts(office.path) == before


def test_the_day_of_today_alone_is_no_time_in_the_future(office: Office) -> None:
    day = timestamp(office.clock.now_ms())[:10]
    sent = presented(office.ledger, office.hands["intake_clerk"], office.receive(occ=day))
    assert submit(office.ledger, sent).entries[0].index == office.size - 1


# When it is recorded ------------------------------------------------------------------------------


def test_recorded_times_never_run_backwards(office: Office) -> None:
    times = [recorded(office)]
    for step in (0, 1, -4_000, 3_000, -1, 60_000, -BEHIND_MS):
        office.clock.jump(step)
        times.append(recorded(office))
    assert times == sorted(times)
    assert times[-1] == times[-2] == max(times)
    require_sound(office.path)


@given(st.lists(st.integers(-BEHIND_MS, 60_000), max_size=30))
def test_stamps_never_run_backwards_whatever_the_clock_does(steps: list[int]) -> None:
    clock = HandClock()
    watch, last = ClockWatch(clock), clock.now_ms()
    stamps = []
    for step in steps:
        clock.jump(step)
        try:
            last = watch.stamp(last, lambda: None)
        except ClockSuspect:
            continue
        stamps.append((last, clock.now_ms()))
    assert [stamp for stamp, _ in stamps] == sorted(stamp for stamp, _ in stamps)
    assert all(0 <= stamp - now <= BEHIND_MS for stamp, now in stamps)


@pytest.mark.parametrize(
    ("jump", "suspect"),
    [
        (JUMP_MS, False),
        (JUMP_MS + 1, True),
        (-BEHIND_MS, False),
        (-BEHIND_MS - 1, True),
        (-JUMP_MS - 1, True),
    ],
)
def test_a_clock_that_jumped_or_fell_behind_is_suspect(
    office: Office, jump: int, suspect: bool
) -> None:
    office.clock.wait(2 * JUMP_MS)
    recorded(office)
    office.clock.jump(jump)
    if suspect:
        assert refused_as_suspect(office)
    else:
        recorded(office)


def test_time_that_merely_passed_is_not_suspect(office: Office) -> None:
    before = recorded(office)
    office.clock.wait(100 * JUMP_MS)
    assert recorded(office) == before + 100 * JUMP_MS


def test_a_retry_gets_its_receipt_though_the_clock_is_suspect(office: Office) -> None:
    made = received(office)
    first = append(office.ledger, made)
    office.clock.jump(-MINUTE)
    assert append(office.ledger, made).recorded_at == first.recorded_at


# Until a registrar explains it --------------------------------------------------------------------


@pytest.mark.parametrize("jump", [2 * JUMP_MS, -MINUTE])
def test_once_explained_writing_goes_on(office: Office, jump: int) -> None:
    last = recorded(office)
    office.clock.jump(jump)
    refused_as_suspect(office)
    at = explain(office)
    assert at == max(last, office.clock.now_ms())
    assert recorded(office) == at
    require_sound(office.path, rules=True)


def test_an_explanation_covers_one_jump_not_the_next(office: Office) -> None:
    recorded(office)
    office.clock.jump(-MINUTE)
    explain(office)
    recorded(office)
    office.clock.jump(-MINUTE)
    assert refused_as_suspect(office) == "120 s behind the last entry"
    explain(office)
    office.clock.jump(3 * JUMP_MS)
    assert refused_as_suspect(office) == "moved by 1800 s"


def test_once_the_clock_has_caught_up_it_may_not_fall_behind_again(office: Office) -> None:
    recorded(office)
    office.clock.jump(-MINUTE)
    explain(office)
    office.clock.wait(2 * MINUTE)
    recorded(office)
    office.clock.jump(-MINUTE)
    assert refused_as_suspect(office) == "60 s behind the last entry"


def test_only_a_registrar_explains_the_clock(office: Office) -> None:
    recorded(office)
    office.clock.jump(-MINUTE)
    with pytest.raises(LedgerError) as refused:
        do(office.ledger, office.hands["intake_clerk"], ExplainClock(reason="clock_corrected"))
    assert refused.value.code.startswith("authority.")
    refused_as_suspect(office)


def test_an_explanation_holds_after_a_restart(office: Office) -> None:
    recorded(office)
    office.clock.jump(-MINUTE)
    later = office.reopened()
    refused_as_suspect(later)
    at = explain(later)
    again = later.reopened()
    assert recorded(again) == at
    again.clock.jump(-MINUTE)
    assert refused_as_suspect(again) == "120 s behind the last entry"
    again.ledger.close()


def test_an_explanation_of_long_ago_excuses_nothing_new(office: Office) -> None:
    recorded(office)
    office.clock.jump(-MINUTE)
    explain(office)
    office.clock.wait(10 * MINUTE)
    recorded(office)
    office.clock.jump(-MINUTE)
    later = office.reopened()
    assert refused_as_suspect(later) == "60 s behind the last entry"
    later.ledger.close()


def test_what_one_process_recorded_another_heeds(office: Office) -> None:
    recorded(office)
    office.clock.jump(2 * JUMP_MS)
    refused_as_suspect(office)
    beside = office.opened_beside()
    explain(beside)
    office.a_case()
    office.clock.jump(2 * JUMP_MS)
    refused_as_suspect(office)
    beside.ledger.close()


def test_an_explanation_that_was_not_written_explains_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded(office)
    office.clock.jump(-MINUTE)

    def full(*_: object, **__: object) -> None:
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr(Recorder, "insert", full)
        with pytest.raises(LedgerError):
            explain(office)
    refused_as_suspect(office)


# Clocks -------------------------------------------------------------------------------------------


def test_a_simulated_clock_goes_on_from_where_it_is_set_and_never_back() -> None:
    clock = SimulatedClock(1_000_000)
    watch = ClockWatch(clock)
    clock.set(9_000_000_000)
    clock.set(5)
    first, later = clock.now_ms(), clock.now_ms()
    assert 9_000_000_000 <= first <= later < 9_000_060_000
    assert watch.stamp(0, lambda: None) >= first, "a clock that was set has not jumped"


def test_a_simulated_ledger_served_again_goes_on_from_its_head(tmp_path: Path) -> None:
    simulated = found_office(tmp_path / "home", SimulatedClock(START_MS))
    simulated.ledger.close()
    with open_ledger(simulated.path) as served:
        last = served.recorder.head().last_at
        assert START_MS <= last <= served.clock.now_ms() < last + MINUTE
        assert served.home.simulated
        simulated._replace(ledger=served).a_case()


def test_a_storys_clock_stands_still_and_records_what_was_signed_at_that_moment() -> None:
    clock = StoryClock(1_000)
    watch = ClockWatch(clock)
    clock.set(9_000_000_000)
    clock.set(5)
    assert clock.now_ms() == 9_000_000_000
    assert watch.stamp(0, lambda: None, signed_ms=2_000) == 2_000
    assert watch.stamp(3_000, lambda: None, signed_ms=2_000) == 3_000, "never before the last"


def test_the_machines_clocks_run_forwards() -> None:
    clock = RealClock()
    times = [(clock.now_ms(), clock.monotonic_ms()) for _ in range(100)]
    assert all(a[1] <= b[1] for a, b in itertools.pairwise(times))
    assert times[0][0] > 1_700_000_000_000
