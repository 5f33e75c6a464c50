"""Obligations over HTTP: absence is a line, filtered and paged at one point of history."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from api.wire.cursors import Cursor, format_cursor
from tests.service.communities import board, community
from tests.support.office import Office

__all__ = ["community"]
PATH = "/api/v1/obligations"


def walked(client: TestClient, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while path:
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        found += answer.json()["duties"]
        path = answer.links["next"]["url"] if "next" in answer.links else ""
    return found


@pytest.fixture
def owing(community: Office) -> Office:
    """A community three months on, of which something is missing."""
    community.clock.wait(90 * 86_400_000)
    community.ledger.follower.catch_up()
    return community


def test_pages_together_are_the_board_of_compliance(owing: Office, client: TestClient) -> None:
    rows = list(board(owing, "compliance").rows)
    path = f"{PATH}?unit={owing.unit}&limit=7"
    assert walked(client, path) == rows
    assert client.get(path).json()["total"] == len(rows) > 7


def test_they_are_narrowed_by_obligation_and_outcome(owing: Office, client: TestClient) -> None:
    every = walked(client, f"{PATH}?limit=200")
    missing = [each for each in every if each["verdict"] == "missing"]
    assert missing, "absence is a line"
    assert all(each["record"] is None for each in missing)
    assert walked(client, f"{PATH}?verdict=missing&limit=3") == missing
    some = missing[0]["obligation"]
    wanted = [each for each in missing if each["obligation"] == some]
    assert walked(client, f"{PATH}?verdict=missing&obligation={some}") == wanted
    assert client.get(f"{PATH}?verdict=soon").status_code == 400


def test_a_walk_stays_at_the_moment_it_began(owing: Office, client: TestClient) -> None:
    first = client.get(f"{PATH}?limit=5")
    whole = walked(client, f"{PATH}?limit=200")
    owing.clock.wait(200 * 86_400_000)
    owing.a_case()
    owing.ledger.follower.catch_up()
    later = walked(client, first.links["next"]["url"])
    assert first.json()["duties"] + later == whole
    assert client.get(first.links["next"]["url"]).json()["as_of"] == first.json()["as_of"]


def test_a_cursor_of_another_list_or_of_no_duty_is_refused(
    owing: Office, client: TestClient
) -> None:
    other = format_cursor(Cursor(of="register@1", size=1, at=1, after="x"))
    answer = client.get(f"{PATH}?cursor={other}")
    assert (answer.status_code, answer.json()["code"]) == (409, "cursor.stale")
    following = client.get(f"{PATH}?limit=1").json()["next"]
    answer = client.get(f"{PATH}?cursor={following}&obligation=none")
    assert (answer.status_code, answer.json()["code"]) == (400, "cursor.malformed")


def test_what_the_reader_has_is_not_sent_again(owing: Office, client: TestClient) -> None:
    tag = client.get(f"{PATH}?as_of={owing.size}").headers["etag"]
    again = client.get(f"{PATH}?as_of={owing.size}", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
