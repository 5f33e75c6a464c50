"""Types that say a duty was met carry what is needed to tell which."""

import msgspec

from ledger.bootstrap import registry
from ledger.rules.evidence import Covered, covered, gives, may_give
from ledger.rules.packs.section import sections
from tests.rules.evident import Held, Taken

SPECS = registry().types.values()


def test_a_type_says_what_it_gives():
    held = Held(unit="unit/" + "A" * 26, code="law_class", period="2026-W12")
    assert (gives(held), gives(Taken())) == ("met", "withdrawn")
    assert covered(held) == Covered("unit/" + "A" * 26, "law_class", "2026-W12")


def test_whoever_says_met_names_unit_code_and_period_or_its_stream_did_before():
    announced = {noun(spec) for spec in SPECS if says(spec, "announced")}
    for spec in SPECS:
        names = {field.name for field in msgspec.structs.fields(spec.cls)}
        if says(spec, "met") or says(spec, "announced"):
            assert set(Covered._fields) <= names, spec.name
        elif may_give(spec.cls) and not says(spec, "withdrawn"):
            assert noun(spec) in announced, spec.name


def says(spec, what: str) -> bool:
    return getattr(spec.cls, "gives", None) == what


def noun(spec) -> str:
    return spec.name.partition(".")[0]


def test_evidence_is_of_an_aggregate_that_gives_some_for_one_section_only():
    nouns = [section.evidence for section in sections() if section.evidence]
    assert len(set(nouns)) == len(nouns)
    assert {noun(spec) for spec in SPECS if may_give(spec.cls)} <= set(nouns)
