"""Text that is in no catalogue: in the source of pages, and codes nobody put into words.

``test_api_pages`` reads the English of pages that anybody may open; here the templates and scripts
themselves are read, so that a page behind a sign-in or a case nobody opened hides nothing.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import api
from tests.api.test_api_pages import places

SOURCE = Path(api.__file__).parent
IDEOGRAPHS = re.compile("[\u4e00-\u9fff]+")
IN_ITS_OWN_LANGUAGE = {"中文"}
"""The way to the other language is said in that language."""
CODE = re.compile(r"\b[a-z]+(?:[._][a-z0-9]+)+\b")
HIDDEN = {"code", "pre", "script", "style", "title"}
VOID = {"meta", "link", "input", "br", "path", "circle", "rect", "img"}


def in_a_template(text: str) -> list[str]:
    """Return Chinese of a template that stands in no call of the catalogue."""
    text = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
    text = re.sub(r"\b_\(\s*(?:\"[^\"]*\"|'[^']*')", "", text)
    return [found for found in IDEOGRAPHS.findall(text) if found not in IN_ITS_OWN_LANGUAGE]


def in_a_script(text: str) -> list[str]:
    """Return Chinese of a script outside its comments: its words come with the page."""
    return IDEOGRAPHS.findall(re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.DOTALL))


def test_text_outside_the_catalogue_is_found_wherever_it_stands() -> None:
    for left in ('<p title="未译">', "{{ '未译' if lang }}", '{{ _("已译") }}未译'):
        assert in_a_template(left) == ["未译"], left
    assert in_a_template('{# 注 #}{{ _("已译 %(n)s", n=1) }}<a lang="zh-CN">中文</a>') == []
    assert in_a_script('say("未译"); // 注') == ["未译"]


def test_templates_and_scripts_hold_no_text_outside_the_catalogue() -> None:
    templates = sorted((SOURCE / "templates").rglob("*.html"))
    scripts = sorted((SOURCE / "web" / "src").glob("*.ts"))
    assert len(templates) > 40
    assert len(scripts) > 10
    left = {file.name: in_a_template(file.read_text("utf-8")) for file in templates}
    left |= {file.name: in_a_script(file.read_text("utf-8")) for file in scripts}
    assert {name: found for name, found in left.items() if found} == {}


class Codes(HTMLParser):
    """Gathers codes that stand among words, where nothing marks them as codes."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            marked = "code" in (dict(attrs).get("class") or "").split()
            self.open.append((tag, tag in HIDDEN or marked))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not any(hidden for _, hidden in self.open):
            self.found += CODE.findall(data)


def codes(page: str) -> Iterator[str]:
    parser = Codes()
    parser.feed(page)
    yield from parser.found


def test_a_code_among_words_is_found() -> None:
    assert list(codes("<p>依据 case.service_order</p>")) == ["case.service_order"]
    assert list(codes('<p>依据 <span class="code small">case.service_order</span></p>')) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_code_stands_among_the_words_of_a_page(demo: TestClient, lang: str) -> None:
    headers = {"Accept": "text/html", "Accept-Language": lang}
    name = demo.get("/integrity.json").json()["log"]["origin"]
    left = {path: {*codes(demo.get(path, headers=headers).text)} for path in places(demo)}
    assert {path: found for path, found in left.items() if found - {name.partition("/")[0]}} == {}
