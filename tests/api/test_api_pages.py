"""Pages: every one in both languages, with a twin, without script; refusals as pages."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from babel.messages.pofile import read_po
from starlette.testclient import TestClient

from api.rights import PAGES, PUBLIC, twin_of
from api.tour.step import steps
from api.wording.messages import ENGLISH, brought_up_to_date, translator
from api.wording.numbers import grouped
from api.wording.times import clock, day, gap, moment, said_at
from ledger.kernel.act import AsOf
from ledger.rules.quantities import amount, hours
from ledger.service.board import Called, Column
from ledger.service.ledger import Ledger
from ledger.service.sheet import Sheet

CASE = "/api/v1/register?kind=petition"


CHINESE = "[\u4e00-\u9fff\u3001-\u303f\uff00-\uffef]"
"""Ideographs, and the punctuation that goes with them."""


class Chinese(HTMLParser):
    """Gathers Chinese text that is not said to be Chinese."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta", "link", "input", "br", "path", "circle", "rect"}:
            self.open.append((tag, dict(attrs).get("lang") == "zh-CN"))
        for name, value in attrs:
            if name != "value" and value and re.search(CHINESE, value):
                self.found.append(f"{name}={value}")

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        inside = any(said for _, said in self.open)
        option = any(tag == "option" for tag, _ in self.open)  # names of units to choose from
        if not inside and not option and re.search(CHINESE, data):
            self.found.append(data)


def places(demo: TestClient) -> list[str]:
    case = demo.get(CASE).json()["cases"][0]["row"]["case"]
    filled = {
        "{name}": "cases", "{number}": "0", "{step}": "rules",
        "{case}": case[5:], "{index}": "300", "{stream:path}": case,
    }  # fmt: skip
    filled["{jti}"] = demo.get("/api/v1/entries/300").json()["jti"]
    found = []
    for path, right in PAGES.items():
        if right is PUBLIC:
            for name, value in filled.items():
                path = path.replace(name, value)  # noqa: PLW2901
            found.append(path)
    more = (
        "/register?overdue=true",
        f"/replay/{case}?at=6",
        "/entries/0",
        "/entries/8",
        "/sign-in",
        *(f"/tour/{step.name}" for step in steps()),
    )
    return [
        *found,
        *more,
        "/progress?code=300-W4AE",
        "/certificates?number=1&code=300-W4AE",
        "/nowhere",
        "/replay/log/ledger.example/520602",
    ]


def test_no_text_of_an_english_page_is_left_in_chinese(demo: TestClient) -> None:
    for path in places(demo):
        answer = demo.get(path, headers={"Accept": "text/html", "Accept-Language": "en"})
        assert answer.headers["content-type"].startswith("text/html"), path
        parser = Chinese()
        parser.feed(answer.text)
        assert parser.found == [], path


def test_every_page_answers_in_chinese(demo: TestClient) -> None:
    for path in places(demo):
        answer = demo.get(path, headers={"Accept": "text/html", "Accept-Language": "zh"})
        assert answer.status_code == (404 if path == "/nowhere" else 200), path
        assert '<html lang="zh-CN"' in answer.text
        assert "模拟时钟" in answer.text
        assert "person/" not in re.sub(
            r"<dd>.*?</dd>|<aside.*?</aside>|(value|href|action)=\"[^\"]*\"",
            "",
            answer.text,
            flags=re.S,
        )


def test_the_catalogue_is_complete_and_holds_nothing_else() -> None:
    wanted = {str(each.id): str(each.string) for each in brought_up_to_date() if each.id}
    assert [text for text, said in wanted.items() if not said] == []
    with ENGLISH.open("rb") as file:
        kept = {str(each.id) for each in read_po(file) if each.id}
    assert kept == wanted.keys(), "run python -m api.wording.messages"


def test_words_in_both_languages_take_the_same_facts() -> None:
    say = translator("en")
    for each in brought_up_to_date():
        facts = set(re.findall(r"%\((\w+)\)s", str(each.id)))
        assert set(re.findall(r"%\((\w+)\)s", say(str(each.id)))) == facts


@pytest.mark.parametrize(
    "path", [path for path, right in PAGES.items() if "{" not in path and right is PUBLIC]
)
def test_the_twin_holds_the_data_of_its_page(demo: TestClient, path: str) -> None:
    twin = demo.get(twin_of(path))
    assert twin.headers["content-type"] == "application/json"
    assert isinstance(twin.json(), dict)
    assert twin_of(path) in demo.get(path).text or path == "/kiosk"


def test_a_page_in_another_manner_is_another_answer(demo: TestClient) -> None:
    plain = demo.get("/integrity").headers["etag"]
    large = demo.get("/integrity", headers={"Cookie": "mz_large=1"}).headers["etag"]
    chinese = demo.get("/integrity", headers={"Accept-Language": "zh"}).headers["etag"]
    assert len({plain, large, chinese}) == 3
    assert demo.get("/integrity").headers["etag"] == plain


def test_a_page_kept_is_sent_whole_to_whoever_takes_it_compressed_or_not(
    demo: TestClient, demo_ledger: Ledger, size: int
) -> None:
    demo_ledger.follower.wait_for(size, 60)
    taken = [
        demo.get("/integrity", headers={"Accept-Encoding": encoding, "Accept": "text/html"})
        for encoding in ("gzip", "identity", "gzip", "identity")
    ]
    assert taken[0].text == taken[2].text
    assert taken[1].text == taken[3].text
    assert all(answer.text.rstrip().endswith("</html>") for answer in taken)
    assert len({answer.headers["etag"] for answer in taken}) == 1
    assert ["content-encoding" in answer.headers for answer in taken] == [True, False] * 2


def test_pages_hold_no_script_or_style_of_their_own(demo: TestClient) -> None:
    for path in places(demo):
        text = demo.get(path, headers={"Accept": "text/html"}).text
        assert not re.search(
            r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=|javascript:", text
        ), path
        assert not re.search(r'(?:src|href)="(?:https?:)?//', text), path


def test_the_switches_lead_back_and_nowhere_else(demo: TestClient) -> None:
    for back in (
        "//evil.example/",
        "https://evil.example/",
        "/\\evil.example",
        "javascript:0",
        "\n/x",
    ):
        answer = demo.get("/manner", params={"large": "1", "back": back}, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
    answer = demo.get("/manner?lang=en&back=/register", follow_redirects=False)
    assert answer.headers["location"] == "/register"
    assert "mz_lang=en" in answer.headers["set-cookie"]


def test_a_refused_page_says_what_happened_and_leads_home(demo: TestClient) -> None:
    answer = demo.get("/me", headers={"Accept": "text/html", "Accept-Language": "zh"})
    assert answer.status_code == 401
    assert "请先登录" in answer.text
    assert 'href="/sign-in?back=/me"' in answer.text
    assert 'href="/"' in answer.text


def test_a_kiosk_says_where_to_sign_in_and_leads_back_to_its_own_first_page(
    demo: TestClient,
) -> None:
    asked = {"Accept": "text/html", "Accept-Language": "zh", "Cookie": "mz_kiosk=1"}
    answer = demo.get("/me", headers=asked)
    assert answer.status_code == 401
    said = answer.text[answer.text.index("<main") : answer.text.index("</main>")]
    assert "自助终端不办理登录" in said
    assert 'href="/residents"' in said
    assert "/sign-in" not in answer.text


def test_signing_in_leads_back_to_the_page_one_was_on(demo: TestClient) -> None:
    html = {"Accept": "text/html"}
    refused = demo.get("/acts?stream=case/0&x=1", headers=html)
    assert 'href="/sign-in?back=/acts%3Fstream%3Dcase/0%26x%3D1"' in refused.text
    read = demo.get("/register?kind=petition", headers=html)
    assert 'href="/sign-in?back=/register%3Fkind%3Dpetition"' in read.text
    assert 'href="/sign-in"' in demo.get("/", headers=html).text


def test_a_receipts_number_is_found_however_it_is_typed(demo: TestClient) -> None:
    code = demo.get("/api/v1/entries/300").json()["code"]
    for typed in (code, code.lower(), f"  {code} ", code.replace("0", "O").replace("1", "I")):
        found = demo.get("/progress.json", params={"code": typed}).json()["found"]
        assert found["index"] == 300
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    assert (
        demo.get("/progress.json", params={"code": wrong})
        .json()["error"]["en"]
        .startswith("No receipt")
    )
    assert demo.get("/progress.json", params={"code": "abc"}).json()["error"]["zh"]


def test_replay_shows_the_state_at_the_entry_chosen(demo: TestClient) -> None:
    case = demo.get(CASE).json()["cases"][0]["row"]["case"]
    seen = [demo.get(f"/replay/{case}.json?at={at}").json() for at in (1, 4, 10, 99)]
    assert [each["at"] for each in seen] == [1, 4, 10, 10]
    assert [each["state"]["state"] for each in seen] == ["received", "assigned", "closed", "closed"]
    page = demo.get(f"/replay/{case}?at=4", headers={"Accept": "text/html"}).text
    assert "<ins>" in page
    assert 'aria-disabled="true"' not in page


def test_forms_of_numbers_and_times() -> None:
    assert (amount(123456789), amount(-5), amount(0)) == ("1,234,567.89", "-0.05", "0.00")
    assert (hours(6000), hours(5999), hours(-30)) == ("100.00", "99.98", "-0.50")
    assert (grouped(21093), grouped("≥ 20000"), grouped(7)) == ("21,093", "≥ 20,000", "7")
    assert moment(0) == "1970-01-01 08:00:00"
    assert (said_at(0, "zh"), said_at(0, "en")) == ("1970年1月1日 08:00", "1 Jan 1970, 08:00")
    assert clock("2026-03-05T14:30:59+08:00", "zh") == "2026年3月5日 14:30"
    assert clock("2026-03-05", "en") == "5 Mar 2026"
    assert (day("2026-03-09", "zh"), day("2026-03-09", "en")) == ("2026年3月9日", "9 Mar 2026")
    assert (gap(86_400_000 * 3, "zh"), gap(7_200_000, "en"), gap(100, "zh")) == ("3 天", "2 h", "")


@pytest.mark.parametrize("path", ["/register", "/boards/cases", "/api/v1/register"])
def test_fields_left_empty_are_as_if_not_given(demo: TestClient, path: str) -> None:
    empty = "unit=&kind=&state=&as_of=&cursor=" if "register" in path else "unit=&as_of="
    answer = demo.get(f"{path}?{empty}", headers={"Accept": "text/html"})
    assert answer.status_code == 200


CELLS: dict[str, object] = {
    "text": "2026-03", "count": 1, "day": "2026-03-15", "unit": "unit/X", "code": "late",
    "stream": "case/SAEEYJHRMYYCVEAJJ7JV9C9BR2", "minutes": 6001, "fen": 123456, "mark": True,
}  # fmt: skip


def board_of(copies: int) -> Sheet:
    forms = [(f"{form}{n}", form) for n in range(copies) for form in CELLS]
    columns = tuple(Column(id=name, zh=f"栏{name}", en=name, form=form) for name, form in forms)  # type: ignore[arg-type]
    row: dict[str, Any] = {name: CELLS[form] for name, form in forms}
    empty = Column(id="empty", zh="空栏", en="Never filled")
    words = {
        "unit0": {"unit/X": Called(zh="街道", en="街道")},
        "code0": {"late": Called(zh="迟", en="Late")},
    }
    return Sheet(
        board="any", zh="任一公示板", en="Any board", as_of=AsOf(size=1, at=0), unit=None,
        columns=(*columns, empty), rows=(row | {"empty": None},), words=words,
    )  # fmt: skip


@pytest.mark.parametrize(("copies", "layout"), [(1, "cards"), (2, "wide")])
def test_any_board_is_shown_by_the_forms_of_its_columns(
    demo: TestClient, monkeypatch: pytest.MonkeyPatch, copies: int, layout: str
) -> None:
    monkeypatch.setattr("api.pages.boards.make_sheet", lambda *_: board_of(copies))
    text = demo.get(f"/boards/orders?as_of={copies}", headers={"Accept": "text/html"}).text
    for shown in ("2026-03", "15 Mar 2026", "Late", "100.01", "1,234.56", "yes", "…9C9BR2"):
        assert shown in text
    assert 'href="/cases/SAEEYJHRMYYCVEAJJ7JV9C9BR2"' in text
    assert '<span lang="zh-CN">街道</span>' in text
    assert f'<table class="{layout}' in text
    assert "Never filled" not in text


def test_a_pack_is_replayed_by_anybody(demo: TestClient) -> None:
    stream = next(
        line["stream"]
        for line in demo.get("/api/v1/entries?limit=200").json()["entries"]
        if line["stream"].startswith("pack/")
    )
    assert demo.get(f"/replay/{stream}", headers={"accept": "text/html"}).status_code == 200


def test_a_kiosk_shows_its_picture_and_no_menu_before_it_is_touched(demo: TestClient) -> None:
    assert 'class="places"' in demo.get("/residents").text
    page = demo.get("/kiosk").text
    assert 'class="places"' not in page
    assert "<mz-idle" in page
