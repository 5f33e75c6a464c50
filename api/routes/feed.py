"""The Atom feed of disclosures (RFC 4287): what was posted, taken down and withdrawn.

It says which item of which unit, for which period, and how long it is posted, all public members.
What the item says is sealed and is left to the board: a feed's readers keep what they are sent.
"""

import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.deps import LanguageDep, SurfaceDep, point_of
from api.wire.answers import plain
from api.wire.caching import conditional
from api.wording.messages import N_, translator
from api.wording.times import day, period
from api.wording.words import Words
from ledger.aggregates.disclosure_item.events import Published
from ledger.rules.time import local_date
from ledger.service.ledger import Ledger
from ledger.service.reading.disclosed import Disclosed, disclosed

router = APIRouter(tags=["news"])
ATOM: Final = "application/atom+xml"
FEED: Final = 50
_NS: Final = "http://www.w3.org/2005/Atom"
_POSTED: Final = N_("{day}公布，公示至{until}。全文在公示期内见公示板。")
_TITLE: Final = N_("明账 信息公开")
EXAMPLE: Final = f'<feed xmlns="{_NS}" xml:lang="zh-CN"><title>明账 信息公开</title>…</feed>'


@router.get(
    "/feed.atom",
    responses=plain(ATOM, "The newest disclosures, at most 50.", EXAMPLE),
)
def feed(request: Request, surface: SurfaceDep, lang: LanguageDep) -> Response:
    """The newest disclosures: items posted, taken down and withdrawn."""
    ledger = surface.ledger
    point = point_of(ledger, None)
    words = Words(ledger, lang, point)

    def made() -> Response:
        return Response(_atom(ledger, words, disclosed(ledger, point, FEED)), media_type=ATOM)

    parts = ("feed", point.size, local_date(point.at // 1000), lang, surface.stamp)
    return conditional(request, parts, made)


def _atom(ledger: Ledger, words: Words, found: list[Disclosed]) -> bytes:
    # Addresses are relative (RFC 4287, section 4.2.7.1): what a client calls this host is hers to
    # say, and nothing made of it is sent to others.
    ET.register_namespace("", _NS)
    root = ET.Element(f"{{{_NS}}}feed", {"xml:lang": "zh-CN" if words.lang == "zh" else "en"})
    origin = ledger.home.origin
    _text(root, "title", translator(words.lang)(_TITLE))
    _text(root, "id", f"urn:mingzhang:{origin}:disclosures")
    _text(root, "updated", _time(found[0].recorded_at if found else ledger.recorder.recorded_at(0)))
    ET.SubElement(root, f"{{{_NS}}}link", {"rel": "self", "href": "feed.atom"})
    _text(ET.SubElement(root, f"{{{_NS}}}author"), "name", origin)
    for told in found:
        _entry(root, told, words, origin)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _entry(root: ET.Element, told: Disclosed, words: Words, origin: str) -> None:
    item, lang = told.item, words.lang
    entry = ET.SubElement(root, f"{{{_NS}}}entry")
    act = words.act(told.type, item.unit)
    about = f"{words.item(item.unit, item.code)} {period(item.period, lang)}"
    _text(entry, "title", f"{about} · {act} · {words.unit(item.unit)}")
    _text(entry, "id", f"urn:mingzhang:{origin}:{told.index}")
    _text(entry, "updated", _time(told.recorded_at))
    label = {"term": told.type, "label": act}
    ET.SubElement(entry, f"{{{_NS}}}category", label)
    there = f"replay/{item.item}?at={told.seq}"
    ET.SubElement(entry, f"{{{_NS}}}link", {"rel": "alternate", "type": "text/html", "href": there})
    proof = {"rel": "related", "title": told.code, "href": f"entries/{told.index}"}
    ET.SubElement(entry, f"{{{_NS}}}link", proof)
    if isinstance(event := told.event, Published):
        said = translator(lang)(_POSTED)
        posted = said.format(day=day(event.day, lang), until=day(event.until, lang))
        _text(entry, "summary", posted)


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{_NS}}}{name}").text = text


def _time(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="seconds")
