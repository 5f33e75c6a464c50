"""The story of twelve months: its boards show what it tells, chapter by chapter."""

import itertools
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from ledger.cli.demonstration import cast
from ledger.cli.demonstration.chapters import (
    disclosure,
    disputes,
    finance,
    gatherings,
    legal_aid,
    orders,
    sweeps,
    volunteers,
)
from ledger.cli.demonstration.communities import COMMUNITIES, MEMBERS
from ledger.cli.demonstration.founding import SAMPLE
from ledger.cli.demonstration.play import whole
from ledger.cli.demonstration.script import Step
from ledger.service.auditing.audits import audit_home
from ledger.service.directory import unit_of
from ledger.service.ledger import Ledger, as_of
from ledger.service.reading.moments import moment_of
from ledger.service.sheet import make_sheet

NORTH, SOUTH, EAST = (each.code for each in COMMUNITIES)

Board = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def board(told: Ledger) -> Board:
    """Returns rows of a board: ``board(name, unit code, **what a row must say)``."""

    def rows(name: str, unit: str | None = None, at: str | None = None, **where: Any) -> Any:
        of = None if unit is None else unit_of(told, unit)
        point = as_of(told) if at is None else moment_of(told, at)
        sheet = make_sheet(told, name, point, unit=of)
        return [row for row in sheet.rows if where.items() <= row.items()]

    return rows


def the_whole() -> list[Step]:
    return whole().steps()


# -- what is told ----------------------------------------------------------------------------


def test_the_story_covers_twelve_months_of_three_communities_and_some_sixty_people() -> None:
    script = whole()
    assert len(script.members) + len(cast.FOUNDERS) in range(58, 66)
    assert len({member.name for member in script.members}) == len(script.members)
    months = {step.at[:7] for step in script.steps()}
    assert len(months) >= 12
    assert sum(unit.level == "community" for unit in script.units) == 3


def test_the_story_is_the_same_each_time_it_is_told() -> None:
    assert the_whole() == the_whole()


def test_the_districts_counts_are_those_it_published() -> None:
    steps = the_whole()
    begun = Counter(step.on.partition("-")[0] for step in steps if step.act == "session.hold")
    begun_as = {s.on: s.values["kind"] for s in steps if s.act == "case.receive"}
    over = {s.on for s in steps if s.act == "case.close"}
    mediated = {on for on in over if begun_as.get(on) == "dispute"}
    aided = {s.on for s in steps if s.on.startswith("case/aid-")}
    counts = Counter[str]()
    for step in steps:
        for text in step.values.get("counts", ()):
            of, _, number = text.partition("=")
            counts[of] += (
                int(number) if step.on.startswith(("session/tr", "session/pu", "session/vi")) else 0
            )
    assert begun["session/sweep"] == sweeps.COUNT == 451
    assert len(mediated) == disputes.MEDIATED == 408
    assert len(aided) == legal_aid.COUNT == 213
    assert begun["session/publicity"] == gatherings.EVENTS >= 70
    assert begun["session/training"] == gatherings.TRAININGS == 16
    assert begun["session/talk"] == gatherings.TALKS >= 320
    assert counts["problems_solved"] == gatherings.SOLVED == 106
    assert counts["trained"] >= 750
    assert counts["leaflets"] >= 20_000


def test_no_two_sweeps_and_no_two_disputes_beside_each_other_read_alike() -> None:
    for chapter in (sweeps.chapter, disputes.chapter):
        titles = [step.values["title"] for step in chapter.steps(1) if "title" in step.values]
        assert all(a != b for a, b in itertools.pairwise(titles))
        assert len(set(titles)) > len(titles) * 0.75


def test_the_steps_of_each_stream_are_told_in_order() -> None:
    told: dict[str, str] = {}
    for chapter in whole().chapters:
        for step in chapter.steps(1):
            if step.on.startswith(("case/", "disclosure_item/", "decision/", "session/")):
                assert told.get(step.on, "") <= step.at, step
                told[step.on] = step.at


# -- what the boards show --------------------------------------------------------------------


def test_the_audit_of_the_story_is_clean(told: Ledger) -> None:
    report = audit_home(told)
    assert report.exit_status == 0


def test_names_are_marked_as_samples(told: Ledger) -> None:
    assert SAMPLE == "（示例）"
    assert volunteers.name(COMMUNITIES[0], 1).endswith(SAMPLE)
    assert {member.until for member in MEMBERS} == {None, "2027-01-01"}


def test_the_missing_month_is_a_row(board: Board) -> None:
    (row,) = board("disclosure", SOUTH, code=disclosure.FINANCE, period="2025-10")
    assert (row["verdict"], row["item"]) == ("missing", None)
    (cell,) = board("compliance", SOUTH, obligation="finance", period="2025-10")
    assert (cell["verdict"], cell["record"]) == ("missing", None)


def test_a_late_month_is_late_and_the_rest_in_time(board: Board) -> None:
    (late,) = board("disclosure", NORTH, code=disclosure.FINANCE, verdict="late")
    assert late["period"] == "2025-08"
    assert len(board("disclosure", NORTH, code=disclosure.FINANCE, verdict="on_time")) == 11


def test_a_corrected_amount_stands_beside_what_was_posted(board: Board) -> None:
    where = {"code": disclosure.FINANCE, "period": "2025-11"}
    (now,) = board("disclosure", NORTH, **where)
    assert now["version"] == 2
    assert now["before"] != now["amounts"]
    (then,) = board("disclosure", NORTH, "2025-12-03", **where)
    assert (then["amounts"], then["before"]) == (now["before"], None)


def test_what_was_posted_at_last_is_what_the_fund_closed_with(board: Board) -> None:
    funds = {(row["unit"], row["period"]): row for row in board("finance")}
    posted = [row for row in board("disclosure", code=disclosure.FINANCE) if row["amounts"]]
    assert posted
    for row in posted:
        said = dict(one.split("=") for one in row["amounts"].split())
        fund = funds[row["unit"], row["period"]]
        assert round(float(said["closing"]) * 100) == fund["balance"], row
        assert round(float(said["expense"]) * 100) == fund["expense"], row


def test_a_challenge_was_decided_a_question_answered_and_one_not(board: Board) -> None:
    (challenged,) = board("disclosure", EAST, code=disclosure.FINANCE, period="2026-01")
    assert not challenged["contested"]
    (asked,) = board("disclosure", EAST, code=disclosure.FINANCE, period="2026-03")
    assert (asked["asked"], asked["unanswered"]) == (1, 0)
    (in_vain,) = board("disclosure", SOUTH, code=disclosure.FINANCE, period="2026-03")
    assert (in_vain["unanswered"], in_vain["overdue"]) == (1, 1)


def test_the_returned_month_went_out_in_its_second_version(board: Board) -> None:
    (row,) = board("disclosure", SOUTH, code=disclosure.FINANCE, period="2026-02")
    assert (row["version"], row["verdict"]) == (2, "on_time")


def test_postings_lasted_as_long_as_the_law_of_their_day_asked(board: Board) -> None:
    for row in board("disclosure", code=disclosure.FINANCE):
        if row["until"]:
            seven = row["day"] < "2026"
            shown = (date.fromisoformat(row["until"]) - date.fromisoformat(row["day"])).days
            assert shown == (7 if seven else 15), row
    (early,) = board("disclosure", early=True)
    assert early["period"] == "2026-01"


def test_the_matrix_shows_every_state(board: Board) -> None:
    found = Counter(row["verdict"] for row in board("compliance"))
    assert set(found) >= {"on_time", "late", "missing", "withdrawn", "not_yet_due"}
    assert found["on_time"] > 20 * found["late"]
    assert any(row["afterwards"] for row in board("compliance"))


def test_a_month_of_the_fund_was_booked_back_and_one_voucher_turned_down(board: Board) -> None:
    (reversed_,) = board("finance", NORTH, period="2026-02")
    assert reversed_["reversed"] == 1
    assert len(board("finance")) == len(finance.MONTHS) * len(COMMUNITIES)
    assert all(row["closed"] for row in board("finance"))


def test_one_decision_is_by_the_book_and_one_names_its_defects(board: Board) -> None:
    sheds = board("decisions", NORTH, code="residents_four_two", standing="closed")
    by_the_book = [row for row in sheds if row["proposed_on"] == "2026-01-08"]
    assert len(by_the_book) == 7
    assert all(row["taken"] and not row["defects"] for row in by_the_book)
    parking = board("decisions", SOUTH, code="residents_four_two")
    assert {row["standing"] for row in parking} == {"revoked"}
    defects = " ".join(row["defects"] or "" for row in parking)
    assert "out_of_order" in defects
    assert "no_quorum" in defects
    assert any(not row["taken"] for row in parking)


def test_a_moral_review_was_overturned_on_appeal_and_another_stands(board: Board) -> None:
    reviews = {
        row["standing"]: (row["appealed"], row["appeals_open"])
        for row in board("decisions")
        if row["code"] == "moral_review"
    }
    assert reviews == {"overturned": (1, None), "passed": (1, None), "closed": (None, None)}
    assert [row["kind"] for row in board("findings") if row["rule"] == "RF-21"] == []


def test_moral_reviews_are_met_by_decisions_on_the_day_they_were_decided(board: Board) -> None:
    rows = [row for row in board("compliance") if row["obligation"] == "moral_review"]
    assert all(row["record"].startswith("decision/") for row in rows if row["record"])
    found = {
        unit: {
            row["period"]: (row["verdict"], row["done_on"])
            for row in board("compliance", unit, obligation="moral_review")
        }
        for unit in (NORTH, SOUTH, EAST)
    }
    assert found[SOUTH]["2025Q3"] == ("on_time", "2025-09-01")
    assert found[NORTH]["2026Q1"][0] == "withdrawn"
    assert found[EAST]["2025Q3"] == ("late", "2025-10-14")
    assert found[EAST]["2025Q4"] == ("missing", None), "whom it concerned was not told before"
    verdicts = Counter(verdict for each in found.values() for verdict, _ in each.values())
    assert verdicts == {
        "on_time": 6, "late": 1, "missing": 1, "withdrawn": 1, "not_yet_due": 3,
    }  # fmt: skip


def test_cases_stood_still_went_on_elsewhere_and_came_under_a_leader(
    told: Ledger, board: Board
) -> None:
    assert sum(row["suspended"] for row in board("cases", at="2026-04-10")) == 1
    assert sum(row["suspended"] for row in board("cases")) == 0
    rows = told.views["register"].rows(as_of(told), where={"kind": "request"}, limit=500)
    assert Counter(row.state for row in rows)["transferred"] == 1
    assert len([row for row in rows if row.part_of]) == 3, "one merged, two split off"
    assert len([row for row in rows if row.leader]) == 1
    assert board("findings", kind="link_incomplete") == []


def test_committees_answered_two_findings(board: Board) -> None:
    answered = [row for row in board("findings") if row["standing"] != "open"]
    assert {(row["kind"], row["standing"], row["reason"]) for row in answered} == {
        ("query_overdue", "acknowledged", "asked_to_correct"),
        ("taken_down_early", "to_dismiss", "corrected"),
    }
    assert {row["again"] for row in answered} == {False}


def test_teams_are_above_at_and_below_thirty(board: Board) -> None:
    found = [volunteers.SIZES[each.key] for each in COMMUNITIES]
    assert (found[0] > 30, found[1], found[2] < 30) == (True, 30, True)
    rows = board("teams")
    assert len(rows) == 3
    assert {row["asked"] for row in rows} == {"≥ 30"}
    assert all(row["too_few"] == (row["members"] < 30) for row in rows)
    (seats,) = [row for row in board("figures") if row["figure"] == "moral_seats"]
    assert (seats["agrees"], seats["of_whole"]) == ("agrees", "113/11166")
    (claimed,) = [row for row in board("figures") if row["figure"] == "teams_filled"]
    enough = sum(not row["too_few"] for row in rows)
    assert (claimed["stated"], claimed["of_whole"]) == ("100", f"{enough}/3")


def test_a_black_vest_is_beyond_a_hundred_hours_and_not_at_them(board: Board) -> None:
    black = board("volunteers", vest="black")
    assert len(black) == 2
    assert all(row["minutes"] > 6_000 for row in black)
    (just,) = board("volunteers", SOUTH, minutes=6_000)
    assert (just["stars"], just["vest"] == "black") == (1, False)
    assert board("volunteers", flagged=1)


def test_orders_gave_hours_that_are_all_credited(board: Board) -> None:
    rows = board("orders")
    assert sum(row["minutes"] for row in rows) > 0
    assert {row["owing"] for row in rows} == {0}
    assert 0 < sum(row["same_day"] for row in rows) < sum(row["confirmed"] for row in rows)
    assert any(row["satisfied_of"] for row in rows)
    for community in (NORTH, SOUTH, EAST):
        lists = {row["list"] for row in board("listings", community)}
        assert lists == {*orders.LISTS, "key_places"}
    assert orders.ENDS


def test_cases_of_every_kind_were_handled_and_some_are_open(board: Board) -> None:
    kinds = {row["kind"] for row in board("cases")}
    assert kinds >= {
        "request",
        "dispute",
        "hazard",
        "petition",
        "message",
        "service_order",
        "legal_aid",
    }
    assert sum(row["open"] for row in board("cases", kind="dispute")) > 0


def test_one_community_told_every_facet_of_its_powers_and_another_none(board: Board) -> None:
    written = ("content", "rules", "procedure")
    states = {
        code: {row["state"] for row in board("five-publics", code) if row["facet"] in written}
        for code in (NORTH, SOUTH, EAST)
    }
    assert states == {NORTH: {"posted"}, SOUTH: {"posted", "missing"}, EAST: {"missing"}}
    (works,) = board("five-publics", NORTH, code="power.works", facet="result")
    assert works["count"] == 1


def test_a_seat_was_handed_over_and_filled_another_was_left_and_two_do_not_keep_apart(
    board: Board,
) -> None:
    (left,) = board("posts", NORTH, standing="over")
    assert left["handed_over"] <= left["handover_due"]
    assert len(board("posts", NORTH, mandate="by_election")) == 1
    (gone,) = board("posts", EAST, standing="over")
    assert (gone["handed_over"], bool(gone["lacking"])) == (None, True)
    (related,) = board("posts", conflict="relative")
    assert related["role"] == "supervisor"


def test_two_advisers_say_how_they_are_reached_once_they_put_it_up(board: Board) -> None:
    said = [row["notice"] for row in board("posts", role="legal_adviser")]
    assert [one.partition("，")[0] for one in sorted(said)] == [
        "法律顾问公示牌　祝有方（示例）", "法律顾问公示牌　骆明律（示例）",
    ]  # fmt: skip
    assert {row["notice"] for row in board("posts", at="2026-04-06")} == {None}


def test_the_findings_are_what_the_story_did_wrong(board: Board) -> None:
    found = Counter(row["kind"] for row in board("findings"))
    assert set(found) >= {
        "backdated", "deadline_passed", "disclosure_missing", "handover_overdue", "hours_flagged",
        "incompatible_posts", "query_overdue", "step_defective", "taken_down_early",
    }  # fmt: skip
    assert found["handover_overdue"] == 1


def test_figures_stand_beside_what_was_published_and_a_wrong_one_was_corrected(
    board: Board,
) -> None:
    rows = {row["figure"]: row for row in board("figures") if not row["period"]}
    assert rows["problems"]["agrees"] == rows["team_size"]["agrees"] == "agrees"
    assert rows["deeds"]["agrees"] == "differs"
    assert {rows["legal_people"]["sort"], rows["satisfaction"]["sort"]} == {"stated", "unknown"}
    (corrected,) = board("figures", NORTH, period="2025Q4")
    assert (corrected["stated"], corrected["before"]) == ("86", 84)


def test_what_surveys_of_the_covenant_counted_is_what_was_stated(board: Board) -> None:
    rates = [row for row in board("figures") if row["figure"].startswith("covenant_")]
    assert len(rates) == 3 + len(gatherings.AWARE)
    assert all(row["agrees"] == "agrees" and row["whole"] for row in rates)
    (before,) = board("figures", NORTH, at="2026-01-08", period="2025Q4")
    assert (before["stated"], before["computed"], before["agrees"]) == ("84", 86, "differs")
    (opened,) = board("figure-rows", NORTH, figure="covenant_awareness", day="2025-12-15")
    assert f"{opened['amount']}/{opened['out_of']}" == before["of_whole"]


def test_the_published_coverage_of_key_places_is_not_what_the_lists_come_to(board: Board) -> None:
    (now,) = (row for row in board("figures") if row["figure"] == "video_coverage")
    assert (now["stated"], now["of_whole"], now["agrees"]) == ("100", "12/13", "differs")
    (then,) = (
        row for row in board("figures", at="2026-03-12") if row["figure"] == "video_coverage"
    )
    assert then["of_whole"] == "11/13"
    missing = board("figure-rows", figure="video_coverage", amount=0)
    assert [row["item"] for row in missing] == ["place.riverside"]
    (lost,) = board("listings", SOUTH, at="2026-03-12", list="key_places", holds=False)
    (fault,) = board("listings", SOUTH, item="place.market", list="key_places")
    assert (lost["item"], fault["holds"], fault["since"]) == ("place.market", True, "2026-03-17")
    assert lost["matter"].startswith("case/")


def test_mediation_step_by_step_was_kept_broken_and_declined(told: Ledger) -> None:
    found = told.views["register"].rows(as_of(told), where={"kind": "dispute"}, limit=500)
    states = Counter(row.state for row in found)
    assert (states["breached"], states["unmediated"]) == (1, 1)


def test_minutes_typed_from_paper_were_confirmed_by_one_and_disputed_by_another(
    board: Board,
) -> None:
    (row,) = board("papers")
    assert (row["named"], row["confirmed"], row["disputed"]) == (2, 1, 1)


def test_on_the_last_day_some_wait_for_signatures(board: Board) -> None:
    waiting = board("disclosure", code="assistance.work", day=None)
    assert len(waiting) == len(disclosure.WAITING) == 2


def test_no_code_stands_where_a_board_has_words_for_it(told: Ledger) -> None:
    words = make_sheet(told, "decisions", as_of(told)).words["defects"]
    assert words["out_of_order, no_quorum"].zh == "步骤缺失或颠倒、到会人数不足"
    assert not any(called.zh.isascii() for called in words.values())


def test_the_calendar_has_sessions_to_come_called_off_and_taken_back(board: Board) -> None:
    found = Counter(row["standing"] for row in board("calendar"))
    assert set(found) == {"planned", "held", "cancelled", "withdrawn"}
    assert any(row["problems"] for row in board("calendar"))


def test_boards_say_no_more_on_an_early_day_than_was_known(board: Board) -> None:
    assert board("finance", at="2025-05-05") == []
    early, late = board("calendar", at="2025-07-01"), board("calendar")
    assert 0 < len(early) < len(late)
