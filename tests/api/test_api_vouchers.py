"""The page of a month of collective funds lists what it adds up, each with its proof."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from api.app import make_app
from ledger.service.ledger import Ledger

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def demo(story: Ledger) -> Iterator[TestClient]:
    with TestClient(make_app(story), headers={"Accept-Language": "en"}) as client:
        yield client


def finance(demo: TestClient, **asked: int) -> list[dict]:
    return demo.get("/api/v1/boards/finance", params=asked).json()["rows"]


def told(demo: TestClient, number: int, **asked: int) -> dict:
    return demo.get(f"/boards/finance/rows/{number}.json", params=asked).json()


@pytest.mark.parametrize("part", [1, 2])
def test_the_vouchers_of_each_month_add_up_to_its_line(
    demo: TestClient, story: Ledger, part: int
) -> None:
    asked = {"as_of": story.recorder.head().size // part}
    rows = finance(demo, **asked)
    assert len(rows) > 10
    for number, row in enumerate(rows):
        found = told(demo, number, **asked)["adds"]
        kept = [each for each in found if each["back"] is None]
        assert sum(each["amount"] for each in kept if each["amount"] > 0) == row["income"]
        assert -sum(each["amount"] for each in kept if each["amount"] < 0) == row["expense"]
        assert len(found) - len(kept) == row["reversed"]


def test_a_voucher_names_those_who_signed_it_and_leads_to_each_proof(demo: TestClient) -> None:
    number = next(n for n, row in enumerate(finance(demo)) if row["expense"])
    found = told(demo, number)["adds"]
    text = demo.get(f"/boards/finance/rows/{number}", headers=HTML).text
    for each in found:
        assert f'data-index="{each["index"]}"' in text
        assert {act["type"] for act in each["signed"]} >= {
            "account.claimed.v1",
            "account.posted.v1",
        }
        assert f'/replay/{each["signed"][0]["stream"]}?at={each["seq"]}"' in text
        assert sum(act["type"] == "account.confirmed.v1" for act in each["signed"]) >= 3
    assert "Member of the supervision committee × 3" in text


def test_a_row_that_adds_up_no_vouchers_lists_none(demo: TestClient) -> None:
    assert demo.get("/boards/cases/rows/0.json").json()["adds"] == []
    assert "Vouchers booked" not in demo.get("/boards/cases/rows/0", headers=HTML).text
