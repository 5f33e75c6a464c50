"""Dating back buys nothing: no ended post and no missed term comes back by an older clock."""

from datetime import timedelta

import pytest

from ledger.aggregates.case.commands import Accept, Assign, Extend, Triage
from ledger.aggregates.device import RegisterDevice
from ledger.aggregates.key import RevokeKey
from ledger.aggregates.post import ApproveAppointment, EndPost, ProposeAppointment
from ledger.entry.keys import PrivateKey
from ledger.errors import LedgerError
from ledger.kernel.aggregate import Command
from ledger.service.acts.submit import submit
from ledger.service.auditing.audits import audit_home
from ledger.service.directory import posts_held
from ledger.service.ledger import today
from ledger.service.office import Hand, appoint, do, enrol, hand, register
from tests.support.office import Office, forged, presented

DAY = int(timedelta(days=1).total_seconds())


def refused(office: Office, sent: bytes) -> str:
    before = office.size
    with pytest.raises(LedgerError) as found:
        submit(office.ledger, [sent])
    assert office.size == before
    return found.value.code


def dated_back(office: Office, role: str, command: Command, seconds: int) -> bytes:
    iat = office.ledger.clock.now_ms() // 1000 - seconds
    return forged(office.ledger, office.hands[role], command, iat=iat, occ="2026-01-01")


def test_a_post_that_has_ended_is_not_used_by_dating_back(office: Office) -> None:
    coordinator, registrar = office.hands["coordinator"], office.registrars[0]
    stream = office.a_case()
    do(office.ledger, office.hands["intake_clerk"], Accept(stream=stream))
    triage = Triage(stream=stream, route="direct")
    old = dated_back(office, "coordinator", triage, 60)
    (post,) = posts_held(office.ledger, coordinator.who.actor)
    do(
        office.ledger,
        registrar,
        EndPost(stream=post.stream, effective_from=today(office.ledger).isoformat()),
    )
    assert refused(office, old) == "authority.post_not_in_force"


def test_an_act_is_not_signed_before_the_entry_it_continues(office: Office) -> None:
    stream = office.a_case()
    sent = dated_back(office, "intake_clerk", Accept(stream=stream), 2 * DAY)
    assert refused(office, sent) == "time.signed_before_previous"
    a_little = dated_back(office, "intake_clerk", Accept(stream=stream), 200)
    assert refused(office, a_little) == "case.occurred_before_received"


def test_what_is_done_to_a_case_did_not_happen_before_it_came_in(office: Office) -> None:
    stream, clerk = office.a_case(), office.hands["intake_clerk"]
    with pytest.raises(LedgerError) as found:
        do(office.ledger, clerk, Accept(stream=stream, occ="2021-01-01"))
    assert found.value.code == "case.occurred_before_received"
    do(office.ledger, clerk, Accept(stream=stream))
    assert audit_home(office.ledger, views=False).clean


def test_nothing_is_signed_with_a_key_before_it_was_enrolled(office: Office) -> None:
    clerk = office.hands["intake_clerk"]
    iat = office.ledger.clock.now_ms() // 1000 - 40 * DAY
    sent = forged(office.ledger, clerk, office.receive(), iat=iat, occ="2020-01-01")
    assert refused(office, sent) == "authority.key_not_yet"


def headed(office: Office) -> Hand:
    """A head of the unit, who may give more time."""
    ledger, key = office.ledger, PrivateKey.generate()
    holder = register(ledger, office.registrars[0], "负责人", office.unit)
    enrol(ledger, office.registrars[0], holder, key, "file")
    appoint(ledger, office.registrars, holder, "unit_head", office.unit)
    return hand(holder, "unit_head", key)


def hired(office: Office, until_day: int) -> Hand:
    """A third registrar, until so many days from now."""
    ledger, (first, second) = office.ledger, office.registrars
    holder, key = register(ledger, first, "第三位登记员"), PrivateKey.generate()
    enrol(ledger, first, holder, key, "file")
    until = (today(ledger) + timedelta(days=until_day)).isoformat()
    command = ProposeAppointment(
        holder=holder, post_role="registrar", from_date=today(ledger).isoformat(), until=until
    )
    proposal = do(ledger, first, command).entries[0]
    do(ledger, second, ApproveAppointment(stream=proposal.stream, approves=proposal.digest))
    return hand(holder, "registrar", key)


def test_a_registrar_whose_term_ran_out_is_not_one_by_an_older_clock(office: Office) -> None:
    third = hired(office, until_day=10)
    device = RegisterDevice(kind="import", responsible=third.who.actor)
    (old,) = presented(office.ledger, third, device)
    office.clock.wait(12 * DAY * 1000)
    assert refused(office, old) == "time.signed_long_ago"


def test_what_a_registrar_signed_within_a_day_is_recorded(office: Office) -> None:
    first = office.registrars[0]
    (old,) = presented(
        office.ledger, first, RegisterDevice(kind="import", responsible=first.who.actor)
    )
    office.clock.wait((DAY - 60) * 1000)
    submit(office.ledger, [old])
    assert audit_home(office.ledger, views=False).clean


def test_an_extension_signed_in_time_and_kept_back_extends_nothing(office: Office) -> None:
    stream = office.a_case()
    do(office.ledger, office.hands["intake_clerk"], Accept(stream=stream))
    coordinator, liaison = office.hands["coordinator"], office.hands["liaison"]
    do(office.ledger, coordinator, Triage(stream=stream, route="direct"))
    do(office.ledger, coordinator, Assign(stream=stream, handler=liaison.who.actor))
    extend = Extend(stream=stream, clock="handle", days=3, reason="complex")
    (kept,) = presented(office.ledger, headed(office), extend)
    office.clock.wait((DAY + 60) * 1000)
    assert refused(office, kept) == "time.signed_long_ago"


def test_nobody_becomes_another_registrar_on_her_last_day(office: Office) -> None:
    """One registrar alone: an announced end, a false key on that day, and her signature of before.

    With her end announced, a key enrolled for her on the day it came, and 5 minutes of an older
    clock, one registrar was both hands of a joint act.
    """
    ledger, (first, second) = office.ledger, office.registrars
    (post,) = posts_held(ledger, second.who.actor)
    tomorrow = (today(ledger) + timedelta(days=1)).isoformat()
    do(ledger, second, EndPost(stream=post.stream, effective_from=tomorrow))
    do(ledger, second, RevokeKey(stream=f"key/{second.key.kid}", reason="leaves"))
    office.clock.wait(DAY * 1000)
    with pytest.raises(LedgerError) as found:
        enrol(ledger, first, second.who.actor, PrivateKey.generate(), "file")
    assert found.value.code == "key.registrar_enrols_herself"
