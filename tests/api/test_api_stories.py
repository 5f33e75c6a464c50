"""A replay's story line: what a stream names and what names it, in one order."""

from typing import Any

import pytest
from msgspec.structs import replace
from starlette.testclient import TestClient

from ledger.aggregates.case.commands import Withdraw
from ledger.aggregates.finding.events import Acknowledged
from ledger.aggregates.post.commands import Recuse
from ledger.aggregates.session.commands import Conclude, Hold, RaiseProblem
from ledger.aggregates.session.events import ProblemRaised
from ledger.kernel.act import AsOf
from ledger.projections.links import named
from ledger.service.directory import posts_held
from ledger.service.office import Hand, do, hand
from ledger.service.reading import stories
from ledger.service.reading.stories import MOST, linked, story
from tests.support.gwt import an_id
from tests.support.office import Office
from tests.support.staff import employ

SEQS = list[int]


@pytest.fixture
def clerk(office: Office) -> Hand:
    return employ(office, "session", "session_clerk")


def meeting(office: Office, clerk: Hand, *cases: str) -> str:
    """Hold a meeting in which problems are raised, each handled in a case; return its stream."""
    held = Hold(unit=office.unit, code="meeting", present=6, title="联席会议")
    stream = do(office.ledger, clerk, held).entries[0].stream
    for case in cases:
        do(office.ledger, clerk, RaiseProblem(stream=stream, text="路灯不亮", case=case))
    return stream


def told(client: TestClient, office: Office, stream: str) -> dict[str, Any]:
    office.ledger.follower.catch_up()
    return dict(client.get(f"/replay/{stream}.json").json())


def steps(found: dict[str, Any], stream: str) -> SEQS:
    return [line["seq"] for line in found["story"] if line["stream"] == stream]


def test_a_meeting_tells_its_cases_whole_and_a_case_where_the_meeting_names_it(
    client: TestClient, office: Office, clerk: Hand
) -> None:
    first, second = office.a_case(), office.a_case()
    held = meeting(office, clerk, first, second)
    do(office.ledger, clerk, Conclude(stream=held, outcome="noted"))
    withdrawn = Withdraw(stream=second, reason="by_reporter")
    do(office.ledger, office.hands["intake_clerk"], withdrawn)
    found = told(client, office, held)
    assert found["linked"] == sorted((first, second))
    assert (steps(found, first), steps(found, second)) == ([1], [1, 2])
    assert found["linked_all"] is found["story_whole"] is True
    order = [line["index"] for line in found["story"]]
    assert order == sorted(set(order))
    back = told(client, office, second)
    assert back["linked"] == [held]
    assert steps(back, held) == [1, 3], "how it began, and what was raised; no other problem"
    assert back["story_whole"] is False
    page = client.get(f"/replay/{second}").text
    assert f'href="/replay/{held}?at=3"' in page
    assert "only the first entry is listed" in page


def test_a_case_tells_who_withdrew_from_it(client: TestClient, office: Office) -> None:
    case, desk = office.a_case(), office.hands["liaison"]
    (post,) = [post.stream for post in posts_held(office.ledger, desk.who.actor)]
    holder = hand(desk.who.actor, "holder", desk.key)
    do(office.ledger, holder, Recuse(stream=post, matter=case))
    assert told(client, office, case)["linked"] == [post]
    assert told(client, office, post)["linked"] == [case]


def test_more_than_are_told_are_said_to_be(client: TestClient, office: Office, clerk: Hand) -> None:
    held = meeting(office, clerk, *(office.a_case() for _ in range(MOST + 1)))
    found = told(client, office, held)
    assert len(found["linked"]) == MOST
    assert found["linked_all"] is False
    page = client.get(f"/replay/{held}?at=2").text
    assert "There are more linked records than these" in page
    assert f'href="/replay/{held}?at=2&amp;linked=#linked"' in page


def test_all_linked_records_are_told_page_by_page(
    client: TestClient, office: Office, clerk: Hand
) -> None:
    cases = sorted(office.a_case() for _ in range(2 * MOST + 1))
    held = meeting(office, clerk, *cases)
    told(client, office, held)
    walked: list[str] = []
    after, pages, all_told = "", 0, False
    while not all_told:
        found = client.get(f"/replay/{held}.json", params={"linked": after}).json()
        all_told = found["linked_all"]
        assert {line["stream"] for line in found["story"]} == {held, *found["linked"]}
        walked += found["linked"]
        after, pages = walked[-1], pages + 1
    assert (walked, pages) == (cases, 3)
    assert "Those that follow" in client.get(f"/replay/{held}?linked={cases[0]}").text
    last = client.get(f"/replay/{held}?linked={cases[-1]}").text
    assert "Those that follow" not in last
    assert "Only the closest" in last
    refused = client.get(f"/replay/{held}.json?linked=%00")
    assert (refused.status_code, refused.json()["code"]) == (400, "entry.bad_identifier")


def test_of_a_unit_the_newest_copies_are_linked_and_all_of_them_in_pages(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies = sorted(f"delivery/{an_id(chr(97 + n))}" for n in range(MOST + 2))
    monkeypatch.setattr(stories, "copies_of", lambda *_: copies)
    ledger, unit = office.ledger, office.unit
    assert linked(ledger, unit, 1) == (tuple(copies[2:]), False)
    assert linked(ledger, unit, 1, "") == (tuple(copies[:MOST]), False)
    assert linked(ledger, unit, 1, copies[MOST - 1]) == (tuple(copies[MOST:]), True)


def test_what_a_record_names_itself_is_told_though_many_name_it(office: Office) -> None:
    ledger, case = office.ledger, f"case/{an_id('c')}"
    ledger.follower.catch_up()
    held, size = f"session/{an_id('h')}", office.size
    (any_act,) = ledger.known.streams.acts(0, 1)
    found = Acknowledged(unit=office.unit, kind="x", version=1, facts="f" * 43, record=held)
    told = [(f"account/{an_id(chr(97 + n))}", found) for n in range(MOST + 1)]
    for stream, event in [*told, (held, ProblemRaised(unit=office.unit, case=case))]:
        act = replace(any_act, stream=stream, event=event, index=size)
        act = replace(act, type=f"{stream.partition('/')[0]}.told.v1")
        ledger.views["links"].apply([act], size, size + 1)
        size += 1
    crowd = sorted(stream for stream, _ in told)
    assert linked(ledger, held, size) == ((*crowd[: MOST - 1], case), False)


def test_of_a_long_record_is_told_how_it_began_and_where_it_names(
    office: Office, clerk: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = office.a_case()
    stream, other = meeting(office, clerk, case), meeting(office, clerk, case, office.a_case())
    do(office.ledger, office.hands["intake_clerk"], Withdraw(stream=case, reason="by_reporter"))
    office.ledger.follower.catch_up()
    point = AsOf(size=office.size, at=0)
    others = linked(office.ledger, stream, office.size).streams
    assert story(office.ledger, stream, others, point).whole
    monkeypatch.setattr(stories, "LONG", 1)
    found = story(office.ledger, stream, others, point)
    assert not found.whole
    assert [act.seq for act in found.acts if act.stream == case] == [1]
    both = story(office.ledger, case, linked(office.ledger, case, office.size).streams, point)
    assert [act.seq for act in both.acts if act.stream == other] == [1, 2]


def test_streams_are_linked_to_each_other_at_every_size(office: Office, clerk: Hand) -> None:
    cases = [office.a_case() for _ in range(3)]
    meeting(office, clerk, *cases[:2], cases[0])
    meeting(office, clerk, *cases[1:])
    office.ledger.follower.catch_up()
    ends: dict[str, set[str]] = {}
    for act in office.ledger.known.streams.acts(0, office.size):
        for stream, others in ends.items():
            assert linked(office.ledger, stream, act.index or 0).streams == tuple(sorted(others))
        for other in named(act.event):
            ends.setdefault(act.stream, set()).add(other)
            ends.setdefault(other, set()).add(act.stream)
    assert len(ends) == 5
