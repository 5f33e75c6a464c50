"""The law that ships: both generations of the organic laws, chosen by the day of the matter."""

from datetime import date

import pytest

from ledger.rules.files.toml_file import PackInvalid
from ledger.rules.packs.book import open_book
from ledger.rules.packs.pack import load_pack, shipped
from ledger.rules.packs.sections import law

LAW = open_book(load_pack(shipped("cn-law")), [])
LAST_OF_OLD, FIRST_OF_NEW = date(2025, 12, 31), date(2026, 1, 1)


@pytest.mark.parametrize("place", ["village", "urban"])
def test_a_posting_of_seven_days_was_lawful_until_2025_and_fifteen_are_since(place):
    old = LAW.rule(f"{place}.posting", LAST_OF_OLD)
    new = LAW.rule(f"{place}.posting", FIRST_OF_NEW)
    assert (old.posting.days, old.source) == (7, "LOCAL")
    assert (new.posting.days, new.source) == (15, "LAW-V")
    assert new.posting.until(date(2026, 4, 10)) == date(2026, 4, 25)


def test_the_articles_of_village_disclosure_moved_and_its_cadence_stayed():
    for rule, every in (("general", "quarter"), ("finance", "month")):
        old, new = (
            LAW.rule(f"village.disclosure.{rule}", day) for day in (LAST_OF_OLD, FIRST_OF_NEW)
        )
        assert (old.cadence.every, new.cadence.every) == (every, every)
        assert ("第三十条" in old.article, "第三十五条" in new.article) == (True, True)


def test_the_urban_law_has_no_cadence_of_disclosure():
    for day in (LAST_OF_OLD, FIRST_OF_NEW):
        assert LAW.rule("urban.disclosure", day).cadence is None


def test_residents_representatives_meet_half_yearly_since_2026_only():
    assert LAW.find_rule("urban.representatives", LAST_OF_OLD) is None
    rule = LAW.rule("urban.representatives", FIRST_OF_NEW)
    assert rule.cadence.every == "half"
    assert rule.quorum.is_held({"representatives": (40, 60)})
    assert not rule.quorum.is_held({"representatives": (39, 60)})
    assert not rule.quorum.is_carried({"present": (20, 40)})


def test_a_village_assembly_is_held_by_villagers_or_by_households():
    quorum = LAW.rule("village.assembly", FIRST_OF_NEW).quorum
    assert quorum.is_held({"adult_villagers": (501, 1000)})
    assert quorum.is_held({"households": (200, 300)})
    assert not quorum.is_held({"adult_villagers": (500, 1000), "households": (199, 300)})


def test_what_a_rule_counts_has_a_name():
    rule = 'id = "a"\nzh = "x"\nen = "x"\narticle = "x"\nsource = "INF"\nfrom = 2020-01-01\n'
    text = "[[rule]]\n" + rule + 'cap = { at_most = 5, unit = "perosn" }\n'
    head = b'id = "local"\nversion = "1"\nzh = "x"\nen = "x"\nextends = ["cn-law"]\n'
    own = load_pack({"pack.toml": head, "law.toml": text.encode()})
    with pytest.raises(PackInvalid) as caught:
        open_book(own, [load_pack(shipped("cn-law"))])
    facts = caught.value.facts
    assert (facts["file"], facts["line"], facts["name"]) == ("local/law.toml", 8, "perosn")


def test_every_rule_of_a_revised_law_says_how_it_was_read():
    for generations in LAW.items(law.section):
        ends = [rule.until for rule in generations if rule.until is not None]
        for rule in generations:
            if "2025 修订" in rule.article:
                assert rule.source == "LAW-V", rule.id
            if "修正）第" in rule.article:
                assert (rule.source, rule.until) == ("LAW-M", LAST_OF_OLD), rule.id
        assert len(ends) >= len(generations) - 1, f"two of {generations[0].id} never end"
