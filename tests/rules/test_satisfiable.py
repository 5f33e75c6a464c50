"""Duties need people: one in three posts is still one."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from ledger.rules.kinds.case_ways import alternatives, needed
from ledger.rules.packs.book import open_book
from ledger.rules.packs.pack import load_pack, shipped
from ledger.rules.packs.satisfiable import _matched, shortfalls

BOOK = open_book(load_pack(shipped("cn-base")), [load_pack(shipped("cn-law"))])
ROLES = (
    "intake_clerk", "coordinator", "liaison", "verifier", "mediator", "unit_head", "grid_member",
    "reply_clerk", "call_back_clerk",
)  # fmt: skip


def short(**holders: str):
    """Return what lacks, by kind and step; ``holders`` names persons by role, parted by spaces."""
    found = {role: frozenset(names.split()) for role, names in holders.items()}
    return {
        (each.item, one.step.name): (each.stops, one.lacks)
        for each in shortfalls(BOOK, found, level="community")
        for one in each.unfilled
    }


def everybody(names: str, **others: str):
    return dict.fromkeys(ROLES, names) | others


def test_one_person_in_every_post_cannot_verify_what_she_handled():
    found = short(**everybody("an"))
    assert found["hazard", "verified"] == (True, 1)
    assert found["petition", "verified"] == (True, 1)
    assert found["petition", "called_back"] == (True, 1)
    assert found["petition", "extended"] == (False, 1)
    assert not any(kind == "message" for kind, _ in found)


def test_two_persons_finish_the_work_and_three_do_all_of_it():
    two = short(**everybody("an bo"))
    assert {step for _, step in two} == {"called_back"}
    assert not any(stops for stops, _ in two.values())
    assert short(**everybody("an bo cao")) == {}


def test_a_needed_step_without_a_holder_stops_the_work():
    found = short(**everybody("an bo cao", reply_clerk="", liaison="an", unit_head="bo"))
    assert found == {}
    found = short(**everybody("an bo cao", coordinator=""))
    assert found["petition", "triaged"] == (True, 1)


def test_the_acts_a_kind_cannot_do_without():
    assert needed(BOOK.kind("petition")) == {
        "received", "accepted", "triaged", "assigned", "resolved", "verified", "answered", "closed",
    }  # fmt: skip
    assert needed(BOOK.kind("message")) == {"received", "answered", "closed"}


def test_a_session_an_obligation_asks_for_needs_a_keeper():
    below = [load_pack(shipped(name)) for name in ("cn-law", "cn-base")]
    book = open_book(load_pack(shipped("bijiang")), below)

    def lacking(level: str, **holders: str) -> set[str]:
        return {
            item for section, item, _ in missing(book, level, **holders) if section == "sessions"
        }

    assert lacking("community") == {
        "joint_meeting", "leader_visit", "law_class", "dispute_sweep", "deliberation_meeting",
        "inspection_report", "family_education", "residents_representatives", "appraisal",
    }  # fmt: skip
    assert lacking("community", session_clerk="an") == set()
    assert lacking("grid") == {"grid_party_meeting"}
    assert lacking("team") == set()


def missing(book, level: str, **holders: str) -> set[tuple[str, str, str]]:
    """Return section, item and step of what lacks people."""
    found = {role: frozenset(names.split()) for role, names in holders.items()}
    return {
        (each.section, each.item, one.step.name)
        for each in shortfalls(book, found, level=level)
        for one in each.unfilled
    }


def test_a_decision_an_obligation_asks_for_needs_a_keeper_and_another_to_rule_on_appeals():
    below = [load_pack(shipped(name)) for name in ("cn-law", "cn-base")]
    book = open_book(load_pack(shipped("bijiang")), below)

    def lacking(**holders: str) -> set[tuple[str, str]]:
        found = missing(book, "community", **holders)
        return {(item, step) for section, item, step in found if section == "decisions"}

    review, selection = "moral_review", "selection"
    appeal = (review, "appeal_decided")
    assert lacking() == {(review, "step_taken"), appeal, (selection, "step_taken")}
    assert lacking(decision_clerk="an") == {appeal}
    assert lacking(decision_clerk="an", street_officer="an") == {appeal}
    assert lacking(decision_clerk="an", street_officer="bo") == set()


def test_a_disclosure_a_unit_owes_needs_a_drafter_and_two_others_to_review():
    below = [load_pack(shipped(name)) for name in ("cn-law", "cn-base")]
    book = open_book(load_pack(shipped("bijiang")), below)

    def lacking(**holders: str) -> set[tuple[str, str, int]]:
        found = {role: frozenset(names.split()) for role, names in holders.items()}
        return {
            (each.item, one.step.name, one.lacks)
            for each in shortfalls(book, found, level="community")
            if each.section == "catalogues"
            for one in each.unfilled
        }

    three = {"publisher": "an", "supervisor": "bo cao", "joint_clerk": "bo"}
    assert lacking(**three) == set()
    # The drafter sits on the committee herself: only one other is left.
    assert lacking(**three | {"supervisor": "an bo"}) == {
        ("finance.monthly", "reviewed", 1),
        ("general.quarterly", "reviewed", 1),
    }
    assert lacking(**three | {"joint_clerk": "an"}) == {
        ("finance.monthly", "approved", 1),
        ("general.quarterly", "approved", 1),
    }


@given(st.lists(st.frozensets(st.sampled_from("abcd")), max_size=4))
def test_a_matching_is_as_large_as_any_assignment(places):
    best = max(
        sum(person in place for person, place in zip(order, places, strict=False))
        for order in permutations("abcd")
    )
    assert len(_matched(places)) == best


def test_a_dispute_is_mediated_in_one_way_or_the_other():
    assert list(alternatives(BOOK.kind("dispute"))) == [("resolved", "mediation_opened")]
    assert list(alternatives(BOOK.kind("petition"))) == []
