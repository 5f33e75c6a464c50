"""Figures: stated beside computed, each computed number opening to rows that add up to it."""

from urllib.parse import parse_qs, parse_qsl

import pytest

from ledger.aggregates.account.commands import Join
from ledger.aggregates.figure import commands as wishes
from ledger.aggregates.session.commands import Correct, Hold, Withdraw
from ledger.aggregates.unit.commands import StateNumber
from ledger.kernel.act import AsOf
from ledger.rules import figures as definitions
from ledger.rules.measures import Bound
from ledger.service.board import Desk
from ledger.service.finding import facts_of, find
from ledger.service.measures import MEASURES
from ledger.service.office import do, establish
from ledger.service.teams import Team
from tests.service.communities import acted, also, board, community
from tests.service.test_account_boards import volunteer

__all__ = ["community"]

DAY = 86_400_000


def line(office, code, unit=None, **asked):
    found = [row for row in board(office, "figures", unit, **asked).rows if row["figure"] == code]
    return found[-1]


@pytest.fixture
def street(community):
    """The unit at the top, which the pack was adopted for as the whole log's."""
    return community.ledger.known.stream(community.unit).state.versions[0].parent


def hold(office, by, code, **members):
    told = {"unit": office.unit, "code": code, "present": 12}
    return acted(office, Hold(**told | members), by)


def state(office, **members):
    told = {"unit": office.unit, "code": "sweeps", "value": 2, "source": "report"}
    return acted(office, wishes.State(**told | members))


def test_every_measure_of_packs_is_computed_here():
    assert set(MEASURES) == set(definitions.MEASURES)


def test_what_the_district_published_stands_beside_what_the_entries_make(community, street):
    clerk = also(community, "session_clerk")
    for _ in range(3):
        hold(community, clerk, "dispute_sweep")
    found = line(community, "sweeps", street)
    assert (found["stated"], found["computed"]) == ("451", 3)
    assert (found["sort"], found["agrees"]) == ("computed", "differs")
    assert line(community, "talks", street)["stated"] == "≥ 320"
    assert line(community, "team_size", street)["agrees"] == "agrees"
    assert line(community, "mediated", street)["sort"] == "reading"
    assert line(community, "legal_people", street)["sort"] == "stated"
    satisfied = line(community, "satisfaction", street)
    assert (satisfied["sort"], satisfied["stated"], satisfied["computed"]) == (
        "unknown", None, None,
    )  # fmt: skip
    # Of the community below nothing was published; what it has is computed all the same.
    below = line(community, "sweeps")
    assert (below["stated"], below["computed"]) == (None, 3)


def test_a_number_that_differs_is_a_finding_and_one_that_agrees_is_none(community, street):
    clerk = also(community, "session_clerk")
    hold(community, clerk, "dispute_sweep")

    def differing():
        rows = board(community, "findings", street).rows
        return {row["about"]: row["measure"] for row in rows if row["rule"] == "RF-14"}

    found = differing()
    assert found["sweeps"] == 450
    assert "team_size" not in found
    state(community, value=1)
    assert differing() == found


def test_a_computed_number_opens_to_rows_that_add_up_to_it(community, street):
    clerk = also(community, "session_clerk")
    counts = ("problems_solved=4",)
    streams = [
        hold(community, clerk, "leader_visit", counts=counts),
        hold(community, clerk, "leader_visit", counts=counts),
    ]
    hold(community, clerk, "leader_visit")
    for each in board(community, "figures", street).rows:
        if each["rows"] is None:
            continue
        kind = parse_qs(str(each["rows"]))["kind"][0]
        opened = board(community, "figure-rows", street, kind=kind).rows
        assert sum(row["amount"] for row in opened) == each["computed"]
    opened = board(community, "figure-rows", street, kind="problems").rows
    assert {row["record"] for row in opened} == set(streams)


def test_a_number_an_entry_states_is_corrected_openly_as_of_any_size(community):
    stream = state(community)
    before = community.size
    acted(
        community,
        wishes.Correct(stream=stream, value=5, source="survey", reason="mistaken"),
    )
    found = line(community, "sweeps")
    assert (found["stated"], found["before"], found["source"]) == ("5", 2, "survey")
    then = line(community, "sweeps", size=before)
    assert (then["stated"], then["before"], then["record"]) == ("2", None, stream)


def test_at_least_so_many_is_met_by_more_and_a_reading_takes_the_place_of_the_words(community):
    clerk = also(community, "session_clerk")
    for _ in range(3):
        hold(community, clerk, "dispute_sweep")
    stream = state(community, at_least=True)
    assert line(community, "sweeps")["agrees"] == "agrees"
    acted(community, wishes.Read(stream=stream, value=4, text="含两次复查"))
    found = line(community, "sweeps")
    assert (found["read"], found["agrees"], found["sort"]) == (4, "differs", "reading")
    acted(community, wishes.Withdraw(stream=stream, reason="superseded"))
    found = line(community, "sweeps")
    assert found["agrees"] == "withdrawn"


def test_a_number_of_a_period_counts_what_was_in_it(community):
    clerk = also(community, "session_clerk")
    hold(community, clerk, "dispute_sweep")
    state(community, period="2025")
    state(community, period="2026")
    found = [row for row in board(community, "figures").rows if row["stated"] is not None]
    assert [(row["period"], row["computed"]) for row in found] == [("2025", 0), ("2026", 1)]
    asked = {"kind": "sweeps", "unit": community.unit, "from": "2026-01-01", "to": "2026-12-31"}
    assert dict(parse_qsl(str(found[1]["rows"]))) == asked


def test_what_was_taken_back_counts_no_longer(community):
    clerk = also(community, "session_clerk")
    held = hold(community, clerk, "dispute_sweep")
    size = community.size
    acted(community, Withdraw(stream=held, reason="mistaken"), clerk)
    assert line(community, "sweeps")["computed"] == 0
    assert line(community, "sweeps", size=size)["computed"] == 1


@pytest.mark.parametrize(
    ("member", "said"),
    [("at_least", "≥ 0"), ("more_than", "> 0"), ("at_most", "≤ 0"), ("less_than", "< 0")],
)
def test_an_aim_is_said_as_it_binds(member, said):
    assert Bound(unit="fen", **{member: 0}).said == said


# -- rates ------------------------------------------------------------------------------------


def survey(office, by, *counts, **members):
    return hold(office, by, "covenant_survey", counts=counts, **members)


def aware(office, **members):
    told = {"code": "covenant_awareness", "source": "survey"}
    return state(office, **told | members)


def test_a_rate_is_the_sum_of_the_part_by_the_sum_of_the_whole(community, street):
    """Not the mean of 100 and 50 per cent: 110 of 200 asked, and more than 55 it is not."""
    clerk = also(community, "session_clerk")
    streams = {
        survey(community, clerk, "asked=20", "aware=20", "keeping=20"),
        survey(community, clerk, "asked=180", "aware=90"),
    }
    found = line(community, "covenant_awareness", street)
    assert (found["computed"], found["of_whole"]) == (55, "110/200")
    assert (found["part"], found["whole"]) == (110, 200)
    assert (found["stated"], found["aim"], found["agrees"]) == ("≥ 85", "≥ 85", "differs")
    opened = board(community, "figure-rows", street, kind="covenant_awareness").rows
    assert {row["record"] for row in opened} == streams
    assert sum(row["amount"] for row in opened) == 110
    assert sum(row["out_of"] for row in opened) == 200
    # The second survey asked nobody whether the covenant is kept.
    kept = line(community, "covenant_execution", street)
    assert (kept["computed"], kept["of_whole"]) == (100, "20/20")
    assert (found["left_out"], found["left_out_of"]) == (0, 0)
    assert (kept["left_out"], kept["left_out_of"]) == (1, 180)
    assert str(kept["note"]).endswith("；另有 1 场（合计 180）没有登记此项计数，未计入")
    assert str(kept["note_en"]).endswith("where this was not counted: 1 (of 180 in all)")
    assert "未计入" not in str(found["note"])


def test_what_a_rate_leaves_out_is_told_of_its_days_and_even_where_it_leaves_nothing(community):
    clerk = also(community, "session_clerk")
    survey(community, clerk, "asked=40")
    survey(community, clerk)
    aware(community, value=90, period="2026Q1")
    aware(community, value=90, period="2025Q4")
    hold(community, clerk, "dispute_sweep")
    found = {row["period"]: row for row in board(community, "figures").rows if row["period"]}
    now, then = found["2026Q1"], found["2025Q4"]
    assert (now["computed"], now["left_out"], now["left_out_of"]) == (None, 2, 40)
    assert (then["left_out"], then["left_out_of"]) == (0, 0)
    assert line(community, "sweeps")["left_out"] is None


def test_reviewers_are_held_to_the_residents_of_units_that_stated_both(community, street):
    assert line(community, "moral_seats", street)["computed"] is None

    def stated(number, value, day="2026-02-01"):
        command = StateNumber(stream=community.unit, number=number, value=value, day=day)
        do(community.ledger, community.registrars[0], command)

    stated("residents", 1_300)
    assert line(community, "moral_seats", street)["computed"] is None
    stated("moral_reviewers", 12)
    found = line(community, "moral_seats", street)
    assert (found["of_whole"], found["computed"], found["agrees"]) == ("12/1300", 9, "differs")
    assert (found["stated"], found["left_out"]) == ("≥ 10", None)
    stated("moral_reviewers", 13, "2026-02-02")
    assert line(community, "moral_seats", street)["agrees"] == "agrees"


def test_a_team_of_fewer_than_asked_for_is_told_and_counts_in_no_claim(community, street):
    clerk, organiser = also(community, "volunteer_clerk"), also(community, "organiser")
    said = {"name": "先锋队", "level": "team", "parent": community.unit}
    team = establish(community.ledger, community.registrars[0], "t1", **said)
    for name in ("甲", "乙"):
        account = volunteer(community, clerk, name)
        do(community.ledger, organiser, Join(stream=account, team=team))
    (row,) = board(community, "teams").rows
    assert (row["members"], row["asked"], row["too_few"]) == (2, "≥ 30", True)
    found = line(community, "teams_filled", street)
    assert (found["stated"], found["computed"], found["of_whole"]) == ("100", 0, "0/1")
    (opened,) = board(community, "figure-rows", street, kind="teams_filled").rows
    assert (opened["record"], opened["amount"], opened["out_of"]) == (team, 0, 1)


@pytest.mark.parametrize(("members", "enough"), [(29, False), (30, True), (31, True)])
def test_thirty_are_enough_where_thirty_are_asked_for(members, enough):
    asked = (Bound(unit="person", at_least=30),)
    assert Team(unit="unit/x", members=members, bounds=asked).enough is enough


def test_a_rate_just_below_a_line_does_not_reach_it(community):
    clerk = also(community, "session_clerk")
    survey(community, clerk, "asked=1000", "aware=849", "reached=999")
    aware(community, value=85, at_least=True)
    aware(community, value=100, code="covenant_reach")
    assert line(community, "covenant_awareness")["agrees"] == "differs"
    reach = line(community, "covenant_reach")
    assert (reach["computed"], reach["agrees"]) == (99, "differs")
    survey(community, clerk, "asked=0", "aware=0")
    assert line(community, "covenant_awareness")["of_whole"] == "849/1000"


def test_where_nobody_was_asked_there_is_no_rate_and_nothing_differs(community, street):
    found = line(community, "covenant_awareness", street)
    assert (found["computed"], found["of_whole"], found["rows"]) == (None, None, None)
    assert (found["sort"], found["agrees"]) == ("stated", None)
    assert [
        row for row in board(community, "figures").rows if row["figure"].startswith("cov")
    ] == []


def test_a_rate_of_a_quarter_is_of_its_surveys_and_a_corrected_one_of_what_stands(community):
    clerk = also(community, "session_clerk")
    held = survey(community, clerk, "asked=100", "aware=90")
    aware(community, value=90, period="2026Q1")
    aware(community, value=90, period="2025Q4")
    now, then = board(community, "figures").rows[-2:]
    assert {now["period"]: now["agrees"], then["period"]: then["agrees"]} == {
        "2026Q1": "agrees", "2025Q4": None,
    }  # fmt: skip
    size = community.size
    corrected = Correct(stream=held, counts=("asked=100", "aware=86"), reason="mistaken")
    acted(community, corrected, clerk)
    for at, rate in ((size, 90), (None, 86)):
        rows = board(community, "figures", **({"size": at} if at else {})).rows
        assert rate in {row["computed"] for row in rows if row["period"] == "2026Q1"}


def test_before_a_pack_was_adopted_there_are_no_figures(community, street):
    assert board(community, "figures", street, size=3).rows == ()


@pytest.mark.parametrize("period", [None, "2026", "2026Q1", "2026-02"])
def test_a_day_that_passes_makes_no_other_facts_of_what_lasts(community, period):
    state(community, period=period)
    community.a_case()
    size, now = community.size, community.clock.now_ms()
    kinds = set()

    def lasting(day: int) -> set[str]:
        found = find(Desk(community.ledger, AsOf(size=size, at=now + day * DAY), None))
        told = [(rule, one) for rule, one in found if one.lasts]
        kinds.update(rule.kind for rule, _ in told)
        return {facts_of(rule, one) for rule, one in told}

    community.ledger.follower.catch_up()
    for day in (0, 29, 90, 400):
        assert lasting(day) <= lasting(day + 1), day
    assert kinds >= {"figure_differs", "vacant_post", "no_owner", "disclosure_missing"}


def test_before_anything_counts_what_a_pack_published_is_no_finding(community, street):
    rows = board(community, "figures", street).rows
    assert "sweeps" in {row["figure"] for row in rows if row["agrees"] == "differs"}
    assert board(community, "findings", street, kind="figure_differs").rows == ()
    hold(community, also(community, "session_clerk"), "dispute_sweep")
    (found,) = board(community, "findings", street, kind="figure_differs").rows
    assert (found["about"], found["measure"]) == ("sweeps", 450)


def test_a_finding_says_in_words_what_it_is_about(community):
    state(community)
    (figure,) = board(community, "findings", kind="figure_differs").rows
    assert figure["what"] != figure["about"] == "sweeps"
    vacant = board(community, "findings", kind="vacant_post").rows
    roles = {row["about"]: (row["what"], row["what_en"]) for row in vacant}
    assert roles
    assert all(code not in said for code, said in roles.items())


def test_a_stated_number_that_differs_is_a_finding_and_one_taken_back_is_none(community):
    stream = state(community)
    (found,) = board(community, "findings", kind="figure_differs").rows
    assert (found["rule"], found["about"], found["measure"]) == ("RF-14", "sweeps", 2)
    assert found["record"] == stream
    acted(community, wishes.Withdraw(stream=stream, reason="mistaken"))
    assert board(community, "findings", kind="figure_differs").rows == ()
