"""Surveys, given, when, then: what is counted of those asked is never more than were asked."""

import pytest

from ledger.aggregates.session import commands as wishes
from ledger.aggregates.session.events import Count, Held
from ledger.kernel.event import Basis
from tests.support.district import COMMUNITY, SHU, a_district
from tests.support.gwt import Story, on
from tests.support.hall import a_stream
from tests.support.versions import BIJIANG

ONE = a_stream("session")
HELD_ON = on("2026-03-10")
BASIS = (Basis(pack=BIJIANG, rule="session.covenant_survey"),)


def survey(*counts: str, **members) -> wishes.Hold:
    told = {"stream": ONE, "unit": COMMUNITY, "code": "covenant_survey", "present": 6}
    return wishes.Hold(**told | members, counts=counts)


def surveyed(*counts: str) -> Story:
    return a_district().when(survey(*counts), SHU, at=HELD_ON).story


def test_a_survey_says_how_many_of_those_asked():
    counts = ("asked=120", "aware=120", "keeping=0")
    event = Held(
        unit=COMMUNITY, code="covenant_survey", period="2026Q1", day="2026-03-10", present=6,
        counts=(
            Count(of="asked", number=120), Count(of="aware", number=120),
            Count(of="keeping", number=0),
        ),
        basis=BASIS,
    )  # fmt: skip
    a_district().when(survey(*counts), SHU, at=HELD_ON).then(event)


def test_one_of_which_nothing_was_counted_yet_is_recorded():
    assert surveyed().state(ONE).counts == ()


@pytest.mark.parametrize(
    ("counts", "code"),
    [
        (("asked=120", "aware=121"), "session.more_than_whole"),
        (("asked=0", "keeping=1"), "session.more_than_whole"),
        (("aware=12",), "session.whole_not_counted"),
        (("asked=120", "leaflets=120"), "session.code_not_listed"),
    ],
)
def test_a_part_of_nothing_or_more_than_all_is_refused(counts, code):
    a_district().when(survey(*counts), SHU, at=HELD_ON).refused(code)


def test_the_refusal_says_both_numbers():
    outcome = a_district().when(survey("asked=120", "aware=121"), SHU, at=HELD_ON)
    error = outcome.refused("session.more_than_whole")
    for lang in ("zh", "en"):
        assert "121" in error.text(lang)
        assert "120" in error.text(lang)
    assert error.facts["rule"] == "session.covenant_survey"


def test_an_entry_signed_elsewhere_is_held_to_it_too():
    event = Held(
        unit=COMMUNITY, code="covenant_survey", period="2026Q1", day="2026-03-10", present=6,
        counts=(Count(of="asked", number=9), Count(of="aware", number=10)), basis=BASIS,
    )  # fmt: skip
    a_district().submits(ONE, event, SHU, at=HELD_ON).refused("session.more_than_whole")


def test_a_correction_is_held_to_it_too():
    story = surveyed("asked=120", "aware=90")
    wrong = wishes.Correct(stream=ONE, counts=("asked=80", "aware=90"), reason="mistaken")
    story.when(wrong, SHU).refused("session.more_than_whole")
    right = wishes.Correct(stream=ONE, counts=("asked=90", "aware=90"), reason="mistaken")
    assert story.when(right, SHU).story.state(ONE).corrected == 1


def test_a_kind_without_a_whole_counts_as_it_likes():
    command = survey("disputes_found=9", "households=3", code="dispute_sweep")
    assert a_district().when(command, SHU, at=HELD_ON).story.state(ONE).code == "dispute_sweep"
