"""A board's replay: by the entries that touched its rows, and by days on which nobody wrote."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from itertools import pairwise
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from starlette.testclient import TestClient

from api.app import make_app
from api.pages import board_replay
from ledger.kernel.act import AsOf
from ledger.rules.time import local_date
from ledger.service.board import Board, Line
from ledger.service.ledger import Ledger, as_of
from ledger.service.reading import board_steps
from ledger.service.reading.board_steps import parts_of, steps_of
from ledger.service.sheet import boards_declared, make_sheet
from ledger.store.views.store import ViewStore
from tests.support.office import Office

DECLARING = [board for board in boards_declared().values() if board.views is not None]
COMMUNITY = "520602001001"


@pytest.fixture(scope="module")
def demo(story: Ledger) -> Iterator[TestClient]:
    with TestClient(make_app(story), headers={"Accept-Language": "en"}) as client:
        yield client


@pytest.fixture
def size(story: Ledger) -> int:
    return story.recorder.head().size


def told(demo: TestClient, board: str, **where: Any) -> dict[str, Any]:
    answer = demo.get(f"/boards/{board}/replay.json", params=where)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def shown(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row.values())


@pytest.mark.parametrize("board", ["listings", "finance"])
def test_what_the_steps_tell_adds_up_to_the_board(
    demo: TestClient, monkeypatch: pytest.MonkeyPatch, board: str
) -> None:
    """No row is there that no step told of, and none is not whose going none did."""
    monkeypatch.setattr(board_replay, "ROWS_SHOWN", 10_000)
    last = told(demo, board, unit=COMMUNITY)["last"]
    assert last > 3
    require_told(told(demo, board, unit=COMMUNITY, at=at) for at in range(1, last + 1))


def test_what_parts_tell_adds_up_to_the_board_over_those_without_a_step(
    demo: TestClient, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_replay, "ROWS_SHOWN", 10_000)
    parts_end_at(monkeypatch, 50)
    pages: list[dict[str, Any]] = []
    passed = False
    for part in range(1, parts_of(size) + 1):
        where = {"unit": COMMUNITY, "part": part}
        end = told(demo, "compliance", **where)
        steps = range(1, end["last"] + 1)
        pages += [told(demo, "compliance", **where, at=at) for at in steps] or [end]
        if passed and steps:
            break
        passed = passed or (end["stepless"] and end["days_count"] > 0)
    assert passed, "a month became missing"
    require_told(pages)
    empty = {"unit": COMMUNITY, "part": next(end["part"] for end in pages if end["stepless"])}
    text = demo.get("/boards/compliance/replay", params=empty, headers={"Accept": "text/html"}).text
    assert "No entry of this board was recorded in this part." in text


def require_told(pages: Iterable[dict[str, Any]]) -> None:
    """Hold that what one page after another tells leads to the board it shows."""
    rows = Counter[tuple[Any, ...]]()
    for page in pages:
        for change in (*page["by_days"], *page["changed"]):
            rows.subtract(shown(row) for row in [change["was"]] if row)
            rows.update(shown(row) for row in [change["row"]] if row)
        assert +rows == rows, page["at"]
        assert +rows == Counter(map(shown, page["sheet"]["rows"])), page["at"]


@pytest.mark.parametrize("board", DECLARING, ids=lambda board: board.name)
def test_between_two_steps_no_entry_changes_a_board(story: Ledger, size: int, board: Board) -> None:
    """Judged on one day, where the log went on longest without a step."""
    entries = [step.entry for step in steps_of(story, board, None, size, 1)]
    gaps = sorted(pairwise([*entries, size]), key=lambda gap: gap[0] - gap[1])

    def lines(at: int, by: int) -> tuple[Line, ...]:
        return make_sheet(story, board.name, AsOf(size=at, at=by)).rows

    for step, following in gaps[:4]:
        by = story.recorder.recorded_at(following - 1)
        assert lines(step + 1, by) == lines(following, by)


class Seen(Mapping[str, ViewStore[Any]]):
    """The views of a ledger, noting which of them are asked for."""

    def __init__(self, views: Mapping[str, ViewStore[Any]]) -> None:
        self.views, self.asked = views, set[str]()

    def __getitem__(self, name: str) -> ViewStore[Any]:
        self.asked.add(name)
        return self.views[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.views)

    def __len__(self) -> int:
        return len(self.views)


@pytest.mark.parametrize("board", DECLARING, ids=lambda board: board.name)
def test_a_board_reads_the_views_it_declares_and_their_members(story: Ledger, board: Board) -> None:
    seen = Seen(story.views)
    make_sheet(replace(story, views=seen), board.name, as_of(story))
    assert board.views is not None
    assert seen.asked <= set(board.views)
    for name, members in board.views.items():
        assert set(members) <= set(story.views[name].view.row.__struct_fields__)


def test_a_step_is_an_entry_with_its_gap_its_links_and_its_rows(demo: TestClient) -> None:
    page = told(demo, "finance", unit=COMMUNITY, at=5)
    earlier = told(demo, "finance", unit=COMMUNITY, at=4)
    line = page["line"]
    assert page["gap_ms"] == line["recorded_at"] - earlier["line"]["recorded_at"]
    assert page["then"]["size"] == line["index"] + 1
    query = {"unit": COMMUNITY, "at": 5}
    text = demo.get("/boards/finance/replay", params=query, headers={"Accept": "text/html"}).text
    assert f'href="/replay/{line["stream"]}?at={line["seq"]}"' in text
    assert f"as_of={line['index'] + 1}@{page['day']}" in text
    assert f'href="/boards/finance?as_of={page["day"]}&' in text
    assert f'max="{page["last"]}" value="5"' in text


def test_a_unit_has_its_own_steps_and_those_are_among_all(
    demo: TestClient, story: Ledger, size: int
) -> None:
    board = boards_declared()["cases"]
    unit = told(demo, "cases", unit=COMMUNITY)["unit"]
    everywhere = steps_of(story, board, None, size, 1)
    here = steps_of(story, board, unit, size, 1)
    assert 0 < len(here) < len(everywhere)
    assert set(here) <= set(everywhere)


def test_what_is_known_now_stands_beside_only_where_asked(demo: TestClient) -> None:
    where = {"unit": COMMUNITY, "at": 12}
    then = told(demo, "finance", **where)
    now = told(demo, "finance", **where, now=1)
    assert then["changed"]
    assert {change["now"] for change in then["changed"]} == {None}
    current = {tuple(row[n] for n in ("account", "period")): row for row in now["current"]["rows"]}
    for change in now["changed"]:
        assert change["now"] == current[change["row"]["account"], change["row"]["period"]]
    pages = [
        demo.get("/boards/finance/replay", params=asked, headers={"Accept-Language": "zh"}).text
        for asked in (where, where | {"now": 1})
    ]
    assert ["现在所知</span>" in text for text in pages] == [False, True]


def test_a_day_without_a_step_tells_what_the_day_alone_changed(demo: TestClient) -> None:
    last = told(demo, "compliance")
    busy, end = {each["day"] for each in last["days"]}, date.fromisoformat(last["last_day"])
    quiet = [day for n in range(60) if (day := end - timedelta(n)).isoformat() not in busy]
    pages = [told(demo, "compliance", day=day.isoformat()) for day in quiet]
    assert {(page["act"], page["count"]) for page in pages} == {(None, 0)}
    both = [each for page in pages for each in page["by_days"] if each["was"] and each["row"]]
    turned = {(each["was"]["verdict"], each["row"]["verdict"]) for each in both}
    assert ("not_yet_due", "missing") in turned


def test_a_day_with_steps_shows_its_last_and_one_outside_the_log_the_nearest(
    demo: TestClient,
) -> None:
    last = told(demo, "finance")
    day = last["days"][3]
    page = told(demo, "finance", day=day["day"])
    assert page["at"] == day["at"] + day["steps"] - 1
    assert told(demo, "finance", at=page["at"])["line"] == page["line"]
    assert told(demo, "finance", day="1999-01-01")["day"] == last["first_day"]
    assert told(demo, "finance", day="2999-01-01")["day"] == last["last_day"]
    assert told(demo, "finance", day="")["at"] == last["last"]


@pytest.mark.parametrize("query", ["day=tomorrow", "day=2026-02-30", "at=0", "part=x", "now=maybe"])
def test_where_nobody_can_stand_is_refused(demo: TestClient, query: str) -> None:
    answer = demo.get(f"/boards/finance/replay.json?{query}")
    assert answer.status_code == 400
    assert answer.json()["code"]


def test_a_board_nobody_declared_is_refused(demo: TestClient) -> None:
    answer = demo.get("/boards/nothing/replay.json")
    assert (answer.status_code, answer.json()["code"]) == (404, "board.unknown")


def parts_end_at(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    for module in (board_steps, board_replay):
        monkeypatch.setattr(module, "PART", size)
    monkeypatch.setattr(board_steps, "_kept", WeakKeyDictionary())


def test_parts_hold_every_step_once_and_the_gap_goes_over_their_edge(
    demo: TestClient, story: Ledger, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = boards_declared()["listings"]
    whole = steps_of(story, board, None, size, 1)
    parts_end_at(monkeypatch, 500)
    parts = [steps_of(story, board, None, size, n) for n in range(1, parts_of(size) + 1)]
    assert [step for part in parts for step in part] == whole
    held = [n for n, part in enumerate(parts, 1) if part]
    former, later = next(pair for pair in pairwise(held) if pair[1] - pair[0] == 1)
    first = told(demo, "listings", part=later, at=1)
    before = told(demo, "listings", part=former)
    assert first["gap_ms"] == first["line"]["recorded_at"] - before["line"]["recorded_at"]
    empty = next(n for n, part in enumerate(parts, 1) if not part)
    page = told(demo, "listings", part=empty)
    assert (page["last"], page["act"]) == (0, None)
    html = demo.get(f"/boards/listings/replay?part={empty}", headers={"Accept": "text/html"})
    assert html.status_code == 200
    assert 'type="range"' not in html.text


def test_a_day_that_goes_over_the_edge_of_a_part_has_its_steps(
    demo: TestClient, story: Ledger, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the board is not about fills the rest of that day: its last step is before the edge."""
    steps = steps_of(story, boards_declared()["decisions"], None, size, 1)
    held = next(
        step
        for step, later in pairwise(steps)
        if later.day > step.day
        and local_date(story.recorder.recorded_at(step.entry + 1) // 1000) == step.day
    )
    parts_end_at(monkeypatch, held.entry + 1)
    page = told(demo, "decisions", day=held.day.isoformat())
    assert (page["part"], page["at"], page["last"]) == (1, page["last"], page["last"])
    assert page["line"]["index"] == held.entry


def test_links_of_a_replay_stay_in_its_part_and_an_address_without_one_is_of_the_first(
    demo: TestClient, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts_end_at(monkeypatch, size // 3)
    days = [each["day"] for each in told(demo, "finance", part=2)["days"]]
    html = {"Accept": "text/html"}
    text = demo.get("/boards/finance/replay", params={"day": days[1]}, headers=html).text
    ways = re.findall(r'href="([^"]*)" data-at="(\d+)"', text)
    assert len(ways) > 3
    for way, at in ways:
        answer = demo.get(unescape(way).replace("/replay?", "/replay.json?")).json()
        assert (answer["part"], answer["at"]) == (2, int(at)), way
    assert '<input type="hidden" name="part" value="2">' in text
    assert told(demo, "finance", at=3)["line"] == told(demo, "finance", at=3, part=1)["line"]


def test_what_is_recorded_later_is_a_step_more(office: Office) -> None:
    board = boards_declared()["cases"]

    def entries() -> list[int]:
        office.ledger.follower.catch_up()
        return [step.entry for step in steps_of(office.ledger, board, None, office.size, 1)]

    before = entries()
    office.a_case()
    assert entries() == [*before, office.size - 1]


def test_copies_of_a_home_have_steps_of_their_own(offices: Any) -> None:
    one, other = offices("one"), offices("other")
    board = boards_declared()["cases"]
    for place, cases in ((one, 1), (other, 2)):
        for _ in range(cases):
            place.a_case()
        place.ledger.follower.catch_up()
    found = [steps_of(place.ledger, board, None, place.size, 1) for place in (one, other)]
    assert len(found[1]) == len(found[0]) + 1
