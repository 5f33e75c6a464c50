"""``mingzhang board``: a board as a table and as JSON."""

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
