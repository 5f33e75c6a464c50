"""Every link from the first page on, at every size: it answers, fits, and says nothing is wrong.

Of addresses of one shape (the same page of other things) a few are opened. The short walk is over
the small demonstration, the whole one over the story of twelve months; acts, which take somebody
signed in, are looked at where they are tested.
"""

import re
import subprocess
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from ledger.cli.demonstration import play
from tests.api.test_api_serve import served
from tests.browser.conftest import Open
from tests.browser.office import faults

WINDOWS = {
    "phone": (390, 844),
    "desktop": (1366, 900),
    "upright": (1080, 1920),
    "lying": (1920, 1080),
}
KIOSKS = ("upright", "lying")
ELSEWHERE = re.compile(r"/(api|log|evidence|static|manner|feed\.atom)\b|\.(json|csv|xlsx|zip)$")
"""What is no page, or the same page in another manner."""
SIGNED_IN = re.compile(r"/(me|acts|by|enrol|papers)\b")
WIDE = """() => {
  const past = innerWidth + 1;
  return document.documentElement.scrollWidth > past ? document.documentElement.scrollWidth : 0;
}"""


def shape(address: str) -> str:
    """Return what an address is of, without which one."""
    parts = urlsplit(address)
    path = re.sub(r"[0-9A-HJKMNP-TV-Z]{26}|[\w-]{43}|\d+", "…", parts.path)
    return path + "?" + ",".join(sorted(each.partition("=")[0] for each in parts.query.split("&")))


def walk(page: Any, base: str, of_a_shape: int, *, accessible: bool) -> Iterator[str]:
    """Open every page that links lead to, and yield what is wrong with each.

    ``accessible`` also looks for accessibility faults on the first page of each shape.
    """
    found, seen, opened = deque(["/"]), {"/"}, Counter[str]()
    while found:
        path = found.popleft()
        if opened[shape(path)] >= of_a_shape:
            continue
        opened[shape(path)] += 1
        answer = page.goto(path)
        if answer.status != (401 if SIGNED_IN.match(path) else 200):
            yield f"{path}: {answer.status}"
        page.wait_for_function("!document.querySelector('mz-proof.open:not([data-state])')")
        if wide := page.evaluate(WIDE):
            yield f"{path}: {wide} wide"
        if accessible and opened[shape(path)] == 1:
            yield from (f"{path}: {each}" for each in faults(page))
        for href in page.evaluate("[...document.querySelectorAll('a[href]')].map(a => a.href)"):
            if not href.startswith(base):
                yield f"{path}: leads to {href}"
            link = href.removeprefix(base).partition("#")[0] or "/"
            if link not in seen and not ELSEWHERE.search(urlsplit(link).path):
                seen.add(link)
                found.append(link)


def walked(opened: Open, base: str, window: str, lang: str, *, whole: bool) -> list[str]:
    width, height = WINDOWS[window]
    size = "kiosk" if window in KIOSKS else "phone" if window == "phone" else "desktop"
    page = opened("", size=size, lang=lang, tolerate="status of 401")
    page.set_viewport_size({"width": width, "height": height})
    return list(walk(page, base, 3 if whole else 1, accessible=whole))


def test_every_page_a_link_leads_to_answers_and_fits(opened: Open, address: str) -> None:
    assert walked(opened, address, "phone", "en", whole=False) == []


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the story of twelve months, whole."""
    home: Path = tmp_path_factory.mktemp("story") / "home"
    play.build(home, lambda _done, _size: None, play.whole())
    with served(home, "serve", logs=subprocess.DEVNULL) as (_, url):
        yield url.replace("127.0.0.1", "localhost")


class TestTheWholeStory:
    """The same over twelve months of three communities, at every size in both languages."""

    @pytest.fixture
    def address(self, story: str) -> str:
        return story

    @pytest.mark.torture
    @pytest.mark.parametrize("window", WINDOWS)
    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_every_page_a_link_leads_to_answers_and_fits(
        self, opened: Open, address: str, window: str, lang: str
    ) -> None:
        assert walked(opened, address, window, lang, whole=True) == []
