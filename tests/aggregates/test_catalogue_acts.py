"""Catalogues, given, when, then: lists that say what changed and why; facets; what exercised."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger.aggregates.catalogue import commands as wishes
from ledger.aggregates.catalogue import events
from ledger.aggregates.decision import commands as decisions
from ledger.aggregates.disclosure_item import commands as items
from ledger.kernel.event import Basis
from ledger.projections.catalogues import fold, view
from tests.support.district import COMMUNITY, DECIDES, GONG, OTHER, SHU, a_district
from tests.support.gwt import Story, an_id
from tests.support.versions import BIJIANG, CN_BASE

ONE = f"catalogue/{an_id('a catalogue')}"
TWO = f"catalogue/{an_id('another')}"
ITEM = f"disclosure_item/{an_id('an item')}"
MATTER = f"decision/{an_id('a matter')}"
KIND = Basis(pack=CN_BASE, rule="catalogues.powers")
RULE = "bijiang.five_publics"
CITED = Basis(pack=BIJIANG, rule=RULE)
ITEMS = ("power.funds", "power.major", "power.seal")


def publish(**members) -> wishes.Publish:
    told = {"stream": ONE, "unit": COMMUNITY, "code": "powers", "items": ITEMS}
    return wishes.Publish(**told | members)


def published(**members) -> Story:
    return there().when(publish(**members), GONG).story


@cache
def there(place: str = COMMUNITY) -> Story:
    """Return the district with a document and a matter of one community."""
    document = items.Draft(
        stream=ITEM, unit=place, code="powers.publics", period="2026-03-02", title="小微权力"
    )
    matter = decisions.Propose(stream=MATTER, unit=place, code="residents_four_two", title="修路")
    return a_district().when(document, GONG).story.when(matter, DECIDES).story


def add(item: str, **members) -> wishes.AddItem:
    told = {"stream": ONE, "item": item, "rule": RULE, "reason": "law_changed"}
    return wishes.AddItem(**told | members)


def remove(item: str, **members) -> wishes.RemoveItem:
    told = {"stream": ONE, "item": item, "rule": RULE, "reason": "law_changed"}
    return wishes.RemoveItem(**told | members)


def exercise(item: str = "power.major", matter: str = MATTER) -> wishes.RecordExercise:
    return wishes.RecordExercise(stream=ONE, item=item, matter=matter)


REPLACE = wishes.Replace(stream=ONE, reason="law_changed", items=("power.seal", "power.works"))
FACETS = wishes.DiscloseFacets(
    stream=ONE, items=("power.seal", "power.funds"), facets=("rules", "content"), disclosure=ITEM
)
WITHDRAW = wishes.WithdrawExercise(stream=ONE, matter=MATTER, reason="mistaken")


def test_a_unit_adopts_the_items_it_names_in_order():
    command = publish(items=("power.seal", "power.funds", "power.seal"))
    a_district().when(command, GONG).then(
        events.Published(
            unit=COMMUNITY,
            code="powers",
            version=1,
            items=("power.funds", "power.seal"),
            basis=(KIND,),
        )
    )


def test_who_names_no_item_adopts_all_the_packs_list():
    (event,) = a_district().when(publish(items=()), GONG).events
    assert len(event.items) == 12
    assert {"power.major", "service.mediation"} < set(event.items)
    (event,) = published().when(replace(REPLACE, items=()), GONG).events
    assert len(event.items) == 12


@pytest.mark.parametrize(
    ("code", "item"),
    [("needs", "need.wish"), ("resources", "resource.places"), ("programmes", "programme.elders")],
)
def test_the_three_lists_of_the_district_are_published_and_change(code, item):
    outcome = a_district().when(publish(code=code, items=()), GONG)
    (event,) = outcome.events
    assert item in event.items
    assert event.basis == (Basis(pack=BIJIANG, rule=f"catalogues.{code}"),)
    story = outcome.story.when(remove(item, reason="arrangement_changed"), GONG).story
    assert item not in story.state(ONE).items


def test_a_new_list_says_what_it_dropped():
    published().when(REPLACE, GONG).then(
        events.Replaced(
            unit=COMMUNITY,
            version=2,
            items=("power.seal", "power.works"),
            dropped=("power.funds", "power.major"),
            reason="law_changed",
            basis=(KIND,),
        )
    )


def test_an_item_comes_and_goes_under_a_rule_each_a_version_of_the_list():
    outcome = published().when(add("power.works"), GONG)
    outcome.then(
        events.ItemAdded(
            unit=COMMUNITY,
            version=2,
            item="power.works",
            rule=RULE,
            reason="law_changed",
            basis=(KIND, CITED),
        )
    )
    story = outcome.story.when(remove("power.seal"), GONG).story
    state = story.state(ONE)
    assert (state.version, state.items) == (3, ("power.funds", "power.major", "power.works"))


def test_one_document_tells_facets_of_several_powers():
    published().when(FACETS, GONG).then(
        events.FacetsDisclosed(
            unit=COMMUNITY,
            items=("power.funds", "power.seal"),
            facets=("content", "rules"),
            disclosure=ITEM,
            basis=(KIND,),
        )
    )


@pytest.mark.parametrize("command", [FACETS, exercise()])
def test_what_is_named_is_there_and_of_this_community(command):
    nowhere = a_district().when(publish(), GONG).story
    assert nowhere.when(command, GONG).refused("reference.unknown").facts["named"] in {ITEM, MATTER}
    elsewhere = there(OTHER).when(publish(), GONG).story
    elsewhere.when(command, GONG).refused("reference.elsewhere")


def test_a_document_taken_back_tells_no_facet():
    gone = items.Withdraw(stream=ITEM, reason="mistaken")
    published().when(gone, GONG).story.when(FACETS, GONG).refused("reference.stands_not")


def test_a_matter_exercises_one_power_until_that_is_taken_back():
    story = published().when(exercise(), GONG).story
    story.when(exercise("power.funds"), GONG).refused("catalogue.recorded_before")
    story = story.when(WITHDRAW, GONG).story
    story.when(WITHDRAW, GONG).refused("catalogue.not_recorded")
    assert story.when(exercise("power.funds"), GONG).story.state(ONE).matters == {MATTER}


def test_a_matter_decided_with_a_defect_may_be_named():
    vote = {"of": "representatives", "total": 60, "present": 20, "ayes": 11, "nays": 9}
    decided = decisions.TakeStep(stream=MATTER, step="decided", result="passed", **vote)
    story = published().when(decided, DECIDES).story
    assert story.acts[-1].event.defects
    assert story.when(exercise(), GONG).error is None


def test_a_unit_has_one_catalogue_of_a_kind():
    story = published()
    story.when(publish(stream=TWO), GONG).refused("catalogue.has_one")
    other = story.when(publish(stream=TWO, unit=OTHER), GONG).story
    assert other.state(TWO).begun
    assert story.when(publish(stream=TWO, code="disclosure", items=()), GONG).error is None


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (publish(), "catalogue.already_published"),
        (replace(REPLACE, stream=TWO), "catalogue.not_published"),
        (publish(stream=TWO, unit=OTHER, code="nothing"), "book.unknown_catalogue"),
        (publish(stream=TWO, unit=OTHER, items=("finance.monthly",)), "catalogue.not_of_pack"),
        (replace(REPLACE, items=ITEMS), "catalogue.nothing_changes"),
        (replace(REPLACE, reason="whim"), "catalogue.reason_not_listed"),
        (add("power.seal"), "catalogue.listed_already"),
        (add("finance.monthly"), "catalogue.not_of_pack"),
        (add("power.works", rule="no.such"), "book.unknown_rule"),
        (add("power.works", occ="2026-03-01"), "catalogue.occurred_before"),
        (remove("power.works"), "catalogue.not_listed"),
        (replace(FACETS, items=("power.works",)), "catalogue.not_listed"),
        (exercise("power.works"), "catalogue.not_listed"),
        (WITHDRAW, "catalogue.not_recorded"),
    ],
)
def test_what_cannot_be_is_refused(command, code):
    published().when(command, GONG).refused(code)


def test_the_last_item_stays():
    story = published(items=("power.seal",))
    story.when(remove("power.seal"), GONG).refused("catalogue.last_item")


def test_a_catalogue_of_other_things_has_no_facets():
    story = published(code="disclosure", items=("finance.monthly",))
    facets = replace(FACETS, items=("finance.monthly",))
    story.when(facets, GONG).refused("catalogue.no_powers")
    story.when(exercise("finance.monthly"), GONG).refused("catalogue.no_powers")


def test_only_those_the_arrangement_names_keep_a_catalogue():
    a_district().when(publish(), SHU).refused("authority.role_not_allowed")


@pytest.mark.parametrize("changed", [{"dropped": ()}, {"version": 7}, {"basis": ()}])
def test_what_a_list_leaves_out_cannot_be_hidden(changed):
    (event,) = published().when(REPLACE, GONG).events
    forged = replace(event, **changed)
    published().submits(ONE, forged, GONG).refused("catalogue.reckoned_otherwise")


def test_one_list_has_one_spelling():
    (event,) = a_district().when(publish(), GONG).events
    for listed in (("power.seal", "power.funds"), ("power.seal", "power.seal")):
        forged = replace(event, items=listed)
        a_district().submits(ONE, forged, GONG).refused("catalogue.not_in_order")


def test_members_that_mean_nothing_are_refused_and_units_do_not_mix():
    (event,) = published().when(exercise(), GONG).events
    story = published()
    forged = replace(event, reason="law_changed")
    story.submits(ONE, forged, GONG).refused("catalogue.member_not_allowed")
    story.submits(ONE, replace(event, unit=OTHER), GONG).refused("authority.unit_differs")


CODES = st.sampled_from(["power.funds", "power.major", "power.seal", "power.works"])
COMMANDS = st.one_of(
    CODES.map(add),
    CODES.map(remove),
    st.lists(CODES, max_size=3).map(lambda items: replace(REPLACE, items=tuple(items))),
    st.builds(exercise, CODES, st.sampled_from([MATTER, f"case/{an_id('a case')}"])),
    st.just(WITHDRAW),
    st.just(FACETS),
)


@given(st.lists(COMMANDS, max_size=10))
def test_versions_follow_each_other_and_the_view_lists_what_the_state_lists(commands):
    story, rows = published(), {}
    for command in commands:
        outcome = story.when(command, GONG)
        story = story if outcome.error else outcome.story
    version = 0
    for act in story.acts:
        if act.stream != ONE:
            continue
        if (stated := getattr(act.event, "version", None)) is not None:
            assert stated == version + 1
            version = stated
        for key in view.keys(act):
            rows[key] = fold(rows.get(key), act, key)
    state = story.state(ONE)
    listed = [row for row in rows.values() if row is not None]
    assert tuple(sorted(row.code for row in listed if row.sort == "item")) == state.items
    assert {row.ref for row in listed if row.sort == "matter"} == state.matters
    (whole,) = (row for row in listed if row.sort == "list")
    assert (whole.code, whole.version) == ("powers", state.version)
    assert state.version == version
