"""The first district: every periodic row of its seed is an obligation or a session of its pack."""

import re
from datetime import date

import pytest

from ledger.rules.packs.book import open_book
from ledger.rules.packs.pack import load_pack, shipped
from ledger.rules.packs.sections import (
    catalogue_kinds,
    catalogues,
    figures,
    modules,
    obligations,
    posts,
    sessions,
)

FILES = shipped("bijiang")
BOOK = open_book(load_pack(FILES), [load_pack(shipped(name)) for name in ("cn-law", "cn-base")])
ON = date(2026, 6, 1)

CADENCES = {
    "joint_meeting": ("quarter", 1),
    "grid_party_meeting": ("quarter", 1),
    "leader_visit": ("quarter", 1),
    "law_class": ("week", 1),
    "legal_aid_day": ("week", 1),
    "dispute_sweep": ("half", 1),
    "deliberation": ("quarter", 1),
    "finance": ("month", 1),
    "general": ("quarter", 1),
    "family_education": ("month", 1),
    "moral_review": ("quarter", 1),
    "model_selection": ("half", 1),
    "smart_meeting": ("month", 1),
    "residents_representatives": ("half", 1),
    "appraisal": ("year", 1),
}


@pytest.mark.parametrize(("duty", "cadence"), CADENCES.items())
def test_a_cadence_of_the_seed_is_an_obligation(duty, cadence):
    found = BOOK.item(obligations.section, duty)
    assert (found.every, found.times) == cadence
    rule = BOOK.rule(found.rule, ON)
    assert (rule.cadence.every, rule.cadence.count) == cadence


def test_the_legal_aid_day_is_saturday():
    assert BOOK.item(obligations.section, "legal_aid_day").on == "saturday"


def test_thresholds_of_the_seed_include_their_number():
    for rule, number in (
        ("bijiang.team_size", 30),
        ("bijiang.covenant.reach", 100),
        ("bijiang.covenant.awareness", 85),
        ("bijiang.covenant.execution", 90),
    ):
        threshold = BOOK.rule(rule, ON).threshold
        assert [threshold.met(number - 1), threshold.met(number)] == [False, True], rule
    assert BOOK.rule("bijiang.moral_committee", ON).ratio.met(13, 1300)
    assert not BOOK.rule("bijiang.moral_committee", ON).ratio.met(12, 1300)
    assert not BOOK.rule("bijiang.same_day", ON).cap.met(1)


def test_the_seven_classes_of_the_urban_law_are_in_its_catalogue():
    found = {item.class_ for item in BOOK.items(catalogues.section) if item.rule == "urban.posting"}
    assert found - {"public_power"} == {
        "finance", "general", "assembly", "funds", "facilities", "projects", "deliberation",
        "assistance",
    }  # fmt: skip
    powers = [item for item in BOOK.items(catalogues.section) if item.catalogue == "powers"]
    assert {item.class_ for item in powers} == {"public_power", "service"}
    assert all(item.role for item in powers)


def test_an_importer_may_record_every_kind_of_session():
    for kind in BOOK.items(sessions.section):
        assert "importer" in kind.keepers, kind.id


def test_rows_of_the_seed_are_named_where_they_are_arranged():
    text = b"".join(FILES.values()).decode()
    named = {int(row) for row in re.findall(r"S1-([0-9]{2})", text)}
    assert set(range(1, 24)) - named == set()


def test_what_exercises_a_power_is_a_kind_of_case_or_decision():
    powers = {item.id: item.kinds for item in BOOK.items(catalogues.section)}
    assert powers["service.mediation"] == (("case", "dispute"),)
    assert powers["power.works"] == (("decision", "residents_four_two"),)
    assert powers["power.seal"] == ()


def test_the_published_figures_of_the_seed_stand_with_their_source():
    published = {
        "problems": 106, "deeds": 5682, "law_events": 70, "leaflets": 20_000, "legal_people": 197,
        "law_trainings": 16, "law_trained": 750, "sweeps": 451, "mediated": 408,
        "legal_aid": 213, "talks": 320, "team_size": 30, "moral_ratio": 100,
        "covenant_reach": 100, "covenant_awareness": 85, "covenant_execution": 90,
        "video_coverage": 100, "teams_filled": 100, "moral_seats": 10,
    }  # fmt: skip
    found = {item.id: item for item in BOOK.items(figures.section)}
    stated = {id_: item.stated for id_, item in found.items() if item.stated is not None}
    assert {id_: each.value for id_, each in stated.items()} == published
    assert all("S1-" in each.source for each in stated.values())
    floors = {id_ for id_, each in stated.items() if each.at_least}
    assert floors == {
        "law_events", "leaflets", "law_trained", "talks", "covenant_awareness",
        "covenant_execution", "moral_seats",
    }  # fmt: skip
    # Sweeps and disputes are counted in different units, so that nobody divides them.
    assert found["sweeps"].counted != found["mediated"].counted


def test_each_community_needs_somebody_for_its_data():
    kind = BOOK.item(posts.section, "data_keeper")
    assert kind.levels == ("community",)
    # A body of her own: keeping data makes nobody's relative unfit for the supervision committee.
    supervisor = BOOK.item(posts.section, "supervisor")
    assert kind.body not in supervisor.apart_from


def test_the_nine_modules_are_there_since_the_standard_and_local_ones_beside():
    named = {word.id for word in BOOK.words("module")} - {"unsorted"}
    local = {each for each in named if each.startswith("local.")}
    assert (len(named - local), len(local)) == (9, 3)
    of = {each.id: each for each in BOOK.items(modules.section)}
    # Every category a case of the district may have is of one module.
    assert {category for kind in BOOK.kinds() for category in kind.categories} == set(of)
    assert {each.module for each in of.values()} < named
    began = date(2016, 3, 1)
    for each in of.values():
        if each.module not in local:
            assert BOOK.find_rule(each.rule, began) is not None
            assert BOOK.find_rule(each.rule, date(2016, 2, 29)) is None


def test_key_places_are_places_and_say_nothing_else_of_anybody():
    kind = BOOK.item(catalogue_kinds.section, "key_places")
    assert (kind.facts, kind.facets) == (("covered",), False)
    listed = [item for item in BOOK.items(catalogues.section) if item.catalogue == "key_places"]
    assert {item.class_ for item in listed} == {"key_place"}
    assert not any(item.role or item.procedure for item in listed)
