"""A board narrowed and taken away: the rows its page shows, and no formula among them."""

import csv
import io
import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from starlette.testclient import TestClient

from api.showing.exports import Export, as_csv, as_xlsx, file_name
from api.showing.sheets import filters, narrowed
from ledger.kernel.act import AsOf
from ledger.rules.time import local_date
from ledger.service.board import ALL, Asked, Called, Column, parse_asked
from ledger.service.ledger import Ledger, as_of
from ledger.service.reading.moments import format_pinned, moment_of
from ledger.service.sheet import Sheet

COLUMNS = (
    Column(id="what", zh="什么", en="What"),
    Column(id="kind", zh="类型", en="Kind", form="code", words="kind"),
    Column(id="fen", zh="金额", en="Amount", form="fen"),
    Column(id="minutes", zh="时长", en="Hours", form="minutes"),
    Column(id="closed", zh="已结", en="Closed", form="mark"),
)


def sheet(*rows: tuple[str, str | None, int, int, bool]) -> Sheet:
    lines = tuple(dict(zip([c.id for c in COLUMNS], row, strict=True)) for row in rows)
    words = {"kind": {"a": Called(zh="甲", en="A"), "b": Called(zh="乙", en="B")}}
    return Sheet(
        board="any", zh="板", en="Board", as_of=AsOf(size=1, at=0), unit=None,
        columns=COLUMNS, rows=lines, words=words,
    )  # fmt: skip


def taken(of: Sheet, asked: dict[str, str] | None = None, lines: Asked = ALL) -> Export:
    place = Called(zh="52 某村", en="52 A village") if of.unit else None
    return Export(
        sheet=narrowed(of, asked or {}), whole=len(of.rows), origin="l.example/1", root="ab" * 32,
        place=place, asked=asked or {}, lines=lines,
    )  # fmt: skip


THREE = sheet(("一", "a", 123456, 90, True), ("二", "b", -5, 60, False), ("三", None, 0, 0, False))


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ({}, "一二三"),
        ({"kind": "a"}, "一"),
        ({"kind": ""}, "一二三"),
        ({"closed": "false"}, "二三"),
        ({"kind": "b", "closed": "true"}, ""),
        ({"fen": "0", "nothing": "x"}, "一二三"),
    ],
)
def test_rows_are_chosen_by_codes_and_marks_and_by_nothing_else(
    asked: dict[str, str], left: str
) -> None:
    assert "".join(str(row["what"]) for row in narrowed(THREE, asked).rows) == left


def test_a_day_is_narrowed_by_its_month_and_that_is_offered_once_it_is_asked() -> None:
    column = Column(id="due", zh="截止", en="Due", form="day")
    days = ("2026-03-31", "2026-03-01", "2026-04-01", None)
    whole = msgspec.structs.replace(
        THREE, columns=(column,), rows=tuple({"due": day} for day in days)
    )
    march = {"due": "2026-03"}
    assert [row["due"] for row in narrowed(whole, march).rows] == list(days[:2])
    assert [row["due"] for row in narrowed(whole, {"due": "2026-03-01"}).rows] == ["2026-03-01"]
    assert narrowed(whole, {"due": "2026-0"}).rows == ()
    assert filters(whole, {}) == []
    for offered in (filters(whole, march), filters(whole, {}, by="due")):
        assert offered[0].choices == ("2026-03", "2026-04")


def test_a_column_is_a_filter_where_there_is_something_to_choose() -> None:
    found = filters(THREE, {"kind": "b"})
    assert [(each.column.id, each.choices, each.chosen) for each in found] == [
        ("kind", ("a", "b"), "b"),
        ("closed", ("false", "true"), None),
    ]
    assert [each.column.id for each in filters(narrowed(THREE, {"kind": "a"}), {})] == []


def test_amounts_are_yuan_minutes_hours_and_codes_words() -> None:
    (heading, first, second, third) = csv.reader(
        io.StringIO(as_csv(taken(THREE), "zh").decode("utf-8-sig"))
    )
    assert heading == ["什么 What", "类型 Kind", "金额 Amount", "时长 Hours", "已结 Closed"]
    assert first == ["一", "甲", "1234.56", "1.5", "是"]
    assert (second[2], third[2]) == ("-0.05", "0.00")
    page = load_workbook(io.BytesIO(as_xlsx(taken(THREE), "en"))).worksheets[0]
    rows = list(page.iter_rows(values_only=True))
    assert list(rows[0]) == heading
    assert rows[2] == ("二", "B", -0.05, 1, "no")
    assert page.cell(2, 3).number_format == "#,##0.00"


def test_days_are_days_to_a_spreadsheet_and_what_is_none_stays_text() -> None:
    due, period = Column(id="due", zh="截止", en="Due", form="day"), COLUMNS[0]
    cells = ({"due": "2026-03-31", "what": "2026-03"}, {"due": "2026-03-31 起", "what": "=1"})
    days = msgspec.structs.replace(THREE, columns=(due, period), rows=cells)
    page = load_workbook(io.BytesIO(as_xlsx(taken(days), "zh"))).worksheets[0]
    day = page.cell(2, 1)
    assert day.is_date
    assert str(day.value) == "2026-03-31 00:00:00"
    assert [page.cell(at, 2).data_type for at in (2, 3)] == ["s", "s"]
    assert page.cell(3, 1).value == "2026-03-31 起"
    assert as_csv(taken(days), "zh").decode("utf-8-sig").splitlines()[1] == "2026-03-31,2026-03"


def test_a_file_says_what_its_rows_are_of() -> None:
    of = msgspec.structs.replace(THREE, unit="unit/x", zh="甲/乙：收支" * 9)
    export = taken(of, {"kind": "b", "closed": "false"}, parse_asked(since="2026-01-01"))
    book = load_workbook(io.BytesIO(as_xlsx(export, "zh")))
    assert book.sheetnames == [("甲 乙：收支" * 9)[:31], "说明 About"]
    told = [tuple(filter(None, row)) for row in book.worksheets[1].iter_rows(values_only=True)]
    assert ("账本 Ledger", "l.example/1") in told
    assert ("单位及其下级 Unit and those under it", "52 某村") in told
    assert [row[1:] for row in told if row[0] == "筛选 Filter"] == [
        ("自何日 From", "2026-01-01"),
        ("类型 Kind", "乙"),
        ("已结 Closed", "否"),
    ]
    assert told[-2:] == [("行数 Rows", 1), ("筛选前行数 Rows before filters", 3)]
    assert file_name(export, "csv") == "any-1-52-since=2026-01-01-kind=b-closed=false.csv"
    bare = load_workbook(io.BytesIO(as_xlsx(taken(THREE), "en")))
    assert bare.sheetnames[0] == "Board"
    assert ("筛选 Filter", "无 none") in [row[:2] for row in bare.worksheets[1].values]


@given(st.text("=+-@\t\rab1", min_size=1, max_size=6))
def test_no_text_becomes_a_formula(text: str) -> None:
    one = sheet((text, "a", 1, 1, True))
    (_, row) = csv.reader(io.StringIO(as_csv(taken(one), "en").decode("utf-8-sig"), newline=""))
    assert row[0].lstrip("'") == text or row[0] == text
    number = re.fullmatch("-?[0-9]+", text)
    assert number or not row[0].startswith(("=", "+", "-", "@", "\t", "\r"))
    cell = load_workbook(io.BytesIO(as_xlsx(taken(one), "en"))).worksheets[0].cell(2, 1)
    assert cell.data_type == "s"


def test_the_files_hold_the_rows_of_the_page(demo: TestClient) -> None:
    shown = demo.get("/boards/cases.json?kind=hazard").json()["sheet"]["rows"]
    assert 0 < len(shown) < demo.get("/boards/cases.json").json()["whole"]
    answer = demo.get("/boards/cases/rows.csv?kind=hazard")
    assert answer.headers["content-disposition"].startswith('attachment; filename="cases-')
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(lines) == len(shown) + 1
    assert {line[1] for line in lines[1:]} == {"Hazard"}
    book = load_workbook(io.BytesIO(demo.get("/boards/cases/rows.xlsx?kind=hazard").content))
    assert book.worksheets[0].max_row == len(lines)
    assert book.sheetnames[0] == "Cases"
    assert ("Filter", "Hazard") in {(row[0][-6:], row[2]) for row in book.worksheets[1].values}
    again = demo.get(
        "/boards/cases/rows.csv?kind=hazard", headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304


def test_other_forms_and_rows_there_are_not_are_refused(demo: TestClient) -> None:
    assert demo.get("/boards/cases/rows.pdf").status_code == 400
    assert demo.get("/boards/nothing/rows.csv").status_code == 404
    answer = demo.get("/boards/cases/rows/99999")
    assert (answer.status_code, answer.json()["code"]) == (404, "board.no_such_row")


def test_a_row_is_opened_by_its_number_at_a_size(demo: TestClient) -> None:
    rows = demo.get("/boards/cases.json?as_of=300").json()["sheet"]["rows"]
    page = demo.get("/boards/cases/rows/2.json?as_of=300").json()
    assert page["row"] == rows[2]
    assert page["rests_on"] == [], "a line of a statistic has no record of its own"
    asked = demo.get(f"/progress.json?code={page['code']}").json()
    assert (asked["found"], asked["at"]["number"]) == (None, 2), "its number leads to the row"
    shown = demo.get("/boards/cases/rows/2?as_of=300", headers={"Accept-Language": "zh"}).text
    assert "第 3 行" in shown


def test_a_row_s_record_is_found_again_by_the_number_to_note_down(demo: TestClient) -> None:
    page = demo.get("/boards/posts/rows/2.json").json()
    assert page["code"] in demo.get("/boards/posts/rows/2").text
    found = demo.get(f"/progress.json?code={page['code']}").json()["found"]
    assert found["stream"] == page["rests_on"][0]


def test_an_address_pinned_to_a_size_and_a_day_is_judged_on_that_day(
    demo: TestClient, demo_ledger: Ledger, size: int
) -> None:
    now = as_of(demo_ledger)
    later = AsOf(size=300, at=now.at + 40 * 86_400_000)
    for point in (now, later):
        found = moment_of(demo_ledger, format_pinned(point))
        assert found.size == point.size
        assert local_date(found.at // 1000) == local_date(point.at // 1000)
    assert demo.get(f"/boards/cases.json?as_of={size}@2020-01-01").status_code == 400
    page = demo.get("/boards/cases").text
    assert f"/boards/cases/rows/0?as_of={format_pinned(now)}" in page


@pytest.mark.parametrize("text", ["\x00", "\x01b", "\x0b", "\ufffe", "\uffff", "\ud800", "a\x1f"])
def test_what_no_workbook_can_hold_is_asked_for_without_harm(text: str) -> None:
    asked = taken(THREE, {"kind": text})
    (told,) = (
        row[2]
        for row in load_workbook(io.BytesIO(as_xlsx(asked, "zh"))).worksheets[1].values
        if row[0] == "筛选 Filter"
    )
    assert "\ufffd" in told
    assert len(told) == len(text)


def test_a_filter_no_workbook_can_hold_is_answered(demo: TestClient) -> None:
    for form in ("csv", "xlsx"):
        answer = demo.get(f"/boards/posts/rows.{form}", params={"role": "\x00\x01\ufffe"})
        assert answer.status_code == 200
