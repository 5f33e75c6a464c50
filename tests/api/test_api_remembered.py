"""Pages sent again from memory: as they were, to whom they are for, while the ledger stands."""

import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from api.app import make_app
from api.remembered import Answer, Answers, Asked
from api.showing.rendering import Manner, Pages
from api.wording.language import LANGUAGES
from tests.support.office import MINUTE, Office

PAGE = "/boards/cases"
HTML = {"Accept": "text/html"}


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The templates rendered, one by one."""
    found: list[str] = []
    show = Pages.show

    def noted(self: Pages, request: object, template: str, *rest: object, **more: object) -> object:
        found.append(template)
        return show(self, request, template, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Pages, "show", noted)
    return found


@pytest.fixture
def settled(office: Office) -> Iterator[TestClient]:
    """A client of an office whose views have read all there is."""
    with TestClient(make_app(office.ledger)) as client:
        office.ledger.follower.wait_for(office.size, 60)
        yield client


def tag(client: TestClient, **headers: str) -> str:
    return client.get(PAGE, headers=headers).headers["etag"]


def test_a_page_is_made_once_and_sent_again_as_it_was(settled: TestClient, made: list[str]) -> None:
    first, again = (settled.get(PAGE, headers=HTML) for _ in range(2))
    assert made == ["board.html"]
    assert again.content == first.content
    number = "x-request-id"
    assert first.headers.pop(number) != again.headers.pop(number)
    assert dict(first.headers) == dict(again.headers)
    assert "content-security-policy" in again.headers
    assert f'route="{PAGE.replace("cases", "{name}")}",status="200"' in settled.get("/metrics").text


def test_an_entry_that_lands_makes_another_page(
    office: Office, settled: TestClient, made: list[str]
) -> None:
    before = tag(settled)
    office.a_case()
    office.ledger.follower.wait_for(office.size, 60)
    assert tag(settled) != before
    assert len(made) == 2


def test_the_next_day_makes_another_page(
    office: Office, settled: TestClient, made: list[str]
) -> None:
    before = tag(settled)
    office.clock.wait(24 * 60 * MINUTE)
    assert tag(settled) != before
    assert len(made) == 2


def test_each_manner_and_host_has_a_page_of_its_own(settled: TestClient, made: list[str]) -> None:
    asked = [
        *({"Accept-Language": each} for each in LANGUAGES),
        *({"Cookie": f"mz_{each}=1"} for each in ("large", "contrast", "kiosk")),
        {"Host": "kiosk.example"},
    ]
    tags = [tag(settled, **each) for each in asked]
    assert [tag(settled, **each) for each in asked] == tags
    assert len(set(tags)) == len(made) == len(asked)


def test_whoever_has_a_session_is_never_answered_from_memory_nor_remembered(
    office: Office, settled: TestClient, made: list[str]
) -> None:
    accounts = settled.app.state.surface.accounts  # type: ignore[attr-defined]
    person = office.hands["coordinator"].who.actor
    accounts.add("coordinator", person, passphrase := "路灯 已修 三天 以前")
    word = re.search(r'name="csrf" value="([0-9a-f]{64})"', settled.get("/sign-in").text)
    assert word
    anybody = settled.get(PAGE).text
    form = {"csrf": word[1], "name": "coordinator", "passphrase": passphrase, "back": PAGE}
    assert settled.post("/sign-in", data=form, follow_redirects=False).status_code == 303
    hers = [settled.get(PAGE) for _ in range(2)]
    assert all(
        "/sign-out" in each.text and "private" in each.headers["cache-control"] for each in hers
    )
    settled.cookies.clear()
    assert settled.get(PAGE).text == anybody
    assert "/sign-out" not in anybody
    assert made == ["sign-in.html", *3 * ["board.html"]]  # anybody's once, hers each time


def test_what_the_reader_has_is_not_sent_again(settled: TestClient, made: list[str]) -> None:
    first = settled.get(PAGE)
    for given in (first.headers["etag"], "*", f'"other", {first.headers["etag"]}'):
        again = settled.get(PAGE, headers={"If-None-Match": given})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert "content-length" not in again.headers
    assert settled.get(PAGE, headers={"If-None-Match": 'W/"other"'}).content == first.content
    assert len(made) == 1


def test_only_the_head_is_sent_to_whoever_asks_for_it(settled: TestClient, made: list[str]) -> None:
    first = settled.get(PAGE)
    head = settled.head(PAGE)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == first.headers["content-length"]
    assert len(made) == 1


def test_a_refusal_is_not_remembered(office: Office, settled: TestClient) -> None:
    absent = f"/entries/{office.size}"
    assert settled.get(absent, headers=HTML).status_code == 404
    office.a_case()
    assert settled.get(absent, headers=HTML).status_code == 200


def answer(body: bytes) -> Answer:
    return Answer(standing=(1,), headers=[], body=body, tag="", route=None)


def asked(path: str) -> Asked:
    return Asked("http", "", path, b"", Manner(lang="zh"), packed=False)


def test_the_oldest_answers_make_room() -> None:
    answers = Answers(most=2 * (asked("a").size + answer(b"x" * 10).size))
    for name in "abab":
        answers.put(asked(name), answer(name.encode() * 10))
    assert answers.get(asked("a"), (1,))
    answers.put(asked("c"), answer(b"c" * 10))
    assert answers.get(asked("b"), (1,)) is None
    assert [found.body[:1] for name in "ac" if (found := answers.get(asked(name), (1,)))] == [
        b"a",
        b"c",
    ]
    assert answers.get(asked("a"), (2,)) is None


def test_long_addresses_are_counted_with_their_answers() -> None:
    answers = Answers(most=100_000)
    for number in range(10):
        long = asked("a")._replace(query=b"%d" % number * 30_000)
        answers.put(long, answer(b"x"))
    kept = [
        number
        for number in range(10)
        if answers.get(asked("a")._replace(query=b"%d" % number * 30_000), (1,))
    ]
    assert kept == [7, 8, 9]
