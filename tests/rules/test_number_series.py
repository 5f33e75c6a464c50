"""Series in packs: how numbers are written, and what a pack may not say of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.rules.packs.pack import shipped
from ledger.rules.packs.sections.numbers import Series
from tests.rules.test_pack_check import BASE, LAW, pack, told

LINE = '[[series]]\nid = "{id}"\nzh = "x"\nen = "x"\nform = "{form}"\n{more}\n'


def faults(id_="case", form="{year}-{number}", more=""):
    text = LINE.replace("{id}", id_).replace("{form}", form).replace("{more}", more)
    files = pack("local", "cn-law", "cn-base", numbers=text)
    return told(files, **{"cn-law": LAW, "cn-base": BASE})


@pytest.mark.parametrize("id_", ["case", "case.petition", "decision", "disclosure_item"])
def test_lines_for_all_kinds_and_for_one_are_good(id_):
    assert (
        faults(id_, "{code}信〔{year}〕{number}号", 'level = "street"\nvoid = ["mistaken"]') == []
    )


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"id_": "case.nothing"}, "pack.unknown_name"),
        ({"id_": "session"}, "pack.unknown_name"),
        ({"form": "{number}"}, "pack.number_form"),
        ({"form": "{year}"}, "pack.number_form"),
        ({"form": "{year}{number}{number}"}, "pack.number_form"),
        ({"form": "{year}{number}{name}"}, "pack.number_form"),
        ({"form": "{year}{number}{"}, "pack.number_form"),
        ({"more": "digits = 0"}, "pack.invalid"),
        ({"more": 'level = "moon"'}, "pack.unknown_name"),
        ({"more": 'void = ["whim"]'}, "pack.unknown_name"),
    ],
)
def test_a_line_that_cannot_number_is_refused_with_file_and_line(wrong, code):
    ((found, file, line),) = faults(**wrong)
    assert (found, file.rpartition("/")[2]) == (code, "numbers.toml")
    assert line >= 1


@given(
    st.lists(st.tuples(st.integers(1970, 9999), st.integers(1, 10**7)), min_size=2, unique=True),
    st.integers(1, 9),
)
def test_numbers_of_a_series_differ_whenever_year_or_rank_do(taken, digits):
    series = Series(id="case", zh="x", en="x", form="{code}第{year}年{number}号", digits=digits)
    shown = {series.written(code="52", year=year, number=rank) for year, rank in taken}
    assert len(shown) == len(taken)


def test_the_district_numbers_petitions_items_and_decisions():
    files = shipped("bijiang")
    assert b'id = "case.petition"' in files["numbers.toml"]
