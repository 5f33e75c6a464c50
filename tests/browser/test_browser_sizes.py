"""Sizes by the elder-friendly rules (MIIT 2021), forced colours and reduced motion, as rendered.

Main text is 18 px and more, 30 px in large text, with a line height of 1.3 at least; what is
touched is 44 px high and more. Codes and hashes are no main text; a desktop is no device of
residents.
"""

from typing import Any

import pytest

from tests.browser.conftest import Open

NO_TEXT = ".code, pre, .unseen, svg, option"
SMALL = """([least, none]) => {
  const found = new Set(), main = document.querySelector("main");
  const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const of = node.parentElement, text = node.data.trim();
    if (!text || !of.checkVisibility() || of.closest(none)) continue;
    const style = getComputedStyle(of), size = parseFloat(style.fontSize);
    const lead = style.lineHeight === "normal" ? 1.3 : parseFloat(style.lineHeight) / size;
    if (size < least || lead < 1.299) found.add(`${size} ${lead.toFixed(2)} ${text.slice(0, 20)}`);
  }
  return [...found];
}"""
TOUCHED = "a, button, select, summary, textarea, input:not([type=hidden], .fold)"
LOW = """touched => {
  const beside = of => [...of.parentElement.childNodes].some(
    each => each.nodeType === Node.TEXT_NODE && each.data.trim());
  const inText = of => getComputedStyle(of).display === "inline" && beside(of);
  const high = of => Math.round(of.getBoundingClientRect().height);
  return [...document.querySelectorAll(`main :is(${touched})`)]
    .map(of => of.closest("label") ?? of)
    .filter(of => of.checkVisibility() && !inText(of) && high(of) < 44)
    .map(of => `${high(of)} ${of.outerHTML.slice(0, 80)}`);
}"""


def read_by_residents(page: Any) -> list[str]:
    case = page.request.get("/api/v1/register?kind=petition").json()["cases"][0]["row"]["case"]
    return [
        "/", "/residents", "/progress", "/boards", "/boards/units", "/boards/cases", "/register",
        "/boards/decisions", "/boards/posts/rows/0", f"/cases/{case[5:]}", "/entries/300",
        "/integrity", "/certificates", "/tour", "/tour/rules", "/tour/tamper",
    ]  # fmt: skip


@pytest.mark.parametrize("large", [False, True], ids=["as it is", "large"])
@pytest.mark.parametrize("size", ["kiosk", "phone"])
def test_what_residents_read_and_touch_is_large_enough(
    opened: Open, size: str, large: bool
) -> None:
    page = opened(f"/manner?large={int(large)}&back=/residents", size=size)
    found: dict[str, list[str]] = {}
    for path in read_by_residents(page):
        page.goto(path)
        small = page.evaluate(SMALL, [30 if large else 18, NO_TEXT])
        found[path] = [*small, *page.evaluate(LOW, TOUCHED)]
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
    assert {path: each for path, each in found.items() if each} == {}


LINED = """selector => [...document.querySelectorAll(selector)]
  .filter(each => each.checkVisibility())
  .map(each => getComputedStyle(each))
  .map(style => style.borderTopStyle !== "none" && style.borderTopWidth !== "0px")"""
LINE = "at => getComputedStyle(document.querySelector(at)).borderBottomColor"
MOVING = """() => [...document.querySelectorAll("*")].map(each => getComputedStyle(each))
  .filter(style => style.animationName !== "none" || /[1-9]/.test(style.transitionDuration))
  .length"""


def test_in_forced_colours_what_was_told_by_a_ground_is_told_by_a_line(opened: Open) -> None:
    page = opened("/entries/300", forced_colors="active")
    page.wait_for_selector("mz-proof[data-state=valid]")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    case = page.request.get("/api/v1/register?kind=petition").json()["cases"][0]["row"]["case"]
    for path, selector in (
        ("/entries/300", "mz-proof .badge"),
        ("/residents", ".tile"),
        ("/register", ".tag, main .button"),
        (f"/replay/{case}?at=6", ".button"),
    ):
        page.goto(path)
        lines = page.evaluate(LINED, selector)
        assert lines, path
        assert all(lines), path
    page.goto("/boards")
    here = page.evaluate(LINE, ".places :is([aria-current], .within)")
    other = page.evaluate(LINE, ".places a:not([aria-current], .within)")
    assert here != other, "the place one is at stands out"


def test_nothing_moves_for_whoever_wants_no_motion(opened: Open) -> None:
    for wanted, moving in (("no-preference", True), ("reduce", False)):
        page = opened("/", reduced_motion=wanted)
        assert (page.evaluate(MOVING) > 0) is moving
        page.goto("/residents")
        assert (page.evaluate(MOVING) > 0) is moving
