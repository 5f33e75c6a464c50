"""The directory: units by code, who holds a key, in which roles."""

import pytest

from ledger.entry.keys import PrivateKey
from ledger.errors import LedgerError
from ledger.service.acts.commands import parse_command
from ledger.service.directory import (
    hand_with,
    holder_of,
    posts_held,
    streams_of,
    unit_label,
    unit_of,
    units,
)
from ledger.service.forms.holding import key_to_act, keys_of
from ledger.service.ledger import today
from ledger.service.office import appoint, do, enrol, hand, register
from tests.support.office import Office
from tests.support.trust import a_key


def refusal(code: str, office: Office) -> str:
    with pytest.raises(LedgerError) as refused:
        unit_of(office.ledger, code)
    return refused.value.code


def test_a_unit_is_found_by_the_code_it_bears_today(office: Office) -> None:
    assert unit_of(office.ledger, "520602001") == office.unit
    assert unit_of(office.ledger, office.unit) == office.unit
    assert refusal("520602999", office) == "unit.code_unknown"


def test_a_unit_is_found_by_its_new_code_and_no_longer_by_the_old(office: Office) -> None:
    day = today(office.ledger).isoformat()
    fields = {"stream": office.unit, "code": "520602777", "effective_from": day}
    change = parse_command(office.ledger, "unit.change", fields)
    do(office.ledger, office.registrars[0], change)
    assert unit_of(office.ledger, "520602777") == office.unit
    assert refusal("520602001", office) == "unit.code_unknown"
    assert unit_label(office.ledger, office.unit).startswith("520602777 ")


def test_a_code_two_units_bear_is_refused(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules let no second bearer in; a ledger of before may have one."""
    twice = [*units(office.ledger)] * 2
    monkeypatch.setattr("ledger.service.directory.units", lambda _ledger: iter(twice))
    assert refusal("520602001", office) == "unit.code_shared"


def test_the_holder_of_a_key_and_her_posts_are_known(office: Office) -> None:
    clerk = office.hands["intake_clerk"]
    assert holder_of(office.ledger, clerk.key.kid) == clerk.who.actor
    assert [post.role for post in posts_held(office.ledger, clerk.who.actor)] == ["intake_clerk"]
    assert hand_with(office.ledger, clerk.key).who == clerk.who


def test_a_stranger_s_key_is_nobody_s(office: Office) -> None:
    with pytest.raises(LedgerError) as refused:
        holder_of(office.ledger, PrivateKey.generate().kid)
    assert refused.value.code == "authority.key_unknown"


def test_who_holds_two_posts_must_say_in_which_she_acts(office: Office) -> None:
    clerk = office.hands["intake_clerk"]
    appoint(office.ledger, office.registrars, clerk.who.actor, "coordinator", office.unit)
    with pytest.raises(LedgerError) as refused:
        hand_with(office.ledger, clerk.key)
    assert refused.value.code == "authority.role_not_chosen"
    assert "coordinator, intake_clerk" in refused.value.text("en")
    assert hand_with(office.ledger, clerk.key, "coordinator").who.role == "coordinator"


def test_streams_of_one_aggregate_are_not_those_of_another_with_its_name(office: Office) -> None:
    case = office.a_case()
    assert streams_of(office.ledger, "case") == [case]
    assert streams_of(office.ledger, "cas") == []
    assert all(name.startswith("unit/") for name in streams_of(office.ledger, "unit"))


def test_of_several_keys_of_her_own_the_newest_signs(office: Office) -> None:
    registrar = office.registrars[0]
    actor = register(office.ledger, registrar, "两把钥匙", office.unit)
    made = [a_key(f"own {number}") for number in range(3)]
    enrol(office.ledger, registrar, actor, made[0], "file")
    for key in made[1:]:
        enrol(office.ledger, hand(actor, "holder", made[0]), actor, key, "file")
    found = keys_of(office.ledger, actor)
    assert [each.kid for each in found] == [key.kid for key in made]
    assert key_to_act(found).kid == made[-1].kid
