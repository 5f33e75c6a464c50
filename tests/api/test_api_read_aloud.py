"""What a screen reader says of a page: controls by name, tables by caption, no address read out."""

from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

PAGES = (
    "/",
    "/residents",
    "/boards/five-publics",
    "/boards/figures",
    "/boards/posts/rows/0",
    "/boards/disclosure/replay",
    "/replay/log/ledger.example/520602",
    "/supervision",
    "/kiosk",
    "/sign-in",
)
ADDRESS = ("=", "%", "person/", "unit/")


class Read(HTMLParser):
    """Gathers what is said of links, and which controls, tables and pictures say nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.mute: list[str] = []
        self._labels: set[str] = set()
        self._wanting: dict[str, str] = {}
        self._in: list[str] = []
        self._table: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag in ("a", "label"):
            self._in.append(tag)
        if tag == "a":
            self.links.append("")
        if tag == "label" and (of := said.get("for")):
            self._labels.add(of)
        if tag in ("select", "input", "textarea") and said.get("type") != "hidden":
            named = "aria-label" in said or "label" in self._in
            if not named:
                self._wanting[str(said.get("id"))] = self.get_starttag_text() or tag
        if tag == "svg" and said.get("aria-hidden") != "true" and not said.get("aria-label"):
            self.mute.append(self.get_starttag_text() or tag)
        if tag == "table":
            self._table = self.get_starttag_text()
        if tag == "caption":
            self._table = None
        if tag == "thead" and self._table:
            self.mute.append(self._table)

    def handle_endtag(self, tag: str) -> None:
        if self._in and self._in[-1] == tag:
            self._in.pop()

    def handle_data(self, data: str) -> None:
        if "a" in self._in:
            self.links[-1] += data

    @property
    def unnamed(self) -> list[str]:
        """Controls without a label, tables without a caption, pictures without a name."""
        wanting = [text for id_, text in self._wanting.items() if id_ not in self._labels]
        return wanting + self.mute


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_read_aloud_names_its_controls_and_reads_no_address(
    demo: TestClient, path: str, lang: str
) -> None:
    answer = demo.get(path, headers={"Accept": "text/html", "Accept-Language": lang})
    assert answer.status_code == 200
    read = Read()
    read.feed(answer.text)
    assert read.unnamed == []
    assert [text for text in read.links if any(part in text for part in ADDRESS)] == []
    assert all(text.strip() for text in read.links)


def test_a_slider_says_where_it_stands_apart_from_what_it_is(demo: TestClient) -> None:
    page = demo.get(
        "/replay/log/ledger.example/520602",
        headers={"Accept": "text/html", "Accept-Language": "zh"},
    ).text
    assert 'aria-label="回放到哪里" aria-valuetext="第 ' in page
