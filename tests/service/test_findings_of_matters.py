"""Findings on cases, hours and books: each is there when it should be, and not one step before."""

from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from ledger.aggregates.account import commands as accounts
from ledger.aggregates.case import commands as cases
from ledger.aggregates.case import events
from ledger.projections import handling
from ledger.service.board import Desk
from ledger.service.finding import Window
from ledger.service.findings import closed_unverified
from ledger.service.ledger import as_of
from ledger.service.office import Hand, do
from tests.service.test_account_boards import book, fund, serve, staff, volunteer
from tests.service.test_boards import staffed
from tests.service.test_findings import DAY, found, later
from tests.support.office import Office


def assigned(office: Office) -> str:
    stream = office.a_case()
    do(office.ledger, office.hands["intake_clerk"], cases.Accept(stream=stream))
    desk = office.hands["coordinator"]
    do(office.ledger, desk, cases.Triage(stream=stream, route="direct"))
    do(office.ledger, desk, cases.Assign(stream=stream, handler=handler(office).who.actor))
    return stream


def handler(office: Office) -> Hand:
    return office.hands["liaison"]


def closed(office: Office, stream: str, verifier: Hand | None = None) -> None:
    do(office.ledger, handler(office), cases.Resolve(stream=stream, outcome="settled"))
    do(office.ledger, verifier or office.hands["verifier"], cases.Verify(stream=stream))
    do(office.ledger, office.hands["coordinator"], cases.Close(stream=stream))


def test_a_case_without_handler_is_found_after_fifteen_days_and_not_once_assigned(office):
    stream = office.a_case()
    size = office.size
    assert found(office, "no_owner", size=size, at=later(office, 15)) == ()
    (row,) = found(office, "no_owner", size=size, at=later(office, 16))
    assert (row["record"], row["measure"]) == (stream, 1)
    assigned(office)
    rows = found(office, "no_owner", size=office.size, at=later(office, 16))
    assert [row["record"] for row in rows] == [stream]


def test_a_case_handed_on_three_times_is_found_and_twice_is_not(office):
    stream, other = assigned(office), staffed(office, "liaison", "other")
    for number in range(3):
        assert found(office, "ping_pong") == ()
        to = (other, handler(office))[number % 2].who.actor
        hand_on = cases.Reassign(stream=stream, handler=to, reason="staff_change")
        do(office.ledger, office.hands["coordinator"], hand_on)
    (row,) = found(office, "ping_pong")
    assert (row["record"], row["measure"]) == (stream, 3)


def test_a_case_taken_up_again_twice_is_found_and_once_is_not(office):
    stream = assigned(office)
    for times, verifier in enumerate((office.hands["verifier"], staffed(office, "verifier", "b"))):
        closed(office, stream, verifier)
        assert found(office, "reopened_often") == ()
        again = cases.Reopen(stream=stream, reason="not_solved")
        do(office.ledger, office.hands["coordinator"], again)
        if times == 0:
            desk = office.hands["coordinator"]
            do(office.ledger, desk, cases.Triage(stream=stream, route="direct"))
            do(office.ledger, desk, cases.Assign(stream=stream, handler=handler(office).who.actor))
    assert [row["measure"] for row in found(office, "reopened_often")] == [2]


def test_a_second_extension_makes_a_chain(office):
    stream, head = assigned(office), staffed(office, "unit_head")
    for number in range(2):
        assert found(office, "extension_chain") == ()
        more = cases.Extend(stream=stream, clock="handle", days=1 + number, reason="complex")
        do(office.ledger, head, more)
    (row,) = found(office, "extension_chain")
    assert (row["record"], row["measure"]) == (stream, 2)


def test_ten_closings_within_ten_minutes_are_found_and_nine_are_not(office):
    streams = [assigned(office) for _ in range(10)]
    for stream in streams:
        assert found(office, "bulk_closing") == ()
        closed(office, stream)
    (row,) = found(office, "bulk_closing")
    assert row["measure"] == 10
    assert len(row["entries"].split()) == 10


def test_a_case_is_verified_since_it_was_last_resolved_or_not_at_all():
    def told(*kinds: type) -> tuple[bool, bool]:
        row = None
        for kind in kinds:
            act = SimpleNamespace(occ="2026-03-02", event=_of(kind), stream="case/x")
            row = handling.fold(row, act, "case/x")
        return row.verified, row.unverified

    e = events
    assert told(e.Resolved, e.Verified, e.Closed) == (True, False)
    assert told(e.Resolved, e.Closed) == (False, True)
    assert told(e.Resolved, e.Closed, e.Reopened) == (False, False)
    again = (e.Resolved, e.Verified, e.Closed, e.Reopened, e.Resolved, e.Closed)
    assert told(*again) == (False, True)


def _of(kind: type):
    more = {"outcome": "settled"} if kind is events.Resolved else {}
    return kind(unit="unit/" + "0" * 26, state="x", **more)


@pytest.mark.parametrize(("kind", "count"), [("request", 1), ("message", 0)])
def test_a_case_closed_unverified_is_found_where_its_kind_arranges_verification(
    office, monkeypatch, kind, count
):
    stream = assigned(office)
    closed(office, stream)
    office.ledger.follower.catch_up()
    assert found(office, "closed_unverified") == ()
    desk = Desk(office.ledger, as_of(office.ledger), None)
    row = handling.HandlingRow(
        case=stream, unit=office.unit, shelf="2026", day="2026-03-02", unverified=True
    )
    case = replace(desk.store("register").row(stream, desk.point), kind=kind)
    monkeypatch.setattr(desk, "rows", lambda *_, **__: [row])
    monkeypatch.setattr(desk, "store", lambda _: SimpleNamespace(rows_of=lambda *_: {stream: case}))
    window = Window(since=desk.day, until=desk.day)
    assert len(list(closed_unverified.find(desk, window))) == count


def test_hours_marked_when_booked_are_found(office):
    clerk, organiser = staff(office, "volunteer_clerk", "organiser")
    account = volunteer(office, clerk, "王秀兰")
    serve(office, clerk, organiser, account, 60)
    assert found(office, "hours_flagged") == ()
    serve(office, clerk, organiser, volunteer(office, clerk, "李"), 721)
    (row,) = found(office, "hours_flagged")
    assert row["rule"] == "RF-10"
    assert row["about"]


def test_a_closed_period_is_found_once_something_in_it_is_booked_back(office):
    account, hands = fund(office)
    close = accounts.ClosePeriod(stream=account)
    do(office.ledger, hands["kuai"], close)  # February, over already
    item = book(office, account, hands, 500)
    office.clock.wait(31 * DAY)
    do(office.ledger, hands["kuai"], close)
    assert found(office, "closed_period_moved") == ()
    undo = accounts.Reverse(stream=account, item=item, reason="mistaken")
    do(office.ledger, hands["head"], undo)
    (row,) = found(office, "closed_period_moved")
    assert (row["about"], row["measure"], row["day"]) == ("2026-03", 500, "2026-03-31")
