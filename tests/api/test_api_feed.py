"""The feed of disclosures: what was posted and taken away, in words, and nothing that is sealed."""

import feedparser
import pytest
from starlette.testclient import TestClient

from ledger.aggregates.disclosure_item.commands import Withdraw
from tests.service.communities import acted, community
from tests.service.test_five_publics import posted
from tests.support.office import Office

__all__ = ["community"]


@pytest.fixture
def item(community: Office, client: TestClient) -> str:
    """An item posted, then withdrawn, as the feed of ``client`` has it."""
    item = posted(community)
    acted(community, Withdraw(stream=item, reason="mistaken"))
    community.ledger.follower.catch_up()
    return item


def test_the_feed_tells_postings_and_withdrawals_the_newest_first(
    item: str, client: TestClient
) -> None:
    answer = client.get("/feed.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = feedparser.parse(answer.content)
    assert not feed.bozo
    index = [int(each.id.rpartition(":")[2]) for each in feed.entries]
    told = [client.get(f"/api/v1/entries/{each}").json() for each in index]
    assert [each["type"] for each in told] == [
        "disclosure_item.withdrawn.v1", "disclosure_item.published.v1",
    ]  # fmt: skip
    assert {each["stream"] for each in told} == {item}
    assert [each.tags[0].term for each in feed.entries] == [each["type"] for each in told]
    assert feed.feed.updated == feed.entries[0].updated


@pytest.mark.parametrize(
    ("lang", "title", "summary"),
    [
        ("zh", "公布", "2026年3月2日公布，公示至2026年3月17日"),
        ("en", "Published", "through 17 Mar 2026"),
    ],
)
def test_it_says_in_the_readers_words_what_and_how_long_and_not_what_is_sealed(
    item: str, client: TestClient, lang: str, title: str, summary: str
) -> None:
    answer = client.get("/feed.atom", headers={"Accept-Language": lang})
    feed = feedparser.parse(answer.content)
    assert title in feed.entries[1].title
    assert "powers.publics" not in feed.entries[1].title
    assert summary in feed.entries[1].summary
    assert "印章" not in answer.text, "what the item says comes down with its posting"


def test_it_says_nothing_of_what_its_client_called_the_host(item: str, client: TestClient) -> None:
    answers = [client.get("/feed.atom", headers={"Host": host}) for host in ("a.test", "b.test")]
    assert answers[0].content == answers[1].content
    assert answers[0].headers["etag"] == answers[1].headers["etag"]
    where = {"content-location": "https://board.test/feed.atom"}
    feed = feedparser.parse(answers[0].content, response_headers=where)
    assert b"a.test" not in answers[0].content
    there, proof = (each.href for each in feed.entries[0].links)
    assert there.startswith(f"https://board.test/replay/{item}?at=")
    assert proof.startswith("https://board.test/entries/")
    for href in (there, proof):
        assert client.get(href.removeprefix("https://board.test")).status_code == 200
    assert feed.feed.links[0].href == "https://board.test/feed.atom"


def test_a_ledger_that_disclosed_nothing_has_a_feed_of_nothing(demo: TestClient) -> None:
    feed = feedparser.parse(demo.get("/feed.atom").content)
    assert (feed.bozo, feed.entries) == (False, [])
    assert not feed.feed.updated.startswith("1970")
