"""Every page at three sizes: readable, within its window, without an accessibility fault."""

from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from api.errors import STATUS, status_of
from api.pages.problems import problem_page
from api.rights import PAGES, PUBLIC
from api.tour.step import steps
from ledger.errors import LedgerError, all_errors
from tests.api.conftest import demo_app, demo_ledger
from tests.browser.conftest import SIZES, Open
from tests.browser.looks import faults, past

__all__ = ["demo_app", "demo_ledger"]

BUDGET = 60 * 1024


def places(page: Any) -> list[str]:
    case = page.request.get("/api/v1/register?kind=petition").json()["cases"][0]["row"]["case"]
    jti = page.request.get("/api/v1/entries/300").json()["jti"]
    filled = {
        "{name}": "cases", "{number}": "0", "{step}": "rules", "{jti}": jti,
        "{case}": case[5:], "{index}": "300", "{stream:path}": case,
    }  # fmt: skip
    found = []
    for path, right in PAGES.items():
        if right is PUBLIC:
            for name, value in filled.items():
                path = path.replace(name, value)  # noqa: PLW2901
            found.append(path)
    return [
        *found,
        "/sign-in",
        f"/replay/{case}?at=6",
        "/progress?code=nothing",
        "/boards/calendar",
        *(f"/tour/{step.name}" for step in steps()),
        "/tour/tamper?kind=changed",
    ]


def sound(page: Any, path: str) -> None:
    page.goto(path)
    assert past(page) == 0, path
    assert faults(page) == [], path


@pytest.mark.parametrize("size", SIZES)
def test_pages_fit_their_window_and_have_no_accessibility_fault(opened: Open, size: str) -> None:
    page = opened("", size=size)
    for path in places(page):
        sound(page, path)


@pytest.fixture(scope="module")
def problems(demo_app: FastAPI) -> dict[int, LedgerError]:
    """An error of each status there is; its facts are what nothing was said of."""
    found = {status_of(made): made for made in (each() for each in all_errors())}
    assert found.keys() == set(STATUS.values())
    return found


def fulfil(made: Response, route: Any) -> None:
    route.fulfill(status=made.status_code, headers=dict(made.headers), body=bytes(made.body))


@pytest.mark.parametrize(("size", "lang"), [("kiosk", "zh"), ("phone", "en")])
def test_so_do_refusals_of_every_status_as_pages(
    opened: Open, demo_app: FastAPI, problems: dict[int, LedgerError], size: str, lang: str
) -> None:
    page = opened("", size=size, tolerate="Failed to load resource")
    cookie = f"mz_lang={lang}; mz_kiosk={int(size == 'kiosk')}".encode()
    with TestClient(demo_app) as client:
        assert client.portal is not None
        for status, error in problems.items():
            scope = {
                "type": "http", "method": "GET", "scheme": "http", "path": f"/refused/{status}",
                "server": ("localhost", 80), "query_string": b"", "headers": [(b"cookie", cookie)],
            }  # fmt: skip
            made = client.portal.call(problem_page, Request(scope), demo_app.state.surface, error)
            page.route(f"**/refused/{status}", partial(fulfil, made))
            sound(page, f"/refused/{status}")
            assert page.locator("[role=alert]").inner_text() != ""
            offered = page.locator("header a[href^='/sign-in']").count()
            assert offered == (status < 500 and size != "kiosk")
            again = page.locator("a:has-text('再试一次'), a:has-text('Try again')")
            assert again.count() == (status in {429, 503})


@pytest.mark.parametrize("manner", ["mz_large", "mz_contrast"])
def test_so_they_do_in_large_text_and_high_contrast(opened: Open, manner: str) -> None:
    page = opened("/manner?lang=en&back=/", size="phone")
    page.goto(f"/manner?{manner.removeprefix('mz_')}=1&back=/")
    assert page.evaluate("document.documentElement.lang") == "en"
    for path in ("/", "/register", "/entries/300"):
        sound(page, path)


def test_targets_of_a_kiosk_are_large_enough_for_any_finger(opened: Open) -> None:
    page = opened("/residents", size="kiosk")
    page.click(".pick summary")
    for target in page.locator("main a, nav.bottom a").all():
        box = target.bounding_box()
        beside = "badge" in (target.get_attribute("class") or "")
        assert box["height"] >= (44 if beside else 72), target.inner_text()
        assert box["width"] >= 72
    page.click(".pick a >> nth=1")
    page.wait_for_url("**/residents?unit=*")
    for place in (".tiles .tile >> nth=0", "nav.bottom a >> nth=0"):
        assert "?unit=" in page.get_attribute(place, "href"), "the unit chosen stays chosen"


def test_the_first_load_of_a_kiosk_page_is_small(opened: Open) -> None:
    page = opened("", size="kiosk")
    taken: list[int] = []
    page.on("requestfinished", lambda r: taken.append(r.sizes()["responseBodySize"]))
    page.goto("/", wait_until="networkidle")
    assert 5_000 < sum(taken) <= BUDGET


def test_without_script_links_and_forms_do_everything(opened: Open) -> None:
    page = opened("/register", java_script_enabled=False)
    page.select_option("select[name=kind]", "petition")
    page.click("form.filters button")
    assert "kind=petition" in page.url
    page.click("tbody a")
    page.click("p.actions a")
    assert page.locator("h2").first.inner_text() == "办结"
    page.click("text=上一条")
    assert page.url.endswith("at=9")
    assert page.locator("h2").first.inner_text() == "答复"
    assert page.locator("noscript button, form.slider button").count() == 1


def test_a_resident_finds_her_matter_with_the_keyboard_alone(opened: Open) -> None:
    page = opened("/progress")
    code = page.request.get("/api/v1/entries/300").json()["code"]
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    while page.evaluate("document.activeElement.id") != "code":
        page.keyboard.press("Tab")
    page.keyboard.type(code.lower())
    page.keyboard.press("Enter")
    page.wait_for_url("**/progress?code=*")
    assert page.locator("h2").inner_text().startswith("找到了：")


def test_the_slider_moves_by_keys_and_keeps_the_focus_and_the_address(opened: Open) -> None:
    page = opened("")
    case = page.request.get("/api/v1/register?kind=petition").json()["cases"][0]["row"]["case"]
    page.goto(f"/replay/{case}?at=6")
    page.focus("#at")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => location.search === '?at=7'")
    assert page.evaluate("document.activeElement.id") == "at"
    assert page.get_attribute("#at", "aria-valuetext").startswith("第 7 条，共 10 条")
    assert page.locator("mz-replay h2").inner_text() == "办理完毕"
    assert page.locator("mz-replay ins").count() >= 1
    page.click("text=首条")
    page.wait_for_function("() => location.search === '?at=1'")
    page.reload()
    assert page.locator("mz-replay h2").inner_text() == "登记"


def test_a_kiosk_left_alone_asks_then_goes_home_and_forgets(opened: Open) -> None:
    page = opened("", size="kiosk", lang="en")
    page.clock.install()
    page.goto("/progress")
    page.fill("#code", "343-7KQ4")
    page.clock.run_for(62_000)
    asking = page.get_by_role("alertdialog", name="Are you still reading?")
    assert asking.get_by_role("button").evaluate("of => of === document.activeElement")
    page.click("dialog button")
    assert page.locator("dialog").count() == 0
    page.clock.run_for(62_000)
    assert page.locator("dialog").count() == 1
    page.clock.run_for(16_000)
    page.wait_for_url("**/kiosk")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    names = {cookie["name"] for cookie in page.context.cookies()}
    assert names == {"mz_kiosk"}


def test_somebody_of_the_demonstration_comes_to_her_desk(opened: Open) -> None:
    page = opened("/me", tolerate="401")
    page.click("main a:has-text('登录')")
    page.click("button:has-text('罗市政')")
    page.wait_for_url(lambda url: urlsplit(url).path == "/me")
    assert "对接员" in page.locator("main").inner_text()
    assert page.locator("tbody tr").count() >= 1
    page.click("button:has-text('退出')")
    page.wait_for_url(lambda url: url.endswith("/"))
    assert page.locator("a:has-text('登录')").count() == 1
