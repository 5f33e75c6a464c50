import msgspec
import pytest

from ledger.aggregates.pack import AdoptPack, ApprovePack
from ledger.rules.genesis import LOG
from ledger.rules.packs.adoptions import (
    ADOPTIONS,
    PackAdoptionProposed,
    PackApproved,
    PackDigest,
    adoptions,
)
from tests.support.gwt import Story, a_digest, device, unit, who
from tests.support.trust import (
    a_pack,
    adopted,
    established,
    founded,
    in_office,
    on_shelf,
    registrar,
)

PACKS = on_shelf(
    a_pack("cn-base@1.0.0", "cn-law"),
    a_pack("cn-law@1.0.0"),
    a_pack("cn-base@1.0.0", "cn-law", title="另一包"),
    a_pack("cn-base@1.0.0", "cn-other"),
)
BASE, LAW, OTHER, UNFIT = PACKS
EXTENDS = (PackDigest(pack="cn-law@1.0.0", digest=LAW),)
ADOPT = AdoptPack(pack="cn-base@1.0.0", digest=BASE, extends=EXTENDS, effective_from="2026-03-02")


def start(threshold: int = 1) -> Story:
    return founded("an", "bo", "cai", threshold=threshold, packs=PACKS)


def in_effect(story: Story) -> list[str]:
    return [each.pack for each in adoptions(story.knows(ADOPTIONS, LOG))]


def test_a_pack_is_adopted_by_two_people_even_where_one_would_do():
    outcome = start().when(ADOPT, registrar("an"))
    story = outcome.then(
        PackAdoptionProposed(
            pack="cn-base@1.0.0", digest=BASE, extends=EXTENDS, effective_from="2026-03-02"
        )
    )
    assert outcome.stream == "pack/cn-base@1.0.0"
    assert in_effect(story) == []
    digest = story.acts[-1].digest
    approve = ApprovePack(stream=outcome.stream, approves=digest)
    story = story.when(approve, registrar("bo")).then(PackApproved(approves=digest))
    assert in_effect(story) == ["cn-base@1.0.0"]
    story.when(approve, registrar("cai")).refused("joint.already_effective")


def test_a_higher_threshold_holds_for_packs_too():
    assert in_effect(adopted(start(3), "cn-base@1.0.0", BASE, "an", "bo", extends=EXTENDS)) == []
    assert (
        in_effect(adopted(start(3), "cn-base@1.0.0", BASE, "an", "bo", "cai", extends=EXTENDS))
        != []
    )


def test_nobody_approves_her_own_or_twice_or_what_was_not_proposed():
    story = start(3).when(ADOPT, registrar("an")).story
    approve = ApprovePack(stream="pack/cn-base@1.0.0", approves=story.acts[-1].digest)
    story.when(approve, registrar("an")).refused("joint.own_proposal")
    story = story.when(approve, registrar("bo")).story
    story.when(approve, registrar("bo")).refused("joint.approved_twice")
    unknown = msgspec.structs.replace(approve, approves=str(story.acts[0].digest))
    story.when(unknown, registrar("bo")).refused("joint.proposal_unknown")
    event = PackApproved(approves=str(story.acts[0].digest))
    story.submits("pack/cn-base@1.0.0", event, registrar("bo")).refused("joint.proposal_unknown")


@pytest.mark.parametrize(
    "changes",
    [{"digest": a_digest("lost")}, {"extends": (PackDigest(pack="x@1", digest=a_digest("lost")),)}],
)
def test_the_bytes_lie_on_the_shelf(changes):
    start().when(msgspec.structs.replace(ADOPT, **changes), registrar("an")).refused("not_found")


def test_bytes_that_are_not_the_pack_named_or_not_complete_are_not_adopted():
    unfit = msgspec.structs.replace(ADOPT, digest=UNFIT)
    start().when(unfit, registrar("an")).refused("pack.extends_differ")
    misnamed = msgspec.structs.replace(ADOPT, pack="cn-base@2.0.0")
    start().when(misnamed, registrar("an")).refused("pack.differs")


def test_the_stream_is_the_packs_name():
    event = start().when(ADOPT, registrar("an")).events[0]
    start().submits("pack/cn-base@2.0.0", event, registrar("an")).refused("pack.not_streams")


def test_an_adoption_begins_on_a_day_of_the_calendar():
    bad = msgspec.structs.replace(ADOPT, effective_from="2026-02-29")
    start().when(bad, registrar("an")).refused("time.bad_date")


def test_only_registrars_adopt():
    story, clerk = in_office(start(), "chen", "clerk")
    story.when(ADOPT, clerk).refused("authority.role_not_allowed")
    story = story.when(ADOPT, registrar("an")).story
    approve = ApprovePack(stream="pack/cn-base@1.0.0", approves=story.acts[-1].digest)
    story.when(approve, clerk).refused("authority.role_not_allowed")


def test_a_machine_adopts_nothing():
    story = Story(start().registry, start().acts, start().shelf)
    machine = who(device("till"), "registrar")
    story.when(ADOPT, machine).refused("joint.person_needed")
    story = story.when(ADOPT, registrar("an")).story
    approve = ApprovePack(stream="pack/cn-base@1.0.0", approves=story.acts[-1].digest)
    story.when(approve, machine).refused("joint.person_needed")


def test_a_version_in_effect_has_one_set_of_bytes():
    story = adopted(start(), "cn-base@1.0.0", BASE, extends=EXTENDS)
    for changes in (
        {"digest": OTHER},
        {"extends": (PackDigest(pack="cn-law@1.0.0", digest=OTHER),)},
    ):
        story.when(msgspec.structs.replace(ADOPT, **changes), registrar("an")).refused(
            "pack.other_bytes"
        )
    story.when(ADOPT, registrar("an")).story  # noqa: B018


def test_of_two_proposals_for_one_version_the_first_approved_fixes_its_bytes():
    story = start().when(ADOPT, registrar("an")).story
    story = story.when(msgspec.structs.replace(ADOPT, digest=OTHER), registrar("an")).story
    first, second = (
        ApprovePack(stream="pack/cn-base@1.0.0", approves=act.digest) for act in story.acts[-2:]
    )
    story = story.when(second, registrar("bo")).story
    story.when(first, registrar("bo")).refused("pack.other_bytes")


def test_one_proposal_names_each_version_with_one_digest():
    extends = (*EXTENDS, PackDigest(pack="cn-law@1.0.0", digest=OTHER))
    bad = msgspec.structs.replace(ADOPT, extends=extends)
    start().when(bad, registrar("an")).refused("pack.other_bytes")


def test_an_approval_names_the_unit_proposed():
    story = established(start(), "grid")
    story = story.when(msgspec.structs.replace(ADOPT, unit=unit("grid")), registrar("an")).story
    digest = str(story.acts[-1].digest)
    story.submits("pack/cn-base@1.0.0", PackApproved(approves=digest), registrar("bo")).refused(
        "authority.unit_differs"
    )
    story.when(ApprovePack(stream="pack/cn-base@1.0.0", approves=digest), registrar("bo")).then(
        PackApproved(approves=digest, unit=unit("grid"))
    )
