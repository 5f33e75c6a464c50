"""Disclosure items, given, when, then: each act's way and every refusal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger.aggregates.disclosure_item import commands as wishes
from ledger.aggregates.disclosure_item import events
from ledger.aggregates.disclosure_item.events import Amount
from ledger.errors import LedgerError
from ledger.kernel.act import Who
from ledger.kernel.event import Basis
from ledger.rules.evidence import gives
from ledger.rules.packs.pack import digest_of, shipped
from tests.support.gwt import Story, on
from tests.support.publishing import (
    CHA,
    COMMITTEE,
    DU,
    GONG,
    ITEM,
    JIAN,
    JIE,
    LIAN,
    a_committee,
    a_committee_under,
)
from tests.support.trust import appointed
from tests.support.versions import CN_BASE, CN_LAW

FINANCE = Basis(pack=CN_BASE, rule="catalogue.residents.finance")
POSTING = Basis(pack=CN_LAW, rule="urban.posting")
QUERY = Basis(pack=CN_LAW, rule="disclosure.query")
BOOKS = ("opening=1000.00", "income=250.50", "expense=200.25", "closing=1050.25")
FEN = (
    Amount(of="closing", fen=105_025), Amount(of="expense", fen=20_025),
    Amount(of="income", fen=25_050), Amount(of="opening", fen=100_000),
)  # fmt: skip


def draft(**members):
    told = {
        "stream": ITEM, "unit": COMMITTEE, "code": "residents.finance", "period": "2026-02",
        "title": "二月收支", "amounts": BOOKS,
    }  # fmt: skip
    return wishes.Draft(**told | members)


def drafted(**members) -> Story:
    return a_committee().when(draft(**members), GONG).story


def reviewed() -> Story:
    story = drafted()
    for member in (JIAN, DU):
        story = story.when(wishes.Review(stream=ITEM), member).story
    return story


def approved() -> Story:
    return reviewed().when(wishes.Approve(stream=ITEM), LIAN).story


def published() -> Story:
    return approved().when(wishes.Publish(stream=ITEM, channel="board"), GONG).story


# -- the way of an item -----------------------------------------------------------------------


def test_an_item_is_drafted_with_its_amounts_in_fen_and_its_text_sealed():
    outcome = a_committee().when(draft(table='[["项目","金额"],["保洁","200.25"]]'), GONG)
    outcome.then(
        events.Drafted(
            unit=COMMITTEE, code="residents.finance", period="2026-02", amounts=FEN,
            basis=(FINANCE,),
        )
    )  # fmt: skip
    (content,) = outcome.proposed[0].sealed
    assert (content.title, content.table) == (
        "二月收支",
        '[["项目","金额"],["保洁","200.25"]]',
    )


def test_two_members_review_and_only_the_second_completes_it():
    story = drafted()
    version = story.acts[-1].digest
    first = story.when(wishes.Review(stream=ITEM), JIAN)
    story = first.then(
        events.Reviewed(unit=COMMITTEE, approves=version, complete=False, basis=(FINANCE,))
    )
    assert story.state(ITEM).standing == "drafted"
    story = story.when(wishes.Review(stream=ITEM), DU).then(
        events.Reviewed(unit=COMMITTEE, approves=version, complete=True, basis=(FINANCE,))
    )
    assert story.state(ITEM).standing == "reviewed"


def test_it_is_posted_for_the_days_the_law_of_that_day_asks():
    story = approved()
    outcome = story.when(wishes.Publish(stream=ITEM, channel="board"), GONG, at=on("2026-03-03"))
    outcome.then(
        events.Published(
            unit=COMMITTEE, code="residents.finance", period="2026-02", day="2026-03-03",
            until="2026-03-18", channel="board", basis=(FINANCE, POSTING),
        )
    )  # fmt: skip


def test_a_posting_of_2025_is_judged_by_the_habit_before_the_law():
    story = approved()
    publish = wishes.Publish(stream=ITEM, channel="board", occ="2025-12-20")
    (event,) = story.when(publish, GONG).events
    assert isinstance(event, events.Published)
    assert (event.day, event.until) == ("2025-12-20", "2025-12-27")


@pytest.mark.parametrize(
    ("day", "early"), [("2026-03-17", True), ("2026-03-18", True), ("2026-03-19", False)]
)
def test_taken_down_before_its_last_day_is_over_is_recorded_as_early(day, early):
    story = approved()
    publish = wishes.Publish(stream=ITEM, channel="board")
    story = story.when(publish, GONG, at=on("2026-03-03")).story
    (event,) = story.when(wishes.TakeDown(stream=ITEM), GONG, at=on(day)).events
    assert event == events.TakenDown(unit=COMMITTEE, early=early, basis=(FINANCE,))


def test_a_question_is_due_in_fifteen_days_and_answered_by_number():
    story = published()
    raised = wishes.RaiseQuery(stream=ITEM, text="保洁费为何翻倍", asker="王女士")
    story = story.when(raised, GONG, at=on("2026-03-04")).then(
        events.QueryRaised(unit=COMMITTEE, number=1, due="2026-03-19", basis=(FINANCE, QUERY))
    )
    answer = wishes.AnswerQuery(stream=ITEM, number=1, text="二月清运两次")
    story = story.when(answer, GONG).then(
        events.QueryAnswered(unit=COMMITTEE, number=1, basis=(FINANCE,))
    )
    story.when(answer, GONG).refused("disclosure_item.query_not_open")


def test_a_correction_is_a_new_version_that_is_reviewed_again():
    story = published()
    revise = wishes.Revise(
        stream=ITEM, reason="wrong_amount", title="二月收支（更正）",
        amounts=("opening=1000", "income=250.50", "expense=300.25", "closing=950.25"),
    )  # fmt: skip
    story = story.when(revise, GONG).story
    state = story.state(ITEM)
    assert (state.standing, state.version, state.reviewers) == ("drafted", 2, ())
    story.when(wishes.Publish(stream=ITEM, channel="board"), GONG).refused(
        "disclosure_item.not_possible"
    )


def test_a_challenge_is_decided_by_somebody_who_had_no_hand_in_it():
    story = published().when(wishes.Challenge(stream=ITEM, text="与实际不符"), GONG).story
    again = wishes.Challenge(stream=ITEM, text="再次反映")
    story.when(again, GONG).refused("disclosure_item.not_contested")
    decide = wishes.DecideChallenge(stream=ITEM, verdict="upheld", text="核实后应更正")
    story = story.when(decide, JIE).story
    assert not story.state(ITEM).contested
    story.when(decide, JIE).refused("disclosure_item.not_contested")


def test_publishing_gives_evidence_and_withdrawing_takes_it_back():
    assert gives(events.Published) == "met"
    assert gives(events.Withdrawn) == "withdrawn"
    assert {gives(type_) for type_ in events.EVENTS} == {"met", "withdrawn", None}


def test_what_was_withdrawn_or_taken_down_is_put_on_file():
    story = published().when(wishes.Withdraw(stream=ITEM, reason="superseded"), GONG).story
    story = story.when(wishes.Archive(stream=ITEM), GONG).story
    assert story.state(ITEM).standing == "archived"
    story.when(wishes.Archive(stream=ITEM), GONG).refused("disclosure_item.not_possible")


# -- refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"period": "2026Q1"}, "disclosure_item.period_of_other_kind"),
        ({"period": "2026-04"}, "disclosure_item.period_not_begun"),
        ({"amounts": BOOKS[:3]}, "disclosure_item.amounts_differ"),
        ({"amounts": (*BOOKS, "gift=1.00")}, "disclosure_item.amounts_differ"),
        ({"amounts": (*BOOKS[:3], "closing=1050.24")}, "disclosure_item.out_of_balance"),
        ({"code": "nothing"}, "book.unknown_catalogue_item"),
        ({"table": '[["a"],["b","c"]]'}, "disclosure_item.table_malformed"),
        ({"table": "{}"}, "disclosure_item.table_malformed"),
        ({"title": "\u200b"}, "canonical.bad_text"),
    ],
)
def test_a_draft_that_is_not_as_its_kind_has_it_is_refused(members, code):
    a_committee().when(draft(**members), GONG).refused(code)


def test_nobody_reviews_her_own_draft_in_another_role():
    own = Who(actor=GONG.actor, role="supervisor", kid=GONG.kid)
    drafted().when(wishes.Review(stream=ITEM), own).refused("disclosure_item.own_draft")


def test_who_drafted_an_earlier_version_reviews_none_of_the_later():
    other = Who(actor=CHA.actor, role="publisher", kid=CHA.kid)
    revise = wishes.Revise(stream=ITEM, reason="incomplete", title="二月收支")
    story = appointed(drafted(), CHA.actor, "publisher", "an", unit=COMMITTEE)
    story = story.when(revise, other).story
    first = Who(actor=GONG.actor, role="supervisor", kid=GONG.kid)
    story.when(wishes.Review(stream=ITEM), first).refused("disclosure_item.own_draft")
    story.when(wishes.Review(stream=ITEM), CHA).refused("disclosure_item.own_draft")
    assert story.when(wishes.Review(stream=ITEM), JIAN).error is None


def test_under_a_pack_that_says_nothing_of_versions_it_is_judged_as_it_was_then():
    """Reviews recorded before packs said so stay lawful: the drafter of the newest is barred."""
    base = shipped("cn-base")
    older = {name: data.replace(b"any_version = true\n", b"") for name, data in base.items()}
    assert older != base
    story = a_committee_under({digest_of(each): each for each in (shipped("cn-law"), older)})
    story = appointed(story.when(draft(), GONG).story, CHA.actor, "publisher", "an", unit=COMMITTEE)
    revise = wishes.Revise(stream=ITEM, reason="incomplete", title="二月收支")
    story = story.when(revise, Who(actor=CHA.actor, role="publisher", kid=CHA.kid)).story
    first = Who(actor=GONG.actor, role="supervisor", kid=GONG.kid)
    assert story.when(wishes.Review(stream=ITEM), first).error is None
    story.when(wishes.Review(stream=ITEM), CHA).refused("disclosure_item.own_draft")


def test_one_member_counts_once():
    story = drafted().when(wishes.Review(stream=ITEM), JIAN).story
    story.when(wishes.Review(stream=ITEM), JIAN).refused("disclosure_item.reviewed_before")


def test_a_signature_for_an_older_version_is_refused():
    story = drafted()
    old = story.acts[-1].digest
    revise = wishes.Revise(stream=ITEM, reason="incomplete", title="二月收支")
    story = story.when(revise, GONG).story
    event = events.Reviewed(unit=COMMITTEE, approves=old, basis=(FINANCE,))
    story.submits(ITEM, event, JIAN).refused("disclosure_item.other_version")


def test_a_review_that_calls_itself_complete_too_soon_is_refused():
    story = drafted()
    event = events.Reviewed(
        unit=COMMITTEE, approves=story.acts[-1].digest, complete=True, basis=(FINANCE,)
    )
    story.submits(ITEM, event, JIAN).refused("disclosure_item.reckoned_otherwise")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"until": "2026-03-10"}, "disclosure_item.reckoned_otherwise"),
        ({"day": "2026-03-01"}, "disclosure_item.reckoned_otherwise"),
        ({"period": "2026-01"}, "disclosure_item.period_differs"),
        ({"channel": "nowhere"}, "disclosure_item.code_not_listed"),
        ({"basis": (FINANCE,)}, "disclosure_item.basis_differs"),
        ({"reason": "mistaken"}, "disclosure_item.member_not_allowed"),
    ],
)
def test_a_posting_forged_by_hand_is_refused(changed, code):
    story = approved()
    at = on("2026-03-03")
    (event,) = story.when(wishes.Publish(stream=ITEM, channel="board"), GONG, at=at).events
    story.submits(ITEM, replace(event, **changed), GONG, at=at).refused(code)


@pytest.mark.parametrize(
    "command",
    [
        wishes.Approve(stream=ITEM),
        wishes.Publish(stream=ITEM, channel="board"),
        wishes.TakeDown(stream=ITEM),
        wishes.Archive(stream=ITEM),
    ],
)
def test_no_step_is_left_out(command):
    story = drafted()
    by = LIAN if isinstance(command, wishes.Approve) else GONG
    story.when(command, by).refused("disclosure_item.not_possible")


def test_the_unit_of_another_is_not_hers():
    story = drafted()
    event = events.Reviewed(unit=f"unit/{ITEM[-26:]}", approves=story.acts[-1].digest)
    assert story.submits(ITEM, event, JIAN).error is not None


STEPS = st.sampled_from(
    [
        (wishes.Review(stream=ITEM), JIAN), (wishes.Review(stream=ITEM), DU),
        (wishes.Review(stream=ITEM), CHA), (wishes.Approve(stream=ITEM), LIAN),
        (wishes.Return(stream=ITEM, reason="incomplete"), JIAN),
        (wishes.Revise(stream=ITEM, reason="incomplete", title="再稿"), GONG),
        (wishes.Publish(stream=ITEM, channel="board"), GONG), (wishes.TakeDown(stream=ITEM), GONG),
        (wishes.RaiseQuery(stream=ITEM, text="问"), GONG),
        (wishes.AnswerQuery(stream=ITEM, number=1, text="答"), GONG),
        (wishes.Withdraw(stream=ITEM, reason="mistaken"), GONG),
    ]
)  # fmt: skip


@given(st.lists(STEPS, max_size=12))
def test_nothing_is_ever_published_that_two_others_did_not_review(steps):
    story = drafted()
    for command, by in steps:
        before = story.state(ITEM)
        outcome = story.when(command, by)
        if outcome.error is not None:
            assert isinstance(outcome.error, LedgerError)
            continue
        story = outcome.story
        if isinstance(command, wishes.Publish):
            assert len(set(before.reviewers) - set(before.drafters)) >= 2
            assert before.standing == "approved"
