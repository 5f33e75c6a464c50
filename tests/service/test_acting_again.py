"""A retry of an act names what is stored: it gets the first receipt and signs nothing again."""

import pytest
from msgspec.structs import replace

from ledger.aggregates.case.commands import Accept
from ledger.aggregates.case.steering.commands import SplitUp
from ledger.aggregates.key import EnrolKey, RevokeKey
from ledger.entry import ids
from ledger.entry.keys import PrivateKey, prove_possession
from ledger.errors import LedgerError
from ledger.service.acts.retried import AnotherAct, require_same
from ledger.service.acts.submit import act, submit
from ledger.service.auditing.audits import audit_home
from ledger.service.forms.by_proxy import recorded
from ledger.service.office import do, register
from tests.support.office import Office, each_dialect, presented

__all__ = ["each_dialect"]


def test_the_same_act_again_gets_the_first_receipt(office: Office) -> None:
    clerk, jtis = office.hands["intake_clerk"], (ids.new_id(),)
    first = act(office.ledger, office.receive(), clerk.who, clerk.key, jtis=jtis)
    stream = first.entries[0].stream
    do(office.ledger, clerk, Accept(stream=stream))
    size = office.size
    again = act(office.ledger, office.receive(), clerk.who, clerk.key, jtis=jtis)
    assert again.again
    assert again.entries == first.entries
    assert office.size == size


def test_an_id_of_someone_elses_act_is_refused(office: Office) -> None:
    clerk, other = office.hands["intake_clerk"], office.registrars[0]
    jtis = (ids.new_id(),)
    act(office.ledger, office.receive(), clerk.who, clerk.key, jtis=jtis)
    with pytest.raises(LedgerError) as refused:
        act(office.ledger, office.receive(), other.who, other.key, jtis=jtis)
    assert refused.value.code == "entry.jti_taken"


def test_an_id_of_another_act_of_hers_does_not_stand_for_this_one(office: Office) -> None:
    """She would be told that it is done, and it never was."""
    clerk, jti = office.hands["intake_clerk"], ids.new_id()
    first, second = office.a_case(), office.a_case()
    act(office.ledger, Accept(stream=first), clerk.who, clerk.key, jtis=(jti,))
    with pytest.raises(LedgerError) as refused:
        act(office.ledger, Accept(stream=second), clerk.who, clerk.key, jtis=(jti,))
    assert refused.value.code == "entry.jti_taken"
    both = [Accept(stream=first), Accept(stream=second)]
    with pytest.raises(LedgerError) as refused:
        act(office.ledger, both, clerk.who, clerk.key, jtis=(jti, ids.new_id()))
    assert refused.value.code == "entry.jti_taken"


def test_a_command_that_begins_streams_with_several_acts_is_the_same_typed_again(
    office: Office,
) -> None:
    """What it begins has other ids when it is decided anew."""
    clerk, whole, jti = office.hands["intake_clerk"], office.a_case(), ids.new_id()
    do(office.ledger, clerk, Accept(stream=whole))
    split = SplitUp(stream=whole, texts=("路灯", "井盖"), channel="phone")
    act(office.ledger, split, clerk.who, clerk.key, jtis=(jti,))
    acts = recorded(office.ledger, jti)
    assert len(acts) == 5
    require_same(office.ledger, split, acts)
    for changed in ({"texts": ("路灯", "水管")}, {"channel": "visit"}, {"note": "x"}):
        with pytest.raises(AnotherAct):
            require_same(office.ledger, replace(split, **changed), acts)


def test_what_one_submission_holds_is_judged_as_the_audit_will(office: Office) -> None:
    """An act not sequenced yet stands behind all that is recorded, never before."""
    registrar = office.registrars[0]
    holder = register(office.ledger, registrar, "新来的人", office.unit)
    key = PrivateKey.generate()
    enrol = EnrolKey(
        holder=holder,
        public_key=key.public.jwk["x"],
        proof=prove_possession(key, origin=office.ledger.home.origin, actor=holder),
        custody="file",
    )
    revoke = RevokeKey(stream=f"key/{key.kid}", reason="lost", since=0)
    with pytest.raises(LedgerError) as refused:
        submit(office.ledger, presented(office.ledger, registrar, enrol, revoke))
    assert refused.value.code == "key.disputed_too_early"
    do(office.ledger, registrar, enrol, RevokeKey(stream=f"key/{key.kid}", reason="lost"))
    assert audit_home(office.ledger, views=False).clean
