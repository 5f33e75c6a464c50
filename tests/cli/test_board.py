"""``mingzhang board``: a board as a table and as JSON."""

import io

import pytest
from rich.console import Console

from ledger.cli.shell import print_table, table
from ledger.rules.quantities import amount, hours


def test_a_board_is_shown_with_its_words_and_as_json(demo):
    text = demo.ok("board", "cases")
    assert "事项统计" in text
    assert "诉求" in text
    data = demo.data("board", "cases")
    assert data["board"] == "cases"
    assert [column["id"] for column in data["columns"]][:2] == ["unit", "kind"]
    assert all(row["received"] == row["open"] + row["closed"] for row in data["rows"])
    totals = demo.data("stats")
    assert sum(row["received"] for row in data["rows"]) == totals["cases"]
    assert sum(row["overdue"] for row in data["rows"]) == totals["overdue"]


def test_a_table_has_what_a_page_lists_and_json_all_of_it(demo):
    text, sheet = demo.ok("board", "findings"), demo.data("board", "findings")
    heads = {each["id"]: f"{each['en']} {each['zh']}" for each in sheet["columns"]}
    assert {"facts", "rule", "what", "what_en"} <= heads.keys()
    assert "Finding 疑点" in text
    assert not any(heads[name] in text for name in ("facts", "rule", "version", "entries"))
    assert not any("Chinese" in line for line in text.splitlines())


@pytest.mark.parametrize(("columns", "as_table"), [(5, True), (20, False)])
def test_what_has_too_many_columns_for_a_table_is_told_line_by_line(columns, as_table):
    out = Console(width=160, file=io.StringIO())
    grid = table(*(f"head {n}" for n in range(columns)))
    grid.add_row(*("a cell of many words " * 3 for _ in range(columns)))
    print_table(out, grid)
    text = out.file.getvalue()
    assert ("┃" in text) == as_table
    assert ("\nhead 1  a cell of many words a cell" in text) != as_table


def test_an_unknown_board_is_refused(demo):
    assert demo.refused("board", "rumours")["code"] == "board.unknown"


def test_hours_are_cut_off_so_that_a_threshold_is_never_shown_early():
    assert [hours(each) for each in (0, 59, 5_999, 6_000, 6_001)] == [
        "0.00", "0.98", "99.98", "100.00", "100.01",
    ]  # fmt: skip


def test_fen_are_shown_as_yuan():
    assert [amount(each) for each in (0, 5, -5, 123_456_789)] == [
        "0.00", "0.05", "-0.05", "1,234,567.89",
    ]  # fmt: skip
