"""A board's replay over several parts of the log: by keys, by pointer, and without script."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from api.app import make_app
from api.pages import board_replay
from api.serve import bind, server
from ledger.bootstrap import open_ledger
from ledger.service.reading import board_steps
from tests.browser.conftest import Open

PART = 120


@pytest.fixture(scope="module")
def address(demo_home: Path) -> Iterator[str]:
    """The demonstration, served here: its parts are as short as its log asks for."""
    with pytest.MonkeyPatch.context() as patch, open_ledger(demo_home) as ledger:
        for module in (board_steps, board_replay):
            patch.setattr(module, "PART", PART)
        ledger.follower.catch_up()
        sock = bind("127.0.0.1", 0)
        sock.listen()
        serving = server(make_app(ledger))
        thread = Thread(target=serving.run, kwargs={"sockets": [sock]})
        thread.start()
        yield f"http://localhost:{sock.getsockname()[1]}"
        serving.should_exit = True
        thread.join()
        sock.close()


def stands(page: Any) -> tuple[str, int, int]:
    """Return the part shown, the step, and of how many the slider is."""
    query = page.evaluate("Object.fromEntries(new URLSearchParams(location.search))")
    slider = page.locator("#at")
    return query.get("part", "1"), int(slider.input_value()), int(slider.get_attribute("max"))


def test_keys_walk_the_steps_of_a_part_and_a_link_leads_to_the_next(opened: Open) -> None:
    page = opened("/boards/cases/replay?part=2&at=2")
    page.focus("#at")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => new URLSearchParams(location.search).get('at') === '3'")
    part, at, last = stands(page)
    assert (part, at) == ("2", 3)
    page.keyboard.press("End")
    page.wait_for_function(f"() => new URLSearchParams(location.search).get('at') === '{last}'")
    assert stands(page) == ("2", last, last)
    assert page.evaluate("document.activeElement.id") == "at"
    ended = page.locator("mz-replay .at").inner_text()
    page.focus("text=后一段")
    page.keyboard.press("Enter")
    page.wait_for_url("**part=3**")
    assert stands(page)[:2] == ("3", 1)
    assert page.locator("mz-replay .at").inner_text() != ended


def test_a_pointer_moves_the_slider_within_its_part(opened: Open) -> None:
    page = opened("/boards/cases/replay?part=2&at=1")
    box = page.locator("#at").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_function("() => new URLSearchParams(location.search).get('at') !== '1'")
    part, at, last = stands(page)
    assert part == "2"
    assert abs(at - last / 2) <= max(2, last / 10)
    shown = page.locator("mz-replay .at").inner_text()
    assert f"第 {at} 条，共 {last} 条" in shown


def test_without_script_buttons_and_the_form_stay_in_the_part(opened: Open) -> None:
    page = opened("/boards/cases/replay?part=2&at=2", java_script_enabled=False)
    page.click(".steps a:has-text('下一条')")
    page.wait_for_url("**at=3**")
    assert "part=2" in page.url
    page.click("mz-replay form.slider button")
    page.wait_for_url("**part=2**at=3**")
    page.click("text=前一段")
    page.wait_for_url("**part=1**")
    assert page.locator("mz-replay .proof").count() == 1
