"""What is read is heard: by roles and names alone, at a kiosk and in a replay."""

from typing import Any

import pytest

from tests.browser.conftest import Open
from tests.browser.test_browser_heard import focused, press, reach

TIMEOUT = 10_000
ENTRY = "/api/v1/entries/300"


def shown(opened: Open, path: str, **how: Any) -> Any:
    page = opened("", **how)
    page.set_default_timeout(TIMEOUT)
    page.goto(path)
    return page


def test_a_number_typed_at_a_kiosk_is_looked_up_and_the_answer_has_the_focus(opened: Open) -> None:
    page = shown(opened, "/residents", size="kiosk", tolerate="status of 4")
    code = page.request.get(ENTRY).json()["code"]
    press(page, "link", "办事进度")
    reach(page, "textbox", "回执上的编号")
    page.keyboard.type("999999-0000")
    page.keyboard.press("Enter")
    focused(page, "alert", "")
    reach(page, "textbox", "回执上的编号").fill(code)
    page.keyboard.press("Enter")
    focused(page, "heading", "找到了")


def test_a_resident_reads_a_row_and_hears_how_its_proof_stands(opened: Open) -> None:
    page = shown(opened, "/")
    press(page, "link", "^居民")
    press(page, "link", "^单位$")
    page.wait_for_url("**/boards/units")
    press(page, "link", "^签名有效")
    page.wait_for_url("**/entries/**")
    page.get_by_role("status").filter(has_text="本机已核验").wait_for()
    assert "签名与签署人的公钥相符" in page.get_by_role("main").aria_snapshot()


@pytest.mark.parametrize("path", ["/replay/{stream}?at=1", "/boards/cases/replay?at=3"])
def test_each_step_of_a_replay_is_said(opened: Open, path: str) -> None:
    page = shown(opened, "/")
    stream = page.request.get(ENTRY).json()["stream"]
    page.goto(path.format(stream=stream))
    slider = reach(page, "slider", "回放到哪里")
    for key in ("ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
        at = slider.input_value()
        said = page.get_by_role("status").filter(has_text=f"第 {at} 条")
        said.wait_for(state="attached")
        assert page.get_by_role("heading", level=2).first.inner_text() in said.inner_text()
        assert slider.get_attribute("aria-valuetext").startswith(f"第 {at} 条")
        assert slider.evaluate("it => it === document.activeElement"), "it keeps the focus"
