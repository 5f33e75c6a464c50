"""Everything wrong with a pack is told at once, with file and line; cycles and strangers, too."""

import pytest

from ledger.rules.files.toml_file import PackInvalid
from ledger.rules.packs.book import open_book
from ledger.rules.packs.check import check_pack
from ledger.rules.packs.pack import load_pack, shipped
from tests.support.versions import CN_BASE

BASE, LAW = shipped("cn-base"), shipped("cn-law")


def pack(id_: str, *extends: str, **files: str) -> dict[str, bytes]:
    names = ", ".join(f'"{each}"' for each in extends)
    head = f'id = "{id_}"\nversion = "1"\nzh = "x"\nen = "x"\nextends = [{names}]\n'
    return {"pack.toml": head.encode()} | {
        f"{name}.toml": text.encode() for name, text in files.items()
    }


def told(files, **known):
    found = check_pack(files, known.get)
    return [(each.code, each.facts["file"], each.facts["line"]) for each in found.faults]


def test_a_shipped_pack_has_no_problems():
    found = check_pack(BASE, {"cn-law": LAW}.get)
    assert found.faults == ()
    assert found.pack.ref == found.book.ref == CN_BASE


def test_problems_of_all_files_and_of_all_packs_together_are_told():
    wrong = BASE["cases/hazard.toml"].decode().replace('"verifier", "importer"', '"verifyer"')
    files = pack("local", "cn-law", "cn-base", law="[[rule]]\nid = 3\n")
    files["cases/hazard.toml"] = wrong.encode()
    known = {"cn-law": LAW, "cn-base": BASE}
    line = wrong.split("\n").index('roles = ["verifyer"]') + 1
    assert told(files, **known) == [
        ("pack.invalid", "law.toml", 2),
        ("pack.unknown_name", "local/cases/hazard.toml", line),
    ]


def test_what_a_pack_below_has_wrong_is_told_with_its_name():
    below = {**LAW, "law.toml": b"\nx = 1\n"}
    assert ("pack.invalid", "cn-law/law.toml", 2) in told(
        pack("local", "cn-law"), **{"cn-law": below}
    )


def test_a_pack_that_is_not_there_is_told_where_it_is_named():
    assert told(pack("local", "cn-law", "cn-lwa"), **{"cn-law": LAW}) == [
        ("pack.unknown_name", "pack.toml", 5)
    ]


def test_a_file_that_is_no_pack_is_told():
    assert told({"law.toml": b""}) == [("pack.no_pack_file", "pack.toml", 1)]


@pytest.mark.parametrize(
    ("own", "below", "file"),
    [
        (("a", "b"), {"b": ("b", "a")}, "b/pack.toml"),
        (("a", "b", "c"), {"b": ("b", "c"), "c": ("c", "b")}, "c/pack.toml"),
    ],
)
def test_packs_that_extend_each_other_are_refused(own, below, file):
    known = {name: pack(*each) for name, each in below.items()}
    assert told(pack(*own), **known) == [("pack.cycle", file, 5)]
    with pytest.raises(PackInvalid, match=r"pack\.cycle"):
        open_book(load_pack(pack(*own)), [load_pack(each) for each in known.values()])
