"""Figures and catalogues of packs: what does not hold together is refused with file and line."""

from fractions import Fraction
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.rules.figures import MEASURES, RATES, Figure, MeasureName, rate_of, sort_of
from ledger.rules.files.toml_file import PackInvalid
from ledger.rules.packs.book import open_book
from ledger.rules.packs.pack import load_pack, shipped

LAW, BASE = (load_pack(shipped(name)) for name in ("cn-law", "cn-base"))
HEAD = b'id = "local"\nversion = "1"\nzh = "x"\nen = "x"\nextends = ["cn-law", "cn-base"]\n'
COMMON = (
    '[[figure]]\nid = "f"\nzh = "x"\nen = "x"\ncounted = "person"\nkeepers = ["publisher"]\n'
    'reasons = ["mistaken"]\nsources = ["report"]\n'
)
CATALOGUE = '[[catalogue]]\nid = "c"\nzh = "x"\nen = "x"\nkeepers = ["publisher"]\n'


def refused(path: str, text: str) -> PackInvalid:
    with pytest.raises(PackInvalid) as found:
        open_book(load_pack({"pack.toml": HEAD, path: text.encode()}), [LAW, BASE])
    assert path in found.value.text("zh")
    return found.value


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ("", "pack.measure_unclear"),
        ('measure = "sessions"\n', "pack.measure_unclear"),
        ('measure = "sessions"\nof = ["sweep"]\nwhy = { zh = "x", en = "x" }\n',
         "pack.measure_unclear"),
        ('measure = "members"\nof = ["sweep"]\n', "pack.measure_unclear"),
        ('measure = "session_counts"\nof = ["sweep"]\n', "pack.measure_unclear"),
        ('measure = "sessions"\nof = ["sweep"]\nstate = "closed"\n', "pack.measure_unclear"),
        ('measure = "rule"\nof = ["urban.posting"]\n', "pack.measure_unclear"),
        ('measure = "sessions"\nof = ["nothing"]\n', "pack.unknown_name"),
        ('measure = "unit_facts"\nof = ["nothing"]\n', "pack.unknown_name"),
        ('measure = "session_counts"\nof = ["sweep"]\ncount = "nothing"\n', "pack.unknown_name"),
        ('why = { zh = "x", en = "x" }\nstated = { value = 1, source = "x", period = "2026-13" }\n',
         "pack.measure_unclear"),
        ('measure = "guesswork"\n', "pack.invalid"),
    ],
)  # fmt: skip
def test_a_figure_that_cannot_be_computed_as_it_says_is_refused(more, code):
    assert refused("figures.toml", COMMON + more).code == code


def test_registrars_keep_neither_figures_nor_catalogues():
    text = COMMON.replace("publisher", "registrar") + 'measure = "members"\n'
    assert refused("figures.toml", text).code == "pack.role_reserved"
    text = CATALOGUE.replace("publisher", "registrar") + 'reasons = ["mistaken"]\n'
    assert refused("catalogues.toml", text).code == "pack.role_reserved"


@pytest.mark.parametrize(
    "more", ['reasons = ["whim"]\n', 'reasons = ["mistaken"]\nlevels = ["galaxy"]\n']
)
def test_a_catalogue_names_what_packs_name(more):
    assert refused("catalogues.toml", CATALOGUE + more).code == "pack.unknown_name"


@pytest.mark.parametrize("kinds", ["case:nothing", "decision:covenant decision:nothing"])
def test_a_power_is_exercised_by_kinds_there_are(kinds):
    table = f"id,zh,en,class,exercised_by\np,x,x,general,{kinds}\n"
    assert refused("catalogues/powers.csv", table).code == "pack.unknown_name"


@pytest.mark.parametrize("kinds", ["session:meeting", "dispute", "case:a;case:b"])
def test_what_exercises_a_power_is_written_as_kinds_parted_by_spaces(kinds):
    table = f"id,zh,en,class,exercised_by\np,x,x,general,{kinds}\n"
    with pytest.raises(PackInvalid) as found:
        load_pack({"pack.toml": HEAD, "catalogues/powers.csv": table.encode()})
    assert "exercised_by" in found.value.text("en")


def a_figure(**members) -> Figure:
    told = {"id": "f", "zh": "x", "en": "x", "counted": "person", "keepers": ("publisher",),
            "reasons": ("mistaken",), "sources": ("report",)}  # fmt: skip
    return Figure(**told | members)


def test_every_measure_says_what_it_is_taken_of():
    assert set(MEASURES) == set(get_args(MeasureName))


def test_what_is_known_of_a_figure():
    assert sort_of(a_figure(), computed=False, stated=True, read=False) == "stated"
    assert sort_of(a_figure(), computed=False, stated=False, read=False) == "unknown"
    computed = a_figure(measure="members")
    assert sort_of(computed, computed=True, stated=False, read=False) == "computed"
    assert sort_of(computed, computed=True, stated=True, read=True) == "reading"


SURVEY = (
    '[[session]]\nid = "survey"\nzh = "x"\nen = "x"\nperiod = "quarter"\nkeepers = ["publisher"]\n'
    'reasons = ["mistaken"]\ncounts = ["households", "places"]\n'
)
RATE = 'measure = "session_rate"\nof = ["survey"]\n'
PERCENT = COMMON.replace('"person"', '"percent"')
CODES = '[[counted]]\nid = "percent"\nzh = "x"\nen = "x"\n'


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        (PERCENT + RATE + 'count = "places"\n', 2, "needs out_of"),
        (PERCENT + RATE + 'out_of = "places"\n', 2, "needs count"),
        (COMMON + RATE + 'count = "places"\nout_of = "households"\n', 2, "percent / permille"),
        (PERCENT + RATE + 'count = "leaflets"\nout_of = "households"\n', 11,
         "survey does not count leaflets"),
        (PERCENT + RATE + 'count = "places"\nout_of = "leaflets"\n', 12,
         "survey does not count leaflets"),
        (PERCENT + RATE + 'count = "places"\nout_of = "households"\n', 12,
         "households is not the whole of survey"),
        (PERCENT + 'measure = "sessions"\nof = ["survey"]\nout_of = "places"\n', 2,
         "out_of goes with session_rate"),
        (PERCENT + RATE + 'count = "places"\nout_of = "houses"\n', 12, "houses"),
        (PERCENT + 'measure = "listed_rate"\nof = ["powers"]\n', 2, "listed_rate needs fact"),
        (PERCENT + 'measure = "listed_rate"\nof = ["powers"]\nfact = "covered"\n', 11,
         "powers does not state covered"),
        (PERCENT + 'measure = "teams_rate"\nof = ["urban.posting"]\n', 10, "gives no threshold"),
        (PERCENT + 'measure = "teams_rate"\nof = ["urban.nothing"]\n', 10, "urban.nothing"),
        (PERCENT + 'measure = "unit_rate"\nof = ["households"]\n', 2, "unit_rate needs out_of"),
        (PERCENT + 'measure = "unit_rate"\nof = ["households"]\nout_of = "nothing"\n', 11,
         "nothing"),
        (PERCENT + 'measure = "members"\nfact = "covered"\n', 2, "fact goes with"),
        (PERCENT + 'measure = "members"\naim = "urban.posting"\n', 10, "gives no threshold"),
        (PERCENT + 'measure = "members"\naim = "urban.nothing"\n', 10, "urban.nothing"),
    ],
)  # fmt: skip
def test_a_rate_that_cannot_be_computed_is_refused_at_its_line(text, line, why):
    files = {"figures.toml": text, "sessions.toml": SURVEY, "codes.toml": CODES}
    own = {"pack.toml": HEAD} | {name: each.encode() for name, each in files.items()}
    with pytest.raises(PackInvalid) as found:
        open_book(load_pack(own), [LAW, BASE])
    assert f"figures.toml:{line}" in found.value.text("en")
    assert why in found.value.text("en")


def test_a_whole_is_one_of_what_is_counted():
    found = refused("sessions.toml", SURVEY + 'whole = "problems_solved"\n')
    assert (found.code, found.facts["line"]) == ("pack.unknown_name", 9)


@given(st.integers(0, 10_000), st.integers(1, 10_000), st.sampled_from(sorted(RATES)))
def test_a_rate_never_says_more_than_is_so(part, whole, counted):
    figure = a_figure(counted=counted)
    rate = rate_of(figure, part, whole)
    assert rate <= Fraction(part * RATES[counted], whole) < rate + 1
    assert (rate >= RATES[counted]) == (part >= whole)


def test_of_nothing_asked_there_is_no_rate():
    assert rate_of(a_figure(counted="percent"), 0, 0) is None
