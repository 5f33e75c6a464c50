"""Boards as answered and kept: what may no longer be shown is not shown out of a cache either."""

import re

import pytest
from starlette.testclient import TestClient

from ledger.aggregates.account import commands as wishes
from ledger.service.office import do
from tests.service.test_account_boards import staff, volunteer
from tests.support.office import Office


def test_a_consent_withdrawn_takes_the_name_off_boards_that_were_kept(
    office: Office, client: TestClient
) -> None:
    clerk, organiser = staff(office, "volunteer_clerk", "organiser")
    account = volunteer(office, clerk, "王秀兰")
    do(office.ledger, organiser, wishes.GiveConsent(stream=account, shown_name="王秀兰"))
    then = office.size
    office.ledger.follower.wait_for(then, 60)
    places = ("/boards/volunteers", "/boards/volunteers.json", "/api/v1/boards/volunteers")
    asked = {"as_of": then, "min_size": then}
    tags = {}
    for place in places:
        for _ in range(2):
            answer = client.get(place, params=asked)
            assert "王*" in answer.text
        tags[place] = answer.headers["etag"]
    do(office.ledger, organiser, wishes.WithdrawConsent(stream=account))
    office.ledger.follower.wait_for(office.size, 60)
    asked["min_size"] = office.size
    for place in places:
        for headers in ({}, {"If-None-Match": tags[place]}):
            answer = client.get(place, params=asked, headers=headers)
            assert answer.status_code == 200
            assert "王*" not in answer.text


@pytest.mark.parametrize("days", ["from=0001-01-01", "to=0001-01-05", "from=0003-01-01"])
def test_findings_of_days_before_any_record_are_answered(
    demonstration: TestClient, days: str
) -> None:
    found = demonstration.get(f"/api/v1/boards/findings?{days}")
    assert found.status_code == 200
    rows = found.json()["rows"]
    assert (rows == []) == days.startswith("to="), "all there are, or none: none is so old"


def test_the_number_of_an_entry_is_no_count_and_leads_to_it(demonstration: TestClient) -> None:
    page = demonstration.get("/boards/changes", headers={"Accept": "text/html"}).text
    found = re.findall(r'<td class="c-entry"[^>]*>\s*<a href="/entries/(\d+)">([^<]*)</a>', page)
    assert found
    assert all(index == told for index, told in found)
