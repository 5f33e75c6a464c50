"""Findings on decisions that concern somebody: appeals overdue, results expired, offices to end."""

from ledger.aggregates.decision import commands as wishes
from ledger.service.office import Hand, appoint, do, hand
from tests.service.test_boards import sheet, staffed
from tests.service.test_findings import found, later
from tests.support.office import Office

DAY = 86_400_000


def review(office: Office, clerk: Hand) -> str:
    told = wishes.Propose(unit=office.unit, code="moral_review", title="道德评议", adult=True)
    stream = do(office.ledger, clerk, told).entries[0].stream
    for step, result in (
        ("collected", None), ("informed", None), ("reviewed", "passed"), ("posted", None),
    ):  # fmt: skip
        do(office.ledger, clerk, wishes.TakeStep(stream=stream, step=step, result=result))
    return stream


def test_an_appeal_not_ruled_on_in_time_is_found_until_it_is(office):
    clerk, officer = staffed(office, "decision_clerk"), staffed(office, "street_officer")
    stream = review(office, clerk)
    do(office.ledger, clerk, wishes.AppealDecision(stream=stream, text="不符"))
    size = office.size
    assert found(office, "appeal_undecided", size=size, at=later(office, 15)) == ()
    (row,) = found(office, "appeal_undecided", size=size, at=later(office, 17))
    assert (row["record"], row["about"], row["measure"]) == (stream, "1", 2)
    (first, *_) = sheet(office, "decisions").rows
    assert (first["appealed"], first["appeals_open"]) == (1, 1)
    rule = wishes.DecideAppeal(stream=stream, number=1, verdict="dismissed")
    do(office.ledger, officer, rule)
    assert found(office, "appeal_undecided", size=office.size, at=later(office, 99)) == ()


def test_a_result_posted_beyond_its_time_is_found_until_it_comes_down(office):
    clerk = staffed(office, "decision_clerk")
    stream = review(office, clerk)
    assert sheet(office, "decisions").rows[0]["expires"] == "2026-09-02"
    size = office.size
    assert found(office, "listing_expired", size=size, at=later(office, 184)) == ()
    (row,) = found(office, "listing_expired", size=size, at=later(office, 190))
    assert (row["record"], row["about"]) == (stream, "posted")
    do(office.ledger, clerk, wishes.TakeDown(stream=stream, step="posted"))
    assert found(office, "listing_expired", size=office.size, at=later(office, 190)) == ()


def appraise(office: Office, clerk: Hand, holder: str, grade: str) -> str:
    told = wishes.Propose(unit=office.unit, code="appraisal", title="民主评议")
    stream = do(office.ledger, clerk, told).entries[0].stream
    vote = {"of": "representatives", "total": 60, "present": 40, "ayes": 30, "nays": 10}
    met = wishes.TakeStep(stream=stream, step="appraised", result="passed", **vote)
    do(office.ledger, clerk, wishes.TakeStep(stream=stream, step="reported"))
    do(office.ledger, clerk, met)
    do(office.ledger, clerk, wishes.Appraise(stream=stream, holder=holder, grade=grade))
    return stream


def test_two_failures_running_and_still_in_office_are_found_and_two_apart_are_not(office):
    clerk, zhu = staffed(office, "decision_clerk"), staffed(office, "director")
    for grade in ("incompetent", "competent", "incompetent"):
        appraise(office, clerk, zhu.who.actor, grade)
        office.clock.wait(DAY)
        assert found(office, "incompetent_twice") == ()
    last = appraise(office, clerk, zhu.who.actor, "incompetent")
    (row,) = found(office, "incompetent_twice")
    assert (row["record"], row["rule"]) == (last, "LAW-38")
    assert len(row["entries"].split()) == 2
    assert "person/" not in str(row)
    officer = staffed(office, "street_officer")
    revoke = wishes.Revoke(stream=last, reason="unlawful")
    do(office.ledger, officer, revoke)
    assert found(office, "incompetent_twice") == ()
    appoint(office.ledger, office.registrars, zhu.who.actor, "organiser", office.unit)
    assert hand(zhu.who.actor, "organiser", zhu.key)
