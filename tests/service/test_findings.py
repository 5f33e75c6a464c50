"""Findings: every rule finds what it says and nothing else, as of any point, naming no person."""

import json
from datetime import timedelta

import pytest

from ledger.aggregates.case import commands as cases
from ledger.aggregates.decision.commands import Close, Propose, TakeStep
from ledger.aggregates.disclosure_item import commands as items
from ledger.aggregates.session.commands import Hold
from ledger.aggregates.unit import ChangeUnit, DissolveUnit
from ledger.rules.paper import Original
from ledger.rules.time import local_date, parse_date
from ledger.service.acts.submit import act
from ledger.service.board import Asked
from ledger.service.finding import rules
from ledger.service.ledger import as_of, today
from ledger.service.office import adopt, appoint, do, establish, hand
from ledger.service.sheet import NotNarrowed, make_sheet
from tests.service.test_boards import staffed
from tests.support.office import Office

DAY = 86_400_000


def found(office: Office, kind: str, **asked):
    office.ledger.follower.catch_up()
    days = {name: asked.pop(name) for name in ("since", "until") if name in asked}
    point = as_of(office.ledger, **asked)
    return make_sheet(office.ledger, "findings", point, None, Asked(kind=kind, **days)).rows


def later(office: Office, days: int) -> int:
    return office.clock.now_ms() + days * DAY


def test_every_rule_says_what_it_is_and_where_it_comes_from():
    assert set(rules()) >= {"disclosure_missing", "circular_approval", "backdated", "ping_pong"}
    for kind, rule in rules().items():
        assert rule.kind == kind
        assert rule.id.startswith(("RF-", "SD", "B.", "LAW-"))
        assert rule.version >= 1
        assert rule.zh
        assert rule.en
        assert any(tag in rule.source for tag in ("LAW-V", "LAW-P", "LAW-M", "LOCAL", "INF"))


def test_a_board_that_is_not_told_apart_by_day_or_kind_says_so(office):
    with pytest.raises(NotNarrowed) as refused:
        make_sheet(office.ledger, "cases", as_of(office.ledger), None, Asked(kind="x"))
    assert "cases" in refused.value.text("zh")


def test_an_entry_recorded_long_after_is_found_and_one_of_last_week_is_not(office):
    clerk = staffed(office, "session_clerk")
    for days in (15, 16):
        occ = _date(office, -days)
        hold = Hold(unit=office.unit, code="sweep", present=6, occ=occ)
        receipt = do(office.ledger, clerk, hold)
    rows = found(office, "backdated")
    assert [(row["rule"], row["measure"], row["about"]) for row in rows] == [
        ("RF-09", 16, "session.held.v1")
    ]
    assert rows[0]["entries"] == str(receipt.entries[0].index)
    assert rows[0]["record"] == receipt.entries[0].stream
    assert (rows[0]["what"], rows[0]["what_en"]) == ("矛盾纠纷排查", "Sweep for disputes")
    assert "person/" not in json.dumps([dict(row) for row in rows])


def test_findings_are_asked_for_by_day_and_what_lasts_stays(office):
    stream = office.a_case()
    do(office.ledger, office.hands["intake_clerk"], cases.Accept(stream=stream))
    at = later(office, 400)
    (row,) = found(office, "deadline_passed", size=office.size, at=at)
    assert row["measure"] > 300
    assert row["record"] == stream
    assert found(office, "deadline_passed", size=office.size, at=later(office, 1)) == ()
    clerk = staffed(office, "session_clerk")
    do(
        office.ledger,
        clerk,
        Hold(unit=office.unit, code="sweep", present=6, occ=_date(office, -40)),
    )
    (late,) = found(office, "backdated")
    today = parse_date(late["day"])
    assert found(office, "backdated", since=today, until=today)
    assert not found(office, "backdated", since=today + timedelta(days=1))
    assert not found(office, "backdated", until=today - timedelta(days=1))


def test_defects_of_steps_and_steps_never_taken_are_found(office):
    clerk = staffed(office, "decision_clerk")
    kind = "residents_four_two"
    receipt = do(office.ledger, clerk, Propose(unit=office.unit, code=kind, title="修缮活动室"))
    stream = receipt.entries[0].stream
    vote = {"of": "representatives", "total": 60, "present": 30, "ayes": 20, "nays": 10}
    do(office.ledger, clerk, TakeStep(stream=stream, step="decided", result="passed", **vote))
    (row,) = found(office, "step_defective")
    assert row["about"] == "decided out_of_order,no_quorum"
    assert found(office, "step_missing") == ()
    do(office.ledger, clerk, Close(stream=stream))
    (row,) = found(office, "step_missing")
    assert row["measure"] == 6
    assert row["record"] == stream


def test_what_was_rejected_need_not_be_carried_out(office):
    clerk = staffed(office, "decision_clerk")
    told = Propose(unit=office.unit, code="deliberation", title="停车收费")
    stream = do(office.ledger, clerk, told).entries[0].stream
    do(office.ledger, clerk, TakeStep(stream=stream, step="held", result="rejected"))
    do(office.ledger, clerk, Close(stream=stream))
    (row,) = found(office, "step_missing")
    assert row["about"] == "topic"


def test_two_who_sign_each_others_work_are_found_and_one_way_is_not(office):
    # Each of two persons drafts as publisher and reviews as a member of the committee.
    hands = [_two_posts(office, label) for label in ("jia", "yi")]
    _reviewed(office, hands[0][0], hands[1][1], "2026-01")
    assert found(office, "circular_approval") == ()
    _reviewed(office, hands[1][0], hands[0][1], "2026-02")
    (row,) = found(office, "circular_approval")
    assert row["rule"] == "RF-05"
    assert row["measure"] == 1
    assert len(row["entries"].split()) == 2
    # What is asked about begins after the first of the two: the finding is the same.
    office.clock.wait(5 * DAY)
    _reviewed(office, hands[0][0], hands[1][1], "2026-03")
    (row,) = found(office, "circular_approval")
    assert len(row["entries"].split()) == 3
    assert found(office, "circular_approval", since=parse_date(row["day"])) == (row,)


def test_who_signed_the_paper_of_a_draft_and_reviews_it_is_found(office):
    clerk = staffed(office, "publisher", "clerk")
    reviewers = [staffed(office, "supervisor", label) for label in ("jia", "yi")]
    paper = Original(box="2026-3", number="17", persons=(reviewers[0].who.actor,))
    draft = _draft(office, "2026-01")
    made = act(office.ledger, draft, clerk.who, clerk.key, original=paper).entries[0]
    do(office.ledger, reviewers[1], items.Review(stream=made.stream))
    assert found(office, "paper_signed_twice") == ()
    reviewed = do(office.ledger, reviewers[0], items.Review(stream=made.stream)).entries[0]
    (row,) = found(office, "paper_signed_twice")
    assert row["record"] == made.stream
    assert row["entries"] == f"{made.index} {reviewed.index}"


def test_what_is_taken_down_before_its_time_is_found(office):
    drafter, _ = _two_posts(office, "jia")
    others = [_two_posts(office, label)[1] for label in ("yi", "bing")]
    stream = _drafted(office, drafter, "2026-01")
    for each in others:
        do(office.ledger, each, items.Review(stream=stream))
    joint = staffed(office, "joint_clerk")
    do(office.ledger, joint, items.Approve(stream=stream))
    do(office.ledger, drafter, items.Publish(stream=stream, channel="board"))
    office.clock.wait(3 * DAY)
    do(office.ledger, drafter, items.TakeDown(stream=stream))
    (row,) = found(office, "taken_down_early")
    assert row["measure"] == 12


def test_what_was_due_to_be_disclosed_is_missing_from_the_day_after(office):
    adopt(office.ledger, office.registrars, "bijiang")
    unit = establish(
        office.ledger, office.registrars[0], "520602001001", name="社区", level="community"
    )
    on_the_day, after = (
        found(office, "disclosure_missing", size=office.size, at=later(office, days))
        for days in (70, 71)
    )
    assert not [row for row in on_the_day if row["about"].startswith("finance ")]
    (row,) = (row for row in after if row["about"].startswith("finance "))
    assert (row["rule"], row["unit"], row["record"]) == ("RF-01", unit, None)
    assert (row["about"], row["measure"]) == ("finance 2026-04 missing", 1)


def test_yesterday_s_findings_do_not_change(office):
    clerk = staffed(office, "session_clerk")
    hold = Hold(unit=office.unit, code="sweep", present=6, occ=_date(office, -40))
    do(office.ledger, clerk, hold)
    size, at = office.size, office.clock.now_ms()
    before = found(office, "backdated", size=size, at=at)
    do(office.ledger, clerk, hold)
    assert found(office, "backdated", size=size, at=at) == before
    assert len(found(office, "backdated")) == 2


def _two_posts(office: Office, label: str):
    drafter = staffed(office, "publisher", label)
    appoint(office.ledger, office.registrars, drafter.who.actor, "supervisor", office.unit)
    return drafter, hand(drafter.who.actor, "supervisor", drafter.key)


def _draft(office: Office, period: str) -> items.Draft:
    return items.Draft(
        unit=office.unit, code="residents.finance", period=period, title="收支", amounts=_amounts()
    )


def _drafted(office: Office, by, period: str) -> str:
    return do(office.ledger, by, _draft(office, period)).entries[0].stream


def _reviewed(office: Office, drafter, reviewer, period: str) -> None:
    stream = _drafted(office, drafter, period)
    do(office.ledger, reviewer, items.Review(stream=stream))


def _amounts():
    return ("opening=0", "income=0", "expense=0", "closing=0")


def _date(office: Office, days: int) -> str:
    return (local_date(office.clock.now_ms() // 1000) + timedelta(days=days)).isoformat()


def test_a_unit_left_under_a_dissolved_one_is_found_until_it_is_moved(office):
    registrar = office.registrars[0]
    below = establish(
        office.ledger, registrar, "g", name="网格", level="grid", parent=office.unit
    )  # fmt: skip
    assert found(office, "under_dissolved") == ()
    day = today(office.ledger).isoformat()
    do(office.ledger, registrar, DissolveUnit(stream=office.unit, effective_from=day))
    (row,) = found(office, "under_dissolved")
    assert row["unit"] == below
    other = establish(office.ledger, registrar, "s", name="街道", level="street")
    do(office.ledger, registrar, ChangeUnit(stream=below, parent=other, effective_from=day))
    assert found(office, "under_dissolved") == ()
