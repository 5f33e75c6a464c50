"""One registrar alone stops no joint act: another's post and key are ended by several."""

import msgspec
import pytest

from ledger.aggregates.key import ApproveRevocation, EnrolKey, RevokeKey, RotateKey
from ledger.aggregates.post import ApproveAppointment, EndPost
from ledger.kernel.aggregate import Command
from ledger.rules.keys import KeyApproved, KeyRevocationProposed, KeyRevoked, key_of, key_tag
from ledger.rules.posts import PostApproved, PostEnded, PostEndProposed, post_tag, posts_of
from tests.support.gwt import Story, on, person
from tests.support.trust import (
    a_key,
    acting,
    appointed,
    enrolled,
    founded,
    jwk,
    proof,
    registered,
    registrar,
)

BO = person("bo")
POST = BO.replace("person", "post")
KEY = f"key/{a_key('bo').kid}"
DAY = "2026-03-02"
END = EndPost(stream=POST, effective_from=DAY)
REVOKE = RevokeKey(stream=KEY, reason="lost")
ENDS = pytest.mark.parametrize("end", [END, REVOKE], ids=["post", "key"])


def three(threshold: int = 2) -> Story:
    return founded("an", "bo", "cai", threshold=threshold)


def approval(end: Command, digest: str) -> Command:
    if isinstance(end, EndPost):
        return ApproveAppointment(stream=POST, approves=digest)
    return ApproveRevocation(stream=KEY, approves=digest)


def proposed(end: Command, story: Story | None = None) -> tuple[Story, Command]:
    """The end proposed by An; what the others say to approve it."""
    story = (story or three()).when(end, registrar("an")).story
    return story, approval(end, str(story.acts[-1].digest))


def stands(story: Story, end: Command) -> bool:
    if isinstance(end, EndPost):
        (post,) = posts_of(story.knows(post_tag(BO)), BO)
        return post.held(on(DAY).date())
    key = key_of(story.knows(key_tag(a_key("bo").kid)), a_key("bo").kid)
    return key is not None and not key.ended


@ENDS
def test_a_first_registrar_only_proposes_and_a_second_completes_it(end):
    story, approve = proposed(end)
    assert type(story.acts[-1].event) in {PostEndProposed, KeyRevocationProposed}
    assert stands(story, end)
    outcome = story.when(approve, registrar("cai"))
    (ended,) = outcome.events
    assert type(ended) in {PostEnded, KeyRevoked}
    assert ended.approves == approve.approves
    assert not stands(outcome.story, end)


@ENDS
def test_with_a_threshold_of_three_two_approve_and_the_last_ends_it(end):
    story, approve = proposed(end, founded("an", "bo", "cai", "dai", threshold=3))
    story = story.when(approve, registrar("cai")).story
    assert type(story.acts[-1].event) in {PostApproved, KeyApproved}
    story.when(approve, registrar("cai")).refused("joint.approved_twice")
    assert stands(story, end)
    assert not stands(story.when(approve, registrar("dai")).story, end)


@ENDS
def test_nobody_approves_her_own_proposal_to_the_end(end):
    story, approve = proposed(end)
    story.when(approve, registrar("an")).refused("joint.own_proposal")


@ENDS
def test_an_end_made_by_hand_without_the_others_is_refused(end):
    story, approve = proposed(end)
    alone: PostEnded | KeyRevoked = KeyRevoked(reason="lost")
    if isinstance(end, EndPost):
        alone = PostEnded(holder=BO, effective_from=DAY)
    for event in (
        alone,
        msgspec.structs.replace(alone, approves=approve.approves),
        msgspec.structs.replace(alone, approves=story.acts[0].digest),
    ):
        story.submits(end.stream, event, registrar("an")).refused("joint.more_needed")


@ENDS
def test_what_completes_a_proposal_says_what_was_proposed(end):
    story, approve = proposed(end)
    other: PostEnded | KeyRevoked = KeyRevoked(reason="x", approves=approve.approves)
    if isinstance(end, EndPost):
        other = PostEnded(holder=BO, effective_from="2027-01-01", approves=approve.approves)
    story.submits(end.stream, other, registrar("cai")).refused("joint.other_than_proposed")


@ENDS
def test_herself_she_ends_it_alone(end):
    assert not stands(three().when(end, registrar("bo")).story, end)
    assert not stands(three().when(end, acting("bo", "holder")).story, end)


@ENDS
def test_where_one_founder_is_the_threshold_one_ends_it(end):
    assert not stands(three(threshold=1).when(end, registrar("an")).story, end)


@ENDS
def test_who_is_no_registrar_approves_no_end(end):
    story = registered(three(), "chen")
    story = appointed(story, person("chen"), "clerk", "an", "cai")
    story, approve = proposed(end, story)
    story.when(approve, acting("chen", "clerk")).refused("authority.role_not_allowed")


@ENDS
def test_an_end_that_took_effect_is_approved_no_more(end):
    story, approve = proposed(end)
    story = story.when(approve, registrar("cai")).story
    story = registered(story, "dai")
    story = appointed(story, person("dai"), "registrar", "an", "cai")
    outcome = story.when(approve, registrar("dai"))
    outcome.refused("post.over" if isinstance(end, EndPost) else "key.already_ended")


def test_a_registrars_key_is_not_rotated_away_by_another():
    story = enrolled(three(), "second", BO, own="bo")
    rotate = RotateKey(stream=KEY, successor=a_key("second").kid)
    story.when(rotate, registrar("an")).refused("key.registrar_rotates_herself")
    story.when(rotate, acting("bo", "holder")).story  # noqa: B018


def test_a_far_day_does_not_keep_a_post_from_being_ended_sooner():
    story = registered(three(), "chen")
    story = appointed(story, person("chen"), "clerk", "an", "cai")
    stream = story.acts[-1].stream
    far, soon = (EndPost(stream=stream, effective_from=day) for day in ("9999-12-31", DAY))
    story = story.when(far, acting("chen", "holder")).story
    story.when(far, registrar("an")).refused("post.over")
    story = story.when(soon, registrar("an")).story
    assert not story.state(stream).held(on(DAY).date())
    earlier = EndPost(stream=stream, effective_from=DAY)
    story.when(earlier, registrar("an")).refused("post.over")


def test_a_key_is_enrolled_for_a_former_registrar_only_a_day_after_her_announced_end():
    """On the last day in office, that key would sign what she never did."""
    story, approve = proposed(EndPost(stream=POST, effective_from="2026-03-03"))
    story = story.when(approve, registrar("cai")).story
    story, approve = proposed(REVOKE, story)
    story = story.when(approve, registrar("cai")).story
    new = EnrolKey(holder=BO, public_key=jwk("new").x, proof=proof("new", BO), custody="file")
    at = on("2026-03-03")
    story.when(new, registrar("an"), at=at).refused("key.registrar_enrols_herself")
    story.when(new, registrar("an"), at=on("2026-03-04")).story  # noqa: B018
