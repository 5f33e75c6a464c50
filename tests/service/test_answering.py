"""Findings and what a supervision committee made of them, on the board as of any point."""

import pytest

from ledger.aggregates.case import commands as cases
from ledger.aggregates.finding.commands import Acknowledge, Dismiss
from ledger.aggregates.finding.errors import OwnMatter
from ledger.aggregates.post.commands import Recuse
from ledger.errors import NotAuthorised
from ledger.rules.authority import Recused
from ledger.service.office import Hand, appoint, do, establish, hand
from tests.service.test_boards import sheet, staffed
from tests.service.test_findings import found
from tests.service.test_findings_of_matters import assigned, handler
from tests.service.test_findings_of_trust import holder, post_of
from tests.support.office import Office


def hand_on(office: Office, stream: str, other: Hand, times: int) -> None:
    for number in range(times):
        to = (other, handler(office))[number % 2].who.actor
        told = cases.Reassign(stream=stream, handler=to, reason="staff_change")
        do(office.ledger, office.hands["coordinator"], told)


def answer(office: Office, by: Hand, command: type, row: dict, reason: str) -> str:
    told = {name: row[name] for name in ("unit", "kind", "version", "facts", "record")}
    wanted = command(**told, reason=reason, text="已看过")
    return do(office.ledger, by, wanted).entries[0].stream


def test_a_finding_is_taken_up_laid_aside_by_two_and_opens_again_when_its_facts_change(office):
    stream, other = assigned(office), staffed(office, "liaison", "other")
    jian, yi = (staffed(office, "supervisor", label) for label in ("jian", "yi"))
    hand_on(office, stream, other, 3)
    (row,) = found(office, "ping_pong")
    assert (row["standing"], row["reason"], row["answered_by"]) == ("open", None, None)
    size = office.size

    answer(office, jian, Acknowledge, row, "looking_into")
    (row,) = found(office, "ping_pong")
    assert (row["standing"], row["reason"]) == ("acknowledged", "looking_into")
    assert (row["answered_by"], row["answered_on"]) == (jian.who.actor, "2026-03-02")
    named = sheet(office, "findings").words
    assert named["standing"]["acknowledged"].zh == "已受理"
    assert named["reason"]["looking_into"].zh == "正在核查"

    answer(office, jian, Dismiss, row, "explained")
    assert found(office, "ping_pong")[0]["standing"] == "to_dismiss"
    answer(office, yi, Dismiss, row, "explained")
    (row,) = found(office, "ping_pong")
    assert (row["standing"], row["again"]) == ("dismissed", False)
    assert found(office, "ping_pong", size=size)[0]["standing"] == "open"

    hand_on(office, stream, other, 2)
    (again,) = found(office, "ping_pong")
    assert (again["standing"], again["again"], again["reason"]) == ("open", True, None)
    assert again["facts"] != row["facts"]


def test_what_only_lasts_longer_stays_answered(office):
    stream = office.a_case()
    do(office.ledger, office.hands["intake_clerk"], cases.Accept(stream=stream))
    jian = staffed(office, "supervisor")
    size, now = office.size, office.clock.now_ms()
    late = {"size": size, "at": now + 60 * 86_400_000}
    (row,) = found(office, "deadline_passed", **late)
    (later,) = found(office, "deadline_passed", size=size, at=late["at"] + 86_400_000)
    assert later["measure"] == row["measure"] + 1
    assert later["facts"] == row["facts"]
    office.clock.wait(60 * 86_400_000)
    answer(office, jian, Acknowledge, row, "asked_to_correct")
    (row,) = found(office, "deadline_passed", size=office.size, at=late["at"] + 2 * 86_400_000)
    assert row["standing"] == "acknowledged"


def test_what_was_answered_before_it_arose_is_open_on_its_day_and_says_so(office):
    stream = office.a_case()
    do(office.ledger, office.hands["intake_clerk"], cases.Accept(stream=stream))
    jian, yi = (staffed(office, "supervisor", label) for label in ("jian", "yi"))
    ahead = {"size": office.size, "at": office.clock.now_ms() + 60 * 86_400_000}
    (foreseen,) = found(office, "deadline_passed", **ahead)
    for by in (jian, yi):
        answer(office, by, Dismiss, foreseen, "explained")
    office.clock.wait(60 * 86_400_000)
    (row,) = found(office, "deadline_passed")
    assert row["facts"] == foreseen["facts"]
    assert (row["standing"], row["reason"], row["early"]) == ("open", None, True)
    answer(office, yi, Acknowledge, row, "looking_into")
    for by, then in ((jian, "to_dismiss"), (yi, "dismissed")):
        answer(office, by, Dismiss, row, "explained")
        (row,) = found(office, "deadline_passed")
        assert (row["standing"], row["early"]) == (then, False)


def test_who_acted_in_a_matter_takes_up_a_finding_about_it_and_does_not_dismiss_it(office):
    stream = assigned(office)
    hand_on(office, stream, staffed(office, "liaison", "other"), 3)
    (row,) = found(office, "ping_pong")
    desk = office.hands["coordinator"]
    appoint(office.ledger, office.registrars, desk.who.actor, "supervisor", office.unit)
    both = hand(desk.who.actor, "supervisor", desk.key)
    with pytest.raises(OwnMatter) as refused:
        answer(office, both, Dismiss, row, "explained")
    assert refused.value.facts["record"] == stream
    answer(office, both, Acknowledge, row, "looking_into")
    assert found(office, "ping_pong")[0]["standing"] == "acknowledged"


def test_who_was_given_a_matter_and_signed_nothing_dismisses_no_finding_about_it(office):
    stream, idle = assigned(office), staffed(office, "liaison", "idle")
    hand_on(office, stream, idle, 3)
    (row,) = found(office, "ping_pong")
    appoint(office.ledger, office.registrars, idle.who.actor, "supervisor", office.unit)
    both = hand(idle.who.actor, "supervisor", idle.key)
    with pytest.raises(OwnMatter):
        answer(office, both, Dismiss, row, "explained")
    answer(office, both, Acknowledge, row, "looking_into")


def test_a_committee_answers_for_its_own_unit(office):
    stream = assigned(office)
    hand_on(office, stream, staffed(office, "liaison", "other"), 3)
    (row,) = found(office, "ping_pong")
    elsewhere = establish(office.ledger, office.registrars[0], "x", name="外", level="street")
    jian = staffed(office, "supervisor")
    with pytest.raises(NotAuthorised):
        answer(office, jian, Dismiss, {**row, "unit": elsewhere}, "lawful")


def test_a_recused_member_answers_no_finding_about_the_matter_whatever_record_she_names(office):
    stream, elsewhere = assigned(office), office.a_case()
    hand_on(office, stream, staffed(office, "liaison", "other"), 3)
    jian, yi = (staffed(office, "supervisor", label) for label in ("jian", "yi"))
    do(office.ledger, holder(jian), Recuse(stream=post_of(office, jian), matter=stream))
    (row,) = found(office, "ping_pong")
    with pytest.raises(Recused):
        answer(office, jian, Dismiss, row, "lawful")
    answer(office, jian, Dismiss, {**row, "record": elsewhere}, "lawful")
    answer(office, jian, Dismiss, {**row, "record": None}, "lawful")
    answer(office, yi, Dismiss, row, "lawful")
    assert found(office, "ping_pong")[0]["standing"] == "to_dismiss"


def test_who_names_another_record_or_kind_than_was_found_answers_nothing(office):
    streams = [assigned(office) for _ in range(2)]
    other = staffed(office, "liaison", "other")
    for stream in streams:
        hand_on(office, stream, other, 3)
    jian, yi, bing = (staffed(office, "supervisor", label) for label in ("jian", "yi", "bing"))
    row, untouched = found(office, "ping_pong")
    for by in (jian, yi):
        answer(office, by, Dismiss, row, "explained")
    for wrong in ({"record": untouched["record"]}, {"kind": "backdated"}):
        answer(office, bing, Acknowledge, {**row, **wrong}, "told_above")
    shown = {line["record"]: line for line in found(office, "ping_pong")}
    assert shown[row["record"]]["standing"] == "dismissed"
    assert shown[row["record"]]["answered_by"] == yi.who.actor
    line = shown[untouched["record"]]
    assert (line["standing"], line["again"]) == ("open", False)
    answer(office, bing, Acknowledge, row, "told_above")
    shown = {line["record"]: line for line in found(office, "ping_pong")}
    assert shown[row["record"]]["standing"] == "acknowledged", "what she named wrongly binds nobody"
