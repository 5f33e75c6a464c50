"""A board laid out across: lines that agree are one row, each code a column; details stay aside."""

import re
from typing import Any

from starlette.testclient import TestClient

from api.showing.board_layouts import Layout, lay_out
from ledger.aggregates.catalogue.commands import Publish
from ledger.kernel.act import AsOf
from ledger.service import office as setting_up
from ledger.service.board import Across, Board, Cell, Walk
from ledger.service.office import do
from ledger.service.sheet import Sheet, boards_declared
from tests.service.test_boards import staffed
from tests.support.office import Office


def test_a_power_is_a_row_and_its_facets_are_columns(office: Office, client: TestClient) -> None:
    setting_up.adopt(office.ledger, office.registrars, "bijiang")
    publisher = staffed(office, "publisher")
    listed = Publish(unit=office.unit, code="powers", items=("power.seal", "power.works"))
    do(office.ledger, publisher, listed)
    office.ledger.follower.catch_up()
    headers = {"Accept-Language": "zh"}
    page = client.get("/boards/five-publics", headers=headers).text
    (table,) = page.split("</table>")[0].split("<table")[1:]
    head, body = table.split("<tbody>")
    for facet in ("清单内容", "规章制度", "运行程序", "运行过程", "运行结果"):
        assert facet in head
    assert body.count("<tr>") == 2
    assert body.count("未公开") == 6
    assert body.count("尚未行使") == 4


def test_figures_show_what_matters_in_the_table_and_the_rest_with_a_row(
    office: Office, client: TestClient
) -> None:
    setting_up.adopt(office.ledger, office.registrars, "bijiang")
    office.ledger.follower.catch_up()
    page = client.get("/boards/figures", headers={"Accept-Language": "zh"}).text
    head = page.split("<thead>")[1].split("</thead>")[0]
    assert "公布数" in head
    assert "计量" not in head
    assert "计量" in client.get("/boards/figures/rows/0", headers={"Accept-Language": "zh"}).text
    assert [each.id for each in boards_declared()["figures"].columns if each.programs]


LINES: dict[str, Any] = {
    "zh": "",
    "en": "",
    "about": None,
    "empty": None,
    "rows": None,
    "names": (),
}


def laid_out(*rows: dict[str, Cell], **how: Any) -> Layout:
    sheet = Sheet(
        board="any", zh="", en="", as_of=AsOf(size=1, at=0), unit=None,
        columns=(), rows=rows, words={},
    )  # fmt: skip
    numbers = [10 + n for n in range(len(rows))]
    return lay_out(sheet, numbers, Board(name="any", columns=(), **LINES, **how))


def test_what_many_cells_say_is_numbered_and_said_once() -> None:
    across = Across(by=("power",), over="facet", codes=("a", "b"), cells=(), noted=("title",))
    made = laid_out(
        {"power": 1, "facet": "a", "title": "one list"},
        {"power": 1, "facet": "b", "title": None},
        {"power": 2, "facet": "a", "title": "one list"},
        {"power": 2, "facet": "b", "title": "another"},
        across=across,
    )
    assert [line.notes for line in made.lines] == [{"a": 1}, {"a": 1, "b": 2}]
    assert {note: row["title"] for note, row in made.noted.items()} == {1: "one list", 2: "another"}
    assert made.notes_of(made.lines[:1]) == [1]


def test_the_steps_of_one_thing_are_one_line_and_keep_their_numbers() -> None:
    walk = Walk(by="of", head=(), step=("name",), taken="taken", said=())
    steps = [("x", "one"), ("x", "two"), ("y", "one")]
    rows: list[dict[str, Cell]] = [{"of": of, "name": name} for of, name in steps]
    made = laid_out(*rows, walk=walk)
    assert [[number for number, _ in line.steps] for line in made.lines] == [[10, 11], [12]]
    assert (made.pages(1), made.pages(2), len(made.on(9, 1))) == (2, 1, 1)


def test_a_board_is_printed_whole_with_what_it_can_be_checked_by(demo: TestClient) -> None:
    page = demo.get("/boards/cases?rows=all", headers={"Accept-Language": "zh"}).text
    printed = page.split('<aside class="printed">')[1].split("</aside>")[0]
    size = demo.get("/boards/cases.json").json()["sheet"]["as_of"]["size"]
    assert f"账本条数 {size}" in printed
    assert "<svg" in printed
    root = demo.get("/boards/cases.json").json()["root"]
    assert root in re.sub(r"\s", "", printed)
    assert root == demo.get("/integrity.json").json()["log"]["root"]


def test_layouts_name_columns_that_their_boards_have() -> None:
    for board in boards_declared().values():
        ids = {column.id for column in board.columns}
        assert set(board.listed) <= ids, board.name
        if (walk := board.walk) is not None:
            assert {walk.by, walk.taken, *walk.head, *walk.step, *walk.said} <= ids
        if (across := board.across) is not None:
            assert {*across.by, across.over, *across.cells, *across.noted} <= ids
