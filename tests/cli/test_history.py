"""Replay, register and statistics, at any point of history."""

from typing import Any

import pytest

from ledger.service.reading.moments import parse_at
from tests.cli.conftest import Cli


def late_case(demo: Cli) -> str:
    found: str = demo.data("register", "--overdue", "--kind", "request")["rows"][0]["case"]
    return found


def test_replay_tells_each_step_with_its_changes_and_gap(demo: Cli) -> None:
    steps = demo.data("replay", late_case(demo))["steps"]
    assert [step["type"].split(".")[1] for step in steps] == [
        "received", "accepted", "triaged", "assigned", "progress_noted",
    ]  # fmt: skip
    assert steps[0]["gap_ms"] is None
    assert all(step["gap_ms"] >= 0 for step in steps[1:])
    assert {"path": ["state"], "before": "triaged", "after": "assigned"} in steps[3]["changes"]


def test_sealed_values_are_withheld_unless_asked_for(demo: Cli) -> None:
    case = late_case(demo)
    plain, opened = demo.run("replay", case), demo.run("replay", case, "--values")
    assert "电梯停运" not in plain.stdout
    assert "withheld" in plain.stdout
    assert "电梯停运" in opened.stdout
    assert demo.data("replay", case)["steps"][0]["sealed"] == "withheld"


def test_replay_at_a_size_or_time_knows_nothing_later(demo: Cli) -> None:
    case = late_case(demo)
    whole = demo.data("replay", case)["steps"]
    size = whole[2]["index"] + 1
    assert len(demo.data("replay", case, "--size", size)["steps"]) == 3
    assert len(demo.data("replay", case, "--size", size - 1)["steps"]) == 2
    assert len(demo.data("replay", case, "--at", "2026-03-11 10:59")["steps"]) == 2
    # Triaged at 11:00 and assigned at 11:05, both recorded when the second was signed.
    assert len(demo.data("replay", case, "--at", "2026-03-11T11:05:59+08:00")["steps"]) == 4


def test_a_stream_that_was_not_there_yet_is_not_found(demo: Cli) -> None:
    assert demo.refused("replay", late_case(demo), "--size", 1)["code"] == "not_found"
    assert demo.refused("replay", "case/none")["code"] == "not_found"


def test_what_is_late_is_judged_at_the_time_asked_about(demo: Cli) -> None:
    case = late_case(demo)
    for day, late in (("2026-04-01", False), ("2026-04-02", True)):
        rows = demo.data("register", "--kind", "request", "--as-of", day)["rows"]
        assert {row["case"]: row["overdue"] for row in rows}[case] is late


def test_totals_are_those_of_the_rows_at_every_point(demo: Cli) -> None:
    for point in ("2026-03-05", "2026-03-20", "200", "348"):
        stats = demo.data("stats", "--as-of", point)
        rows = demo.data("register", "--as-of", point, "--limit", 1000)["rows"]
        assert stats["cases"] == len(rows) == sum(line["cases"] for line in stats["by"])
        assert stats["overdue"] == sum(row["overdue"] for row in rows)
        assert stats["open"] == sum(row["open"] for row in rows)


def test_the_register_is_filtered_and_cut_to_the_limit(demo: Cli) -> None:
    found = demo.data("register", "--unit", "520602", "--state", "closed", "--limit", 5)
    assert len(found["rows"]) == 5
    assert found["total"] == 54
    assert {row["kind"] for row in found["rows"]} == {"message"}


def test_units_are_shown_by_code_and_name(demo: Cli) -> None:
    assert "520602 碧江区" in demo.ok("stats")
    assert {line["name"] for line in demo.data("stats")["by"]} >= {"520602001 青梧街道"}


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("2026-03-01T00:00:00Z", 1_772_323_200_000),
        ("2026-03-01 08:00", 1_772_323_200_000),
        ("2026-02-28", 1_772_294_399_999),
    ],
)
def test_times_without_offset_are_ours_and_a_day_means_its_end(text: str, ms: int) -> None:
    assert parse_at(text) == ms


@pytest.mark.parametrize("text", ["", "now", "-1", "007", "2026-13-01", "2026-03-01 25:00", "１"])
def test_other_points_are_refused(demo: Cli, text: str) -> None:
    assert demo.refused("stats", f"--as-of={text}")["code"] == "cli.bad_moment"


def test_a_size_beyond_the_log_is_the_log_s(demo: Cli) -> None:
    assert demo.data("stats", "--as-of", "999999")["as_of"]["size"] == 348


def test_the_register_is_listed_by_what_is_due_first_or_came_in_last(demo: Cli) -> None:
    def listed(order: str, *more: str) -> list[dict[str, Any]]:
        told = demo.data("register", *more, "--order", order, "--limit", 60)
        rows: list[dict[str, Any]] = told["rows"]
        return rows

    late = listed("due", "--overdue")
    assert [row["due"] for row in late] == sorted(row["due"] for row in late)
    newest = [row["received_on"] for row in listed("newest")]
    assert newest == sorted(newest, reverse=True)
    assert newest != sorted(newest)
    assert [row["case"] for row in late] != [row["case"] for row in listed("case", "--overdue")]
