"""Acts as they are heard and typed: by roles and names alone, with no hand on a mouse."""

import re
from typing import Any

import pytest

from tests.browser.office import TEXT, Enters, Place, enters, fill, gone, place, size, to_check

__all__ = ["enters", "place"]

FOCUSED = """() => {
  const at = document.activeElement;
  return at !== document.body && getComputedStyle(at).outlineStyle === "solid";
}"""


def unanswered(route: Any) -> None:
    route.fetch(max_redirects=0)
    route.abort()


def named(page: Any, role: str, name: str) -> Any:
    return page.get_by_role(role, name=re.compile(name)).first


def reach(page: Any, role: str, name: str) -> Any:
    """Tab until what is called so has the focus, and shows it."""
    target = named(page, role, name)
    target.wait_for(timeout=15_000)
    for _ in range(150):
        page.keyboard.press("Tab")
        if target.evaluate("it => it === document.activeElement"):
            assert page.evaluate(FOCUSED), name
            return target
    raise AssertionError(f"{role} {name} is not reached by Tab on {page.url}")


def press(page: Any, role: str, name: str) -> None:
    reach(page, role, name)
    page.keyboard.press("Enter")


def focused(page: Any, role: str, name: str) -> None:
    """What a step came to has the focus: it is read out first."""
    told = named(page, role, name)
    told.wait_for()
    assert told.evaluate("it => it === document.activeElement"), name


@pytest.fixture
def address(place: Place) -> str:
    return place.address


def test_a_case_is_reported(enters: Enters, place: Place) -> None:
    page = enters("intake_clerk", "/me", tolerate="status of 4")
    before = size(page)
    press(page, "link", "登记事项")
    press(page, "link", "^诉求")
    reach(page, "combobox", "从哪里来")
    page.keyboard.press("ArrowDown")
    reach(page, "textbox", "反映了什么")
    page.keyboard.insert_text(TEXT)
    press(page, "button", "核对并签署")
    named(page, "heading", "核对并签署").wait_for()
    press(page, "button", "^签署")
    focused(page, "heading", "已入账")
    assert size(page) == before + 1


def test_a_refusal_has_the_focus_and_its_field_says_why(enters: Enters, place: Place) -> None:
    path = f"/acts/new?command=account.claim&stream={place.account}"
    page = enters("volunteer-clerk", path, tolerate="status of 4")
    reach(page, "textbox", "时长")
    page.keyboard.type("90 分钟")
    reach(page, "combobox", "用途")
    page.keyboard.press("ArrowDown")
    reach(page, "textbox", "开始").fill("09:00")  # its hours and minutes are the browser's own
    press(page, "button", "核对并签署")
    focused(page, "alert", "")
    assert page.title().startswith("有误")
    wrong = page.locator("[aria-invalid=true]").first
    why = page.locator("#" + wrong.get_attribute("aria-describedby"))
    assert why.inner_text() in page.get_by_role("alert").inner_text()


def test_a_range_is_reviewed(enters: Enters, place: Place) -> None:
    page = enters("supervisor-1", f"/supervision?unit={place.unit}")
    press(page, "link", "签署这一段的审阅")
    reach(page, "combobox", "看下来")
    page.keyboard.press("ArrowDown")
    press(page, "button", "核对并签署")
    press(page, "button", "^签署")
    focused(page, "heading", "已入账")


def test_what_is_sent_while_the_server_is_gone_is_kept_and_recorded_once(
    enters: Enters, place: Place
) -> None:
    form = f"/acts/new?command=case.receive&unit={place.unit}&kind=request"
    page = enters("intake_clerk", form, tolerate="Failed to load resource")
    fill(page)
    with gone(place):
        press(page, "button", "核对并签署")
        named(page, "alert", "").wait_for()
        assert "联系不上服务器" in page.get_by_role("alert").inner_text()
        assert page.get_by_role("textbox", name="反映了什么").first.input_value() == TEXT
        assert page.evaluate(FOCUSED)
    to_check(page)
    before = size(page)
    with gone(place):
        press(page, "button", "^签署")
        named(page, "alert", "").wait_for()
        assert "只会入账一次" in page.get_by_role("alert").inner_text()
        assert page.evaluate(FOCUSED)
    # What is sent arrives and its answer does not: nobody here can tell whether it was signed.
    page.route("**/acts/new", unanswered)
    page.get_by_role("alert").evaluate("it => it.classList.add('heard')")
    with page.expect_event("requestfailed"):
        page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]:not(.heard)")
    assert size(page) == before + 1
    page.unroute("**/acts/new")
    page.keyboard.press("Enter")
    focused(page, "heading", "已入账")
    assert size(page) == before + 1
