"""Types that say a duty was met carry what is needed to tell which."""

import msgspec

from ledger.bootstrap import registry
from ledger.rules.evidence import Covered, covered, gives
from ledger.rules.section import sections
from tests.rules.evident import Held, Taken

SPECS = registry().types.values()


def test_a_type_says_what_it_gives():
    assert (gives(Held), gives(Taken)) == ("met", "withdrawn")
    held = Held(unit="unit/" + "A" * 26, code="law_class", period="2026-W12")
    assert covered(held) == Covered("unit/" + "A" * 26, "law_class", "2026-W12")


def test_whoever_says_met_names_unit_code_and_period():
    for spec in SPECS:
        if gives(spec.cls) == "met":
            fields = {field.name: field for field in msgspec.structs.fields(spec.cls)}
            assert set(Covered._fields) <= fields.keys(), spec.name


def test_evidence_is_of_an_aggregate_that_gives_some_for_one_section_only():
    nouns = [section.evidence for section in sections() if section.evidence]
    assert len(set(nouns)) == len(nouns)
    assert {spec.name.partition(".")[0] for spec in SPECS if gives(spec.cls) == "met"} <= set(nouns)
