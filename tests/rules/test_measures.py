"""以上 includes the number, 超过 does not; a quorum counts people, not floats."""

from datetime import date
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.rules.files.toml_file import PackInvalid
from ledger.rules.measures import Bound, Posting, Quorum, Ratio, Share
from ledger.rules.packs.pack import load_pack

TWO_THIRDS = Share(of="members", at_least="2/3")
OVER_HALF = Share(of="present", more_than="1/2")
VILLAGE = Quorum(
    present=(
        Share(of="adult_villagers", more_than="1/2"),
        Share(of="households", at_least="2/3"),
    ),
    agree=(OVER_HALF,),
)


@pytest.mark.parametrize(
    ("share", "count", "total", "enough"),
    [
        (TWO_THIRDS, 20, 30, True),
        (TWO_THIRDS, 19, 30, False),
        (TWO_THIRDS, 21, 31, True),
        (TWO_THIRDS, 20, 31, False),
        (OVER_HALF, 15, 30, False),
        (OVER_HALF, 16, 30, True),
        (OVER_HALF, 16, 31, True),
        (OVER_HALF, 0, 0, False),
    ],
)
def test_a_share_includes_its_number_or_does_not(share, count, total, enough):
    assert share.met(count, total) is enough


@given(st.sampled_from([TWO_THIRDS, OVER_HALF]), st.integers(1, 5_000))
def test_the_fewest_are_enough_and_one_less_is_not(share, total):
    fewest = ceil(total * 2 / 3 - 1e-9) if share is TWO_THIRDS else floor(total / 2) + 1
    assert share.met(fewest, total)
    assert not share.met(fewest - 1, total)


def test_an_assembly_is_held_by_either_count_and_carried_by_those_who_came():
    assert VILLAGE.is_held({"adult_villagers": (501, 1000)})
    assert not VILLAGE.is_held({"adult_villagers": (500, 1000)})
    assert VILLAGE.is_held({"adult_villagers": (300, 1000), "households": (200, 300)})
    assert not VILLAGE.is_held({})
    assert VILLAGE.is_carried({"present": (101, 200)})
    assert not VILLAGE.is_carried({"present": (100, 200)})
    assert Quorum().is_held({})


@pytest.mark.parametrize(
    ("bound", "below", "at", "above"),
    [
        (Bound(unit="person", at_least=30), False, True, True),
        (Bound(unit="minute", more_than=6000), False, False, True),
        (Bound(unit="person", at_most=5), True, True, False),
        (Bound(unit="year", less_than=14), True, False, False),
    ],
)
def test_a_bound_includes_its_number_or_does_not(bound, below, at, above):
    number = next(
        value
        for value in (bound.at_least, bound.more_than, bound.at_most, bound.less_than)
        if value is not None
    )
    assert [bound.met(number + step) for step in (-1, 0, 1)] == [below, at, above]


def test_one_for_each_five_to_fifteen_households():
    ratio = Ratio(of="households", least=5, most=15)
    assert [ratio.met(count, 300) for count in (19, 20, 60, 61)] == [False, True, True, False]


def test_fifteen_days_of_posting_do_not_count_the_first():
    assert Posting(days=15).until(date(2026, 4, 10)) == date(2026, 4, 25)


RULE = """[[rule]]
id = "a"
zh = "x"
en = "x"
article = "第一条"
source = "INF"
from = 2020-01-01
"""


@pytest.mark.parametrize(
    "wrong",
    [
        'share = { of = "members" }',
        'share = { of = "members", at_least = "1/2", more_than = "1/2" }',
        'quorum = { present = [{ of = "members" }] }',
        'threshold = { unit = "person", at_most = 30 }',
        'cap = { unit = "person", at_least = 30 }',
        'share = { of = "members", at_least = "two thirds" }',
        'share = { of = "members", at_least = "1/0" }',
        'cadence = { every = "fortnight" }',
        "posting = { days = 0 }",
    ],
)
def test_a_measure_that_does_not_bind_in_one_way_is_refused_with_its_line(wrong):
    head = b'id = "local"\nversion = "1"\nzh = "x"\nen = "x"\n'
    with pytest.raises(PackInvalid) as caught:
        load_pack({"pack.toml": head, "law.toml": (RULE + wrong).encode()})
    assert (caught.value.facts["file"], caught.value.facts["line"]) == ("law.toml", 8)
