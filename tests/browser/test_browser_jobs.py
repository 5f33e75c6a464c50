"""The jobs of the first page, the tour, the overview, replay and kiosk, done in a real browser."""

import re
from typing import Any

import pytest

from tests.browser.conftest import Open
from tests.browser.looks import faults, past

LYING = {"width": 1920, "height": 1080}


def test_the_tour_is_walked_from_the_first_page_to_its_end_with_the_keyboard(opened: Open) -> None:
    page = opened("/")
    page.focus(".call .button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tour")
    page.focus(".steps-list a")
    page.keyboard.press("Enter")
    seen = []
    for _ in range(6):
        page.wait_for_selector(".stations [aria-current]")
        seen.append(page.url.rpartition("/")[2])
        page.focus("a[rel=next]")
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url, last=seen[-1]: not url.endswith(last))
    assert len({*seen, page.url.rpartition("/")[2]}) == 7


def test_whoever_tampers_is_noticed_and_the_address_says_which_deed(opened: Open) -> None:
    page = opened("/tour/tamper", java_script_enabled=False)
    page.click("text=把一条记录改早一天")
    page.wait_for_url("**/tour/tamper?kind=changed")
    assert page.locator(".noticed > li").count() == 3
    assert page.locator(".noticed > li:has-text('发现了')").count() == 3
    assert page.locator(".deeds [aria-current]").inner_text().strip() == "把一条记录改早一天"


def test_a_package_is_taken_along(opened: Open) -> None:
    page = opened("/tour/evidence")
    with page.expect_download() as taken:
        page.click("text=下载证据包")
    assert taken.value.suggested_filename.startswith("case-")
    assert "mingzhang verify case-" in page.locator("pre").inner_text()


def test_a_board_is_narrowed_opened_and_taken_away_without_script(opened: Open) -> None:
    page = opened("/boards/cases", java_script_enabled=False)
    rows = page.locator("tbody tr").count()
    page.select_option("select[name=kind]", "hazard")
    page.click("form.filters button")
    page.wait_for_url("**kind=hazard**")
    assert 0 < page.locator("tbody tr").count() < rows
    assert "kind=hazard" in page.get_attribute("a:has-text('XLSX')", "href")
    page.click("td.open a >> nth=0")
    page.wait_for_selector("svg.qr")
    assert page.locator("dl.facts div").count() > 3
    assert page.locator("svg.qr").count() == 1


def test_a_board_is_replayed_by_keys(opened: Open) -> None:
    page = opened("/boards/cases/replay?at=3")
    page.focus("#at")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => location.search === '?at=4'")
    assert page.evaluate("document.activeElement.id") == "at"
    assert page.locator("mz-replay tbody tr, mz-replay .note").count() >= 1


def test_from_a_day_without_an_entry_keys_lead_to_steps_and_the_form_to_another_day(
    opened: Open,
) -> None:
    page = opened("/boards/cases/replay?day=2026-03-15")
    page.fill("mz-replay input[type=date]", "2026-03-14")
    page.click("mz-replay form.filters button")
    page.wait_for_url("**day=2026-03-14**")
    assert page.locator("mz-replay .proof").count() == 0, "no entry"
    assert page.locator("mz-replay del").count() >= 1, "a term ran out"
    page.focus("#at")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("() => /^[?]at=[0-9]+$/.test(location.search)")
    assert page.locator("mz-replay .proof").count() == 1


def test_supervision_leads_to_what_it_counts(opened: Open) -> None:
    page = opened("/supervision", java_script_enabled=False)
    unit = page.locator("select[name=unit] option").nth(1).get_attribute("value")
    page.select_option("select[name=unit]", unit)
    page.click("form.filters button")
    page.wait_for_url(f"**unit={unit.replace('/', '%2F')}**")
    page.click("section[aria-labelledby=changed] .lines a >> nth=0")
    page.wait_for_url("**/replay/**")


def lying(opened: Open, path: str) -> Any:
    page = opened("", size="kiosk")
    page.set_viewport_size(LYING)
    page.goto(path)
    return page


def test_a_kiosk_lying_shows_six_tiles_without_scrolling(opened: Open) -> None:
    page = lying(opened, "/residents")
    tiles = page.locator(".tiles .tile")
    assert tiles.count() == 6
    bottom = page.locator("nav.bottom").bounding_box()["y"]
    assert all(t.bounding_box()["y"] + t.bounding_box()["height"] <= bottom for t in tiles.all())
    assert len({round(tile.bounding_box()["x"]) for tile in tiles.all()}) == 3
    for path in ("/kiosk", "/residents", "/boards/cases", "/progress"):
        page.goto(path)
        assert past(page) == 0, path
        assert faults(page) == [], path


def bottom_of(place: Any) -> float:
    box = place.bounding_box()
    return float(box["y"] + box["height"])


@pytest.mark.parametrize("board", ["cases", "posts", "units"])
def test_a_kiosk_upright_shows_every_card_of_a_page_above_its_bar(opened: Open, board: str) -> None:
    page = opened(f"/boards/{board}", size="kiosk")
    cards = page.locator("main tbody tr")
    bar = page.locator("nav.bottom").bounding_box()["y"]
    assert cards.count() > 0
    assert [round(bottom_of(card)) for card in cards.all() if bottom_of(card) > bar] == []


WINDOWS = {"upright": {"width": 1080, "height": 1920}, "lying": LYING}


@pytest.mark.parametrize("manner", ["lang=zh", "lang=en", "large=1", "large=1&contrast=1&lang=en"])
@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS)
def test_the_picture_of_a_kiosk_is_seen_whole(
    opened: Open, window: dict[str, Any], manner: str
) -> None:
    page = opened("", size="kiosk")
    page.set_viewport_size(window)
    page.goto(f"/manner?{manner}&back=/kiosk")
    assert page.locator(".attract .lines li").first.is_visible()
    for part in (".touch", ".attract-news"):
        assert bottom_of(page.locator(part)) <= window["height"], part


def test_at_a_lying_kiosk_what_a_number_leads_to_stands_beside_its_keys(opened: Open) -> None:
    page = lying(opened, "/progress")
    code = page.request.get("/api/v1/entries/300").json()["code"]
    page.goto(f"/progress?code={code}")
    keys, found = page.locator(".ask").bounding_box(), page.locator("main .panel").bounding_box()
    assert found["x"] >= keys["x"] + keys["width"]
    assert bottom_of(page.locator(".ask .go")) <= page.locator("nav.bottom").bounding_box()["y"]
    last = page.locator(".keys button").last.bounding_box()
    row = page.locator(".keys").bounding_box()
    assert round(last["x"] + last["width"]) == round(row["x"] + row["width"]), "no gap in a row"


def test_a_counted_row_is_found_again_by_its_number_typed_on_the_screen(opened: Open) -> None:
    page = opened("/boards/cases/rows/0", size="kiosk")
    heading, code = page.locator("h1").inner_text(), page.locator(".take .code").inner_text()
    assert page.locator(".take svg").is_visible()
    page.goto("/progress")
    for key in code:
        page.click(f".keys button[value='{key}']")
    page.click(".ask .go")
    page.click("main .panel a.go")
    page.wait_for_url("**/boards/cases/rows/0?as_of=*")
    assert page.locator("h1").inner_text() == heading


def test_a_number_is_typed_on_the_screen(opened: Open) -> None:
    page = opened("/progress", size="kiosk")
    code = page.request.get("/api/v1/entries/300").json()["code"]
    for key in code:
        page.click(f".keys button[value='{key}']")
    assert page.input_value("#code") == code
    page.click(".ask .go")
    page.wait_for_selector("text=找到了")


def test_without_script_the_keys_type_too(opened: Open) -> None:
    page = opened("/progress", size="kiosk", java_script_enabled=False)
    for key in "34":
        page.click(f".keys button[value='{key}']")
    assert page.input_value("#code") == "34"
    page.click(".keys button[value=back]")
    assert page.input_value("#code") == "3"


def test_a_kiosk_pages_by_buttons_and_looks_back_by_buttons(opened: Open) -> None:
    page = opened("/boards/cases", size="kiosk")
    first = page.locator("tbody").inner_text()
    page.click("nav.bottom a[rel=next]")
    page.wait_for_url("**/boards/cases?page=2")
    assert page.locator("tbody").inner_text() != first
    page.click(".days a >> nth=1")
    page.wait_for_url("**as_of=*")
    assert page.locator(".days [aria-current]").inner_text().endswith("月底")
    page.click("td.open a >> nth=0")
    page.wait_for_url("**/rows/**")
    assert not page.locator("h1").inner_text().startswith("事项统计"), "headed by what it is of"


def test_a_kiosk_is_walked_with_the_keyboard_alone(opened: Open) -> None:
    page = opened("/residents", size="kiosk")
    for target, address in (
        (".tiles .tile[href*=disclosure]", "**/boards/disclosure"),
        (".days a:nth-of-type(2)", "**as_of=*"),
        ("nav.bottom a[data-history=back]", "**/boards/disclosure"),
        ("nav.bottom a", "**/residents"),
    ):
        page.wait_for_selector(target)
        here = f"document.activeElement === document.querySelector({target!r})"
        for _ in range(120):
            if page.evaluate(here):
                break
            page.keyboard.press("Tab")
        assert page.evaluate(here), target
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        page.keyboard.press("Enter")
        page.wait_for_url(address)


def test_the_last_data_stay_readable_when_the_server_is_away(opened: Open) -> None:
    page = opened("/residents", size="kiosk", tolerate="Failed to load resource")
    page.click("text=四议两公开")
    page.wait_for_url("**/boards/decisions")
    page.wait_for_selector("h1:has-text('议事决策')")
    page.click("nav.bottom a >> nth=0")
    page.wait_for_url("**/residents")
    page.context.set_offline(True)
    page.click("text=四议两公开")
    page.wait_for_selector(".away")
    assert "数据截至 20" in page.locator(".away").inner_text()
    assert "议事决策" in page.locator("h1").inner_text()
    page.click("nav.bottom a >> nth=0")
    page.wait_for_selector(".tiles .tile >> nth=5")
    page.context.set_offline(False)
    page.click("text=核验真伪")
    page.wait_for_url("**/integrity")
    assert page.locator(".away").count() == 0


def test_what_is_posted_is_readable_off_line_for_the_day_and_then_removed(opened: Open) -> None:
    path = "/boards/five-publics"
    page = opened("", size="kiosk", tolerate="Failed to load resource")
    said = re.search(r'data-keep-until="(\d+)"', page.request.get(path).text())
    assert said
    ends, here = int(said[1]) // 1000, f"document.querySelector('mz-kiosk').go({path!r}, false)"
    kept = f"Object.keys(localStorage).some(name => name.endsWith({path!r}))"
    page.clock.set_fixed_time(ends - 1)
    page.goto(path)
    assert page.evaluate(kept)
    page.context.set_offline(True)
    page.evaluate(here)
    page.wait_for_selector(".away:has-text('数据截至')")
    page.clock.set_fixed_time(ends)
    page.evaluate(here)
    page.wait_for_selector(".away:has-text('本机没有存下')")
    assert not page.evaluate(kept)


def test_what_a_resident_looked_up_is_not_kept_on_the_kiosk(opened: Open) -> None:
    page = opened("/residents", size="kiosk")
    code = page.request.get("/api/v1/entries/300").json()["code"]
    page.goto(f"/progress?code={code}")
    page.wait_for_selector("text=找到了")
    kept = page.evaluate(
        "Object.keys(localStorage).join(' ') + Object.values(localStorage).join(' ')"
    )
    assert code not in kept
