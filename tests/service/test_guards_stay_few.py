"""What a person's last command asked is expected again; it never becomes a guard by that alone."""

from ledger.aggregates.case.commands import Accept, Assign, Triage
from ledger.service.acts.prepare import prepare
from ledger.service.office import appoint, do, register
from tests.support.office import Office


def test_the_guards_of_an_act_do_not_grow_with_what_was_done_before(office: Office) -> None:
    seen = []
    coordinator = office.hands["coordinator"]
    for number in range(5):
        handler = register(office.ledger, office.registrars[0], f"承办人{number}", office.unit)
        appoint(office.ledger, office.registrars, handler, "liaison", office.unit)
        stream = office.a_case()
        do(office.ledger, office.hands["intake_clerk"], Accept(stream=stream))
        do(office.ledger, coordinator, Triage(stream=stream, route="direct"))
        assign = Assign(stream=stream, handler=handler)
        guards = prepare(office.ledger, [assign], coordinator.who).guards
        assert f"post:{handler}" in {guard.tag for guard in guards}
        seen.append(len(guards))
        do(office.ledger, coordinator, assign)
    assert len(set(seen)) == 1
