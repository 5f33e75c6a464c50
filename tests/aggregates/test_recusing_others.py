"""One registrar alone takes no matter out of anybody's hands: a recusal by others is joint."""

import msgspec
import pytest

from ledger.aggregates.post import ApproveAppointment, Recuse
from ledger.rules.post_statements import PostRecusalProposed, PostRecused
from ledger.rules.posts import PostEnded
from tests.support.gwt import Story, an_id, person
from tests.support.trust import acting, appointed, founded, registered, registrar

AN, BO, CAI = registrar("an"), registrar("bo"), registrar("cai")
SHOU = person("shou")
MATTER = f"case/{an_id('matter')}"


def staffed(threshold: int = 2) -> tuple[Story, str]:
    """Three registrars and a clerk; the stream of the clerk's post."""
    story = registered(founded("an", "bo", "cai", threshold=threshold), "shou")
    story = appointed(story, SHOU, "clerk", "an", *("bo", "cai")[: threshold - 1])
    return story, story.acts[-1].stream


def proposed(threshold: int = 2) -> tuple[Story, ApproveAppointment]:
    """Shou's recusal proposed by An; what the others say to approve it."""
    story, stream = staffed(threshold)
    story = story.when(Recuse(stream=stream, matter=MATTER, text="当事人来函要求"), AN).story
    return story, ApproveAppointment(stream=stream, approves=str(story.acts[-1].digest))


def test_a_registrar_only_proposes_and_another_completes_it():
    story, approve = proposed()
    assert isinstance(story.acts[-1].event, PostRecusalProposed)
    assert story.state(approve.stream).recused == frozenset()
    story.when(approve, AN).refused("joint.own_proposal")
    outcome = story.when(approve, BO)
    assert outcome.events == (PostRecused(holder=SHOU, matter=MATTER, approves=approve.approves),)
    assert outcome.story.state(approve.stream).recused == {MATTER}
    outcome.story.when(approve, CAI).refused("post.recused_before")


def test_with_a_threshold_of_three_it_takes_three():
    story, approve = proposed(threshold=3)
    story = story.when(approve, BO).story
    assert story.state(approve.stream).recused == frozenset()
    story = story.when(approve, CAI).story
    assert story.state(approve.stream).recused == {MATTER}


def test_herself_she_withdraws_alone_and_so_does_a_registrar_who_is_the_only_one_needed():
    for story, stream, by in (
        (*staffed(), acting("shou", "holder")),
        (*staffed(threshold=1), AN),
    ):
        after = story.when(Recuse(stream=stream, matter=MATTER), by).story
        assert after.state(stream).recused == {MATTER}


def test_a_recusal_made_by_hand_without_the_others_is_refused():
    story, approve = proposed()
    alone = PostRecused(holder=SHOU, matter=MATTER)
    for approves in (None, approve.approves, story.acts[0].digest):
        event = msgspec.structs.replace(alone, approves=approves)
        story.submits(approve.stream, event, AN).refused("joint.more_needed")


def test_what_completes_it_is_of_the_matter_proposed():
    story, approve = proposed()
    other = PostRecused(holder=SHOU, matter=f"case/{an_id('other')}", approves=approve.approves)
    story.submits(approve.stream, other, BO).refused("joint.other_than_proposed")


@pytest.mark.parametrize("role", ["holder", "clerk"])
def test_who_is_no_registrar_proposes_nobody_s_recusal(role):
    story, stream = staffed()
    event = PostRecusalProposed(holder=SHOU, matter=MATTER)
    story.submits(stream, event, acting("shou", role)).refused("authority.role_not_allowed")


def test_the_end_of_a_post_is_not_completed_by_the_proposal_of_a_recusal():
    story, _ = staffed()
    bo = person("bo").replace("person", "post")
    story = story.when(Recuse(stream=bo, matter=MATTER), AN).story
    ended = PostEnded(
        holder=person("bo"), effective_from="2026-03-02", approves=story.acts[-1].digest
    )
    story.submits(bo, ended, CAI).refused("joint.more_needed")
