"""Every link from the first page on: it answers, fits in every window, and says nothing is wrong.

A page is opened for what was not seen yet: which page it is, of whatever thing, and each way it is
asked. The short walk is over the small demonstration, the whole one over the story of twelve
months; acts, which take somebody signed in, are looked at where they are tested.
"""

import re
import subprocess
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from ledger.cli.demonstration import play
from tests.api.test_api_serve import served
from tests.browser.conftest import Open
from tests.browser.looks import faults, past
from tests.support.tally import tally

WINDOWS = {
    "desktop": {"phone": (390, 844), "desktop": (1366, 900)},
    "kiosk": {"upright": (1080, 1920), "lying": (1920, 1080)},
}
"""By the manner pages are made in: a page is the same in both windows, and is loaded once."""
ELSEWHERE = re.compile(r"/(api|log|evidence|static|manner|feed\.atom)\b|\.(json|csv|xlsx|zip)$")
"""What is no page, or the same page in another manner."""
SIGNED_IN = re.compile(r"/(me|acts|by|enrol|papers)\b")


def traits(address: str) -> set[str]:
    """Return what an address shows: its page, of whatever thing, and each way it is asked.

    How ways go together is left out: twenty boards, each of a unit, as of a day, at a page and a
    number of rows, would be most of the walk, and the same few lines answer all of them.
    """
    parts = urlsplit(address)
    page = re.sub(r"[0-9A-HJKMNP-TV-Z]{26}|[\w-]{43}|\d+", "…", parts.path)
    return {page, *(f"{page}?{each.partition('=')[0]}" for each in parts.query.split("&") if each)}


class Walk:
    """The way over all pages that links lead to, each trait seen once."""

    def __init__(self, page: Any, base: str, manner: str, *, accessible: bool) -> None:
        self.page, self.base, self.accessible = page, base, accessible
        self.windows = WINDOWS[manner]
        self.found, self.known = deque(["/"]), {"/"}
        self.seen: set[str] = set()
        self.pages = 0

    def faults(self) -> Iterator[str]:
        """Open page after page and yield what is wrong with each."""
        while self.found:
            path = self.found.popleft()
            if new := self.traits(path) - self.seen:
                self.seen |= new
                self.pages += 1
                yield from (f"{path}: {each}" for each in self._at(path))

    def traits(self, path: str) -> set[str]:
        """Return what an address shows."""
        return traits(path)

    def status(self, path: str) -> int:
        """Return what an address answers."""
        return 401 if SIGNED_IN.match(path) else 200

    def _at(self, path: str) -> Iterator[str]:
        answer = self.page.goto(path)
        if answer.status != self.status(path):
            yield str(answer.status)
        self.page.wait_for_function("!document.querySelector('mz-proof.open:not([data-state])')")
        for window, (width, height) in self.windows.items():
            self.page.set_viewport_size({"width": width, "height": height})
            if wide := past(self.page):
                yield f"{wide} pixels past {window}"
            if self.accessible:
                yield from (f"{window}: {each}" for each in faults(self.page))
        yield from self._follow()

    def _follow(self) -> Iterator[str]:
        for href in self.page.evaluate(
            "[...document.querySelectorAll('a[href]')].map(a => a.href)"
        ):
            if not href.startswith(self.base):
                yield f"leads to {href}"
            link = href.removeprefix(self.base).partition("#")[0] or "/"
            if link not in self.known and not ELSEWHERE.search(urlsplit(link).path):
                self.known.add(link)
                self.found.append(link)


def walked(opened: Open, base: str, manner: str, lang: str, *, whole: bool) -> list[str]:
    page = opened("", size=manner, lang=lang, tolerate="status of 401")
    walk = Walk(page, base, manner, accessible=whole)
    wrong = list(walk.faults())
    kind = "pages that links lead to, each looked at in two windows"
    tally(kind, f"{lang} {' and '.join(WINDOWS[manner])}", walk.pages)
    return wrong


def test_every_page_a_link_leads_to_answers_and_fits(opened: Open, address: str) -> None:
    assert walked(opened, address, "desktop", "en", whole=False) == []


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the story of twelve months, whole."""
    home: Path = tmp_path_factory.mktemp("story") / "home"
    play.build(home, lambda _done, _size: None, play.whole())
    with served(home, "serve", logs=subprocess.DEVNULL) as (_, url):
        yield url.replace("127.0.0.1", "localhost")


class TestTheWholeStory:
    """The same over twelve months of three communities, in every window and both languages."""

    @pytest.fixture
    def address(self, story: str) -> str:
        return story

    @pytest.mark.torture
    @pytest.mark.parametrize("manner", WINDOWS)
    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_every_page_a_link_leads_to_answers_and_fits(
        self, opened: Open, address: str, manner: str, lang: str
    ) -> None:
        assert walked(opened, address, manner, lang, whole=True) == []
