"""Key places: coverage as listed, since when, and why stated and computed differ (S1-22, S1-23)."""

import pytest

from ledger.aggregates.case.commands import Accept, Assign, Receive
from ledger.aggregates.catalogue import commands as wishes
from ledger.rules.packs.book import Book
from ledger.service.office import do
from tests.service.communities import DAY, acted, board, community
from tests.service.test_findings import found

__all__ = ["community"]

MARKET, SCHOOL = "place.market", "place.school"


@pytest.fixture
def places(community):
    """The community's list of two key places, one of them covered."""
    listed = wishes.Publish(unit=community.unit, code="key_places", items=(MARKET, SCHOOL))
    stream = acted(community, listed)
    acted(community, stated(stream, MARKET))
    return stream


def stated(stream, item, since="2023-03-10"):
    return wishes.StateFact(stream=stream, item=item, fact="covered", since=since)


def coverage(office, **asked):
    (found,) = (
        row for row in board(office, "figures", **asked).rows if row["figure"] == "video_coverage"
    )
    return found


def test_coverage_is_what_the_list_says_place_by_place(community, places):
    found = coverage(community)
    assert (found["computed"], found["part"], found["whole"], found["aim"]) == (50, 1, 2, "≥ 100")
    opened = board(community, "figure-rows", kind="video_coverage").rows
    assert [(row["item"], row["amount"], row["out_of"]) for row in opened] == [
        (MARKET, 1, 1),
        (SCHOOL, 0, 1),
    ]
    acted(community, stated(places, SCHOOL))
    assert coverage(community)["computed"] == 100


def test_a_fault_is_a_case_and_the_place_is_not_covered_until_it_is_mended(community, places):
    clerk = community.hands["intake_clerk"]
    fault = Receive(
        unit=community.unit, kind="hazard", category="hazard.equipment", channel="patrol",
        title="断电", text="画面中断", form='{"level":"minor"}',
    )  # fmt: skip
    (entry,) = do(community.ledger, clerk, fault).entries
    before = community.size
    acted(
        community,
        wishes.EndFact(
            stream=places, item=MARKET, fact="covered", since="2026-03-02", reason="out_of_order",
            matter=entry.stream,
        ),
    )  # fmt: skip
    assert coverage(community)["computed"] == 0
    assert coverage(community, size=before)["computed"] == 50
    lost = board(community, "listings", kind="key_places").rows[0]
    assert (lost["holds"], lost["since"], lost["reason"]) == (False, "2026-03-02", "out_of_order")
    assert lost["matter"] == entry.stream
    community.clock.wait(DAY)
    acted(community, stated(places, MARKET, "2026-03-03"))
    assert coverage(community)["computed"] == 50


def test_of_a_place_nothing_was_stated_of_the_list_says_so(community, places):
    listed = {row["item"]: row for row in board(community, "listings").rows}
    assert (listed[SCHOOL]["holds"], listed[SCHOOL]["since"]) == (False, None)
    acted(community, wishes.Publish(unit=community.unit, code="needs", items=("need.wish",)))
    (wish,) = (row for row in board(community, "listings").rows if row["list"] == "needs")
    assert (wish["fact"], wish["holds"]) == (None, None)
    assert not board(community, "listings", kind="resources").rows


def test_an_uncovered_place_struck_off_the_list_is_found_until_it_is_listed_again(
    community, places
):
    def strike(item):
        return wishes.RemoveItem(
            stream=places, item=item, rule="bijiang.video_coverage", reason="arrangement_changed"
        )

    def struck():
        return [
            (row["record"], row["about"], row["entries"])
            for row in found(community, "struck_while_lacking")
        ]

    assert struck() == []
    acted(community, strike(SCHOOL))
    assert coverage(community)["computed"] == 100
    one = (places, f"{SCHOOL} covered", str(community.size - 1))
    assert struck() == [one]
    back = wishes.AddItem(
        stream=places, item=SCHOOL, rule="bijiang.video_coverage", reason="mistaken"
    )
    acted(community, back)
    assert struck() == []
    acted(community, strike(MARKET))
    assert struck() == [], "what was covered took nothing from the rate"
    acted(community, wishes.Replace(stream=places, items=(MARKET,), reason="mistaken"))
    assert [about for _, about, _ in struck()] == [f"{SCHOOL} covered"]


def test_a_module_whose_rule_is_not_in_force_yet_has_no_line(community, monkeypatch):
    def lines():
        return [row["module"] for row in board(community, "modules").rows]

    assert "local.livelihood" in lines()
    real = Book.find_rule
    monkeypatch.setattr(
        Book,
        "find_rule",
        lambda book, rule, on: None if rule == "bijiang.modules" else real(book, rule, on),
    )
    assert not [module for module in lines() if module.startswith("local.")]
    assert {"disputes", "youth"} <= set(lines())


def test_cases_are_counted_by_module_as_warned_dispatched_and_dealt_with(community):
    hands, ledger = community.hands, community.ledger

    def received(**members):
        told = {"unit": community.unit, "channel": "phone", "title": "一", "text": "一"}
        return do(ledger, hands["intake_clerk"], Receive(**told | members)).entries[0].stream

    hazard = received(kind="hazard", category="hazard.school", form='{"level":"minor"}')
    received(kind="hazard", category="hazard.fire", form='{"level":"minor"}')
    received(kind="request", category="construction")
    received(kind="request")
    do(ledger, hands["coordinator"], Accept(stream=hazard))
    do(ledger, hands["coordinator"], Assign(stream=hazard, handler=hands["liaison"].who.actor))
    lines = {row["module"]: row for row in board(community, "modules").rows}
    counted = {
        module: (row["warned"], row["dispatched"], row["dealt_with"], row["open"])
        for module, row in lines.items()
    }
    assert counted["schools"] == (1, 1, 0, 1)
    assert counted["public_order"] == counted["local.livelihood"] == (1, 0, 0, 1)
    assert counted["unsorted"] == (1, 0, 0, 1)
    # Of people nothing is kept: their modules are lines that count no one.
    assert {counted[each] for each in ("special_groups", "youth")} == {(0, 0, 0, 0)}
    assert len(lines) == 9 + 3 + 1
    assert list(lines)[-1] == "unsorted"
