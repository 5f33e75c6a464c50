"""Every page somebody signed in is led to from her desk: one person of each role, both languages.

A form is opened for each act and kind of record that she is offered; the desk's records are all
opened, since what may be done with one depends on how it stands. Nothing is signed.
"""

from collections import deque
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser.conftest import Open
from tests.browser.test_browser_walk import SIGNED_IN, Walk, story, traits
from tests.support.tally import tally

__all__ = ["story"]

ROLE = "section:has(> ul.people)"
FORM_OF = ("command", "kind", "paper", "step")
"""What makes a form another form; what else its address says is only what it is about."""


class WalkIn(Walk):
    """The way over what links lead to from the desk of a role.

    Forms and public pages are seen once for all roles, what they share being ``seen``.
    """

    def __init__(self, page: Any, base: str, role: str, seen: set[str]) -> None:
        super().__init__(page, base, "desktop", accessible=True)
        self.role, self.seen = role, seen
        self.found, self.known = deque(["/me"]), {"/me"}

    def traits(self, path: str) -> set[str]:
        parts = urlsplit(path)
        if parts.path == "/acts":
            return {path}
        if parts.path == "/acts/new":
            asked = parse_qs(parts.query)
            return {f"{parts.path} {[asked.get(name) for name in FORM_OF]}"}
        found = traits(path)
        if SIGNED_IN.match(path):
            return {f"{self.role} {each}" for each in found}
        return {min(found, key=len)}

    def status(self, _path: str) -> int:
        return 200


@pytest.fixture
def address(story: str) -> str:
    return story


def enter(page: Any, role: int) -> str:
    """Sign in as the first of a role's people; return what the role is called."""
    page.goto("/sign-in?back=/me")
    group = page.locator(ROLE).nth(role)
    called: str = group.locator("h3").inner_text()
    group.locator("button").first.click()
    page.wait_for_url(lambda url: urlsplit(url).path == "/me")
    return called


@pytest.mark.torture
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_of_a_desk_answers_and_fits(opened: Open, address: str, lang: str) -> None:
    page = opened("/sign-in", lang=lang)
    wrong: list[str] = []
    seen: set[str] = set()
    for role in range(page.locator(ROLE).count()):
        called = enter(page, role)
        walk = WalkIn(page, address, called, seen)
        wrong += [f"{called}: {each}" for each in walk.faults()]
        tally(
            "pages a desk leads to, each looked at in two windows", f"{lang} {called}", walk.pages
        )
        page.context.clear_cookies(name="mz_session")
    assert wrong == []
