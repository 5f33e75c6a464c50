"""The register over HTTP: filtered, paged by pinned cursors, as of any point of history."""

import json
import re
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api.wire.cursors import Cursor, format_cursor, parse_cursor
from ledger.entry import base64url
from ledger.kernel.act import AsOf
from ledger.service.ledger import Ledger
from ledger.service.office import establish
from ledger.service.sheet import make_sheet
from tests.support.office import Office


def walked(client: TestClient, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while path:
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        found += answer.json()["cases"]
        path = answer.links["next"]["url"] if "next" in answer.links else ""
    return found


def test_pages_together_are_the_register(demo: TestClient, demo_ledger: Ledger, size: int) -> None:
    rows = demo_ledger.views["register"].rows(AsOf(size=size, at=0), limit=1_000)
    found = walked(demo, "/api/v1/register?limit=7")
    assert [each["row"]["case"] for each in found] == [row.case for row in rows]
    assert len(found) == demo.get("/api/v1/register").json()["total"] == 74


def test_each_order_holds_every_case_once(demo: TestClient) -> None:
    every = [each["row"] for each in walked(demo, "/api/v1/register?limit=200")]
    late = [row for row in every if row["open"] and row["due"]]
    asked = {
        "case": every,
        "newest": sorted(every, key=lambda row: row["received_on"], reverse=True),
        "due": [
            *sorted(late, key=lambda row: row["due"]),
            *(row for row in every if row["open"] and not row["due"]),
            *(row for row in every if not row["open"]),
        ],
    }
    for order, rows in asked.items():
        found = walked(demo, f"/api/v1/register?limit=7&order={order}")
        assert [each["row"] for each in found] == rows, order
    some = walked(demo, "/api/v1/register?limit=2&order=due&overdue=true")
    assert [each["row"] for each in some] == [each["row"] for each in some if each["overdue"]]
    assert len(some) == demo.get("/api/v1/register/stats").json()["overdue"]


def test_a_walk_keeps_its_order(demo: TestClient) -> None:
    first = demo.get("/api/v1/register?limit=7&order=newest")
    cursor = first.json()["next"]
    same = demo.get(f"/api/v1/register?limit=7&cursor={cursor}").json()["cases"]
    assert same == walked(demo, "/api/v1/register?limit=7&order=newest")[7:14]
    answer = demo.get(f"/api/v1/register?order=due&cursor={cursor}")
    assert (answer.status_code, answer.json()["code"]) == (409, "cursor.stale")
    label = json.loads(base64url.decode(cursor))["of"]
    for place in ("case/0", "due:3::case/0", "soon:0::case/0", "due:0:2026-01-01:"):
        bad = format_cursor(Cursor(of=label, size=1, at=1, after=place))
        answer = demo.get(f"/api/v1/register?cursor={bad}")
        assert (answer.status_code, answer.json()["code"]) == (400, "cursor.malformed"), place


def test_the_page_begins_with_what_is_due_first(demo: TestClient) -> None:
    seen = demo.get("/register.json").json()
    dues = [each["row"]["due"] for each in seen["page"]["cases"] if each["row"]["open"]]
    assert seen["order"] == "due"
    assert dues == sorted(dues, key=lambda due: due or "9999")
    page = demo.get("/register?order=newest").text
    assert '<option value="newest" selected>' in page
    assert "order=newest" in page[page.index('class="pager"') :], "further pages keep it"


def test_a_walk_goes_on_in_the_moment_it_began(client: TestClient, office: Office) -> None:
    before = {office.a_case() for _ in range(5)}
    office.ledger.follower.wait_for(office.size, 10)
    first = client.get("/api/v1/register?limit=2")
    for _ in range(5):
        office.a_case()
    office.ledger.follower.wait_for(office.size, 10)
    found = first.json()["cases"] + walked(client, first.links["next"]["url"])
    assert {each["row"]["case"] for each in found} == before


def test_late_is_judged_at_the_point_asked_about(demo: TestClient) -> None:
    def late(as_of: str) -> int:
        page = demo.get("/api/v1/register", params={"overdue": "true", "as_of": as_of}).json()
        assert all(each["overdue"] for each in page["cases"])
        assert page["total"] == demo.get(f"/api/v1/register/stats?as_of={as_of}").json()["overdue"]
        total: int = page["total"]
        return total

    assert (late("2026-03-05"), late("2026-03-20")) == (0, 5)


def test_filters_narrow(demo: TestClient) -> None:
    every = walked(demo, "/api/v1/register?limit=200")
    some = walked(demo, "/api/v1/register?limit=3&kind=request&state=closed")
    wanted = [e for e in every if (e["row"]["kind"], e["row"]["state"]) == ("request", "closed")]
    assert some == wanted
    assert some


def test_counts_are_those_of_the_rows(demo: TestClient) -> None:
    every = walked(demo, "/api/v1/register?limit=200")
    stats = demo.get("/api/v1/register/stats").json()
    assert stats["cases"] == len(every) == sum(line["cases"] for line in stats["by"])
    assert stats["open"] == sum(each["row"]["open"] for each in every)
    assert stats["overdue"] == sum(each["overdue"] for each in every)


def test_a_view_that_is_behind_is_waited_for_and_then_told(demo: TestClient, size: int) -> None:
    answer = demo.get(f"/api/v1/register?min_size={size + 1}")
    assert (answer.status_code, answer.json()["code"]) == (503, "projection.behind")
    assert answer.headers["retry-after"] == "1"


@given(
    st.builds(
        Cursor,
        of=st.text(max_size=100),
        size=st.integers(0, 2**53 - 1),
        at=st.integers(0, 10**13 - 1),
        after=st.text(max_size=300),
    )
)
def test_a_cursor_reads_back(cursor: Cursor) -> None:
    assert parse_cursor(format_cursor(cursor), cursor.of, cursor.size) == cursor


def test_a_cursor_of_another_version_of_another_log_or_of_no_day_is_refused(
    demo: TestClient, size: int
) -> None:
    begun = json.loads(base64url.decode(demo.get("/api/v1/register?limit=7").json()["next"]))
    view, _, version = begun["of"].partition("@")
    for other, told in (
        ({"of": f"{view}@{int(version) - 1}"}, (409, "cursor.stale")),
        ({"size": size + 1}, (400, "cursor.malformed")),
        ({"at": 10**13}, (400, "cursor.malformed")),
    ):
        cursor = base64url.encode(json.dumps(begun | other).encode())
        answer = demo.get(f"/api/v1/register?cursor={cursor}")
        assert (answer.status_code, answer.json()["code"]) == told, other
        page = demo.get(f"/register?cursor={cursor}", headers={"Accept": "text/html"})
        assert page.status_code == told[0]
        assert "Start again" in page.text


def test_replay_tells_what_each_entry_changed(demo: TestClient) -> None:
    case = demo.get("/api/v1/register?kind=petition").json()["cases"][0]["row"]["case"]
    told = demo.get(f"/api/v1/replay/{case}").json()
    steps = told["steps"]
    assert [step["seq"] for step in steps] == list(range(1, len(steps) + 1))
    assert steps[0]["gap_ms"] is None
    assert all(step["gap_ms"] >= 0 for step in steps[1:])
    assert told["state"]["state"] == "closed"
    lines = demo.get(f"/api/v1/streams/{case}?limit=3").json()
    assert [line["index"] for line in lines["entries"]] == [s["index"] for s in steps[:3]]
    assert lines["next"] == 3
    earlier = demo.get(f"/api/v1/replay/{case}?as_of={steps[1]['index'] + 1}").json()
    assert len(earlier["steps"]) == 2


def test_every_board_answers_as_the_ledger_says(demo: TestClient, demo_ledger: Ledger) -> None:
    names = demo.get("/api/v1/boards").json()["boards"]
    assert "cases" in names
    for name in names:
        sheet = demo.get(f"/api/v1/boards/{name}?as_of=300").json()
        made = make_sheet(demo_ledger, name, AsOf(size=300, at=sheet["as_of"]["at"]))
        assert sheet == json.loads(msgspec.json.encode(made))
    assert demo.get("/api/v1/boards/none").json()["code"] == "board.unknown"


def test_a_kiosk_counts_and_names_the_unit_it_stands_in(client: TestClient, office: Office) -> None:
    office.a_case()
    first = office.registrars[0]
    other = establish(office.ledger, first, "520602002", name="另一社区", level="community")
    office.ledger.follower.catch_up()
    code = {office.unit: "520602001", other: "520602002"}
    for unit, cases in ((office.unit, 1), (other, 0)):
        page = client.get(f"/kiosk?unit={code[unit]}", headers={"Accept-Language": "zh"}).text
        assert f'<span class="number">{cases}</span> 件正在办理' in page
        assert "（全账本）" in page
        (today,) = re.findall(r'<p class="today">.*?</p>', page)
        assert ("另一社区" in today) == (unit == other)
    assert "（全账本）" not in client.get("/kiosk", headers={"Accept-Language": "zh"}).text
