"""A decision kept on screen: each step's form asks what the step is of, and says what is wrong."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from starlette.testclient import TestClient

from api.app import make_app
from ledger.aggregates.decision.commands import Propose, TakeStep
from ledger.service.office import Hand, do
from tests.api.browsing import Browser, form_in
from tests.service.test_boards import staffed
from tests.support.office import Office
from tests.support.staff import session_of

FOUR = "residents_four_two"
PASSED = {"total": "58", "present": "50", "ayes": "40", "nays": "10"}


@pytest.fixture
def keeper(office: Office) -> Hand:
    return staffed(office, "decision_clerk")


@pytest.fixture
def clerk(office: Office, keeper: Hand) -> Iterator[Browser]:
    with TestClient(make_app(office.ledger)) as client:
        yield Browser(client, keeper, session_of(office, keeper))


def proposed(office: Office, keeper: Hand, code: str = FOUR) -> str:
    wish = Propose(unit=office.unit, code=code, title="加装坡道")
    return do(office.ledger, keeper, wish).entries[0].stream


def steps_offered(page: str) -> list[str]:
    return [unescape(step) for step in re.findall(r"&amp;step=(\w+)\"", page)]


def test_what_a_step_asks_hangs_on_the_step(clerk: Browser, office: Office, keeper: Hand) -> None:
    stream = proposed(office, keeper)
    path = f"/acts/new?command=decision.take_step&stream={stream}"
    page = clerk.get(path)
    assert steps_offered(page)[:2] == ["proposed", "consulted"]
    asked = {step: form_in(clerk.get(f"{path}&step={step}")).keys() for step in steps_offered(page)}
    votes = {"f.of", "f.total", "f.present", "f.ayes", "f.nays", "f.abstained"}
    assert {step for step, names in asked.items() if names >= votes} == {"examined", "decided"}
    assert {step for step, names in asked.items() if names & votes} == {"examined", "decided"}
    assert {step for step, names in asked.items() if "f.result" in names} == {"decided"}


def test_the_body_a_quorum_counts_is_filled_in(
    clerk: Browser, office: Office, keeper: Hand
) -> None:
    stream = proposed(office, keeper)
    path = f"/acts/new?command=decision.take_step&stream={stream}&step="
    assert form_in(clerk.get(path + "examined"))["f.of"] == "party_members"
    assert form_in(clerk.get(path + "decided"))["f.of"] == "representatives"


def test_votes_that_do_not_add_up_come_back_as_typed(
    clerk: Browser, office: Office, keeper: Hand
) -> None:
    stream = proposed(office, keeper)
    page = clerk.get(f"/acts/new?command=decision.take_step&stream={stream}&step=decided")
    back = clerk.send(page, status=422, **PASSED | {"nays": "9", "result": "passed"})
    assert "Ayes, nays and abstentions make those present" in back
    assert form_in(back)["f.nays"] == "9"


def test_what_is_out_of_order_and_short_of_a_quorum_is_said_before_it_is_signed(
    clerk: Browser, office: Office, keeper: Hand
) -> None:
    stream = proposed(office, keeper)
    page = clerk.get(f"/acts/new?command=decision.take_step&stream={stream}&step=decided")
    few = PASSED | {"present": "20", "ayes": "20", "nays": "0", "result": "passed"}
    shown = clerk.send(page, status=200, **few)
    (warned,) = re.findall(r'<p class="warns".*?</p>', shown, re.S)
    assert "An earlier step was not taken" in warned
    assert "Too few came" in warned
    assert "Entitled in all 58; Present 20; In favour 20; Against 0; Abstained 0" in shown
    assert 'class="warns"' not in clerk.send(
        clerk.get(f"/acts/new?command=decision.take_step&stream={stream}&step=proposed")
    )


def test_a_step_taken_is_offered_last_and_said_to_be(
    clerk: Browser, office: Office, keeper: Hand
) -> None:
    stream = proposed(office, keeper)
    do(office.ledger, keeper, TakeStep(stream=stream, step="proposed"))
    page = clerk.get(f"/acts/new?command=decision.take_step&stream={stream}")
    assert steps_offered(page)[0] == "consulted"
    assert steps_offered(page)[-1] == "proposed"
    assert page.count("(recorded before)") == 1
    assert "Proposed by the Party branch" in clerk.get(f"/acts?stream={stream}"), "which was taken"


def test_a_decision_waits_on_its_keepers_desk_with_its_next_step(
    clerk: Browser, office: Office, keeper: Hand
) -> None:
    stream = proposed(office, keeper)
    do(office.ledger, keeper, TakeStep(stream=stream, step="proposed"))
    office.ledger.follower.catch_up()
    desk = clerk.get("/me")
    assert f"/acts?stream={stream}" in desk
    assert "next: Consulted by both committees" in desk
    assert "command=decision.propose" in desk


def test_only_what_is_posted_is_taken_down(clerk: Browser, office: Office, keeper: Hand) -> None:
    stream = proposed(office, keeper)
    assert "decision.take_down" not in clerk.get(f"/acts?stream={stream}")
    do(office.ledger, keeper, TakeStep(stream=stream, step="decision_posted"))
    assert "decision.take_down" in clerk.get(f"/acts?stream={stream}")


def test_an_age_and_a_period_are_asked_where_the_kind_wants_them(
    clerk: Browser, office: Office
) -> None:
    path = f"/acts/new?command=decision.propose&unit={office.unit}&code="
    of_adults = form_in(clerk.get(path + "moral_review"))
    assert {"f.adult", "f.period"} <= of_adults.keys()
    assert {"f.adult", "f.period"}.isdisjoint(form_in(clerk.get(path + FOUR)).keys())
