"""The page of a row of a board, for rows of every make."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from api.app import make_app
from ledger.service.board import Line
from ledger.service.ledger import Ledger, as_of
from ledger.service.reading.moments import format_pinned
from ledger.service.sheet import boards_declared, make_sheet


@pytest.fixture(scope="module")
def client(story: Ledger) -> Iterator[TestClient]:
    with TestClient(make_app(story), headers={"Accept": "text/html"}) as client:
        yield client


def make_of(row: Line) -> tuple[object, ...]:
    """Return in what rows of a board differ: what they leave empty, and how they stand."""
    empty = frozenset(name for name, cell in row.items() if cell in (None, ""))
    return empty, row.get("verdict"), row.get("standing")


@pytest.mark.parametrize("board", boards_declared())
def test_a_row_of_every_make_is_told_in_both_languages(
    client: TestClient, story: Ledger, board: str
) -> None:
    point = as_of(story)
    rows = make_sheet(story, board, point).rows
    makes = {make_of(row): number for number, row in enumerate(rows)}
    assert makes
    for number in makes.values():
        page = f"/boards/{board}/rows/{number}?as_of={format_pinned(point)}"
        for lang in ("zh", "en"):
            answer = client.get(page, headers={"Accept-Language": lang})
            assert answer.status_code == 200, page


@pytest.mark.parametrize("board", ["compliance", "disclosure"])
def test_of_what_is_missing_a_row_says_that_no_record_is_there(
    client: TestClient, story: Ledger, board: str
) -> None:
    rows = make_sheet(story, board, as_of(story)).rows
    said = {
        row["verdict"]: "it is what is missing"
        in client.get(f"/boards/{board}/rows/{number}", headers={"Accept-Language": "en"}).text
        for number, row in enumerate(rows)
        if row["verdict"] in ("missing", "on_time") and not row.get("begun")
    }
    assert said == {"missing": True, "on_time": False}
