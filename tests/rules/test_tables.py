"""CSV tables of packs: catalogues and units, refused with the line of their row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.rules.files.toml_file import PackInvalid
from ledger.rules.packs.book import open_book
from ledger.rules.packs.pack import load_pack, shipped
from ledger.rules.packs.sections import catalogues, units

BELOW = [load_pack(shipped(name)) for name in ("cn-law", "cn-base")]
HEAD = b'id = "local"\nversion = "1"\nzh = "x"\nen = "x"\nextends = ["cn-law", "cn-base"]\n'
CLASS = b'[[class]]\nid = "power"\nzh = "x"\nen = "x"\n'


def opened(path: str, text: str | bytes):
    data = text if isinstance(text, bytes) else text.encode()
    return open_book(load_pack({"pack.toml": HEAD, "codes.toml": CLASS, path: data}), BELOW)


def refused(path: str, text: str | bytes) -> tuple[str, int]:
    with pytest.raises(PackInvalid) as caught:
        opened(path, text)
    assert str(caught.value.facts["file"]).endswith(path)
    return caught.value.code, caught.value.facts["line"]


UNITS = "id,name,level,parent\na,甲,county,\nb,乙,community,a\n"
POWERS = 'id,zh,en,class\np1,"权\n力",Power,power\np2,权,Power,power\n'


def test_rows_are_items_with_absent_cells_left_out():
    found = opened("units.csv", UNITS)
    assert [(unit.id, unit.parent) for unit in found.items(units.section)] == [
        ("a", None),
        ("b", "a"),
    ]
    listed = opened("catalogues/powers.csv", POWERS).items(catalogues.section)
    (one, two) = (item for item in listed if item.catalogue == "powers")
    assert (one.catalogue, one.zh, two.id, two.rule) == ("powers", "权\n力", "p2", None)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("id,name,level\na,甲,county\na,乙,grid\n", "pack.repeated_name", 3),
        ("id,name,level,parent\na,甲,county,z\n", "pack.unknown_name", 2),
        ("id,name,level\na,甲,conty\n", "pack.unknown_name", 2),
        (UNITS + "c,丙,grid,d\nd,丁,grid,c\n", "pack.units_in_circle", 4),
        (UNITS + "c,丙,grid,c\n", "pack.units_in_circle", 4),
        (
            UNITS + "".join(f"u{n},丙,grid,u{n + 1}\n" for n in range(33)) + "u33,顶,grid,\n",
            "pack.units_too_deep",
            4,
        ),
        ("id,name\na,甲\n", "pack.wrong_header", 1),
        ("id,name,level,colour\na,甲,grid,red\n", "pack.wrong_header", 1),
        ("id,id,name,level\na,a,甲,grid\n", "pack.wrong_header", 1),
        ("id,name,level\na,甲\n", "pack.invalid", 2),
        ("id,name,level\n\n\nA,甲,grid\n", "pack.invalid", 4),
        ('id,name,level\na,"甲,grid\n', "pack.invalid", 2),
        (b"id,name,level\na,\xff,grid\n", "pack.invalid", 2),
    ],
)
def test_what_is_wrong_with_a_table_is_named_with_the_line_of_its_row(text, code, line):
    assert refused("units.csv", text) == (code, line)


def test_a_row_after_one_of_two_lines_is_named_with_its_own():
    assert refused("catalogues/powers.csv", POWERS + "p3,x,x,pwoer\n") == ("pack.unknown_name", 5)
    wrong = POWERS.replace("p2,权,Power,power", "p1,权,Power,power")
    assert refused("catalogues/powers.csv", wrong) == ("pack.repeated_name", 4)


def test_a_code_stands_once_over_all_catalogues():
    files = {
        "pack.toml": HEAD,
        "codes.toml": CLASS,
        "catalogues/a.csv": b"id,zh,en,class\np,x,x,power\n",
        "catalogues/b.csv": b"id,zh,en,class\nq,x,x,power\np,x,x,power\n",
    }
    with pytest.raises(PackInvalid) as caught:
        load_pack(files)
    facts = caught.value.facts
    assert (caught.value.code, facts["file"], facts["line"]) == (
        "pack.repeated_name",
        "catalogues/b.csv",
        3,
    )


def test_a_table_may_begin_with_a_byte_order_mark_and_end_lines_as_windows_does():
    text = "\ufeff" + UNITS.replace("\n", "\r\n")
    assert len(opened("units.csv", text).items(units.section)) == 2


def refusal(data: bytes) -> PackInvalid | None:
    try:
        opened("units.csv", data)
    except PackInvalid as error:
        return error
    return None


@given(st.binary(max_size=60))
def test_any_bytes_load_or_are_refused_with_a_line_they_have(data):
    error = refusal(b"id,name,level\n" + data)
    if error is not None:
        assert 1 <= error.facts["line"] <= data.count(b"\n") + data.count(b"\r") + 2
