"""Whatever is wished, in whatever order: the balance is what was posted, and never negative."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.aggregates.account import commands as wishes
from ledger.aggregates.account.events import Moves
from ledger.kernel.act import Act
from tests.support.gwt import Story
from tests.support.hall import (
    BAO,
    CHA,
    CLAIMS,
    DU,
    HALL,
    JIAN,
    KUAI,
    SHUJI,
    TOU,
    ZHUREN,
    ZU,
    a_hall,
    a_stream,
)

FUND, HOURS = a_stream("account", "fund"), a_stream("account", "hours")
numbers = st.integers(1, 5)
SIGNERS = (JIAN, CHA, DU, SHUJI, ZHUREN)


def begun() -> Story:
    fund = wishes.Open(stream=FUND, unit=HALL, kind="fund", since="2026-03", opening=500)
    hours = wishes.Open(stream=HOURS, unit=HALL, kind="volunteer_hours", category="resident")
    return a_hall().when(fund, KUAI).story.when(hours, BAO).story


BEGUN = begun()

fund_acts = st.one_of(
    st.builds(
        lambda amount, flow: [(
            wishes.Claim(
                stream=FUND, amount=amount, flow=flow, day="2026-03-02",
                purpose="rent" if flow == "in" else "office",
            ), CLAIMS,
        )],
        st.integers(1, 700),
        st.sampled_from(["in", "out"]),
    ),
    st.builds(
        lambda item: [(wishes.Confirm(stream=FUND, item=item), by) for by in SIGNERS], numbers
    ),
    st.builds(lambda item: [(wishes.Post(stream=FUND, item=item), KUAI)], numbers),
    st.builds(
        lambda item: [(wishes.Reverse(stream=FUND, item=item, reason="mistaken"), TOU)], numbers
    ),
    st.builds(
        lambda item: [(wishes.Reject(stream=FUND, item=item, reason="mistaken"), JIAN)], numbers
    ),
)  # fmt: skip
hour_acts = st.one_of(
    st.builds(
        lambda start, amount: [(
            wishes.Claim(
                stream=HOURS, amount=amount, purpose="peace", day="2026-03-02",
                start=f"{start:02}:00",
            ), BAO,
        )],
        st.integers(0, 23),
        st.integers(1, 600),
    ),
    st.builds(
        lambda item: [(wishes.Confirm(stream=HOURS, item=item, unrelated=True), ZU)], numbers
    ),
    st.builds(
        lambda item: [(wishes.Reverse(stream=HOURS, item=item, reason="mistaken"), TOU)], numbers
    ),
)  # fmt: skip


def told(steps) -> Story:
    """Return the story after as many of the steps as were accepted."""
    story = BEGUN
    for step in steps:
        for command, by in step:
            outcome = story.when(command, by)
            story = story if outcome.error else outcome.story
    return story


def moved(acts: tuple[Act, ...], stream: str) -> list[int]:
    return [
        act.event.amount for act in acts if act.stream == stream and isinstance(act.event, Moves)
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(fund_acts, max_size=12))
def test_a_fund_holds_what_was_posted_and_never_less_than_nothing(steps):
    story = told(steps)
    balance = 500
    for act in story.acts:
        if act.stream == FUND and isinstance(act.event, Moves):
            balance += act.event.amount
            assert act.event.balance == balance >= 0
    state = story.state(FUND)
    assert state.balance == balance == 500 + sum(moved(story.acts, FUND))
    live = [item.amount for item in state.items if item.standing == "posted"]
    assert balance == 500 + sum(live)


@settings(max_examples=60, deadline=None)
@given(st.lists(hour_acts, max_size=12))
def test_hours_are_those_posted_and_no_minute_counts_twice(steps):
    story = told(steps)
    state = story.state(HOURS)
    assert state.balance == sum(moved(story.acts, HOURS))
    posted = [item for item in state.items if item.standing == "posted"]
    minutes = [
        (item.day, minute)
        for item in posted
        for minute in range(item.start or 0, (item.start or 0) + item.amount)
    ]
    assert len(set(minutes)) == len(minutes) == state.balance
