"""Merger, split, the law a unit is under, its numbers: each from a day on, each refusal told."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.aggregates.unit import (
    ChangeUnit,
    DissolveUnit,
    MergeUnit,
    SetRegime,
    SplitUnit,
    StateNumber,
)
from ledger.rules.units import (
    UnitDissolved,
    UnitNumberStated,
    UnitRegimeSet,
    UnitSplit,
)
from tests.support.cases import refs, shipped_packs
from tests.support.gwt import Story, unit
from tests.support.trust import SINCE, adopted, established, founded, in_office, registrar

HALL, OTHER, STREET = unit("hall"), unit("other"), unit("street")
AN = registrar("an")
NEXT = (date.fromisoformat(SINCE) + timedelta(days=1)).isoformat()


def three() -> Story:
    return established(established(established(founded("an"), "street"), "hall"), "other")


def merge(into: str = OTHER, day: str = NEXT) -> MergeUnit:
    return MergeUnit(stream=HALL, into=into, effective_from=day)


def test_a_merged_unit_is_dissolved_and_the_other_takes_over():
    three().when(merge(), AN).then(
        UnitDissolved(unit=HALL, successors=(OTHER,), effective_from=NEXT)
    )


def test_a_unit_is_merged_into_another_that_stands_on_the_day():
    story = three()
    story.when(merge(HALL), AN).refused("unit.own_successor")
    story.when(merge(unit("nowhere")), AN).refused("unit.unknown")
    gone = story.when(DissolveUnit(stream=OTHER, effective_from=NEXT), AN).story
    gone.when(merge(), AN).refused("unit.successor_not_standing")
    gone.when(merge(day=SINCE), AN).story  # noqa: B018


def test_a_unit_goes_on_when_parts_of_it_are_split_off():
    split = SplitUnit(stream=HALL, into=(OTHER,), effective_from=NEXT)
    story = three().when(split, AN).then(UnitSplit(unit=HALL, into=(OTHER,), effective_from=NEXT))
    assert story.state(HALL).parts == ((date.fromisoformat(NEXT), OTHER),)
    assert story.state(HALL).dissolved is None


@pytest.mark.parametrize(
    ("into", "day", "code"),
    [
        ((HALL,), NEXT, "unit.not_its_own_part"),
        ((OTHER, OTHER), NEXT, "unit.not_its_own_part"),
        ((unit("nowhere"),), NEXT, "unit.unknown"),
        ((OTHER,), "2026-01-01", "unit.before_established"),
    ],
)
def test_what_is_split_off_is_another_unit_that_stands(into, day, code):
    three().when(SplitUnit(stream=HALL, into=into, effective_from=day), AN).refused(code)


def test_a_part_established_later_cannot_have_been_split_off():
    story = established(established(founded("an"), "hall"), "other", since="2026-05-01")
    split = SplitUnit(stream=HALL, into=(OTHER,), effective_from="2026-04-30")
    story.when(split, AN).refused("unit.part_not_standing")


def test_a_village_becomes_a_community_under_the_urban_law():
    village = SetRegime(stream=HALL, regime="village", effective_from=SINCE)
    story = (
        three()
        .when(village, AN)
        .then(UnitRegimeSet(unit=HALL, regime="village", effective_from=SINCE))
    )
    urban = SetRegime(stream=HALL, regime="urban", level="community", effective_from=NEXT)
    story = story.when(urban, AN).story
    before, after = (story.state(HALL).placed(date.fromisoformat(day)) for day in (SINCE, NEXT))
    assert (before.regime, before.level) == ("village", "grid")
    assert (after.regime, after.level) == ("urban", "community")
    story.when(urban, AN).refused("unit.already_under_regime")
    again = SetRegime(stream=HALL, regime="urban", effective_from="2026-06-01")
    story.when(again, AN).refused("unit.already_under_regime")
    level = SetRegime(stream=HALL, regime="urban", level="street", effective_from="2026-06-01")
    story.when(level, AN).story  # noqa: B018


def test_a_name_given_later_keeps_the_law_and_level():
    urban = SetRegime(stream=HALL, regime="urban", level="community", effective_from=SINCE)
    story = three().when(urban, AN).story
    rename = ChangeUnit(stream=HALL, unit_name="新名", effective_from=NEXT)
    version = story.when(rename, AN).story.state(HALL).versions[-1]
    assert (version.name, version.regime, version.level) == ("新名", "urban", "community")


def test_only_a_registrar_changes_what_a_unit_is():
    story, clerk = in_office(three(), "chen", "clerk", unit=HALL)
    for command in (
        merge(),
        SplitUnit(stream=HALL, into=(OTHER,), effective_from=NEXT),
        SetRegime(stream=HALL, regime="urban", effective_from=NEXT),
        StateNumber(stream=HALL, number="households", value=1, day=SINCE),
    ):
        story.when(command, clerk).refused("authority.role_not_allowed")


def with_packs() -> Story:
    story = founded("an", "bo", packs=shipped_packs())
    known = refs(shipped_packs())
    story = established(story, "hall")
    base = known["cn-base"]
    return adopted(story, base.pack, base.digest, extends=(known["cn-law"],))


def stated(number: str = "households", day: str = SINCE, value: int = 312) -> StateNumber:
    return StateNumber(stream=HALL, number=number, value=value, day=day)


def test_a_number_of_a_unit_is_stated_as_of_a_day_before_its_establishment_too():
    story = (
        with_packs()
        .when(stated(), AN)
        .then(UnitNumberStated(unit=HALL, code="households", value=312, day=SINCE))
    )
    story.when(stated(day="2020-11-01", value=280), AN).story  # noqa: B018


def test_a_number_nobody_counts_or_of_a_day_to_come_is_refused():
    story = with_packs()
    story.when(stated("cats"), AN).refused("unit.number_not_listed")
    story.when(stated(day="2027-01-01"), AN).refused("unit.number_of_future")
    story.when(stated(day="2026-02-30"), AN).refused("time.bad_date")
    nowhere = StateNumber(stream=OTHER, number="households", value=1, day=SINCE)
    story.when(nowhere, AN).refused("unit.unknown")
    three().when(stated(), AN).refused("book.no_pack_adopted")


DAYS = st.integers(0, 40).map(lambda n: (date(2026, 3, 2) + timedelta(days=n)).isoformat())
COMMANDS = st.one_of(
    st.builds(SetRegime, stream=st.just(HALL), regime=st.sampled_from(["village", "urban"]),
              level=st.sampled_from([None, "village", "community"]), effective_from=DAYS),
    st.builds(ChangeUnit, stream=st.just(HALL), unit_name=st.sampled_from(["甲", "乙"]),
              effective_from=DAYS),
    st.builds(MergeUnit, stream=st.just(HALL), into=st.just(OTHER), effective_from=DAYS),
    st.builds(SplitUnit, stream=st.just(HALL), into=st.just((OTHER,)), effective_from=DAYS),
)  # fmt: skip


@given(st.lists(COMMANDS, max_size=6))
def test_whatever_is_recorded_in_whatever_order_each_day_has_what_was_last_said_for_it(wanted):
    """A second reckoning: of each member, the newest day's word; of one day's, the last."""
    story, said = three(), []
    for command in wanted:
        outcome = story.when(command, AN)
        if outcome.error is None:
            story = outcome.story
            said.append(outcome.events[0])
    state = story.state(HALL)
    for n in range(41):
        day = (date(2026, 3, 2) + timedelta(days=n)).isoformat()
        due = sorted((e for e in said if e.effective_from <= day), key=lambda e: e.effective_from)
        regime = name = None
        for event in due:
            regime = getattr(event, "regime", None) or regime
            name = getattr(event, "name", None) or name
        version = state.placed(date.fromisoformat(day))
        assert version.regime == regime
        assert version.name == (name or "hall")
    assert sum(isinstance(event, UnitDissolved) for event in said) <= 1
