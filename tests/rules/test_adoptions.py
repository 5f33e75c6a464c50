from hypothesis import given
from hypothesis import strategies as st

from ledger.aggregates.pack import ApprovePack
from ledger.rules.packs.adoptions import ADOPTIONS, Adoption, adoption_in_force, asks_adoption
from tests.support.gwt import Story, on, unit
from tests.support.trust import a_pack, adopted, established, founded, on_shelf, registrar

PACKS = on_shelf(*(a_pack(f"p@{n}") for n in range(8)))
DIGESTS = list(PACKS)


def start() -> Story:
    story = founded("an", "bo", packs=PACKS)
    return established(established(established(story, "street"), "grid", "street"), "other")


def adopt(story: Story, n: int, place: str | None = None, since: str = "2026-03-02") -> Story:
    where = place and unit(place)
    return adopted(story, f"p@{n}", DIGESTS[n], unit=where, since=since)


def in_force(story: Story, place: str | None, day: str = "2026-04-01") -> Adoption | None:
    where = place and unit(place)
    facts = story.facts(lambda found: asks_adoption(where, found))
    return adoption_in_force(facts, where, int(on(day).timestamp()))


def name(found: Adoption | None) -> str | None:
    return found and found.pack


def test_nothing_is_in_force_before_an_adoption_takes_effect():
    story = start()
    assert in_force(story, "grid") is None
    proposed = adopted(story, "p@1", DIGESTS[1], "an")
    assert in_force(proposed, "grid") is None
    approve = ApprovePack(stream="pack/p@1", approves=proposed.acts[-1].digest)
    found = in_force(proposed.when(approve, registrar("bo")).story, "grid")
    assert found is not None
    assert (found.pack, found.digest, found.index) == ("p@1", DIGESTS[1], len(proposed.acts))


def test_an_adoption_for_the_log_holds_everywhere():
    story = adopt(start(), 1)
    assert [name(in_force(story, place)) for place in (None, "street", "grid", "other")] == [
        "p@1"
    ] * 4


def test_the_nearest_unit_upwards_decides():
    story = adopt(adopt(adopt(start(), 1, "grid"), 2, "street"), 3)
    assert [name(in_force(story, place)) for place in ("grid", "street", "other", None)] == [
        "p@1", "p@2", "p@3", "p@3",
    ]  # fmt: skip


def test_an_adoption_holds_from_its_day_by_the_signers_clock():
    story = adopt(adopt(start(), 1), 2, since="2026-05-01")
    assert name(in_force(story, "grid", "2026-04-30")) == "p@1"
    assert name(in_force(story, "grid", "2026-05-01")) == "p@2"


def test_the_latest_to_take_effect_holds_whichever_was_proposed_first():
    story = start()
    story = adopted(story, "p@1", DIGESTS[1], "an")
    first = story.acts[-1].digest
    story = adopt(story, 2)
    assert name(in_force(story, None)) == "p@2"
    story = story.when(ApprovePack(stream="pack/p@1", approves=first), registrar("bo")).story
    assert name(in_force(story, None)) == "p@1"


def test_an_adoption_can_be_taken_back_by_adopting_the_old_again():
    story = adopt(adopt(adopt(start(), 1), 2), 1)
    assert name(in_force(story, None)) == "p@1"


def test_asking_for_the_log_asks_no_unit():
    facts = start().facts(lambda found: asks_adoption(None, found))
    assert set(facts.found) == {ADOPTIONS, "log:self"}


places = st.sampled_from([None, "street", "grid", "other"])
PARENTS = {"grid": "street", "street": None, "other": None}
ROOT = start()


@given(st.lists(st.tuples(places, st.integers(0, 3)), max_size=5), places, st.integers(0, 4))
def test_in_force_is_what_the_plainest_reading_says(told, place, asked):
    days = [f"2026-04-0{n + 1}" for n in range(5)]
    story = ROOT
    for n, (where, since) in enumerate(told):
        story = adopt(story, n, where, days[since])
    expected, here = None, place
    while True:
        good = [n for n, (where, since) in enumerate(told) if where == here and since <= asked]
        if good or here is None:
            expected = f"p@{good[-1]}" if good else None
            break
        here = PARENTS[here]
    assert name(in_force(story, place, days[asked])) == expected
