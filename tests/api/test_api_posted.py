"""What an item says is handed out with its entry, disclosures and all, while it is posted."""

import hashlib
import importlib
import json
import pkgutil
import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from ledger.aggregates.disclosure_item import commands as items
from ledger.entry import base64url
from ledger.rules.time import day_ends
from ledger.service import boards
from ledger.service.ledger import today
from ledger.store.clock import RealClock
from tests.service.communities import DAY, acted, community
from tests.service.test_five_publics import posted, put_up
from tests.support.office import Office

__all__ = ["community"]
HTML = {"Accept": "text/html", "Accept-Language": "zh"}


def versions(client: TestClient, item: str) -> list[int]:
    """Return the log indexes of an item's versions."""
    lines = client.get(f"/api/v1/streams/{item}").json()["entries"]
    kinds = {"disclosure_item.drafted.v1", "disclosure_item.revised.v1"}
    return [line["index"] for line in lines if line["type"] in kinds]


def told(client: TestClient, index: int) -> dict[str, Any] | None:
    found: dict[str, Any] | None = client.get(f"/entries/{index}.json").json()["posted"]
    return found


@pytest.fixture
def item(community: Office, client: TestClient) -> str:
    return posted(community)


def test_whoever_reads_the_entry_can_open_what_it_seals(item: str, client: TestClient) -> None:
    (index,) = versions(client, item)
    found = told(client, index)
    assert found is not None
    assert (found["said"]["title"], found["said"]["table"]) == ("印章使用规定", None)
    jws = client.get(f"/api/v1/entries/{index}").json()["jws"]
    claims = json.loads(base64url.decode(jws.split(".")[1]))
    sealed = set(claims["sealed"]["content"]["_sd"])
    made = {base64url.encode(hashlib.sha256(d.encode()).digest()) for d in found["disclosures"]}
    assert made == sealed, "all of the group, and nothing else"
    opened = {part[1]: part[2] for part in map(_parts, found["disclosures"])}
    assert opened == found["said"]
    page = client.get(f"/entries/{index}", headers=HTML).text
    assert 'data-disclosed="text"' in page
    assert "用印须登记，两人在场。" in page


def _parts(disclosure: str) -> list[Any]:
    found: list[Any] = json.loads(base64url.decode(disclosure))
    return found


def test_what_has_come_down_is_handed_out_no_more(
    item: str, client: TestClient, community: Office
) -> None:
    (index,) = versions(client, item)
    tag = client.get(f"/entries/{index}", headers=HTML).headers["etag"]
    community.clock.wait(16 * DAY)
    assert told(client, index) is None, "its time is over"
    again = client.get(f"/entries/{index}", headers=HTML | {"If-None-Match": tag})
    assert again.status_code == 200
    assert "印章" not in again.text


def test_a_page_that_shows_what_is_posted_is_kept_for_the_day(
    item: str, client: TestClient, community: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kiosk cut off from the server hears of nothing that is taken down meanwhile."""
    community.ledger.follower.catch_up()
    (index,) = versions(client, item)
    left = day_ends(today(community.ledger)) - community.clock.now_ms()
    assert 0 < left <= DAY
    # By the devices' clocks: the ledger's may be simulated.
    now = 1_900_000_000_000
    monkeypatch.setattr(RealClock, "now_ms", lambda _: now)
    entry, board = f"/entries/{index}", "/boards/five-publics"
    for path in (entry, board, f"{board}/replay", "/boards/posts", "/boards/posts/rows/0"):
        said = re.search(r'data-keep-until="(\d+)"', client.get(path, headers=HTML).text)
        assert said, path
        assert int(said[1]) == (now + left) // 1000 * 1000, path
    for path in ("/entries/0", "/boards/cases", "/boards/disclosure", "/kiosk"):
        assert "data-keep-until" not in client.get(path, headers=HTML).text, path
    community.clock.wait(16 * DAY)
    assert "data-keep-until" not in client.get(entry, headers=HTML).text


def test_a_board_that_opens_what_documents_say_declares_it() -> None:
    opening = {"ledger.service.reading.posted", "ledger.service.reading.notices"}
    for module in pkgutil.iter_modules(boards.__path__, f"{boards.__name__}."):
        made = importlib.import_module(module.name)
        used = {getattr(each, "__module__", "") for each in vars(made).values()}
        if hasattr(made, "board"):
            assert made.board.posted == (not used.isdisjoint(opening)), module.name


def test_a_version_that_was_replaced_stays_down(
    item: str, client: TestClient, community: Office
) -> None:
    better = {"title": "印章使用规定", "text": "用印须登记，三人在场。"}
    acted(community, items.Revise(stream=item, reason="mistaken", **better))
    first, second = versions(client, item)
    assert told(client, second) is None, "a draft is not up"
    put_up(community, item, ("third", "fourth", "second"))
    assert told(client, first) is None
    found = told(client, second)
    assert found is not None
    assert found["said"]["text"] == better["text"]
    acted(community, items.Withdraw(stream=item, reason="mistaken"))
    assert told(client, second) is None
