"""What tells that a page looks wrong does tell it, on a phone and in any row."""

from typing import Any

import pytest

from tests.browser.conftest import SIZES, Open
from tests.browser.looks import faults, past

BOARD = "/boards/cases"
ROWS = "document.querySelectorAll('main tbody tr')"


@pytest.mark.parametrize("size", SIZES)
def test_a_page_wider_than_its_window_is_told(opened: Open, size: str) -> None:
    page = opened(BOARD, size=size)
    assert past(page) == 0
    page.evaluate("document.querySelector('main').style.minWidth = innerWidth + 100 + 'px'")
    assert past(page) >= 100


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (f"[...{ROWS}].at(-1).querySelector('a').textContent = ''", "link-name"),
        (f"{ROWS}[0].style.color = '#ccc'", "color-contrast"),
        ("document.querySelector('h1').remove()", "page-has-heading-one"),
    ],
    ids=["in a late row", "in the first row", "on the page"],
)
def test_a_fault_is_told_wherever_it_is(opened: Open, broken: str, told: str) -> None:
    page: Any = opened(BOARD)
    assert faults(page) == []
    assert page.evaluate(f"{ROWS}.length") > 3
    page.evaluate(broken)
    assert {each.partition(":")[0] for each in faults(page)} == {told}
