"""Range reviews: who signs which range, given what was signed before."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.aggregates import review
from ledger.aggregates.review import (
    RangeOutOfPlace,
    ReviewedAlready,
    Signed,
    SignReview,
    review_tag,
)
from ledger.errors import LedgerError
from ledger.kernel.act import Act
from ledger.kernel.facts import Answer, Facts
from ledger.rules.authority import RoleNotAllowed
from ledger.rules.joint import PersonNeeded

UNIT = "unit/0123456789ABCDEFGHJKMNPQRS"
ROOT = "A" * 43
ANNA, BO = "person/0123456789ABCDEFGHJKMNPQRA", "person/0123456789ABCDEFGHJKMNPQRB"


def act(
    who: str, start: int, size: int, *, index: int | None = None, role: str = "supervisor"
) -> Act:
    event = Signed(unit=UNIT, start=start, size=size, root=ROOT, outcome="nothing_found")
    return Act(
        stream="review/0123456789ABCDEFGHJKMNPQRS", seq=1, type="review.signed.v1",
        jti="j", actor=who, role=role, kid="k", occ="2026-03-20", iat=0, event=event,
        index=index, digest="d",
    )  # fmt: skip


def facts(*acts: Act) -> Facts:
    return Facts({review_tag(UNIT): Answer(acts)}, lambda _: {})


def check(one: Act, *before: Act) -> None:
    review.aggregate.check(None, one, facts(*before))


def test_the_first_range_begins_with_the_log_and_the_next_where_it_ended() -> None:
    first = act(ANNA, 0, 10)
    check(first)
    check(act(BO, 10, 12), first)


@pytest.mark.parametrize(("start", "size"), [(1, 10), (0, 0), (5, 5), (12, 20), (9, 20)])
def test_a_range_that_leaves_a_gap_or_overlaps_is_refused(start: int, size: int) -> None:
    with pytest.raises(RangeOutOfPlace) as refused:
        check(act(BO, start, size), act(ANNA, 0, 10))
    assert refused.value.facts["start"] == 10


def test_nothing_is_reviewed_before_it_is_there() -> None:
    check(act(ANNA, 0, 10, index=10))
    with pytest.raises(RangeOutOfPlace):
        check(act(ANNA, 0, 11, index=10))


def test_others_sign_the_same_range_each_once() -> None:
    first = act(ANNA, 0, 10)
    check(act(BO, 0, 10), first)
    with pytest.raises(ReviewedAlready):
        check(act(ANNA, 0, 10), first)
    with pytest.raises(ReviewedAlready):
        check(act(BO, 0, 10), first, act(BO, 0, 10))


def test_only_members_of_a_committee_review_and_in_person() -> None:
    with pytest.raises(RoleNotAllowed):
        check(act(ANNA, 0, 10, role="accountant"))
    with pytest.raises(PersonNeeded):
        check(act("device/0123456789ABCDEFGHJKMNPQRS", 0, 10))


def test_a_stream_holds_one_review() -> None:
    one = act(ANNA, 0, 10)
    with pytest.raises(ReviewedAlready):
        review.aggregate.check(review.step(None, one), act(BO, 10, 12), facts(one))


def test_the_remark_is_sealed_and_nothing_else() -> None:
    command = SignReview(
        unit=UNIT, start=0, size=3, root=ROOT, outcome="questions", text="为何没有一月？"
    )
    context: Any = type("C", (), {"new_id": lambda self: "0123456789ABCDEFGHJKMNPQRS"})()
    (proposed,) = review.decide(None, command, context)
    assert proposed.stream == "review/0123456789ABCDEFGHJKMNPQRS"
    assert proposed.sealed == (review.Remark(text="为何没有一月？"),)
    with pytest.raises(ReviewedAlready):
        review.decide(review.step(None, act(ANNA, 0, 3)), command, context)


def test_what_was_found_is_said_and_never_taken_for_granted() -> None:
    given = {"unit": UNIT, "start": 0, "size": 3, "root": ROOT}
    with pytest.raises(msgspec.ValidationError, match="outcome"):
        msgspec.convert(given, SignReview)
    assert msgspec.convert({**given, "outcome": "questions"}, SignReview).outcome == "questions"


@given(
    st.lists(
        st.tuples(st.sampled_from([ANNA, BO]), st.integers(0, 6), st.integers(0, 6)), max_size=30
    )
)
def test_no_sequence_of_reviews_leaves_an_entry_out(wanted: list[tuple[str, int, int]]) -> None:
    signed: list[Act] = []
    for who, start, size in wanted:
        one = act(who, start, size)
        try:
            check(one, *signed)
        except LedgerError:
            continue
        signed.append(one)
    ranges = {(each.start, each.size) for each in review.fold(tuple(signed))}
    covered = [n for start, size in ranges for n in range(start, size)]
    last = max((size for _, size in ranges), default=0)
    assert sorted(covered) == list(range(last)), "each entry in one range, none left out"
    people = [(each.person, each.start, each.size) for each in review.fold(tuple(signed))]
    assert len(people) == len(set(people))
