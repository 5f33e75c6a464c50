"""Facts of listed items, given, when, then: what holds of an item, since when, until when."""

import pytest

from ledger.aggregates.catalogue import commands as wishes
from ledger.aggregates.catalogue import events
from ledger.kernel.event import Basis
from ledger.projections.catalogues import fold, view
from tests.support.district import COMMUNITY, GONG, OTHER, SHU, a_district
from tests.support.gwt import Story, an_id
from tests.support.versions import BIJIANG

ONE = f"catalogue/{an_id('places')}"
CASE = f"case/{an_id('a fault')}"
KIND = Basis(pack=BIJIANG, rule="catalogues.key_places")
MARKET, SCHOOL = "place.market", "place.school"


def listed(**members) -> Story:
    told = {"stream": ONE, "unit": COMMUNITY, "code": "key_places", "items": (MARKET, SCHOOL)}
    return a_district().when(wishes.Publish(**told | members), GONG).story


def state(**members) -> wishes.StateFact:
    told = {"stream": ONE, "item": MARKET, "fact": "covered", "since": "2023-03-10"}
    return wishes.StateFact(**told | members)


def end(**members) -> wishes.EndFact:
    told = {"stream": ONE, "item": MARKET, "fact": "covered", "since": "2026-03-01"}
    return wishes.EndFact(**told | {"reason": "out_of_order"} | members)


def covered() -> Story:
    return listed().when(state(), GONG).story


def test_a_place_is_covered_since_a_day_long_before_it_was_listed():
    listed().when(state(), GONG).then(
        events.FactStated(
            unit=COMMUNITY, item=MARKET, fact="covered", since="2023-03-10", basis=(KIND,)
        )
    )


def test_it_is_covered_no_longer_for_a_reason_until_it_is_again():
    outcome = covered().when(end(), GONG)
    (event,) = outcome.events
    assert (event.reason, event.since, event.matter) == ("out_of_order", "2026-03-01", None)
    again = outcome.story.when(state(since="2026-03-02"), GONG).story
    assert again.state(ONE).facts[f"{MARKET} covered"] == (True, "2026-03-02")


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (state(), "catalogue.fact_holds"),
        (end(item=SCHOOL), "catalogue.fact_holds_not"),
        (state(item="place.square"), "catalogue.not_listed"),
        (state(item=SCHOOL, fact="guarded"), "catalogue.fact_not_listed"),
        (state(item=SCHOOL, since="2026-03-03"), "catalogue.since_out_of_place"),
        (state(item=SCHOOL, since="2026-02-30"), "time.bad_date"),
        (end(since="2023-03-09"), "catalogue.since_out_of_place"),
        (end(since="2026-03-03"), "catalogue.since_out_of_place"),
        (end(reason="bored"), "catalogue.reason_not_listed"),
        (end(matter=CASE), "reference.unknown"),
    ],
)
def test_what_cannot_be_so_is_refused(command, code):
    covered().when(command, GONG).refused(code)


def test_what_ended_holds_again_from_a_later_day_only_so_that_the_list_tells_it():
    hidden = covered().when(end(since="2023-03-10"), GONG).story
    hidden.when(state(), GONG).refused("catalogue.since_the_end")
    ended = covered().when(end(), GONG).story
    ended.when(state(since="2026-03-01"), GONG).refused("catalogue.since_the_end")
    again = ended.when(state(since="2026-03-02"), GONG).story
    again.when(end(since="2026-03-02"), GONG).then(
        events.FactEnded(
            unit=COMMUNITY, item=MARKET, fact="covered", since="2026-03-02",
            reason="out_of_order", basis=(KIND,),
        )
    )  # fmt: skip


def test_only_who_keeps_the_list_says_so_and_only_of_lists_that_state_it():
    listed().when(state(), SHU).refused("authority.role_not_allowed")
    needs = listed(code="needs", items=("need.wish",))
    needs.when(state(item="need.wish"), GONG).refused("catalogue.fact_not_listed")
    assert listed(unit=OTHER).state(ONE).unit == OTHER


def test_struck_off_and_listed_again_it_is_as_uncovered_as_before():
    """Else an outage would go by striking the place off and listing it anew."""
    told = {"item": MARKET, "rule": "bijiang.video_coverage", "reason": "arrangement_changed"}
    story = covered().when(end(), GONG).story
    struck = story.when(wishes.RemoveItem(stream=ONE, **told), GONG).story
    again = struck.when(wishes.AddItem(stream=ONE, **told), GONG).story
    assert again.state(ONE).facts[f"{MARKET} covered"] == (False, "2026-03-01")
    again.when(state(since="2026-03-01"), GONG).refused("catalogue.since_the_end")


def test_a_row_says_since_when_and_keeps_what_was_said_when_the_item_is_struck_off():
    story = covered().when(end(), GONG).story
    gone = wishes.RemoveItem(
        stream=ONE, item=MARKET, rule="bijiang.video_coverage", reason="arrangement_changed"
    )
    story = story.when(gone, GONG).story
    rows = {}
    for act in (each for each in story.acts if each.stream == ONE):
        for key in view.keys(act):
            if (row := fold(rows.pop(key, None), act, key)) is not None:
                rows[key] = row
    line = rows[f"{ONE} fact {MARKET} covered"]
    assert (line.holds, line.day, line.reason) == (False, "2026-03-01", "out_of_order")
    assert f"{ONE} item {MARKET}" not in rows
