"""The tour over the story of twelve months: every step finds what it tells of, without script."""

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import make_app
from ledger.service.ledger import Ledger


@pytest.fixture(scope="module")
def visitor(told: Ledger) -> Iterator[TestClient]:
    with TestClient(make_app(told), headers={"Accept-Language": "zh"}) as client:
        yield client


def found(visitor: TestClient, step: str) -> dict[str, Any]:
    example: dict[str, Any] | None = visitor.get(f"/tour/{step}.json").json()["found"]
    assert example is not None, step
    return example


def led_to(visitor: TestClient, step: str, words: str) -> str:
    """Return the page that a step's link of these words leads to."""
    page = visitor.get(f"/tour/{step}", headers={"Accept": "text/html"}).text
    links = re.findall(r'<a [^>]*href="([^"]+)"[^>]*>(.*?)</a>', page, re.DOTALL)
    (address,) = {html.unescape(href) for href, said in links if words in said}
    answer = visitor.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == 200, address
    return answer.text


def test_a_missing_month_is_a_line_here_and_on_the_board(visitor: TestClient) -> None:
    (gone, *_) = found(visitor, "missing")["absent"]
    assert (gone["verdict"], gone["record"]) == ("missing", None)
    board = led_to(visitor, "missing", "在公示板上看这一项")
    assert "缺失" in board[board.index("<tbody") :]


def test_an_expense_leads_to_its_voucher_and_to_the_proof_of_each_who_signed(
    visitor: TestClient,
) -> None:
    example = found(visitor, "expense")
    page = visitor.get("/tour/expense", headers={"Accept": "text/html"}).text
    signed = [act["index"] for act in example["acts"]]
    assert len(signed) > 3, "who claimed, who reviewed, who booked"
    assert [int(each) for each in re.findall(r'mz-proof [^>]*data-index="(\d+)"', page)] == signed
    voucher = led_to(visitor, "expense", "看申报这一条")
    assert "密封的内容" in voucher
    assert "包含路径" in voucher


def test_a_corrected_amount_stands_on_the_board_of_that_day_as_it_was(visitor: TestClient) -> None:
    example = found(visitor, "corrected")
    was, now = (
        {f"{float(each.partition('=')[2]):,.2f}" for each in amounts.split()}
        for amounts in (example["before"]["amounts"], example["row"]["amounts"])
    )
    assert was - now, "some amount was another"
    then_board = led_to(visitor, "corrected", "看那时的整块板")
    today = led_to(visitor, "corrected", "看现在的整块板")
    assert all(each in then_board for each in was)
    assert not any(each in then_board for each in now - was)
    assert all(each in today for each in was | now)


def test_what_was_stated_stands_beside_what_was_computed(visitor: TestClient) -> None:
    rows = found(visitor, "stated")["rows"]
    assert {"differs", "agrees"} <= {row["agrees"] for row in rows}
    some = next(row for row in rows if row["agrees"] == "differs")
    assert some["stated"] != str(some["computed"])
