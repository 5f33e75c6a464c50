"""The row of a disclosure item tells what the aggregate's own state tells, after any acts."""

from hypothesis import given
from hypothesis import strategies as st

from ledger.aggregates.disclosure_item import commands as wishes
from ledger.projections.disclosures import DisclosureRow, amounts_of, fold, view
from tests.aggregates.test_disclosure_acts import STEPS, approved, drafted, published
from tests.support.gwt import Story, on
from tests.support.publishing import DU, GONG, ITEM, JIAN, JIE, LIAN


def row_of(story: Story) -> DisclosureRow:
    row = None
    for act in story.acts:
        if act.aggregate in view.reads:
            (key,) = view.keys(act)
            row = fold(row, act, key)
    assert row is not None
    return row


@given(st.lists(STEPS, max_size=12))
def test_the_row_agrees_with_the_state(steps):
    story = drafted()
    for command, by in steps:
        outcome = story.when(command, by)
        story = story if outcome.error else outcome.story
    row, state = row_of(story), story.state(ITEM)
    assert (row.standing, row.version, row.period) == (state.standing, state.version, state.period)
    assert row.reviews == len(state.reviewers)
    assert [int(one.partition("=")[0]) for one in row.queries.split()] == list(state.open_queries)
    assert row.until == (state.until and state.until.isoformat())
    assert amounts_of(row.amounts) == {amount.of: amount.fen for amount in state.amounts}


def test_a_correction_shows_old_and_new():
    story = published()
    revise = wishes.Revise(
        stream=ITEM, reason="wrong_amount", title="更正",
        amounts=("opening=1000", "income=250.50", "expense=300.25", "closing=950.25"),
    )  # fmt: skip
    story = story.when(revise, GONG).story
    assert amounts_of(row_of(story).shown_amounts)["closing"] == 105_025
    for by in (JIAN, DU):
        story = story.when(wishes.Review(stream=ITEM), by).story
    story = story.when(wishes.Approve(stream=ITEM), LIAN).story
    row = row_of(story.when(wishes.Publish(stream=ITEM, channel="board"), GONG).story)
    assert (row.shown, amounts_of(row.before)["closing"]) == (2, 105_025)
    assert amounts_of(row.shown_amounts)["closing"] == 95_025


def test_a_posting_taken_down_early_says_so_until_it_is_posted_again():
    story = approved()
    publish = wishes.Publish(stream=ITEM, channel="board")
    story = story.when(publish, GONG, at=on("2026-03-03")).story
    story = story.when(wishes.TakeDown(stream=ITEM), GONG, at=on("2026-03-05")).story
    row = row_of(story)
    assert (row.early, row.taken_down, row.until) == (True, "2026-03-05", "2026-03-18")


def test_a_challenge_found_right_is_counted():
    story = published().when(wishes.Challenge(stream=ITEM, text="不实"), GONG).story
    decide = wishes.DecideChallenge(stream=ITEM, verdict="upheld", text="应更正")
    row = row_of(story.when(decide, JIE).story)
    assert (row.contested, row.upheld) == (False, 1)


def test_nothing_comes_before_the_draft():
    story = drafted()
    assert fold(None, story.acts[-1], ITEM) is not None
    reviewed = story.when(wishes.Review(stream=ITEM), JIAN).story
    assert fold(None, reviewed.acts[-1], ITEM) is None
