"""Evidence, beginnings and stated numbers are kept as acts say them, whoever's acts they are."""

from typing import ClassVar

from msgspec.structs import replace

from ledger.aggregates.case.events import Accepted, Received
from ledger.aggregates.decision import events as decided
from ledger.kernel.act import Act
from ledger.kernel.event import Code, Event, UnitRef
from ledger.projections import beginnings, evidence, unit_facts
from tests.rules.evident import Held, Taken
from tests.support.gwt import an_id, unit

STREAMS = {noun: f"{noun}/{an_id('a')}" for noun in ("session", "decision")}
UNIT = unit("grid")


class Counted(Event, frozen=True, kw_only=True):
    states: ClassVar[bool] = True
    unit: UnitRef
    code: Code
    value: int


def did(event: Event, *, occ: str, type_: str = "session.held.v1", seq: int = 1) -> Act:
    return Act(
        stream=STREAMS.get(type_.partition(".")[0], "case/x"), seq=seq, type=type_, jti="j",
        actor="person/x", role="clerk", kid="k", occ=occ, iat=1_772_400_000, event=event,
    )  # fmt: skip


def story(view, *acts):
    rows = {}
    for act in acts:
        for key in view.keys(act):
            rows[key] = view.fold(rows.get(key), act, key)
    return rows


def held(period: str, code: str = "law_class") -> Held:
    return Held(unit=UNIT, code=code, period=period)


def test_a_stream_is_one_piece_of_evidence_until_it_is_taken_back():
    acts = [
        did(held("2026-W12"), occ="2026-03-18T20:30:00Z"),
        did(held("2026-W12"), occ="2026-03-25", seq=2),
        did(Taken(), occ="2026-04-01", type_="session.withdrawn.v1", seq=3),
    ]
    (row,) = story(evidence.view, *acts[:2]).values()
    assert (row.of, row.code, row.period) == ("session", "law_class", "2026-W12")
    assert row.shelf == f"{UNIT} 2026"
    assert (row.done_on, row.withdrawn_on) == ("2026-03-19", None)
    (row,) = story(evidence.view, *acts).values()
    assert (row.done_on, row.withdrawn_on) == ("2026-03-19", "2026-04-01")


def test_restating_what_is_covered_is_done_when_it_is_restated():
    acts = [did(held("2026-W12"), occ="2026-03-18"), did(held("2026-W13"), occ="2026-03-25")]
    (row,) = story(evidence.view, *acts).values()
    assert (row.period, row.done_on) == ("2026-W13", "2026-03-25")


PROPOSED = decided.Proposed(unit=UNIT, code="moral_review", period="2026Q1")
REVIEWED = decided.StepTaken(unit=UNIT, step="reviewed", result="passed")


def reviewing(*after: tuple[Event, str]):
    told = [(PROPOSED, "2026-03-10"), *after]
    acts = [
        did(event, occ=day, type_="decision.step_taken.v1", seq=seq)
        for seq, (event, day) in enumerate(told, 1)
    ]
    (row,) = story(evidence.view, *acts).values()
    return row


def test_a_decision_shows_what_it_covers_and_meets_it_on_the_day_it_was_decided():
    row = reviewing()
    assert (row.of, row.code, row.period, row.done_on) == (
        "decision", "moral_review", "2026Q1", None,
    )  # fmt: skip
    told = decided.StepTaken(unit=UNIT, step="informed")
    row = reviewing((told, "2026-03-11"), (REVIEWED, "2026-03-25"), (REVIEWED, "2026-04-02"))
    assert (row.code, row.period, row.done_on) == ("moral_review", "2026Q1", "2026-03-25")
    rejected = replace(REVIEWED, result="rejected")
    assert reviewing((rejected, "2026-03-25")).done_on == "2026-03-25"


def test_a_decision_that_was_defective_meets_nothing_until_it_is_taken_again_without():
    defective = replace(REVIEWED, defects=("out_of_order",))
    closed = decided.Closed(unit=UNIT, code="moral_review", period="2026Q1", missing=("informed",))
    assert reviewing((defective, "2026-03-25"), (closed, "2026-03-26")).done_on is None
    assert reviewing((defective, "2026-03-25"), (REVIEWED, "2026-03-30")).done_on == "2026-03-30"


def test_the_step_taken_last_is_the_decision_whatever_was_met_before():
    defective = replace(REVIEWED, defects=("no_quorum",))
    voted = ((REVIEWED, "2026-03-25"), (defective, "2026-03-30"))
    row = reviewing(*voted)
    assert (row.done_on, row.withdrawn_on) == ("2026-03-25", "2026-03-30")
    row = reviewing(*voted, (REVIEWED, "2026-04-02"))
    assert (row.period, row.done_on, row.withdrawn_on) == ("2026Q1", "2026-04-02", None)


def test_an_appeal_upheld_takes_back_what_a_decision_met_and_one_dismissed_does_not():
    ruled = decided.AppealDecided(unit=UNIT, number=1, verdict="upheld")
    revoked = decided.Revoked(unit=UNIT, reason="unlawful")
    row = reviewing((REVIEWED, "2026-03-25"), (ruled, "2026-04-08"), (revoked, "2026-05-01"))
    assert (row.done_on, row.withdrawn_on) == ("2026-03-25", "2026-04-08")
    dismissed = replace(ruled, verdict="dismissed")
    assert reviewing((REVIEWED, "2026-03-25"), (dismissed, "2026-04-08")).withdrawn_on is None


def test_taking_back_what_was_never_met_leaves_nothing():
    taken = did(Taken(), occ="2026-04-01", type_="session.withdrawn.v1")
    assert set(story(evidence.view, taken).values()) == {None}


def test_only_acts_a_duty_may_follow_are_kept_as_beginnings():
    received = Received(unit=UNIT, state="received", kind="petition", channel="web")
    acts = [
        did(received, occ="2026-03-02T23:30:00+08:00", type_="case.received.v1"),
        did(Accepted(unit=UNIT, state="accepted"), occ="2026-03-03", type_="case.accepted.v1"),
    ]
    (row,) = story(beginnings.view, *acts).values()
    assert (row.act, row.code, row.day) == ("case.received", "petition", "2026-03-02")
    assert row.beginning == "case/x 1"


def test_of_two_numbers_stated_for_one_day_the_later_recorded_stands():
    def stated(value, occ, seq):
        event = Counted(unit=UNIT, code="households", value=value)
        return did(event, occ=occ, type_="figure.stated.v1", seq=seq)

    told = [(199, "2026-03-01"), (201, "2026-02-01"), (200, "2026-03-01")]
    acts = [stated(value, occ, seq) for seq, (value, occ) in enumerate(told, 1)]
    rows = story(unit_facts.view, *acts)
    assert [(rows[key].day, rows[key].value) for key in sorted(rows)] == [
        ("2026-02-01", 201),
        ("2026-03-01", 200),
    ]
