"""Copies handed over, given, when, then: whole periods, the body above, the very package."""

import pytest
from msgspec.structs import replace

from ledger.aggregates import delivery
from ledger.aggregates.delivery import Acknowledge, Acknowledged, HandedOver, HandOver
from ledger.aggregates.key import EnrolKey
from ledger.aggregates.person import RegisterPerson
from ledger.aggregates.post import EndPost
from tests.support.gwt import Story, a_digest, an_id, device, person, unit, who
from tests.support.trust import (
    SINCE,
    acting,
    appointed,
    established,
    founded,
    jwk,
    proof,
    registered,
    registrar,
)

ONE = f"delivery/{an_id('a copy')}"
STREET, COMMUNITY, OTHER = unit("street"), unit("community"), unit("other")
SUPERVISES, INSPECTS = acting("shen", "supervisor"), acting("ji", "inspector")
ELSEWHERE = acting("yi", "inspector")
HAND_OVER = HandOver(
    stream=ONE, unit=COMMUNITY, period="2026-02", size=20, root=a_digest("root"),
    package=a_digest("package"), receiver=STREET,
)  # fmt: skip
RECEIVE = Acknowledge(stream=ONE, package=a_digest("package"))


def there() -> Story:
    """Return a community and another under one street, on 2 March 2026, with their people."""
    story = established(founded("an", "bo", more=(delivery.aggregate,)), "street")
    for label in ("community", "other"):
        story = established(story, label, "street")
    posts = (("shen", "supervisor", COMMUNITY), ("ji", "inspector", STREET))
    for label, role, place in (*posts, ("yi", "inspector", COMMUNITY)):
        story = registered(story, label)
        story = appointed(story, person(label), role, "an", unit=place)
    return story


def handed() -> Story:
    return there().when(HAND_OVER, SUPERVISES).story


def test_what_stands_of_a_copy_is_unit_period_size_root_package_and_receiver():
    there().when(HAND_OVER, SUPERVISES).then(
        HandedOver(
            unit=COMMUNITY, period="2026-02", size=20, root=a_digest("root"),
            package=a_digest("package"), receiver=STREET,
        )
    )  # fmt: skip
    public = set(HandedOver.__struct_fields__) - set(delivery.Event.__struct_fields__)
    assert public == {"period", "size", "root", "package", "receiver"}


def test_its_receiver_acknowledges_the_very_package_once():
    outcome = handed().when(RECEIVE, INSPECTS)
    outcome.then(Acknowledged(unit=COMMUNITY, package=a_digest("package")))
    outcome.story.when(RECEIVE, INSPECTS).refused("delivery.acknowledged")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"period": "2026-W08"}, "delivery.period_too_narrow"),
        ({"period": "2026-02-27"}, "delivery.period_too_narrow"),
        ({"period": "2026Q1"}, "delivery.period_not_over"),
        ({"period": "2026-03"}, "delivery.period_not_over"),
        ({"period": "2026-13"}, "period.bad"),
        ({"receiver": OTHER}, "delivery.body_elsewhere"),
        ({"receiver": COMMUNITY}, "delivery.body_elsewhere"),
        ({"receiver": unit("nowhere")}, "unit.unknown"),
    ],
)
def test_a_copy_is_of_a_whole_period_that_is_over_for_a_body_above(changed, code):
    there().when(replace(HAND_OVER, **changed), SUPERVISES).refused(code)


def test_the_topmost_unit_hands_its_copy_to_its_own_inspectors_as_nothing_is_above_it():
    top = replace(HAND_OVER, unit=STREET)
    story = appointed(there(), person("shen"), "supervisor", "an", unit=STREET)
    (handed_over,) = story.when(top, SUPERVISES).events
    assert (handed_over.unit, handed_over.receiver) == (STREET, STREET)
    below = replace(top, receiver=COMMUNITY)
    story.when(below, SUPERVISES).refused("delivery.body_elsewhere")


def test_only_whom_it_was_handed_to_receives_it_and_only_that_package():
    there().when(RECEIVE, INSPECTS).refused("delivery.unknown")
    handed().when(RECEIVE, ELSEWHERE).refused("delivery.not_its_inspector")
    handed().when(RECEIVE, SUPERVISES).refused("authority.role_not_allowed")
    other = replace(RECEIVE, package=a_digest("another"))
    handed().when(other, INSPECTS).refused("delivery.other_package")
    handed().when(HAND_OVER, SUPERVISES).refused("delivery.handed_over")


def test_whoever_had_the_receivers_post_once_receives_it_no_more():
    story = appointed(handed(), person("yi"), "inspector", "an", unit=STREET)
    end = EndPost(stream=story.acts[-1].stream, effective_from=SINCE)
    story = story.when(end, registrar("an")).story
    story.when(RECEIVE, ELSEWHERE).refused("delivery.not_its_inspector")


def test_whoever_handed_it_over_does_not_acknowledge_it_as_well():
    story = appointed(handed(), person("shen"), "inspector", "an", unit=STREET)
    story.when(RECEIVE, acting("shen", "inspector")).refused("delivery.own_hand_over")
    story.when(RECEIVE, INSPECTS).then(Acknowledged(unit=COMMUNITY, package=a_digest("package")))


def test_a_key_kept_by_the_server_receives_nothing():
    holder = person("wei")
    story = handed().when(RegisterPerson(stream=holder, full_name="wei"), registrar("an")).story
    kept = EnrolKey(
        holder=holder, public_key=jwk("wei").x, proof=proof("wei", holder), custody="custodial"
    )
    story = story.when(kept, registrar("an")).story
    story = appointed(story, holder, "inspector", "an", unit=STREET)
    story.when(RECEIVE, acting("wei", "inspector")).refused("delivery.not_own_key")


def test_inspectors_hand_nothing_over_and_devices_neither():
    there().when(HAND_OVER, INSPECTS).refused("authority.role_not_allowed")
    machine = who(device("press"), "supervisor")
    assert there().when(HAND_OVER, machine).error is not None
