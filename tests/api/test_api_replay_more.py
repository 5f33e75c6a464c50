"""Replay of persons; what is told of a board's rows; known then beside known now."""

import json
import re
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from api.app import make_app
from api.session import SESSION
from api.showing.board_changes import Changed, changed_rows
from ledger.kernel.act import AsOf
from ledger.service.board import Board, Cell, Column
from ledger.service.directory import streams_of
from ledger.service.ledger import Ledger, as_of
from ledger.service.office import Hand
from ledger.service.reading.differences import differences
from ledger.service.sheet import Sheet, boards_declared, make_sheet
from ledger.store.dialect import writing
from tests.support.office import Office
from tests.support.staff import employ, session_of

HTML = {"Accept": "text/html", "Accept-Language": "en"}
CASE = "/api/v1/register?kind=petition"


def test_rows_that_went_are_told_and_rows_alike_as_often_as_they_stand() -> None:
    columns = (
        Column(id="unit", zh="", en="", form="unit"),
        Column(id="standing", zh="", en="", form="code"),
    )

    def sheet(*rows: tuple[str, str]) -> Sheet:
        return Sheet(
            board="any", zh="", en="", as_of=AsOf(size=1, at=0), unit=None, columns=columns,
            rows=tuple({"unit": unit, "standing": standing} for unit, standing in rows), words={},
        )  # fmt: skip

    before = sheet(("a", "open"), ("a", "open"), ("b", "open"), ("c", "open"))
    after = sheet(("a", "open"), ("b", "closed"), ("d", "open"))
    found = [
        (each.was and tuple(each.was.values()), each.row and tuple(each.row.values()))
        for each in changed_rows(before, after, ["unit"])
    ]
    assert found == [
        (("b", "open"), ("b", "closed")),
        (None, ("d", "open")),
        (("a", "open"), None),
        (("c", "open"), None),
    ]
    assert changed_rows(before, before, ["unit"]) == []


def replayed(board: Board, *days: dict[str, Cell]) -> list[Changed]:
    one, other = (
        Sheet(
            board=board.name, zh="", en="", as_of=AsOf(size=1, at=0), unit=None,
            columns=board.columns, rows=(row,), words={},
        )
        for row in days
    )  # fmt: skip
    return changed_rows(one, other, board.names)


@pytest.mark.parametrize("board", boards_declared().values(), ids=lambda board: board.name)
def test_a_row_that_stands_otherwise_is_one_change_and_not_gone_and_new(board: Board) -> None:
    ids = [column.id for column in board.columns]
    assert board.names
    assert set(board.names) <= set(ids)
    was: dict[str, Cell] = dict.fromkeys(ids, "a")
    for name in ids:
        row = was | {name: "b"}
        one, two = (
            Changed(row=row, was=was),
            [Changed(row=row, was=None), Changed(row=None, was=was)],
        )
        assert replayed(board, was, row) == (two if name in board.names else [one]), name


def test_no_two_rows_of_a_board_have_one_name(demo_ledger: Ledger) -> None:
    point = as_of(demo_ledger)
    for name, board in boards_declared().items():
        rows = make_sheet(demo_ledger, name, point).rows
        assert len({tuple(row[each] for each in board.names) for row in rows}) == len(rows), name


def test_a_replay_is_told_in_pages_and_what_changed_with_the_step_shown(demo: TestClient) -> None:
    case = demo.get(CASE).json()["cases"][0]["row"]["case"]
    whole = demo.get(f"/api/v1/replay/{case}").json()
    found: list[Any] = []
    after: int | None = 0
    while after is not None:
        asked = {"after": after, "limit": 2}
        page = demo.get(f"/api/v1/replay/{case}", params=asked).json()
        assert page["state"] == whole["state"]
        assert len(page["steps"]) in {1, 2}
        found, after = [*found, *page["steps"]], page["next"]
    assert found == whole["steps"]
    assert whole["next"] is None
    beyond = demo.get(f"/api/v1/replay/{case}", params={"after": len(found)}).json()
    assert (beyond["steps"], beyond["next"]) == ([], None)
    shown = demo.get(f"/replay/{case}.json?at=2").json()
    assert shown["step"] == found[1]
    assert shown["step"]["changes"]
    lines = [{name: told for name, told in step.items() if name != "changes"} for step in found]
    assert shown["steps"] == lines
    assert demo.get(f"/cases/{case.removeprefix('case/')}.json").json()["steps"] == lines


@pytest.mark.parametrize("item", [lambda n: {"number": n, "signed": []}, lambda n: f"person/{n}"])
def test_what_a_step_tells_does_not_grow_with_its_stream(item: Callable[[int], object]) -> None:
    """A list told whole before and after each entry: of an account of 423 lines that was 14 MB."""
    few, many = (
        differences({"items": [item(n) for n in range(held)]},
                    {"items": [item(n) for n in [*range(held), 777]]})
        for held in (2, 500)
    )  # fmt: skip
    assert few == many
    assert json.dumps(item(777)) in json.dumps(msgspec.to_builtins(many))


def test_what_was_known_then_stands_beside_what_is_known_now(demo: TestClient) -> None:
    case = demo.get(CASE).json()["cases"][0]["row"]["case"]
    page = demo.get(f"/replay/{case}.json?at=4").json()
    assert (page["state"]["state"], page["now"]["state"]) == ("assigned", "closed")
    text = demo.get(f"/replay/{case}?at=4", headers={"Accept": "text/html"}).text
    assert 'class="differs"' in text
    assert f"/boards/cases?as_of={page['then']['size']}" in text
    assert f"/evidence/{case}.zip" in text


def test_a_change_is_told_by_the_members_that_differ_and_no_others() -> None:
    before = {
        "items": [{"number": 1, "signed": []}, {"number": 2, "signed": ["a"]}],
        "at": {"x": 1},
    }
    after = {
        "items": [{"number": 1, "signed": []}, {"number": 2, "signed": ["a", "b"]}, {"number": 3}],
        "at": {"x": 1, "y": 0},
    }
    found = {each.path: (each.before, each.after) for each in differences(before, after)}
    assert found == {
        ("items", ("number", 2), "signed"): (None, ["b"]),
        ("items", ("number", 3)): (None, {"number": 3}),
        ("at", "y"): (None, 0),
    }


def test_items_alike_or_in_another_order_are_told_as_they_were_and_are() -> None:
    found = differences({"list": ["a", "b"]}, {"list": ["b", "a", "a"]})
    assert [(each.before, each.after) for each in found] == [(["a", "b"], ["b", "a", "a"])]


def test_one_persons_acts_are_for_those_who_audit(demo: TestClient) -> None:
    actor = demo.get("/api/v1/entries/300").json()["actor"]
    assert demo.get(f"/by/{actor}").status_code == 401
    people = demo.get("/sign-in", headers={"Accept-Language": "zh"}).text
    assert "登记员" in people


def test_nobody_is_led_to_acts_of_a_person_that_are_not_hers_to_read(office: Office) -> None:
    """Whoever is signed out may be somebody who audits; at a kiosk she does not sign in."""
    case = office.a_case()
    inspector = employ(office, "inspector", "inspector")

    def led(**cookies: str) -> bool:
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        return 'href="/by/person/' in client.get(f"/replay/{case}", headers=sent).text

    with TestClient(make_app(office.ledger), headers={"Accept": "text/html"}) as client:
        office.ledger.follower.catch_up()
        assert led()
        assert led(mz_session=session_of(office, inspector))
        assert not led(mz_session=session_of(office, office.hands["intake_clerk"]))
        assert not led(mz_kiosk="1")


def test_an_auditor_of_one_unit_reads_of_a_person_what_she_did_there(office: Office) -> None:
    """A registrar works for the whole log: of hers, a unit's inspector sees the unit's alone."""
    registrar = office.registrars[0]
    inspector = employ(office, "inspector", "inspector")
    with TestClient(make_app(office.ledger)) as client:

        def seen_by(hand: Hand) -> tuple[set[str | None], int]:
            cookie = {"Cookie": f"{SESSION}={session_of(office, hand)}"}
            found = client.get(f"/by/{registrar.who.actor}.json", headers=cookie).json()
            return {line["unit"] for line in found["lines"]}, found["last"]

        here, few = seen_by(inspector)
        everywhere, all_of_them = seen_by(registrar)
    assert here == {office.unit}
    assert everywhere == {office.unit, None}
    assert few < all_of_them


def test_each_act_of_a_person_tells_what_it_changed_then_and_now(office: Office) -> None:
    case = office.a_case()
    inspector = employ(office, "inspector", "inspector")
    with TestClient(make_app(office.ledger), headers={"Accept": "text/html"}) as client:
        client.cookies.set(SESSION, session_of(office, inspector))
        office.ledger.follower.catch_up()
        acts = client.get(f"/api/v1/streams/{case}").json()["entries"]
        actor = client.get(f"/api/v1/entries/{acts[0]['index']}").json()["actor"]
        lines = client.get(f"/by/{actor}.json").json()["lines"]
        at = 1 + next(n for n, line in enumerate(lines) if line["index"] == acts[0]["index"])
        told = client.get(f"/by/{actor}.json?at={at}").json()
        text = client.get(f"/by/{actor}?at={at}").text
    assert told["stream"] == case
    assert told["then"]["size"] == acts[0]["index"] + 1
    assert told["state"]["state"] == "received"
    assert told["now"]["state"] == client_state(office, case)
    assert "<ins>" in text
    assert f"/boards/cases?as_of={told['then']['size']}" in text
    assert f"/evidence/{case}.zip" in text


def client_state(office: Office, case: str) -> str:
    """Return the state a case is in now."""
    state: Any = office.ledger.known.stream(case).state
    return str(state.state)


def test_the_list_of_boards_of_a_day_leads_to_the_boards_of_that_day(demo: TestClient) -> None:
    text = demo.get("/boards?as_of=100", headers={"Accept": "text/html"}).text
    assert 'href="/boards/cases?as_of=100"' in text
    assert 'href="/register?as_of=100"' in text
    assert 'as_of="' not in demo.get("/boards", headers={"Accept": "text/html"}).text


def test_a_key_of_the_pad_is_added_and_asks_nothing(demo: TestClient) -> None:
    typed = demo.get("/progress.json?code=34&press=3").json()
    assert (typed["code"], typed["found"], typed["error"]) == ("343", None, None)
    assert demo.get("/progress.json?code=343&press=back").json()["code"] == "34"
    demo.cookies.set("mz_kiosk", "1")
    assert demo.get("/progress").text.count("data-press") == 34


def test_supervision_says_why_it_is_empty_and_what_changed(demo: TestClient, size: int) -> None:
    whole = demo.get("/supervision.json").json()
    assert whole["changes"]["count"] == size
    later = demo.get(f"/supervision.json?since={size - 5}").json()
    assert later["changes"]["count"] == 5
    assert sum(count for _, count in later["changes"]["types"]) == 5
    page = demo.get("/supervision", headers={"Accept-Language": "zh"}).text
    assert "采用规定了应办事项的规则包后" in page


@pytest.mark.parametrize(
    "place", ["/supervision", "/boards/cases/replay", "/boards/findings", "/boards/compliance"]
)
def test_while_views_are_made_anew_a_page_says_so_and_when_to_come_back(
    office: Office, place: str
) -> None:
    """Nobody lays them out here, as in the first moments of a new version."""
    for file in (office.path / "views").iterdir():
        file.unlink()
    with TestClient(make_app(office.ledger, follow=False)) as client:
        page = client.get(place, headers={"Accept": "text/html"})
        data = client.get(f"{place}.json")
        first, ready = client.get("/"), client.get("/readyz")
    for answer in (page, data, first):
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert (ready.status_code, ready.json()["shown"]) == (503, 0)
    assert data.json()["code"] == "projection.behind"
    assert "projection.behind" in page.text


@pytest.mark.parametrize(
    ("place", "view"), [("/supervision", "evidence"), ("/boards/cases/replay", "register")]
)
def test_a_view_made_anew_under_a_server_is_told_of_until_it_is_there_again(
    office: Office, place: str, view: str
) -> None:
    office.ledger.follower.catch_up()
    store = office.ledger.views[view]
    with TestClient(make_app(office.ledger, follow=False)) as client:
        assert client.get(place).status_code == 200
        with writing(store._engine()) as connection:
            connection.execute(update(store._tables.position).values(size=0))
        answer = client.get(f"{place}.json")
        assert (answer.status_code, answer.json()["code"]) == (503, "projection.behind")
        assert store.label in answer.json()["detail"]


def test_a_replay_tells_the_reason_an_entry_gives_and_how_to_verify_it_offline(
    demo: TestClient, demo_ledger: Ledger, size: int
) -> None:
    acts = demo_ledger.known.streams.acts(0, size)
    act = next(each for each in acts if each.type == "case.extended.v1")
    shown = demo.get(f"/replay/{act.stream}?at={act.seq}", headers=HTML).text
    said = shown[shown.index("What this entry says") : shown.index("What this entry changed")]
    reason = re.search("<dt>Reason</dt><dd>.*?</dd>", demo.get(f"/entries/{act.index}").text, re.S)
    assert reason
    assert reason[0] in said
    assert "<dt>Unit</dt>" not in said, "the heading says it"
    genesis = demo_ledger.known.streams.first_prev
    assert f"mingzhang verify {act.stream.replace('/', '-')}.zip --genesis {genesis}" in shown


def test_who_acted_lately_is_told_with_the_post_she_last_acted_in(
    demo: TestClient, demo_ledger: Ledger, size: int
) -> None:
    acts = demo_ledger.known.streams.acts(max(0, size - 200), min(size, 200))
    last = {each.actor: each.role for each in acts}
    newest = demo.get("/replay.json").json()["actors"]
    assert newest[0][0] == acts[-1].actor
    assert {actor: role for actor, role, _ in newest}.items() <= last.items()


def test_a_person_s_record_leads_to_what_she_did_but_not_at_a_kiosk(
    demo: TestClient, demo_ledger: Ledger
) -> None:
    person = streams_of(demo_ledger, "person")[0]
    assert f'href="/by/{person}"' in demo.get(f"/replay/{person}", headers=HTML).text
    kiosk = demo.get(f"/replay/{person}", headers={**HTML, "Cookie": "mz_kiosk=1"}).text
    assert f'href="/by/{person}"' not in kiosk
