"""What lines of pages rest on: each carries the badge of its newest entry, or says why none."""

import re

import pytest
from starlette.testclient import TestClient

from api.showing.board_layouts import Line
from api.showing.proofs import Proofs, is_counted, streams_of
from ledger.kernel.act import AsOf
from ledger.service.board import Column
from ledger.service.ledger import Ledger
from ledger.service.sheet import Sheet, boards_declared, make_sheet

CASE = "/api/v1/register?kind=petition"
HTML = {"Accept": "text/html", "Accept-Language": "zh"}
BADGES = re.compile(r'<mz-proof class="proof small" data-index="(\d+)"')


def sheet(*columns: Column) -> Sheet:
    point = AsOf(size=1, at=0)
    return Sheet(
        board="any", zh="", en="", as_of=point, unit=None, columns=columns, rows=(), words={}
    )


def newest(demo: TestClient, stream: str, size: int = 10**9) -> int:
    """Return the newest entry of a stream below a size, found by asking for all; -1 for none."""
    entries = demo.get(f"/api/v1/streams/{stream}?limit=200").json()["entries"]
    return max((int(each["index"]) for each in entries if each["index"] < size), default=-1)


def test_a_line_rests_on_the_newest_entry_of_its_streams_by_then(
    demo: TestClient, demo_ledger: Ledger
) -> None:
    case, other = (each["row"]["case"] for each in demo.get("/api/v1/register").json()["cases"][:2])
    one = Column(id="one", zh="", en="", form="stream")
    two = Column(id="two", zh="", en="", form="stream")
    cause = Column(id="cause", zh="", en="", form="stream", beside=True)
    found, none = sheet(one, two, cause), dict.fromkeys(("one", "two", "cause"))
    lines = [
        Line(number=0, row={"one": case, "two": other, "cause": None}),
        Line(number=1, row={**none, "cause": case}),
        Line(number=2, row=none, steps=[(3, {**none, "one": case})]),
    ]
    for size in (newest(demo, case) + 1, newest(demo, case), newest(demo, other)):
        of_case, of_other = newest(demo, case, size), newest(demo, other, size)
        wanted = [max(of_case, of_other), -1, of_case]
        proofs = Proofs(demo_ledger, AsOf(size=size, at=0))
        assert proofs.of_lines(found, lines) == [n if n >= 0 else None for n in wanted]


def test_a_number_counted_from_many_entries_rests_on_none() -> None:
    assert is_counted(sheet(Column(id="n", zh="", en="", form="count")))
    cause = Column(id="cause", zh="", en="", form="stream", beside=True)
    assert streams_of(sheet(cause), {"cause": "case/X"}) == []


def test_every_row_of_every_board_carries_a_badge_or_says_why_none(
    demo: TestClient, demo_ledger: Ledger
) -> None:
    point = AsOf(size=demo_ledger.recorder.head().size, at=demo_ledger.clock.now_ms())
    for name, board in boards_declared().items():
        rows = make_sheet(demo_ledger, name, point).rows
        text = demo.get(f"/boards/{name}?rows=all", headers=HTML).text
        if is_counted(made := make_sheet(demo_ledger, name, point)):
            assert ("无法逐行核验" in text) is bool(rows), name
            assert text.count("无法核验：由多条记录算出") == len(rows), name
        elif board.across is None and board.walk is None:
            assert len(BADGES.findall(text)) + text.count("无法核验：没有记录") == len(rows), name
        resting = sum(bool(streams_of(made, row)) for row in rows)
        assert bool(BADGES.findall(text)) is bool(resting), name


def test_a_case_in_the_register_carries_the_badge_of_its_newest_entry(
    demo: TestClient, size: int
) -> None:
    found = demo.get("/register?kind=petition", headers=HTML).text
    cases = [each["row"]["case"] for each in demo.get(f"{CASE}&order=due").json()["cases"]]
    assert [int(n) for n in BADGES.findall(found)] == [newest(demo, case, size) for case in cases]


@pytest.mark.parametrize(
    ("path", "said"),
    [("/boards/units/rows/0", "登记后未被改动"), ("/boards/cases/rows/0", "由账本前")],
)
def test_the_page_of_a_row_says_what_its_proof_means(
    demo: TestClient, path: str, said: str
) -> None:
    assert said in demo.get(path, headers=HTML).text


LINE = re.compile(r"<li>(?:(?!</li>|<li).)*</li>", re.S)
ANY_BADGE = re.compile(r'class="badge (?:server|none)"')


@pytest.mark.parametrize("path", ["/", "/kiosk", "/residents", "/supervision"])
def test_no_line_of_a_page_that_sums_up_is_without_a_badge(demo: TestClient, path: str) -> None:
    text = demo.get(path, headers=HTML).text
    lines = [each for each in LINE.findall(text) if 'class="meta"' in each]
    assert lines, path
    assert [each for each in lines if not ANY_BADGE.search(each)] == []


@pytest.mark.parametrize("path", ["/", "/supervision"])
def test_figures_that_sum_up_say_who_counted_them_and_from_how_much(
    demo: TestClient, path: str, size: int
) -> None:
    text = demo.get(path, headers=HTML).text
    figures = text.count('class="big-figures"')
    assert figures
    assert len(re.findall(r'</ul>\s*<details class="summed">', text)) == figures
    assert text.count(f"由本服务器从账本前 {size} 条记录算出") == figures


def test_news_carries_the_badge_of_the_entry_that_says_it(demo: TestClient, size: int) -> None:
    told = demo.get("/residents.json").json()["newest"]
    assert told
    shown = demo.get("/residents", headers=HTML).text
    assert [int(n) for n in BADGES.findall(shown)] == [each["index"] for each in told]
    for each in told:
        entry = demo.get(f"/api/v1/entries/{each['index']}").json()
        assert (entry["stream"], entry["type"]) == (each["stream"], each["type"])


def test_the_picture_of_a_kiosk_leads_nowhere_but_to_its_beginning(demo: TestClient) -> None:
    main = demo.get("/kiosk", headers=HTML).text.partition("<main")[2].partition("</main>")[0]
    assert re.findall(r"<a [^>]*class=\"(\w+)\"", main) == ["touch"]
    assert "mz-proof" not in main
    assert "数由本服务器从记录算出" in main
