"""Kinds of post in packs: whose words a notice is."""

import pytest

from ledger.rules.files.toml_file import PackInvalid
from ledger.rules.packs.book import open_book
from ledger.rules.packs.pack import load_pack, shipped
from ledger.rules.packs.sections import posts

LAW, BASE = (load_pack(shipped(name)) for name in ("cn-law", "cn-base"))
FILES = shipped("bijiang")


def opened(path: str, old: str, new: str):
    text = FILES[path].decode()
    assert old in text
    return open_book(load_pack({**FILES, path: text.replace(old, new).encode()}), [LAW, BASE])


def test_an_adviser_has_a_notice_of_her_own():
    book = open_book(load_pack(FILES), [LAW, BASE])
    assert book.item(posts.section, "legal_adviser").notice == "adviser.notice"


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("posts.toml", '"adviser.notice"', '"adviser.card"'),
        ("posts.toml", '"adviser.notice"', '"power.seal"'),
        ("posts.toml", '"adviser.notice"', '"general.quarterly"'),
        ("disclosures.toml", '["legal_adviser"]', '["legal_adviser", "publisher"]'),
    ],
)
def test_a_notice_others_may_write_is_refused_at_its_line(path, old, new):
    with pytest.raises(PackInvalid) as found:
        opened(path, old, new)
    line = FILES["posts.toml"].decode().split("\n").index('notice = "adviser.notice"') + 1
    assert found.value.code == "pack.notice_not_hers"
    assert f"posts.toml:{line}" in found.value.text("en")
