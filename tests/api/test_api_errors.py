"""Refusals are problem documents with stable codes, in the reader's language."""

import json
import logging
import sys
from html import unescape

import pytest
from starlette.testclient import TestClient

from api.errors import PROBLEM, STATUS, problem_of, status_of
from api.rights import RIGHTS
from api.serving.middleware import POLICY, JsonLines
from api.wording.language import parse_accept
from ledger.errors import LedgerError, StorageError, all_errors
from ledger.service.ledger import Ledger
from ledger.service.reading.receipts import BeyondHead
from ledger.store.dialect import OutcomeUnknown, StoreGone


@pytest.mark.parametrize("error", all_errors(), ids=lambda error: error.code)
def test_every_error_has_a_status_and_words_in_both_languages(error: type[LedgerError]) -> None:
    made = error()
    assert 400 <= status_of(made) <= 503
    zh, en = problem_of(made, "zh"), problem_of(made, "en")
    assert zh.code == en.code == error.code
    assert all((zh.detail, en.detail))
    assert zh.title != en.title


def test_what_an_outage_tells_the_operator_is_not_told_to_outsiders(
    caplog: pytest.LogCaptureFixture,
) -> None:
    error = StoreGone(why='connection to "10.0.0.5" failed for user "ledger"')
    for lang in ("zh", "en"):
        told = problem_of(error, lang)
        assert told.code == "storage.gone"
        assert "10.0.0.5" not in f"{told.detail}{told.facts}"
    assert "10.0.0.5" in caplog.text


def test_a_leaf_has_the_status_of_its_nearest_ancestor_in_the_table() -> None:
    assert BeyondHead not in STATUS
    assert status_of(BeyondHead(size=1, wanted=2)) == 404


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/nothing/here", 404, "request.no_such_page"),
        ("/api/v1/entries/999999", 404, "log.beyond_head"),
        ("/api/v1/entries/+1", 400, "request.invalid"),
        ("/api/v1/entries/01", 400, "request.invalid"),
        ("/api/v1/entries/٣", 400, "request.invalid"),
        ("/api/v1/entries?limit=0", 400, "request.invalid"),
        ("/api/v1/streams/case/short", 400, "entry.bad_identifier"),
        ("/api/v1/streams/case/00000000000000000000000000", 404, "not_found"),
        ("/api/v1/replay/case/00000000000000000000000000", 404, "not_found"),
        ("/api/v1/register?as_of=soon", 400, "cli.bad_moment"),
        ("/api/v1/register?unit=000", 404, "unit.code_unknown"),
        ("/api/v1/boards/compliance?unit=unit/nobody", 404, "unit.code_unknown"),
        ("/kiosk?unit=unit/nobody", 404, "unit.code_unknown"),
        ("/api/v1/register?cursor=AAAA", 400, "cursor.malformed"),
        ("/api/v1/packs/" + "A" * 43, 404, "pack.not_kept"),
        ("/log/tile/0/999", 404, "log.beyond_head"),
        ("/log/tile/0/1", 400, "tlog.tile_path"),
        ("/log/tile/entries/000", 401, "request.sign_in"),
    ],
)
def test_a_refusal_names_its_code(demo: TestClient, path: str, status: int, code: str) -> None:
    answer = demo.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == PROBLEM
    said = answer.json()
    assert (said["code"], said["status"]) == (code, status)
    assert said["type"] == f"urn:mingzhang:problem:{code}"


def test_a_method_a_route_does_not_take_is_told_so(demo: TestClient) -> None:
    answer = demo.delete("/api/v1/entries")
    assert (answer.status_code, answer.json()["code"]) == (405, "request.method")


def test_a_method_nobody_knows_is_other_wherever_it_is_kept_or_told(
    demo: TestClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("mingzhang"), "propagate", True)
    made_up = ["BREW", "X" * 50_000]
    with caplog.at_level(logging.INFO, logger="mingzhang.access"):
        answers = [demo.request(method, "/api/v1/entries") for method in made_up]
    assert {each.status_code for each in answers} == {405}
    assert all("other" in each.json()["detail"] for each in answers)
    logged = [each.__dict__["members"]["method"] for each in caplog.records]
    assert logged == ["other"] * len(made_up)
    counted = [
        line
        for line in demo.get("/metrics").text.splitlines()
        if "mingzhang_requests_total{" in line
    ]
    methods = {line.partition('method="')[2].partition('"')[0] for line in counted}
    assert "other" in methods
    assert methods <= {"other", "HEAD", "OPTIONS"} | {method for method, _ in RIGHTS}


def test_words_follow_the_reader(demo: TestClient) -> None:
    zh = demo.get("/nothing", headers={"Accept-Language": "zh-CN,en;q=0.5"})
    en = demo.get("/nothing", headers={"Accept-Language": "en-GB,zh;q=0.5"})
    assert zh.json()["detail"].startswith("没有")
    assert en.json()["detail"].startswith("There is nothing")
    assert (zh.headers["content-language"], en.headers["content-language"]) == ("zh-CN", "en")


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("", "zh"),
        ("en", "en"),
        ("fr, en;q=0.2", "en"),
        ("en;q=0.1, zh;q=0.2", "zh"),
        ("en;q=x", "zh"),
        ("*", "zh"),
        ("en;q=0", "zh"),
    ],
)
def test_the_best_of_our_languages_is_taken(header: str, lang: str) -> None:
    assert parse_accept(header) == lang


def test_a_body_over_the_limit_is_refused_before_it_is_read(demo: TestClient) -> None:
    answer = demo.post("/api/v1/entries", content=b"{}", headers={"Content-Length": str(1 << 30)})
    assert (answer.status_code, answer.json()["code"]) == (413, "request.too_large")


def test_an_address_that_asks_too_much_is_refused_as_a_page_and_as_data(demo: TestClient) -> None:
    asked = "a=" + "b" * 4_000
    told = demo.get(f"/boards/disclosure/replay.json?{asked}")
    assert (told.status_code, told.json()["code"]) == (414, "request.address_too_long")
    page = demo.get(f"/boards/disclosure/replay?{asked}", headers={"Accept": "text/html"})
    assert page.status_code == 414
    assert "request.address_too_long" in page.text


@pytest.mark.parametrize("path", ["/replay/log/{origin}", "/entries/0", "/boards/units/rows/0"])
def test_where_no_picture_can_hold_an_address_there_is_none(
    demo: TestClient, demo_ledger: Ledger, path: str
) -> None:
    page = path.format(origin=demo_ledger.home.origin)
    assert 'class="qr"' in demo.get(page).text
    for asked, host in (("a=" + "b" * 3_000, "ledger.example"), ("", "a" * 3_000)):
        answer = demo.get(f"{page}?{asked}", headers={"Host": host})
        assert answer.status_code == 200


def test_every_answer_carries_the_security_headers(demo: TestClient) -> None:
    for path in ("/healthz", "/nothing", "/log/checkpoint"):
        headers = demo.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-request-id"]


def test_a_bug_is_told_by_its_number_and_nothing_else(
    demo: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("居民甲")

    monkeypatch.setattr("ledger.service.reading.receipts.checkpoint", broken)
    quiet = TestClient(demo.app, raise_server_exceptions=False)
    answer = quiet.get("/log/checkpoint")
    assert (answer.status_code, answer.json()["code"]) == (500, "request.unexpected")
    assert "居民甲" not in answer.text
    assert answer.headers["x-request-id"] == answer.json()["facts"]["request"]
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_log_line_of_a_bug_names_its_class_and_place_and_quotes_nothing() -> None:
    try:
        {}["居民甲"]
    except KeyError:
        record = logging.LogRecord("uvicorn.error", 40, "", 0, "failed", (), sys.exc_info())
    line = json.loads(JsonLines().format(record))
    assert line["error"] == "KeyError"
    assert "test_api_errors.py" in line["where"][-1]
    assert "居民甲" not in str(line)


@pytest.mark.parametrize(("error", "said"), [
    (StoreGone(why="/srv/ledger.sqlite"), "Try again a little later"),
    (OutcomeUnknown(), OutcomeUnknown().text("en")),
])  # fmt: skip
def test_a_reader_is_told_what_to_do_while_the_store_is_away_and_the_operator_why(
    demo: TestClient, monkeypatch: pytest.MonkeyPatch, error: StorageError, said: str
) -> None:
    def away(*_: object) -> None:
        raise error

    monkeypatch.setattr("api.pages.home.latest", away)
    path = "/?asked=for-the-first-time"  # what was answered before is sent again from memory
    answer = demo.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 503
    refusal = unescape(answer.text.partition('role="alert"')[2].partition("</p>")[0])
    assert said in refusal
    assert "/srv" not in answer.text
    assert f'href="{path}">' in answer.text, "it may be tried again"
    assert problem_of(error, "en").detail in unescape(answer.text), "whoever runs it reads why"


def test_a_reader_is_not_told_what_boards_are_called_in_addresses(demo: TestClient) -> None:
    page = demo.get("/boards/rumours", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert "There is no such board" in page.text
    assert "figure-rows" not in page.text
    assert "figure-rows" in demo.get("/api/v1/boards/rumours").json()["detail"], "a program is"
