import msgspec
import pytest

from ledger.aggregates.device import RetireDevice
from ledger.aggregates.post import ApproveAppointment, EndPost, ProposeAppointment
from ledger.rules.posts import PostApproved, PostEnded
from tests.support.gwt import Story, device, on, person, unit, who
from tests.support.trust import (
    a_key,
    acting,
    appointed,
    device_registered,
    established,
    founded,
    in_office,
    registered,
    registrar,
)

CHEN = person("chen")
PROPOSE = ProposeAppointment(holder=CHEN, post_role="clerk", from_date="2026-03-02")


def proposed(story: Story, by: str = "an", **changes: object):
    """The story with an appointment proposed; its stream; its proposal's digest."""
    outcome = story.when(msgspec.structs.replace(PROPOSE, **changes), registrar(by))
    return outcome.story, outcome.stream, outcome.story.acts[-1].digest


def approve(story: Story, stream: str, digest: str, by: str):
    return story.when(ApproveAppointment(stream=stream, approves=digest), registrar(by))


def three() -> Story:
    return registered(founded("an", "bo", "cai", threshold=2), "chen")


def test_an_appointment_needs_another_registrars_approval():
    story, stream, digest = proposed(three())
    assert not story.state(stream).effective(2)
    story = approve(story, stream, digest, "bo").then(PostApproved(approves=digest, holder=CHEN))
    assert story.state(stream).effective(2)
    assert story.state(stream).joint.effect(2) == len(story.acts) - 1


def test_with_a_threshold_of_one_the_proposal_takes_effect_at_once():
    story, stream, digest = proposed(registered(founded("an", "bo"), "chen"))
    assert story.state(stream).joint.effect(1) == len(story.acts) - 1
    approve(story, stream, digest, "bo").refused("joint.already_effective")


def test_nobody_proposes_herself():
    three().when(msgspec.structs.replace(PROPOSE, holder=person("an")), registrar("an")).refused(
        "post.own_appointment"
    )


def test_nobody_approves_herself():
    story, stream, digest = proposed(three(), holder=person("bo"))
    approve(story, stream, digest, "bo").refused("post.own_appointment")
    approve(story, stream, digest, "cai").story  # noqa: B018


def test_nobody_approves_her_own_proposal():
    story, stream, digest = proposed(three())
    approve(story, stream, digest, "an").refused("joint.own_proposal")


def test_nobody_approves_twice():
    story = registered(founded("an", "bo", "cai", threshold=3), "chen")
    story, stream, digest = proposed(story)
    story = approve(story, stream, digest, "bo").story
    approve(story, stream, digest, "bo").refused("joint.approved_twice")
    assert not story.state(stream).effective(3)


def test_an_effective_appointment_is_not_approved_again():
    story, stream, digest = proposed(three())
    story = approve(story, stream, digest, "bo").story
    approve(story, stream, digest, "cai").refused("joint.already_effective")


def test_an_unknown_proposal_is_not_approved():
    story, stream, _ = proposed(three())
    approve(story, stream, str(story.acts[0].digest), "bo").refused("joint.proposal_unknown")
    approve(story, "post/" + "0" * 26, str(story.acts[0].digest), "bo").refused("post.unknown")


def test_only_registrars_propose_and_approve():
    story, clerk = in_office(three(), "dai", "clerk", "an", "bo")
    story.when(PROPOSE, clerk).refused("authority.role_not_allowed")
    story, stream, digest = proposed(story)
    story.when(ApproveAppointment(stream=stream, approves=digest), clerk).refused(
        "authority.role_not_allowed"
    )


def test_a_machine_neither_proposes_nor_approves():
    story = Story(three().registry, three().acts)  # without authority: the rule by itself
    machine = who(device("till"), "registrar")
    story.when(PROPOSE, machine).refused("joint.person_needed")
    story, stream, digest = proposed(story)
    story.when(ApproveAppointment(stream=stream, approves=digest), machine).refused(
        "joint.person_needed"
    )


def test_the_holder_is_registered_and_in_use():
    founded("an").when(PROPOSE, registrar("an")).refused("actor.unknown")
    story = device_registered(founded("an"), "till")
    till = msgspec.structs.replace(PROPOSE, holder=device("till"), post_role="importer")
    story.when(till, registrar("an")).story  # noqa: B018
    story = story.when(RetireDevice(stream=device("till")), registrar("an")).story
    story.when(till, registrar("an")).refused("device.out_of_use")


def test_no_post_is_that_of_holder_and_no_machine_is_registrar():
    story = device_registered(three(), "till")
    for changes in (
        {"post_role": "holder"},
        {"post_role": "registrar", "holder": device("till")},
    ):
        story.when(msgspec.structs.replace(PROPOSE, **changes), registrar("an")).refused(
            "post.role_reserved"
        )


@pytest.mark.parametrize("until", ["2026-03-02", "2026-03-01"])
def test_a_term_ends_after_it_begins(until):
    command = msgspec.structs.replace(PROPOSE, until=until)
    three().when(command, registrar("an")).refused("post.bad_term")


@pytest.mark.parametrize("day", [{"from_date": "2026-02-30"}, {"until": "2027-02-29"}])
def test_a_term_has_days_of_the_calendar(day):
    command = msgspec.structs.replace(PROPOSE, **day)
    three().when(command, registrar("an")).refused("time.bad_date")


def test_one_stream_is_one_appointment():
    story, stream, _ = proposed(three())
    again = msgspec.structs.replace(PROPOSE, stream=stream)
    story.when(again, registrar("an")).refused("post.taken")


def test_a_founders_post_is_taken():
    taken = msgspec.structs.replace(PROPOSE, stream=person("bo").replace("person", "post"))
    three().when(taken, registrar("an")).refused("post.taken")


def test_an_approval_names_the_holder_and_the_unit_proposed():
    story = established(three(), "grid")
    story, stream, digest = proposed(story, unit=unit("grid"))
    for event, code in (
        (PostApproved(approves=digest, holder=CHEN), "authority.unit_differs"),
        (
            PostApproved(approves=digest, holder=person("cai"), unit=unit("grid")),
            "post.holder_differs",
        ),
    ):
        story.submits(stream, event, registrar("bo")).refused(code)
    approve(story, stream, digest, "bo").then(
        PostApproved(approves=digest, holder=CHEN, unit=unit("grid"))
    )


def test_a_registrar_alone_ends_a_post():
    story, stream, digest = proposed(three())
    story = approve(story, stream, digest, "bo").story
    end = EndPost(stream=stream, effective_from="2026-04-01")
    story = story.when(end, registrar("cai")).then(
        PostEnded(holder=CHEN, effective_from="2026-04-01")
    )
    assert story.state(stream).held(on("2026-03-31").date())
    assert not story.state(stream).held(on("2026-04-01").date())
    story.when(end, registrar("an")).refused("post.over")


def test_a_holder_resigns_from_her_own_post_only():
    story = registered(registered(founded("an"), "chen"), "dai")
    story = appointed(appointed(story, CHEN, "clerk", "an"), person("dai"), "clerk", "an")
    hers = story.acts[-1].stream
    resign = EndPost(stream=hers, effective_from="2026-04-01")
    story.when(resign, acting("chen", "holder")).refused("authority.not_holder")
    story.when(resign, acting("dai", "holder")).story  # noqa: B018
    story.when(resign, acting("dai", "clerk")).refused("authority.role_not_allowed")


def test_a_post_does_not_end_before_it_begins():
    story, stream, _ = proposed(three())
    early = EndPost(stream=stream, effective_from="2026-03-01")
    story.when(early, registrar("an")).refused("post.bad_term")


def test_a_withdrawn_proposal_is_approved_no_more():
    story, stream, digest = proposed(three())
    withdraw = EndPost(stream=stream, effective_from="2026-03-02")
    story = story.when(withdraw, registrar("an")).story
    approve(story, stream, digest, "bo").refused("post.over")


def test_a_founders_post_is_ended_in_the_stream_with_her_id():
    story = founded("an", "bo")
    stream = person("bo").replace("person", "post")
    story = story.when(EndPost(stream=stream, effective_from="2026-03-02"), registrar("an")).then(
        PostEnded(holder=person("bo"), effective_from="2026-03-02")
    )
    story.when(PROPOSE, registrar("bo")).refused("authority.post_not_in_force")
    story.when(EndPost(stream=stream, effective_from="2026-03-02"), registrar("an")).refused(
        "post.over"
    )


def test_a_founders_post_has_no_proposal_to_approve():
    story = three()
    event = PostApproved(approves=str(story.acts[0].digest), holder=person("bo"))
    stream = person("bo").replace("person", "post")
    story.submits(stream, event, registrar("an")).refused("joint.proposal_unknown")


def test_an_unknown_post_is_not_ended():
    end = EndPost(stream="post/" + "0" * 26, effective_from="2026-03-02")
    three().when(end, registrar("an")).refused("post.unknown")


def test_a_local_registrar_appoints_below_her_unit_only():
    story = established(established(founded("an"), "street"), "grid", "street")
    story = registered(registered(story, "chen"), "dai")
    story = appointed(story, CHEN, "registrar", "an", unit=unit("street"))
    command = ProposeAppointment(
        holder=person("dai"), post_role="clerk", from_date="2026-03-02", unit=unit("grid")
    )
    chen = who(CHEN, "registrar", a_key("chen").kid)
    story.when(command, chen).story  # noqa: B018
    story.when(msgspec.structs.replace(command, unit=None), chen).refused("authority.out_of_scope")


@pytest.mark.parametrize("role", ["verifier", "liaison", "kiosk", "holder"])
def test_a_device_holds_the_one_role_of_its_kind(role):
    story = device_registered(founded("an"), "till")
    own = msgspec.structs.replace(PROPOSE, holder=device("till"), post_role="importer")
    assert story.when(own, registrar("an")).events
    other = msgspec.structs.replace(own, post_role=role)
    story.when(other, registrar("an")).refused("post.role_reserved")
