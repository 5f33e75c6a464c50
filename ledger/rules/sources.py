"""How sure the source of a rule is, in words: what stands behind the tags of laws and findings.

A source is written ``TAG article``, several with ``；`` between; the tags are for whoever keeps the
rules, and nobody else should have to know them.
"""

from collections.abc import Mapping
from typing import Final

from ledger.kernel.naming import Name

SOURCES: Final[Mapping[str, Name]] = {
    "LAW-V": Name("条文读自法律文本副本，非公报", "read in a copy of the law, not the gazette"),
    "LAW-P": Name("仅见于二手页面，未与公布文本核对", "from a secondary page, not checked"),
    "LAW-M": Name("凭记忆写出，未与公布文本核对", "written from memory, not checked"),
    "LOCAL": Name("本地规定", "local rule"),
    "INF": Name("本系统的提示规则，法律未作规定", "a rule of this program, not of law"),
}


def source_word(tag: str, lang: str) -> str:
    """Return what the tag of a source means; one that is none, as it is written."""
    found = SOURCES.get(tag)
    return tag if found is None else found.in_(lang)


def cited(source: str, lang: str) -> str:
    """Return a source as a reader may read it, without its tags."""
    return "；".join(_cited(each, lang) for each in source.split("；"))


def _cited(part: str, lang: str) -> str:
    tag, _, article = part.partition(" ")
    if tag not in SOURCES:
        return part
    return f"{article}（{source_word(tag, lang)}）" if article else source_word(tag, lang)
