"""The register's rows equal what the aggregate's own fold says of each case, at every size."""

import tempfile
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.aggregates.case.events import (
    Answered,
    Assigned,
    CalledBack,
    CaseEvent,
    Closed,
    Extended,
    Objected,
    Rated,
    Received,
    Reopened,
    Resolved,
    Triaged,
)
from ledger.aggregates.case.evolve import evolve
from ledger.aggregates.case.mediation.events import (
    AgreedOrally,
    MediationFailed,
    MediationOpened,
    PartyDeclined,
)
from ledger.aggregates.case.published import EVENTS
from ledger.aggregates.case.state import CaseState
from ledger.aggregates.case.steering.events import (
    Absorbed,
    ConsultationCalled,
    ConsultationHeld,
    LeaderTookCharge,
    Merged,
    Resumed,
    Split,
    Suspended,
)
from ledger.kernel.act import Act, AsOf
from ledger.kernel.event import SPECS
from ledger.projections.register import (
    OPEN_CASES,
    CaseRow,
    day_of,
    due_before,
    fold,
    overdue,
    view,
)
from ledger.rules.accounts import Credit
from ledger.rules.clocks import DueDate
from tests.store.toy import Toys
from tests.support.gwt import ZONE, an_id, device, person, unit

PERSONS = [person("wang"), person("li"), device("import")]
CASES = [f"case/{an_id(label)}" for label in "abc"]
ACCOUNT = f"account/{an_id('one')}"
CREDITS = (Credit(account=ACCOUNT, purpose="peace", day="2026-03-02", start=0, minutes=60),)
HANDLE, REGISTER, APPEAL = "handle", "register", "appeal"


MORE = {
    "departments": (unit("grid"),), "department": unit("grid"), "resolution": "led",
    "authority": "court", "into": CASES[1], "case": CASES[1], "parties": 2, "asked": "applied",
    "party": 1, "remedies": ("lawsuit",), "mediators": (person("li"),), "mediator": person("li"),
    "number": 1, "present": 2, "signatures": 2, "stamped": True, "applicants": 2,
    "confirmed": True,
}  # fmt: skip


def members_of(cls: type[CaseEvent], extra: dict[str, Any]) -> dict[str, Any]:
    found = {name: extra[name] for name in extra if name in cls.__struct_fields__}
    return found | ({"into": (CASES[1],)} if cls is Split else {})


def due(day: str, clock: str = HANDLE, *, provisional: bool = False) -> DueDate:
    return DueDate(clock=clock, day=day, provisional=provisional)


def did(
    event: CaseEvent, *, occ: str = "2026-03-02", actor: str = PERSONS[0], role: str = "clerk",
    case: str = CASES[0], index: int = 0, seq: int = 1,
) -> Act:  # fmt: skip
    return Act(
        stream=case, seq=seq, type=SPECS[type(event)].name, jti=str(index), actor=actor,
        role=role, kid="k", occ=occ, iat=1_772_400_000, event=event, index=index,
    )  # fmt: skip


def received(**members: Any) -> Received:
    given_ = {"unit": unit("grid"), "state": "received", "kind": "petition", "channel": "visit"}
    return Received(**(given_ | members))


def event(cls: type[CaseEvent], state: str = "x", **members: Any) -> Any:
    return cls(unit=unit("grid"), state=state, **members)


def after(*acts: Act) -> CaseRow:
    row: CaseRow | None = None
    for act in acts:
        row = fold(row, act, act.stream)
    assert row is not None
    return row


# -- what an act makes of a row ---------------------------------------------------------------


def test_a_received_case_stands_in_the_register() -> None:
    row = after(did(received(due=(due("2026-03-17", REGISTER),))))
    assert row == CaseRow(
        case=CASES[0],
        unit=unit("grid"),
        kind="petition",
        state="received",
        open=True,
        received_on="2026-03-02",
        due="2026-03-17",
        clock=REGISTER,
        terms="register=2026-03-17",
        last_act="case.received.v1",
    )


def test_the_day_received_is_the_local_day_of_what_occurred() -> None:
    assert after(did(received(), occ="2026-03-01T18:30:00Z")).received_on == "2026-03-02"
    assert after(did(received(), occ="2026-03-01")).received_on == "2026-03-01"


def test_an_imported_case_says_so_for_good() -> None:
    imported = did(received(), role="importer", actor=device("import"))
    assert after(imported).imported
    assert after(imported, did(event(Closed, open=False))).imported
    assert not after(did(received()), did(event(Closed, open=False), role="importer")).imported


def test_the_earliest_running_term_is_the_due_one() -> None:
    start = did(received(due=(due("2026-05-01"), due("2026-03-17", REGISTER))))
    stopped = did(event(Triaged, route="direct", stopped=(REGISTER,)))
    assert (after(start).due, after(start).clock) == ("2026-03-17", REGISTER)
    assert (after(start, stopped).due, after(start, stopped).clock) == ("2026-05-01", HANDLE)


def test_an_extended_term_moves_its_due_day() -> None:
    start = did(received(due=(due("2026-05-01"),)))
    longer = did(event(Extended, clock=HANDLE, days=30, due=(due("2026-05-31"),)))
    assert after(start, longer).due == "2026-05-31"


def test_a_provisional_term_is_marked_until_it_is_set_anew() -> None:
    start = did(received(due=(due("2027-02-10", provisional=True),)))
    settled = did(event(Objected, due=(due("2027-02-15"),)))
    assert (after(start).due, after(start).provisional) == ("2027-02-10", True)
    assert (after(start, settled).due, after(start, settled).provisional) == ("2027-02-15", False)


def test_a_right_that_lapses_is_no_term_to_keep() -> None:
    lapsing = DueDate(clock=APPEAL, day="2026-03-10", lapses=True)
    row = after(did(received(due=(lapsing, due("2026-05-01")))))
    assert (row.due, row.terms) == ("2026-05-01", "handle=2026-05-01")


def test_a_closed_case_keeps_the_day_it_was_closed_through_later_acts() -> None:
    closed = (did(received()), did(event(Closed, open=False), occ="2026-04-01"))
    called = did(event(CalledBack, open=False, reached=True), occ="2026-04-20")
    assert after(*closed, called).closed_on == "2026-04-01"
    assert not after(*closed, called).open


def test_a_reopened_case_is_open_counted_and_waits_for_a_handler() -> None:
    row = after(
        did(received()),
        did(event(Assigned, handler=person("li"))),
        did(event(Closed, open=False)),
        did(event(Reopened, state="accepted", due=(due("2026-06-01"),))),
    )
    assert (row.open, row.closed_on, row.reopened, row.handler) == (True, None, 1, None)
    assert (row.handled, row.state, row.due) == (True, "accepted", "2026-06-01")


def test_who_answers_an_unhandled_message_handled_it_but_a_device_never_does() -> None:
    answered = event(Answered)
    assert after(did(received()), did(answered, actor=person("li"))).handler == person("li")
    assert after(did(received()), did(answered, actor=device("import"))).handler is None
    assigned = did(event(Assigned, handler=person("wang")))
    assert after(did(received()), assigned, did(answered, actor=person("li"))).handler == person(
        "wang"
    )


def test_an_act_on_a_case_never_received_makes_no_row() -> None:
    assert fold(None, did(event(Resolved, outcome="done")), CASES[0]) is None


def test_every_type_of_the_aggregate_is_folded() -> None:
    extra = {
        "route": "direct",
        "handler": person("li"),
        "clock": HANDLE,
        "days": 3,
        "outcome": "done",
        "reached": True,
        "account": ACCOUNT,
        "credits": CREDITS,
        "kind": "petition",
        "channel": "visit",
        "blob": an_id("blob"),
    } | MORE
    for cls in EVENTS:
        members = members_of(cls, extra)
        row = after(did(received()), did(event(cls, state="after", **members)))
        assert (row.state, row.last_act) == ("after", SPECS[cls].name)


# -- standing still, joined, mediated ----------------------------------------------------------


def test_what_stands_still_is_no_term_until_it_goes_on() -> None:
    start = did(received(due=(due("2026-03-20"),)))
    halted = did(event(Suspended, paused=(HANDLE,), reason="expert_opinion"), occ="2026-03-10")
    again = did(event(Resumed, due=(due("2026-03-27"),)), occ="2026-03-17")
    row = after(start, halted)
    assert (row.suspended, row.suspended_on, row.due) == (True, "2026-03-10", None)
    assert not overdue(row, date(2030, 1, 1))
    row = after(start, halted, again)
    assert (row.suspended, row.suspended_on, row.stood, row.due) == (False, None, 7, "2026-03-27")


def test_a_case_closed_while_it_stands_still_stood_till_then() -> None:
    halted = did(event(Suspended, reason="expert_opinion"), occ="2026-03-10")
    row = after(did(received()), halted, did(event(Closed, open=False), occ="2026-03-12"))
    assert (row.suspended, row.stood) == (False, 2)


def test_a_merged_case_names_where_it_went_and_that_it_was_late() -> None:
    start = did(received(due=(due("2026-03-20"),)))
    ends = event(Merged, into=CASES[1], open=False, stopped=(HANDLE,))
    late, in_time = did(ends, occ="2026-03-21"), did(ends, occ="2026-03-20")
    assert (after(start, late).part_of, after(start, late).missed) == (CASES[1], 1)
    assert after(start, in_time).missed == 0
    taken = event(Absorbed, case=CASES[1], due=(due("2026-03-20"),))
    assert after(did(received(due=(due("2026-03-31"),))), did(taken)).due == "2026-03-20"


def test_what_the_reporter_last_said_stands_though_the_case_is_taken_up_again() -> None:
    rated = did(event(Rated, responded=True, satisfied=False))
    again = did(event(Reopened, reason="not_solved"))
    row = after(did(received()), rated, again)
    assert (row.responded, row.solved, row.satisfied) == (True, None, False)
    row = after(did(received()), rated, again, did(event(Rated, solved=True, satisfied=True)))
    assert (row.responded, row.solved, row.satisfied) == (True, True, True)


def test_a_consultation_and_a_leader_in_charge_are_told() -> None:
    called = did(event(ConsultationCalled, departments=(unit("grid"),)))
    assert after(did(received()), called).consulting
    held = did(event(ConsultationHeld, resolution="led"))
    assert not after(did(received()), called, held).consulting
    charge = did(event(LeaderTookCharge), actor=person("li"))
    assert after(did(received()), charge).leader == person("li")


@pytest.mark.parametrize(
    ("step", "stands"),
    [
        (event(PartyDeclined, party=1, remedies=("lawsuit",)), "declined"),
        (event(AgreedOrally), "oral"),
        (event(MediationFailed, remedies=("lawsuit",)), "failed"),
        (event(Objected), "under_way"),
    ],
)
def test_where_a_mediation_stands_is_told(step: CaseEvent, stands: str) -> None:
    opened = did(event(MediationOpened, parties=2, asked="applied"))
    assert after(did(received()), opened, did(step)).mediation == stands


@pytest.mark.parametrize(
    ("outcome", "stands"),
    [("agreed_oral", "oral"), ("agreed_written", "written"), ("mediation_failed", "failed"),
     ("settled", None)],
)  # fmt: skip
def test_what_was_mediated_at_once_counts_as_mediated(outcome: str, stands: str | None) -> None:
    assert after(did(received()), did(event(Resolved, outcome=outcome))).mediation == stands


# -- overdue ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "late"),
    [(date(2026, 4, 30), False), (date(2026, 5, 1), False), (date(2026, 5, 2), True)],
)
def test_a_case_is_overdue_from_the_day_after_its_last(on: date, late: bool) -> None:
    assert overdue(after(did(received(due=(due("2026-05-01"),)))), on) is late


def test_a_closed_case_is_never_overdue() -> None:
    row = after(
        did(received(due=(due("2026-03-05"),))), did(event(Closed, open=False, stopped=(HANDLE,)))
    )
    assert not overdue(row, date(2030, 1, 1))
    assert not overdue(msgspec.structs.replace(row, due="2026-03-05"), date(2030, 1, 1))


def test_the_day_asked_about_is_the_local_day_of_at() -> None:
    late, early = datetime(2026, 3, 1, 23, 59, 59, tzinfo=ZONE), datetime(2026, 3, 2, tzinfo=ZONE)
    for moment, day in ((late, date(2026, 3, 1)), (early, date(2026, 3, 2))):
        at = int(moment.timestamp() * 1000) + 999
        assert day_of(AsOf(size=1, at=at)) == day


# -- against the aggregate's own fold ---------------------------------------------------------

DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31)).map(date.isoformat)
DUE = st.builds(
    DueDate,
    clock=st.sampled_from((HANDLE, REGISTER)),
    day=DAYS,
    provisional=st.booleans(),
)
DUES = st.lists(DUE, max_size=2, unique_by=lambda one: one.clock).map(tuple)
STOPPED = st.sets(st.sampled_from((HANDLE, REGISTER))).map(tuple)


@st.composite
def case_events(draw: st.DrawFn) -> CaseEvent:
    cls = draw(st.sampled_from(EVENTS[1:]))
    extra = {
        "route": "direct", "handler": draw(st.sampled_from(PERSONS[:2])), "clock": HANDLE,
        "days": 3, "outcome": "done", "reached": True,
        "account": ACCOUNT, "credits": CREDITS, "kind": "petition",
        "blob": an_id("blob"),
        "paused": draw(STOPPED), "handlers": draw(st.sampled_from(((), (person("li"),)))),
    } | MORE  # fmt: skip
    members = members_of(cls, extra)
    return cls(
        unit=draw(st.sampled_from((unit("grid"), unit("other")))),
        state=draw(st.sampled_from(("accepted", "assigned", "closed"))),
        open=draw(st.booleans()),
        due=draw(DUES),
        stopped=draw(STOPPED),
        **members,
    )


@st.composite
def logs(draw: st.DrawFn) -> list[Act]:
    steps = draw(
        st.lists(
            st.tuples(st.sampled_from(CASES), case_events(), DAYS, st.sampled_from(PERSONS)),
            max_size=14,
        )
    )
    begun: set[str] = set()
    acts: list[Act] = []
    for case, happened, occ, actor in steps:
        opening = case not in begun
        begun.add(case)
        acts.append(
            did(
                received(due=happened.due) if opening else happened,
                case=case,
                occ=occ,
                actor=actor,
                index=len(acts),
            )
        )
    return acts


def states(acts: list[Act]) -> dict[str, CaseState]:
    found: dict[str, CaseState] = {}
    for act in acts:
        found[act.stream] = evolve(found.get(act.stream, CaseState()), act)
    return found


@given(logs(), DAYS.map(date.fromisoformat))
@settings(max_examples=30)
def test_the_register_agrees_with_the_aggregate_at_every_size(acts: list[Act], on: date) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Toys(Path(folder)).store("register", view)
        store.apply(acts, 0, len(acts))
        for size in range(len(acts) + 1):
            as_of = AsOf(size=size, at=0)
            rows = {row.case: row for row in store.rows(as_of)}
            known = states(acts[:size])
            assert rows.keys() == known.keys()
            for case, state in known.items():
                agree(rows[case], state)
            counted = Counter((row.unit, row.kind, row.state) for row in rows.values())
            assert store.count(as_of, by=("unit", "kind", "state")) == counted
            late = [row for row in rows.values() if overdue(row, on)]
            assert store.total(as_of, where=OPEN_CASES, below=due_before(on)) == len(late)


def agree(row: CaseRow, state: CaseState) -> None:
    for name in ("unit", "kind", "state", "open", "handler", "reopened", "reassigned"):
        assert getattr(row, name) == getattr(state, name), name
    assert row.handled == bool(state.handlers)
    assert (row.closed_on is None) == state.open
    assert row.last_act == f"case.{state.last}.v1"
    running = {clock.clock: clock.due for clock in state.clocks}
    assert row.due == min((one.day for one in running.values()), default=None)
    assert row.terms.split() == [
        f"{clock}={running[clock].day}{'?' if running[clock].provisional else ''}"
        for clock in sorted(running)
    ]
