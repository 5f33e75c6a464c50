from datetime import date

import pytest

from ledger.aggregates.device import RetireDevice
from ledger.aggregates.key import RevokeKey
from ledger.aggregates.log import ExplainClock
from ledger.aggregates.post import EndPost
from ledger.aggregates.unit import ChangeUnit
from ledger.errors import LedgerError
from ledger.kernel.act import Act
from ledger.kernel.facts import NotAsked
from ledger.rules import authority
from ledger.rules.persons import PersonRegistered
from ledger.rules.units import UnitChanged, UnitEstablished, asks_chain
from tests.support.gwt import Story, device, did, on, person, unit, who
from tests.support.trust import (
    a_key,
    acting,
    appointed,
    device_registered,
    enrolled,
    established,
    founded,
    in_office,
    registered,
    registrar,
)

CHEN = person("chen")


def judged(story: Story, by, *, unit: str | None = None, at: str | None = None) -> Act:
    """Judge an act about ``unit`` by authority alone; return it or raise its refusal."""
    when = on(at) if at else None
    told = story.given(did(person("someone"), PersonRegistered(unit=unit), by, at=when))
    act = told.acts[-1]
    authority.check(act, story.facts(lambda facts: authority.asks(act, facts)))
    return act


def refused(code: str, story: Story, by, **where: str | None) -> LedgerError:
    with pytest.raises(LedgerError) as caught:
        judged(story, by, **where)
    assert caught.value.code == code
    for lang in ("zh", "en"):
        assert "?" not in caught.value.text(lang)
    return caught.value


def clerk_at(*places: str) -> Story:
    """street > grid, other; chen is clerk at each of ``places``."""
    story = established(established(founded("an"), "street"), "grid", "street")
    story = registered(established(story, "other"), "chen")
    for place in places:
        story = appointed(story, CHEN, "clerk", "an", unit=unit(place))
    return story


CLERK = acting("chen", "clerk")


def test_a_founder_is_registrar_of_the_whole_log_from_the_genesis_on():
    story = clerk_at()
    assert judged(story, registrar("an")).index is not None
    assert judged(story, registrar("an"), unit=unit("grid"))
    refused("authority.post_not_held", story, acting("an", "clerk"))


def test_a_key_must_be_enrolled():
    error = refused("authority.key_unknown", founded("an"), acting("an", "registrar", keyed="x"))
    assert error.facts["kid"] == a_key("x").kid


def test_a_key_speaks_for_its_holder_only():
    story = registered(founded("an", "bo"), "chen")
    refused("authority.key_not_holders", story, acting("an", "registrar", keyed="bo"))
    refused("authority.key_not_holders", story, acting("chen", "holder", keyed="an"))


def test_a_key_ends_at_the_log_position_of_its_revocation():
    story = enrolled(founded("an", "bo"), "spare", person("an"))
    before = judged(story, registrar("an"))
    revoke = RevokeKey(stream=f"key/{a_key('an').kid}", reason="lost")
    after = story.when(revoke, registrar("bo")).story
    refused("authority.key_ended", after, registrar("an"))
    # An earlier clock does not bring the key back: validity is by position, not by iat.
    refused("authority.key_ended", after, registrar("an"), at="2026-03-02")
    assert judged(after, acting("an", "registrar", keyed="spare"))
    assert before.kid == a_key("an").kid


def test_a_role_needs_a_post_and_holder_needs_none():
    story = registered(founded("an"), "chen")
    assert judged(story, acting("chen", "holder"))
    refused("authority.post_not_held", story, CLERK)


def test_a_pending_appointment_is_no_post():
    story = registered(founded("an", "bo", threshold=2), "chen")
    pending = appointed(story, CHEN, "clerk", "an")
    refused("authority.post_not_held", pending, CLERK)
    assert judged(appointed(story, CHEN, "clerk", "an", "bo"), CLERK)


@pytest.mark.parametrize(
    ("place", "covered"),
    [("street", True), ("grid", True), ("other", False), (None, False)],
)
def test_a_post_covers_its_unit_and_all_below(place, covered):
    story = clerk_at("street")
    where = place and unit(place)
    if covered:
        assert judged(story, CLERK, unit=where)
    else:
        refused("authority.out_of_scope", story, CLERK, unit=where)


def test_a_post_does_not_reach_above_its_unit():
    refused("authority.out_of_scope", clerk_at("grid"), CLERK, unit=unit("street"))


def test_any_of_several_posts_will_do():
    story = clerk_at("grid", "other")
    assert judged(story, CLERK, unit=unit("grid"))
    assert judged(story, CLERK, unit=unit("other"))
    refused("authority.out_of_scope", story, CLERK, unit=unit("street"))


def test_scope_follows_a_unit_that_moves_from_its_day_on():
    move = ChangeUnit(stream=unit("grid"), effective_from="2026-05-01", parent=unit("other"))
    story = clerk_at("street").when(move, registrar("an")).story
    assert judged(story, CLERK, unit=unit("grid"), at="2026-04-30")
    refused("authority.out_of_scope", story, CLERK, unit=unit("grid"), at="2026-05-01")


def test_an_act_is_about_a_unit_that_exists():
    refused("unit.unknown", clerk_at(), registrar("an"), unit=unit("nowhere"))


def test_a_post_lasts_from_its_first_day_until_before_its_last():
    story = registered(founded("an"), "chen")
    story = appointed(story, CHEN, "clerk", "an", from_date="2026-04-01", until="2026-05-01")
    for day in ("2026-03-31", "2026-05-01"):
        error = refused("authority.post_not_in_force", story, CLERK, at=day)
        assert error.facts["day"] == day
    assert judged(story, CLERK, at="2026-04-01")
    assert judged(story, CLERK, at="2026-04-30")


def test_a_post_ends_on_the_day_its_end_says():
    story = registered(founded("an"), "chen")
    story = appointed(story, CHEN, "clerk", "an")
    end = EndPost(stream=story.acts[-1].stream, effective_from="2026-04-01")
    story = story.when(end, acting("chen", "holder")).story
    assert judged(story, CLERK, at="2026-03-31")
    refused("authority.post_not_in_force", story, CLERK, at="2026-04-01")


def test_a_device_acts_in_a_post_like_a_person_until_it_is_retired():
    story = device_registered(founded("an"), "till")
    till = who(device("till"), "importer", a_key("till").kid)
    refused("authority.post_not_held", story, till)
    story = appointed(story, device("till"), "importer", "an")
    assert judged(story, till)
    story = story.when(RetireDevice(stream=device("till")), registrar("an")).story
    refused("device.out_of_use", story, till)
    as_holder = who(device("till"), "holder", a_key("till").kid)
    refused("device.out_of_use", story, as_holder)


def test_an_act_signed_before_it_happened_is_refused():
    story = founded("an")
    outcome = story.when(ExplainClock(reason="moved", occ="2026-03-05"), registrar("an"))
    outcome.refused("time.occurred_later")


def test_the_genesis_needs_no_authority_but_its_own():
    story = founded("an")
    act = story.acts[0]
    authority.check(act, story.knows())
    unknown = story.given(did("log/y", act.event, who(person("x")))).acts[-1]
    authority.check(unknown, story.knows())


def test_a_post_of_the_whole_log_reads_no_unit():
    story = clerk_at()
    act = story.given(did(person("x"), PersonRegistered(), registrar("an"))).acts[-1]
    facts = story.facts(lambda found: authority.asks(act, found))
    assert set(facts.found) == {
        f"key:{act.kid}", f"post:{person('an')}", "log:self",
    }  # fmt: skip
    local = did(person("y"), PersonRegistered(unit=unit("grid")), registrar("an"))
    with pytest.raises(NotAsked):
        authority.check(story.given(local).acts[-1], facts)


def test_establishing_is_judged_at_the_parent_and_moving_at_both_ends():
    made = UnitEstablished(
        unit=unit("a"), code="a", name="a", level="grid", parent=unit("s"),
        effective_from="2026-01-01",
    )  # fmt: skip
    assert authority.scopes(made) == (unit("s"),)
    moved = UnitChanged(unit=unit("a"), parent=unit("t"), effective_from="2026-01-01")
    assert authority.scopes(moved) == (unit("a"), unit("t"))
    renamed = UnitChanged(unit=unit("a"), name="b", effective_from="2026-01-01")
    assert authority.scopes(renamed) == (unit("a"),)


def test_held_roles_can_be_listed_for_a_day():
    story, _ = in_office(clerk_at("street"), "dai", "mediator", unit=unit("grid"))
    facts = story.facts(
        lambda found: (*authority.asks_roles(CHEN), *authority.asks_roles(person("dai")),
                       *asks_chain(unit("grid"), found))
    )  # fmt: skip
    day = date(2026, 3, 2)
    assert [(p.role, p.unit) for p in authority.roles_held(facts, CHEN, day)] == [
        ("clerk", unit("street"))
    ]
    assert authority.roles_held(facts, CHEN, date(2026, 3, 1)) == ()
    assert authority.holds(facts, CHEN, "clerk", unit("grid"), day)
    assert not authority.holds(facts, CHEN, "clerk", None, day)
    assert not authority.holds(facts, person("dai"), "clerk", unit("grid"), day)
