import msgspec
import pytest

from ledger.aggregates.unit import ChangeUnit, DissolveUnit, EstablishUnit, SwitchMode
from ledger.rules.units import (
    UnitChanged,
    UnitDissolved,
    UnitEstablished,
    UnitModeSwitched,
    asks_chain,
    mode_switches,
)
from tests.support.gwt import unit
from tests.support.trust import acting, appointed, established, founded, registered, registrar

GRID, STREET = unit("grid"), unit("street")
ESTABLISH = EstablishUnit(
    stream=GRID, code="110105001", unit_name="第一网格", level="grid", effective_from="2026-01-01"
)


def change(label: str = "grid", day: str = "2026-02-01", **what: str) -> ChangeUnit:
    return ChangeUnit(stream=unit(label), effective_from=day, **what)


def test_a_unit_is_established_under_a_new_id():
    command = msgspec.structs.replace(ESTABLISH, stream=None)
    outcome = founded("an").when(command, registrar("an"))
    (event,) = outcome.events
    assert event.unit == outcome.stream
    assert (event.code, event.name, event.level) == ("110105001", "第一网格", "grid")


def test_a_unit_is_established_once():
    story = founded("an").when(ESTABLISH, registrar("an")).story
    story.when(ESTABLISH, registrar("an")).refused("unit.already_established")


def test_only_a_registrar_changes_units():
    story = registered(founded("an"), "chen")
    story.when(ESTABLISH, acting("chen", "holder")).refused("authority.role_not_allowed")


def test_the_unit_named_is_the_stream():
    event = UnitEstablished(
        unit=STREET, code="a", name="a", level="grid", effective_from="2026-01-01"
    )
    founded("an").submits(GRID, event, registrar("an")).refused("authority.unit_differs")


@pytest.mark.parametrize("day", ["2026-02-30", "2026-13-01", "0000-01-01"])
def test_a_unit_begins_on_a_day_of_the_calendar(day):
    command = msgspec.structs.replace(ESTABLISH, effective_from=day)
    founded("an").when(command, registrar("an")).refused("time.bad_date")


def test_a_parent_stands_on_the_day_its_child_comes():
    under = msgspec.structs.replace(ESTABLISH, parent=STREET)
    founded("an").when(under, registrar("an")).refused("unit.unknown")
    later = established(founded("an"), "street", since="2026-01-02")
    later.when(under, registrar("an")).refused("unit.parent_not_standing")
    story = established(founded("an"), "street", since="2026-01-01")
    gone = DissolveUnit(stream=STREET, effective_from="2026-01-01")
    story.when(gone, registrar("an")).story.when(under, registrar("an")).refused(
        "unit.parent_not_standing"
    )
    story.when(under, registrar("an")).story  # noqa: B018


def test_a_change_gives_only_what_changes():
    story = founded("an").when(ESTABLISH, registrar("an")).story
    story.when(change(unit_name="新一网格"), registrar("an")).then(
        UnitChanged(unit=GRID, name="新一网格", effective_from="2026-02-01")
    )
    story.when(change(), registrar("an")).refused("unit.nothing_changed")


def test_an_unknown_unit_is_neither_changed_nor_dissolved():
    for command in (change(code="x"), DissolveUnit(stream=GRID, effective_from="2026-02-01")):
        founded("an").when(command, registrar("an")).refused("unit.unknown")


def test_nothing_holds_before_the_unit_stands():
    story = founded("an").when(ESTABLISH, registrar("an")).story
    for command in (
        change(day="2025-12-31", code="x"),
        DissolveUnit(stream=GRID, effective_from="2025-12-31"),
    ):
        story.when(command, registrar("an")).refused("unit.before_established")


def test_a_unit_is_dissolved_once_and_changed_no_more():
    story = established(founded("an"), "next")
    story = story.when(ESTABLISH, registrar("an")).story
    dissolve = DissolveUnit(stream=GRID, effective_from="2026-03-01", successors=(unit("next"),))
    story = story.when(dissolve, registrar("an")).then(
        UnitDissolved(unit=GRID, effective_from="2026-03-01", successors=(unit("next"),))
    )
    for command in (
        dissolve,
        msgspec.structs.replace(dissolve, effective_from="2026-02-01"),
        change(day="2026-03-01", code="x"),
    ):
        story.when(command, registrar("an")).refused("unit.already_dissolved")
    story.when(change(day="2026-02-28", code="x"), registrar("an")).story  # noqa: B018


def test_successors_are_other_units_that_exist():
    story = founded("an").when(ESTABLISH, registrar("an")).story
    own = DissolveUnit(stream=GRID, effective_from="2026-03-01", successors=(GRID,))
    story.when(own, registrar("an")).refused("unit.own_successor")
    unknown = msgspec.structs.replace(own, successors=(STREET,))
    story.when(unknown, registrar("an")).refused("unit.unknown")


def test_a_unit_is_switched_to_emergency_and_back():
    story = founded("an").when(ESTABLISH, registrar("an")).story
    switch = SwitchMode(stream=GRID, mode="emergency", effective_from="2026-02-01")
    story.when(switch, acting("an", "holder")).refused("authority.role_not_allowed")
    story = story.when(switch, registrar("an")).then(
        UnitModeSwitched(unit=GRID, mode="emergency", effective_from="2026-02-01")
    )
    story.when(switch, registrar("an")).refused("unit.already_in_mode")
    early = msgspec.structs.replace(switch, mode="ordinary", effective_from="2026-01-15")
    story.when(early, registrar("an")).refused("unit.already_in_mode")
    back = msgspec.structs.replace(switch, mode="ordinary", effective_from="2026-03-01")
    story = story.when(back, registrar("an")).story
    story.when(msgspec.structs.replace(switch, stream=STREET), registrar("an")).refused(
        "unit.unknown"
    )


def test_an_emergency_holds_for_all_units_below():
    story = established(established(founded("an"), "a"), "b", "a")
    for label, mode, day in (
        ("b", "emergency", "2026-05-01"),
        ("a", "emergency", "2026-05-10"),
        ("b", "ordinary", "2026-05-20"),
        ("a", "ordinary", "2026-06-01"),
    ):
        command = SwitchMode(stream=unit(label), mode=mode, effective_from=day)
        story = story.when(command, registrar("an")).story
    facts = story.facts(lambda known: asks_chain(unit("b"), known))
    assert [(day.isoformat(), mode) for day, mode in mode_switches(facts, unit("b"))] == [
        ("2026-05-01", "emergency"),
        ("2026-05-10", "emergency"),
        ("2026-05-20", "emergency"),
        ("2026-06-01", "ordinary"),
    ]


def test_no_unit_lies_under_itself():
    story = established(founded("an"), "a", since="2026-01-01")
    story = established(story, "b", "a", since="2026-01-01")
    story = established(story, "c", "b", since="2026-01-01")
    for label, parent in (("a", "a"), ("a", "b"), ("a", "c"), ("b", "c")):
        move = change(label, parent=unit(parent))
        story.when(move, registrar("an")).refused("unit.under_itself")


def test_a_move_planned_for_later_can_close_a_circle():
    story = established(founded("an"), "a", since="2026-01-01")
    story = established(story, "b", since="2026-01-01")
    planned = change("b", day="2027-01-01", parent=unit("a"))
    story = story.when(planned, registrar("an")).story
    error = story.when(change("a", parent=unit("b")), registrar("an")).refused("unit.under_itself")
    assert error.facts["day"] == "2027-01-01"


def test_a_unit_that_left_may_become_the_parent():
    story = established(founded("an"), "root", since="2026-01-01")
    story = established(story, "a", "root", since="2026-01-01")
    story = established(story, "b", "a", since="2026-01-01")
    story = story.when(change("b", day="2026-02-01", parent=unit("root")), registrar("an")).story
    story.when(change("a", day="2026-02-01", parent=unit("b")), registrar("an")).story  # noqa: B018
    story.when(change("a", day="2026-01-31", parent=unit("b")), registrar("an")).refused(
        "unit.under_itself"
    )


def test_a_name_with_invisible_characters_is_refused():
    command = msgspec.structs.replace(ESTABLISH, unit_name="网格\u202e一")
    founded("an").when(command, registrar("an")).refused("canonical.bad_text")


def test_a_local_registrar_builds_below_her_unit_only():
    story = established(established(founded("an"), "street"), "other")
    story = appointed(registered(story, "chen"), acting("chen", "x").actor, "registrar", "an",
                      unit=STREET)  # fmt: skip
    chen = registrar("chen")
    below = msgspec.structs.replace(ESTABLISH, parent=STREET, effective_from="2026-03-02")
    story.when(msgspec.structs.replace(below, parent=None), chen).refused("authority.out_of_scope")
    story.when(msgspec.structs.replace(below, parent=unit("other")), chen).refused(
        "authority.out_of_scope"
    )
    story = story.when(below, chen).story
    away = change("grid", day="2026-03-03", parent=unit("other"))
    story.when(away, chen).refused("authority.out_of_scope")
    story.when(away, registrar("an")).story  # noqa: B018


# -- one code, one unit ------------------------------------------------------------------------


def test_a_code_in_force_is_given_to_no_second_unit():
    story = established(founded("an"), "a")
    again = EstablishUnit(
        stream=unit("b"), code="a", unit_name="b", level="grid", effective_from="2026-05-01"
    )
    story.when(again, registrar("an")).refused("unit.code_taken")
    story = established(story, "c")
    change = ChangeUnit(stream=unit("c"), code="a", effective_from="2026-05-01")
    story.when(change, registrar("an")).refused("unit.code_taken")


def test_a_code_given_up_or_of_a_dissolved_unit_is_free_from_that_day_on():
    story = established(established(founded("an"), "a"), "b")
    give_up = ChangeUnit(stream=unit("a"), code="a2", effective_from="2026-05-01")
    story = story.when(give_up, registrar("an")).story
    dissolve = DissolveUnit(stream=unit("b"), effective_from="2026-05-01")
    story = story.when(dissolve, registrar("an")).story
    for code in ("a", "b"):
        early = EstablishUnit(
            stream=unit("n"), code=code, unit_name="n", level="grid", effective_from="2026-04-30"
        )
        story.when(early, registrar("an")).refused("unit.code_taken")
        free = msgspec.structs.replace(early, effective_from="2026-05-01")
        assert story.when(free, registrar("an")).events


def test_a_unit_keeps_its_own_code():
    story = established(founded("an"), "a")
    same = ChangeUnit(stream=unit("a"), code="a", unit_name="x", effective_from="2026-05-01")
    assert story.when(same, registrar("an")).events
