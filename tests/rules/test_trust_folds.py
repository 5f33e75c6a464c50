"""An audit reads on after an act that should never have been: folds take no harm from one."""

from datetime import date

from ledger.rules import genesis, keys, persons, posts, units
from ledger.rules.genesis import LOG, LogApproved, LogClockExplained
from ledger.rules.keys import KeyRevoked, key_of, key_tag
from ledger.rules.persons import DeviceRetired
from ledger.rules.posts import PostEnded, post_tag, posts_of
from ledger.rules.units import UnitChanged, UnitDissolved, asks_chain, chain, unit_of
from tests.support.gwt import a_digest, device, did, person, unit
from tests.support.trust import ORIGIN, established, founded, registrar

AN = registrar("an")
POST = "post/" + "0" * 26


def test_an_act_on_what_was_never_begun_makes_nothing():
    story = founded("an").given(
        did(f"key/{a_digest('k')}", KeyRevoked(reason="lost"), AN),
        did(POST, PostEnded(holder=person("x"), effective_from="2026-03-02"), AN),
        did(device("d"), DeviceRetired(), AN),
        did(unit("a"), UnitChanged(unit=unit("a"), name="b", effective_from="2026-03-02"), AN),
        did(
            unit("b"),
            UnitDissolved(unit=unit("b"), successors=(), effective_from="2026-03-02"),
            AN,
        ),
    )
    assert key_of(story.knows(key_tag(a_digest("k"))), a_digest("k")) is None
    assert posts_of(story.knows(post_tag(person("x"))), person("x")) == ()
    assert persons.registration(story.knows(f"device:{device('d')}"), device("d")) is None
    for label in ("a", "b"):
        assert unit_of(story.knows(f"unit:{unit(label)}"), unit(label)) is None


def test_nothing_founds_a_log_but_a_genesis():
    acts = (
        founded("an")
        .given(
            did(f"log/{ORIGIN}", LogClockExplained(reason="x"), AN),
            did(f"log/{ORIGIN}", LogApproved(approves=a_digest("x")), AN),
        )
        .acts
    )
    assert genesis.fold(acts[1:]) is None
    assert genesis.fold(acts) == genesis.fold(acts[:1])
    assert genesis.fold((*acts, acts[0])) == genesis.fold(acts)


def test_what_was_begun_is_not_begun_again():
    story = founded("an")
    first = story.acts[0]
    assert keys.fold((first, first)) == keys.fold((first,))
    assert posts.fold((first, first)) == posts.fold((first,))
    grid = established(story, "a").acts[-1]
    assert units.fold((grid, grid)) == units.fold((grid,))


def test_a_chain_ends_even_where_a_broken_log_goes_round_in_a_circle():
    story = established(established(founded("an"), "a"), "b", "a")
    under = UnitChanged(unit=unit("a"), parent=unit("b"), effective_from="2026-03-02")
    facts = story.given(did(unit("a"), under, AN)).facts(lambda f: asks_chain(unit("a"), f))
    assert chain(facts, unit("a"), date(2026, 3, 2)) == (unit("a"), unit("b"))


def test_a_logs_own_facts_are_under_one_tag():
    story = founded("an").given(did(f"log/{ORIGIN}", LogClockExplained(reason="x"), AN))
    assert len(story.knows(LOG).about(LOG)) == 2
