"""Every row a resident opens has a QR code and a short number, and the number leads back to it."""

import re
from datetime import timedelta
from inspect import signature
from typing import get_args

import pytest
from starlette.testclient import TestClient

from api.routes.boards import asked_for
from api.showing.filters import LINES
from api.showing.proofs import Proofs, streams_of
from ledger.aggregates.account.commands import ClosePeriod
from ledger.errors import LedgerError
from ledger.kernel.act import AsOf
from ledger.service.directory import units_by_code_at
from ledger.service.ledger import Ledger, as_of
from ledger.service.office import do
from ledger.service.reading import row_codes
from ledger.service.reading.moments import format_pinned
from ledger.service.reading.row_codes import RowAt, find_row, row_code
from ledger.service.sheet import boards_declared, make_sheet
from tests.service.test_account_boards import book, fund
from tests.support.office import Office

HTML = {"Accept": "text/html", "Accept-Language": "zh"}
TAKEN = re.compile(r'<aside class="take">.*?<svg.*?<strong class="code">([^<]+)</strong>', re.S)
DAY = 24 * 3600 * 1000


def test_every_row_has_a_qr_code_and_a_number_that_finds_its_record_or_itself(
    demo: TestClient, demo_ledger: Ledger
) -> None:
    point = as_of(demo_ledger)
    told = set()
    for board in boards_declared():
        sheet = make_sheet(demo_ledger, board, point)
        proven = Proofs(demo_ledger, point).of_rows(sheet, sheet.rows)
        for recorded in (True, False):
            rows = [n for n, entry in enumerate(proven) if (entry is not None) is recorded]
            if rows:
                page = f"/boards/{board}/rows/{rows[-1]}?as_of={format_pinned(point)}"
                assert leads_back(demo, page, streams_of(sheet, sheet.rows[rows[-1]])), page
                told.add(recorded)
    assert told == {True, False}


def test_months_of_one_account_have_numbers_of_their_own(
    office: Office, client: TestClient
) -> None:
    account, hands = fund(office)
    do(office.ledger, hands["kuai"], ClosePeriod(stream=account))
    book(office, account, hands, 5_000, flow="in", purpose="rent")
    office.ledger.follower.catch_up()
    at = format_pinned(as_of(office.ledger))
    pages = [f"/boards/finance/rows/{number}?as_of={at}" for number in range(2)]
    codes = [TAKEN.findall(client.get(page, headers=HTML).text)[0] for page in pages]
    assert codes[0] != codes[1]
    for page, code in zip(pages, codes, strict=True):
        assert f'href="{page}"' in client.get(f"/progress?code={code}", headers=HTML).text


def leads_back(demo: TestClient, page: str, rests_on: list[str]) -> bool:
    """Tell whether the number on a row's page leads to what it rests on, or else to the row."""
    (code,) = TAKEN.findall(demo.get(page, headers=HTML).text)
    asked = demo.get(f"/progress.json?code={code}").json()
    if asked["found"]:
        return asked["found"]["stream"] in rests_on
    return f'href="{page}"' in demo.get(f"/progress?code={code}", headers=HTML).text


def test_a_row_of_a_unit_as_of_a_day_is_found_again(demo_ledger: Ledger) -> None:
    now = as_of(demo_ledger)
    for point in (now, AsOf(size=now.size - 90, at=now.at), as_of(demo_ledger, size=200)):
        for unit in (None, *units_by_code_at(demo_ledger, point)):
            at = RowAt(board="cases", unit=unit, as_of=format_pinned(point), number=2)
            assert find_row(demo_ledger, row_code(demo_ledger, at)) == at


def test_one_point_judged_on_two_days_has_two_numbers(demo_ledger: Ledger) -> None:
    now = as_of(demo_ledger)
    later = AsOf(size=now.size, at=now.at + 2 * DAY)
    codes = [
        row_code(
            demo_ledger,
            RowAt(board="compliance", unit=None, as_of=format_pinned(point), number=0),
        )
        for point in (now, later)
    ]
    first, second = (code.split("-") for code in codes)
    assert int(second[1]) == int(first[1]) + timedelta(milliseconds=2 * DAY).days
    assert first[4] != second[4]


def test_a_number_is_typed_as_it_is_read(demo_ledger: Ledger) -> None:
    at = RowAt(board="cases", unit=None, as_of=format_pinned(as_of(demo_ledger)), number=0)
    code = row_code(demo_ledger, at)
    typed = f" {code.lower().replace('0', 'o').replace('1', 'l')} "
    assert find_row(demo_ledger, typed) == at


@pytest.mark.parametrize("group", range(5))
def test_a_mistyped_number_is_no_rows(demo_ledger: Ledger, group: int) -> None:
    at = RowAt(board="cases", unit=None, as_of=format_pinned(as_of(demo_ledger)), number=11)
    parts = row_code(demo_ledger, at).split("-")
    parts[group] = str(int(parts[group]) + 1) if group < 4 else "0000"
    with pytest.raises(LedgerError) as refused:
        find_row(demo_ledger, "-".join(parts))
    assert refused.value.code == "receipt.unknown_code"


def test_a_row_whose_number_would_lead_to_another_board_has_none(
    demo_ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_codes, "checked", lambda _: "7KQ4")
    point, found = format_pinned(as_of(demo_ledger)), {}
    for board in boards_declared():
        at = RowAt(board=board, unit=None, as_of=point, number=0)
        if code := row_code(demo_ledger, at):
            found[at] = find_row(demo_ledger, code)
    assert [(at, led) for at, led in found.items() if at != led] == []
    assert len(found) == 1


def test_a_receipts_number_is_of_no_row(demo_ledger: Ledger) -> None:
    assert find_row(demo_ledger, "343-7KQ4") is None


def test_whatever_an_address_may_ask_of_a_boards_lines_is_said_again() -> None:
    parameters = signature(asked_for, eval_str=True).parameters.values()
    queries = [(each.name, get_args(each.annotation)[-1]) for each in parameters]
    assert {query.alias or name for name, query in queries} == set(LINES)


def test_from_a_narrowed_board_a_row_leads_to_itself(demo: TestClient, size: int) -> None:
    since = f"since={size - 100}"
    rows = demo.get(f"/boards/changes.json?{since}").json()["sheet"]["rows"]
    whole = demo.get("/boards/changes.json").json()["sheet"]["rows"]
    at = next(n for n, row in enumerate(rows) if n >= len(whole) or row != whole[n])
    page = demo.get(f"/boards/changes?{since}&rows=all", headers=HTML).text
    (led,) = re.findall(rf'href="(/boards/changes/rows/{at}\?[^"]*)"', page)
    path, _, query = led.replace("&amp;", "&").partition("?")
    assert demo.get(f"{path}.json?{query}").json()["row"] == rows[at]
