import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.aggregates.post import ApproveAppointment, ProposeAppointment
from ledger.kernel.act import Act
from ledger.rules import joint
from ledger.rules.genesis import LOG, LogApproved
from ledger.rules.posts import post_tag, posts_of
from tests.support.gwt import a_digest, a_story, did, person, who
from tests.support.trust import TRUST, founded, registered, registrar

PEOPLE = ("an", "bo", "cai", "ding", "er", "feng")
BASE = (
    a_story(*TRUST)
    .given(did("log/x", LogApproved(approves=a_digest("p")), who(person("an"))))
    .acts[0]
)


def signed(by: str, index: int | None) -> Act:
    actor = by if "/" in by else person(by)
    return msgspec.structs.replace(BASE, actor=actor, index=index, digest=a_digest(f"{index}"))


@given(st.lists(st.sampled_from(PEOPLE), max_size=12), st.integers(1, 6))
def test_a_joint_act_takes_effect_with_the_last_distinct_person_needed(approvers, needed):
    made = joint.propose(signed("an", 10))
    distinct = ["an"]
    effect = 10 if needed == 1 else None
    for index, by in enumerate(approvers, start=11):
        made = joint.approve(made, signed(by, index))
        if by not in distinct:
            distinct.append(by)
            if len(distinct) == needed:
                effect = index
        assert made.effect(needed) == effect
        assert made.reached(needed) == (len(distinct) >= needed)


@given(st.permutations(PEOPLE), st.data())
def test_approvals_are_refused_exactly_when_they_may_not_count(order, data):
    needed = data.draw(st.integers(1, len(PEOPLE)))
    made = joint.propose(signed("an", 0))
    counted = 1
    for index, by in enumerate([*order, *order], start=1):
        try:
            joint.verify_approval(made, signed(by, index), needed)
        except joint.OwnProposal:
            assert by == "an"
        except joint.ApprovedTwice:
            assert made.signed_by(person(by))
        except joint.AlreadyEffective:
            assert counted >= needed
        else:
            assert counted < needed
            made = joint.approve(made, signed(by, index))
            counted += 1
    assert counted == needed


def test_an_effect_not_sequenced_yet_has_no_index():
    made = joint.approve(joint.propose(signed("an", 4)), signed("bo", None))
    assert made.reached(2)
    assert made.effect(2) is None


@pytest.mark.parametrize(
    ("by", "error"),
    [("device/" + "0" * 26, joint.PersonNeeded), ("bo", joint.ProposalUnknown)],
)
def test_nothing_and_no_machine_approves(by, error):
    with pytest.raises(error):
        joint.verify_approval(None, signed(by, 1), 2)


FIVE = registered(founded(*PEOPLE[:5], threshold=3), "chen")


@given(st.lists(st.sampled_from(PEOPLE[:5]), max_size=8))
def test_whoever_tries_to_approve_in_whatever_order_a_post_never_begins_early(order):
    propose = ProposeAppointment(holder=person("chen"), post_role="clerk", from_date="2026-03-02")
    outcome = FIVE.when(propose, registrar("an"))
    story, digest = outcome.story, str(outcome.story.acts[-1].digest)
    hands = {"an"}
    for by in order:
        approve = ApproveAppointment(stream=outcome.stream, approves=digest)
        tried = story.when(approve, registrar(by))
        assert (tried.error is None) == (by not in hands and len(hands) < 3)
        if tried.error is None:
            story = tried.story
            hands.add(by)
        facts = story.knows(post_tag(person("chen")), LOG)
        (post,) = posts_of(facts, person("chen"))
        assert post.effective(3) == (len(hands) == 3)
