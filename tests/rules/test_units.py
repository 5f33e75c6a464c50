from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ledger.aggregates.unit import ChangeUnit, DissolveUnit, EstablishUnit
from ledger.rules.units import Version, asks_chain, chain, lineage, unit_at, unit_of, unit_tag
from tests.support.gwt import Story, unit
from tests.support.trust import established, founded, registrar

START = date(2026, 1, 1)
LABELS = ("a", "b", "c", "d")


def day(n: int) -> date:
    return START + timedelta(days=n)


def facts_about(story: Story, label: str):
    return story.facts(lambda facts: asks_chain(unit(label), facts))


def change(label: str, n: int, **what: str) -> ChangeUnit:
    return ChangeUnit(stream=unit(label), effective_from=day(n).isoformat(), **what)


def tell(*commands: object) -> Story:
    story = founded("an")
    for command in commands:
        story = story.when(command, registrar("an")).story
    return story


def establish(label: str, n: int = 0, parent: str | None = None) -> EstablishUnit:
    return EstablishUnit(
        stream=unit(label), code=label, unit_name=label, level="grid",
        parent=parent and unit(parent), effective_from=day(n).isoformat(),
    )  # fmt: skip


def test_a_unit_is_what_it_was_on_the_day_asked():
    story = tell(
        establish("street"),
        establish("a", 10),
        change("a", 20, unit_name="second"),
        change("a", 30, code="a3", parent=unit("street")),
        DissolveUnit(stream=unit("a"), effective_from=day(40).isoformat()),
    )
    found = unit_of(facts_about(story, "a"), unit("a"))
    assert found is not None
    seen = [unit_at(found, day(n)) for n in (9, 10, 19, 20, 30, 39, 40)]
    first = Version(since=day(10), code="a", name="a", level="grid", parent=None)
    second = Version(since=day(20), code="a", name="second", level="grid", parent=None)
    third = Version(since=day(30), code="a3", name="second", level="grid", parent=unit("street"))
    assert seen == [None, first, first, second, third, third, None]


def test_a_change_recorded_late_holds_until_the_next_change_of_the_same_member():
    story = tell(
        establish("a"), change("a", 20, unit_name="later"),
        change("a", 10, unit_name="between", code="x"),
    )  # fmt: skip
    found = unit_of(facts_about(story, "a"), unit("a"))
    assert found is not None
    assert [unit_at(found, day(n)).name for n in (0, 10, 20)] == ["a", "between", "later"]
    assert [unit_at(found, day(n)).code for n in (0, 10, 20)] == ["a", "x", "x"]


def test_of_two_changes_for_one_day_the_later_recorded_holds():
    story = tell(
        establish("a"), change("a", 5, unit_name="one"), change("a", 5, unit_name="two"),
        change("a", 0, code="z"),
    )  # fmt: skip
    found = unit_of(facts_about(story, "a"), unit("a"))
    assert found is not None
    assert [(v.since, v.name, v.code) for v in found.versions] == [
        (day(0), "a", "z"), (day(5), "two", "z"),
    ]  # fmt: skip


def test_the_chain_is_that_of_the_day():
    story = tell(
        establish("city"), establish("s1", 0, "city"), establish("s2", 0, "city"),
        establish("a", 0, "s1"), change("a", 10, parent=unit("s2")),
    )  # fmt: skip
    facts = facts_about(story, "a")
    assert chain(facts, unit("a"), day(9)) == (unit("a"), unit("s1"), unit("city"))
    assert chain(facts, unit("a"), day(10)) == (unit("a"), unit("s2"), unit("city"))
    assert set(lineage(unit("a"), facts)) == {unit(x) for x in ("a", "s1", "s2", "city")}


def test_a_unit_not_yet_standing_or_dissolved_keeps_its_place():
    story = tell(
        establish("s"), establish("a", 10, "s"),
        DissolveUnit(stream=unit("a"), effective_from=day(20).isoformat()),
    )  # fmt: skip
    facts = facts_about(story, "a")
    for n in (0, 10, 20, 30):
        assert chain(facts, unit("a"), day(n)) == (unit("a"), unit("s"))


def test_a_unit_never_established_stands_alone():
    facts = facts_about(founded("an"), "a")
    assert chain(facts, unit("a"), START) == (unit("a"),)
    assert unit_of(facts, unit("a")) is None


def test_only_the_tags_of_the_lineage_are_asked():
    story = established(established(established(founded("an"), "s"), "a", "s"), "b", "s")
    assert set(facts_about(story, "a").found) == {unit_tag(unit("a")), unit_tag(unit("s"))}


moves = st.lists(
    st.tuples(st.sampled_from(LABELS), st.sampled_from(LABELS), st.integers(0, 6)), max_size=7
)


def parents_by_model(moved: list[tuple[str, str, int]], n: int) -> dict[str, str]:
    """The parent of each unit on day n, by the plainest reading of the records."""
    found: dict[str, tuple[int, str]] = {}
    for label, parent, since in moved:
        if since <= n and since >= found.get(label, (0, ""))[0]:
            found[label] = (since, parent)
    return {label: parent for label, (_, parent) in found.items()}


def circular(parents: dict[str, str]) -> bool:
    for start in parents:
        place, steps = start, 0
        while place in parents and steps <= len(LABELS):
            place, steps = parents[place], steps + 1
        if steps > len(LABELS):
            return True
    return False


ROOTED = tell(*(establish(label) for label in LABELS))


@given(moves)
def test_moves_are_refused_exactly_when_some_day_would_have_a_circle(tried):
    story, accepted = ROOTED, []
    for label, parent, since in tried:
        outcome = story.when(change(label, since, parent=unit(parent)), registrar("an"))
        would = [*accepted, (label, parent, since)]
        bad = any(circular(parents_by_model(would, n)) for n in range(8))
        assert (outcome.error is not None) == bad, (accepted, label, parent, since)
        if outcome.error is None:
            story, accepted = outcome.story, would
        else:
            outcome.refused("unit.under_itself")
    for n in range(8):
        parents = parents_by_model(accepted, n)
        for label in LABELS:
            walked = [label]
            while walked[-1] in parents:
                walked.append(parents[walked[-1]])
            found = chain(facts_about(story, label), unit(label), day(n))
            assert found == tuple(map(unit, walked))
