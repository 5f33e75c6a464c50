"""Another kind of pack file is a new module: laid beside the others, it is read and checked."""

import subprocess
import sys
from pathlib import Path

import pytest

from ledger.rules.files.toml_file import PackInvalid
from ledger.rules.packs.pack import examine, load_pack
from ledger.rules.packs.section import code_lists, sections

ROOT = Path(__file__).parents[2]
HEAD = b'id = "local"\nversion = "1"\nzh = "x"\nen = "x"\n'

WELLS = '''
"""``wells/*.csv``: wells, each seen to by a role."""

import msgspec

from ledger.rules.packs.section import rows, unnamed


class Well(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: str
    role: str
    depth: int | None = None


section = rows(
    name="wells",
    path="wells/*.csv",
    item=Well,
    whole=lambda well, book: unnamed(book, "role", (well.role,), ("role",)),
    lists={"water": None},
)
'''

SCRIPT = """
import sys
import ledger.rules.packs.sections
ledger.rules.packs.sections.__path__.append(sys.argv[1])
from importlib import import_module
from ledger.rules.packs.book import open_book
from ledger.rules.files.toml_file import PackInvalid
from ledger.rules.packs.pack import load_pack

well = import_module("ledger.rules.packs.sections.well")
word = b'[[%s]]\\nid = "%s"\\nzh = "x"\\nen = "x"\\n'
codes = word % (b"role", b"keeper") + word % (b"water", b"sweet")


def pack(name, wells, extends=b"[]", codes=codes):
    head = b'id = "%s"\\nversion = "1"\\nzh = "x"\\nen = "x"\\nextends = %s\\n' % (name, extends)
    return load_pack({"pack.toml": head, "codes.toml": codes, "wells/all.csv": wells})


base = pack(b"base", b"id,role,depth\\na,keeper,3\\nb,keeper,4\\n")
own = pack(b"own", b"role,id\\nkeeper,b\\n", b'["base"]', b"")
book = open_book(own, [base])
assert [(each.id, each.depth) for each in book.items(well.section)] == [("a", 3), ("b", None)]
assert book.item(well.section, "a").role == "keeper"
assert book.basis(well.section, "b").pack == "own@1"
assert book.words("water")[0].id == "sweet"
wrong = pack(b"own", b'id,role\\nc,keeper\\nd,keepr\\n', b'["base"]', b"")
try:
    open_book(wrong, [base])
except PackInvalid as error:
    assert (error.facts["file"], error.facts["line"]) == ("own/wells/all.csv", 3), error
    print("found")
"""


def test_a_section_is_added_by_a_new_file_only(tmp_path):
    (tmp_path / "well.py").write_text(WELLS, "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "found\n"), done.stderr


def test_no_two_sections_read_one_file_or_bear_one_name():
    assert len({section.name for section in sections()}) == len(sections())
    assert len({section.path for section in sections()}) == len(sections())


def test_sections_that_share_a_code_list_agree_on_its_codes():
    for section in sections():
        for table, known in section.lists.items():
            assert code_lists()[table] == known


def test_everything_wrong_with_a_pack_is_told_at_once():
    files = {
        "pack.toml": HEAD,
        "law.toml": b"\n\na = = 1\n",
        "laws.toml": b"",
        "codes.toml": b'[[rule]]\nid = "x"\nzh = "x"\nen = "x"\n',
        "holidays.toml": b'[[year]]\nyear = 2026\nsource = "x"\nrest = [\n2027-01-01,\n2028-01-01]',
    }
    pack, faults = examine(files)
    assert pack is not None
    assert [(fault.facts["file"], fault.facts["line"]) for fault in faults] == [
        ("codes.toml", 1),
        ("holidays.toml", 5),
        ("holidays.toml", 6),
        ("law.toml", 3),
        ("laws.toml", 1),
    ]
    with pytest.raises(PackInvalid, match=r"codes\.toml:1"):
        load_pack(files)
