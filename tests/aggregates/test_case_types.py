"""The types of a case are published: what they are called and hold never changes again."""

import msgspec
import pytest

from ledger.aggregates.case import aggregate
from ledger.aggregates.case.decide import _SEAL
from ledger.aggregates.case.guards import ALWAYS, GUARDS, HOLDS
from ledger.aggregates.case.published import COMMANDS, EVENTS, FACT_OF
from ledger.aggregates.case.steering.events import SplitOff
from ledger.kernel.event import SPECS, Event
from ledger.kernel.registry import Registry, group_values, public_bytes
from ledger.rules.kinds import case as kinds

REGISTRY = Registry([aggregate])
U = "unit/0R6V3M1TBXD01KAFK2S8H4QZ9Y"
P = "person/0R6V3M1TBXD01KAFK2S8H4QZ9Y"
A = "account/0R6V3M1TBXD01KAFK2S8H4QZ9Y"
D = "31bdMJ-gqQLrOljz9o0QPVv5jTwhWtMT6Gcy-xHZSco"
B = '"basis":[{"pack":"cn-base@2026.1","rule":"case.request"}]'

GOLDEN = {
    "case.received.v1": [
        f'{{{B},"category":"transport","channel":"phone","due":[{{"clock":"register",'
        f'"day":"2026-03-17"}}],"kind":"request","state":"received","unit":"{U}"}}',
        f'{{"basis":[{{"pack":"cn-base@2026.1","rule":"case.message"}},'
        f'{{"pack":"cn-base@2026.1","rule":"message.answer"}},'
        f'{{"pack":"cn-base@2026.1","rule":"import.exempt"}}],"channel":"web",'
        f'"due":[{{"clock":"answer","day":"2027-01-05","provisional":true}}],'
        f'"kind":"message","state":"received","unit":"{U}"}}',
    ],
    "case.accepted.v1": [
        f'{{{B},"due":[{{"clock":"handle","day":"2026-03-23"}}],"state":"accepted",'
        f'"stopped":["acknowledge"],"unit":"{U}"}}',
    ],
    "case.refused.v1": [
        f'{{{B},"open":false,"reason":"not_ours","state":"refused","unit":"{U}"}}',
    ],
    "case.triaged.v1": [f'{{{B},"route":"self_handled","state":"triaged","unit":"{U}"}}'],
    "case.assigned.v1": [
        f'{{{B},"due":[{{"clock":"objection","day":"2026-03-09","lapses":true}}],'
        f'"handler":"{P}","state":"assigned","unit":"{U}"}}',
    ],
    "case.objected.v1": [
        f'{{{B},"reason":"not_ours","state":"objected","stopped":["objection"],"unit":"{U}"}}',
    ],
    "case.reassigned.v1": [
        f'{{{B},"handler":"{P}","reason":"recusal","state":"assigned","unit":"{U}"}}',
    ],
    "case.progress_noted.v1": [f'{{{B},"cause":"{D}","state":"assigned","unit":"{U}"}}'],
    "case.extended.v1": [
        f'{{{B},"clock":"handle","days":15,"due":[{{"clock":"handle","day":"2026-04-07"}}],'
        f'"reason":"complex","state":"assigned","unit":"{U}"}}',
    ],
    "case.resolved.v1": [f'{{{B},"outcome":"settled","state":"resolved","unit":"{U}"}}'],
    "case.verified.v1": [f'{{{B},"state":"verified","stopped":["handle"],"unit":"{U}"}}'],
    "case.verification_failed.v1": [
        f'{{{B},"reason":"not_done","state":"assigned","unit":"{U}"}}',
    ],
    "case.answered.v1": [f'{{{B},"state":"answered","stopped":["answer"],"unit":"{U}"}}'],
    "case.rated.v1": [
        f'{{{B},"open":false,"responded":true,"satisfied":false,"solved":true,"state":"closed",'
        f'"unit":"{U}"}}',
    ],
    "case.called_back.v1": [f'{{{B},"reached":false,"state":"verified","unit":"{U}"}}'],
    "case.closed.v1": [f'{{{B},"open":false,"state":"closed","unit":"{U}"}}'],
    "case.reopened.v1": [f'{{{B},"reason":"appeal","state":"accepted","unit":"{U}"}}'],
    "case.withdrawn.v1": [
        f'{{{B},"open":false,"reason":"by_reporter","state":"withdrawn","unit":"{U}"}}',
    ],
}

GOLDEN |= {
    "case.attached.v1": [
        f'{{{B},"blob":"0R6V3M1TBXD01KAFK2S8H4QZ9Y","state":"assigned","unit":"{U}"}}',
    ],
    "case.submitted.v1": [f'{{{B},"state":"submitted","unit":"{U}"}}'],
    "case.issued.v1": [
        f'{{{B},"due":[{{"clock":"claim","day":"2026-03-09"}}],"state":"issued","unit":"{U}"}}',
    ],
    "case.claimed.v1": [
        f'{{"account":"{A}",{B},"state":"claimed","stopped":["claim"],"unit":"{U}"}}',
    ],
    "case.released.v1": [
        f'{{"account":"{A}",{B},"reason":"clash","state":"issued","unit":"{U}"}}',
    ],
    "case.completed.v1": [f'{{{B},"state":"completed","unit":"{U}"}}'],
    "case.confirmed.v1": [
        f'{{{B},"credits":[{{"account":"{A}","day":"2026-03-02","minutes":90,"purpose":"health",'
        f'"start":540}}],"open":false,"state":"confirmed","unit":"{U}"}}',
    ],
    "case.cancelled.v1": [
        f'{{{B},"open":false,"reason":"by_reporter","state":"cancelled","unit":"{U}"}}',
    ],
    "case.expired.v1": [f'{{{B},"open":false,"state":"expired","unit":"{U}"}}'],
}

T = '{"clock":"handle","since":"2026-03-02"}'
C = "case/0R6V3M1TBXD01KAFK2S8H4QZ9Y"
GOLDEN |= {
    "case.consultation_called.v1": [
        f'{{{B},"departments":["{U}"],"due":[{{"clock":"consult","day":"2026-03-05"}}],'
        f'"state":"assigned","unit":"{U}"}}',
    ],
    "case.department_reported.v1": [
        f'{{{B},"department":"{U}","state":"assigned","unit":"{U}"}}',
    ],
    "case.consultation_held.v1": [
        f'{{{B},"lead":"{U}","resolution":"led","state":"assigned","stopped":["consult"],'
        f'"unit":"{U}"}}',
        f'{{{B},"resolution":"shared","state":"assigned","unit":"{U}"}}',
    ],
    "case.leader_took_charge.v1": [f'{{{B},"state":"assigned","unit":"{U}"}}'],
    "case.suspended.v1": [
        f'{{{B},"paused":["handle"],"reason":"expert_opinion","state":"suspended","unit":"{U}"}}',
    ],
    "case.resumed.v1": [
        f'{{{B},"due":[{{"clock":"handle","day":"2026-04-02"}}],"state":"assigned","unit":"{U}"}}',
    ],
    "case.archived.v1": [f'{{{B},"open":false,"state":"archived","unit":"{U}"}}'],
    "case.transferred_out.v1": [
        f'{{"authority":"court",{B},"due":[{{"clock":"transfer","day":"2026-03-17"}}],'
        f'"state":"transferring","unit":"{U}"}}',
    ],
    "case.transfer_accepted.v1": [
        f'{{{B},"open":false,"state":"transferred","stopped":["transfer"],"unit":"{U}"}}',
    ],
    "case.transfer_returned.v1": [
        f'{{{B},"reason":"not_ours","state":"received","stopped":["transfer"],"unit":"{U}"}}',
    ],
    "case.merging.v1": [
        f'{{{B},"handlers":["{P}"],"into":"{C}","kind":"request","state":"assigned",'
        f'"terms":[{{"clock":"handle","extended":10,"since":"2026-03-02",'
        f'"stood":[{{"resumed":"2026-03-09","suspended":"2026-03-04"}}]}}],"unit":"{U}"}}',
    ],
    "case.absorbed.v1": [
        f'{{{B},"case":"{C}","due":[{{"clock":"handle","day":"2026-03-23"}}],'
        f'"handlers":["{P}"],"state":"assigned","terms":[{T}],"unit":"{U}"}}',
    ],
    "case.merged.v1": [
        f'{{{B},"into":"{C}","open":false,"state":"merged","stopped":["handle"],"unit":"{U}"}}',
    ],
    "case.split.v1": [
        f'{{"barred":["{P}"],{B},"callers":["{P}"],"deciders":["{P}"],"handlers":["{P}"],'
        f'"into":["{C}"],"kind":"request","mediated_by":["{P}"],"state":"assigned",'
        f'"terms":[{T}],"unit":"{U}","verifiers":["{P}"]}}',
    ],
    "case.split_off.v1": [
        f'{{{B},"case":"{C}","due":[{{"clock":"handle","day":"2026-03-23"}}],'
        f'"handlers":["{P}"],"state":"accepted","terms":[{T}],"unit":"{U}","verifiers":["{P}"]}}',
    ],
}

GOLDEN |= {
    "case.mediation_opened.v1": [
        f'{{"asked":"applied",{B},"parties":2,"state":"offered","unit":"{U}"}}',
    ],
    "case.party_consented.v1": [f'{{{B},"party":1,"state":"offered","unit":"{U}"}}'],
    "case.party_declined.v1": [
        f'{{{B},"party":2,"remedies":["lawsuit"],"state":"unmediated","stopped":["mediate"],'
        f'"unit":"{U}"}}',
    ],
    "case.mediators_named.v1": [
        f'{{{B},"mediators":["{P}"],"state":"mediating","unit":"{U}"}}',
    ],
    "case.mediator_cleared.v1": [f'{{{B},"state":"mediating","unit":"{U}"}}'],
    "case.mediator_recused.v1": [
        f'{{{B},"mediator":"{P}","reason":"near_relative","state":"mediating","unit":"{U}"}}',
    ],
    "case.mediation_held.v1": [
        f'{{{B},"number":1,"present":2,"private":true,"state":"mediating","unit":"{U}"}}',
    ],
    "case.agreed_orally.v1": [
        f'{{{B},"due":[{{"clock":"confirm","day":"2026-04-01","lapses":true}}],'
        f'"perform_by":"2026-05-01","state":"effective","stopped":["mediate"],"unit":"{U}"}}',
    ],
    "case.agreed_in_writing.v1": [f'{{{B},"state":"drafted","unit":"{U}"}}'],
    "case.agreement_signed.v1": [
        f'{{{B},"mediator":"{P}","signatures":2,"stamped":true,"state":"effective","unit":"{U}"}}',
    ],
    "case.confirmation_applied.v1": [
        f'{{"applicants":2,{B},"state":"effective","stopped":["confirm"],"unit":"{U}"}}',
    ],
    "case.confirmation_decided.v1": [
        f'{{{B},"confirmed":true,"state":"effective","unit":"{U}"}}',
        f'{{{B},"confirmed":false,"remedies":["mediate_again"],"state":"effective","unit":"{U}"}}',
    ],
    "case.performance_checked.v1": [f'{{{B},"state":"effective","unit":"{U}"}}'],
    "case.performed.v1": [f'{{{B},"state":"performed","unit":"{U}"}}'],
    "case.breached.v1": [f'{{{B},"open":false,"state":"closed","unit":"{U}"}}'],
    "case.mediation_failed.v1": [
        f'{{{B},"reason":"no_agreement","remedies":["lawsuit","arbitration"],'
        f'"state":"unmediated","stopped":["mediate"],"unit":"{U}"}}',
    ],
}

STANDARD = {"unit", "basis", "reason", "cause", "approves", "checks", "numbered", "transcribed"}
COMMON = STANDARD | {"state", "open", "due", "stopped"}
NOTE = {"note": ["text"]}
HANDED = {
    "terms", "handlers", "verifiers", "callers", "deciders", "barred", "mediated_by",
}  # fmt: skip
PARTY = {"party": ["address", "contact", "id_no", "name"]}
TERMS = {"terms": ["document", "text"]}
SCHEMA: dict[str, tuple[set[str], dict[str, list[str]]]] = {
    "case.received.v1": (
        {"kind", "channel", "category"},
        {
            "reporter": ["address", "contact", "name", "ref"],
            "matter": ["form", "place", "received_at", "text", "title"],
        },
    ),
    "case.accepted.v1": (set(), {}),
    "case.refused.v1": (set(), NOTE),
    "case.triaged.v1": ({"route"}, {}),
    "case.assigned.v1": ({"handler"}, {}),
    "case.objected.v1": (set(), NOTE),
    "case.reassigned.v1": ({"handler"}, {}),
    "case.progress_noted.v1": (set(), NOTE),
    "case.extended.v1": ({"clock", "days"}, NOTE),
    "case.resolved.v1": ({"outcome"}, NOTE),
    "case.verified.v1": (set(), NOTE),
    "case.verification_failed.v1": (set(), NOTE),
    "case.answered.v1": (set(), {"answer": ["answered_at", "text"]}),
    "case.rated.v1": ({"responded", "solved", "satisfied"}, {"comment": ["text"]}),
    "case.called_back.v1": ({"reached"}, NOTE),
    "case.closed.v1": (set(), {}),
    "case.reopened.v1": (set(), NOTE),
    "case.withdrawn.v1": (set(), NOTE),
    "case.submitted.v1": (set(), {}),
    "case.issued.v1": (set(), {}),
    "case.claimed.v1": ({"account"}, {}),
    "case.released.v1": ({"account"}, {}),
    "case.completed.v1": (set(), NOTE),
    "case.confirmed.v1": ({"credits"}, NOTE),
    "case.cancelled.v1": (set(), NOTE),
    "case.expired.v1": (set(), {}),
    "case.attached.v1": (
        {"blob"},
        {"attachment": ["digest", "media_type", "pages", "size", "title"]},
    ),
    "case.consultation_called.v1": ({"departments"}, NOTE),
    "case.department_reported.v1": ({"department"}, {}),
    "case.consultation_held.v1": ({"resolution", "lead"}, NOTE),
    "case.leader_took_charge.v1": (set(), {}),
    "case.suspended.v1": ({"paused"}, NOTE),
    "case.resumed.v1": (set(), NOTE),
    "case.archived.v1": (set(), NOTE),
    "case.transferred_out.v1": ({"authority"}, NOTE),
    "case.transfer_accepted.v1": (set(), NOTE),
    "case.transfer_returned.v1": (set(), NOTE),
    "case.merging.v1": ({"into", "kind", *HANDED}, {}),
    "case.absorbed.v1": ({"case", *HANDED}, {}),
    "case.merged.v1": ({"into"}, {}),
    "case.split.v1": ({"into", "kind", *HANDED}, NOTE),
    "case.split_off.v1": ({"case", *HANDED}, {}),
    "case.mediation_opened.v1": ({"parties", "asked"}, {}),
    "case.party_consented.v1": ({"party"}, PARTY),
    "case.party_declined.v1": ({"party", "remedies"}, PARTY),
    "case.mediators_named.v1": ({"mediators"}, {}),
    "case.mediator_cleared.v1": (set(), {}),
    "case.mediator_recused.v1": ({"mediator"}, NOTE),
    "case.mediation_held.v1": ({"number", "present", "private"}, {"record": ["text"]}),
    "case.agreed_orally.v1": ({"perform_by"}, TERMS),
    "case.agreed_in_writing.v1": ({"perform_by"}, TERMS),
    "case.agreement_signed.v1": ({"signatures", "mediator", "stamped"}, TERMS),
    "case.confirmation_applied.v1": ({"applicants"}, NOTE),
    "case.confirmation_decided.v1": ({"confirmed", "remedies"}, NOTE),
    "case.performance_checked.v1": (set(), NOTE),
    "case.performed.v1": (set(), NOTE),
    "case.breached.v1": (set(), NOTE),
    "case.mediation_failed.v1": ({"remedies"}, NOTE),
}
GROUPS = {
    "party": ("party", "identity", "mediation", 30),
    "record": ("party", "personal", "mediation", 30),
    "terms": ("party", "personal", "mediation", 30),
    "reporter": ("reporter", "contact", "reply", 5),
    "matter": ("reporter", "personal", "handling", 10),
    "answer": ("reporter", "personal", "handling", 10),
    "note": ("matter", "personal", "handling", 10),
    "comment": ("reporter", "personal", "appraisal", 5),
    "attachment": ("attachment", "personal", "evidence", 10),
}


@pytest.mark.parametrize(
    ("type_", "text"), [(t, one) for t, all_ in GOLDEN.items() for one in all_]
)
def test_published_bytes_decode_and_encode_to_themselves(type_, text):
    found = msgspec.json.Decoder(REGISTRY.spec(type_).cls, strict=True).decode(text)
    assert public_bytes(found) == text.encode()


def test_every_type_has_golden_bytes_and_a_frozen_schema():
    assert set(GOLDEN) == set(SCHEMA) == set(REGISTRY.types)


@pytest.mark.parametrize("type_", SCHEMA)
def test_a_published_type_holds_what_it_held(type_):
    own, sealed = SCHEMA[type_]
    spec = REGISTRY.spec(type_)
    assert set(spec.cls.__struct_encode_fields__) == COMMON | own
    assert {group.name: list(group.fields) for group in spec.groups} == sealed


def test_each_group_keeps_its_subject_class_purpose_and_years():
    found = {group.name: group for spec in REGISTRY.types.values() for group in spec.groups}
    assert {
        name: (group.subject, group.data_class, group.purpose, group.years)
        for name, group in found.items()
    } == GROUPS


@pytest.mark.parametrize("type_", SCHEMA)
def test_an_unknown_or_missing_member_is_refused(type_):
    decoder = msgspec.json.Decoder(REGISTRY.spec(type_).cls, strict=True)
    text = GOLDEN[type_][0]
    with pytest.raises(msgspec.ValidationError):
        decoder.decode(text[:-1] + ',"name":"王"}')
    with pytest.raises(msgspec.ValidationError):
        decoder.decode(text.replace(f',"unit":"{U}"', ""))


def test_no_public_member_can_hold_free_text():
    """Codes, days, references, counts and yes or no: nothing a person typed."""
    free = "王先生 13800000000"
    for type_, texts in GOLDEN.items():
        members = msgspec.json.decode(texts[0])
        decoder = msgspec.json.Decoder(REGISTRY.spec(type_).cls, strict=True)
        for name in members:
            with pytest.raises(msgspec.ValidationError):
                decoder.decode(msgspec.json.encode({**members, name: free}))


def test_facts_commands_guards_and_seals_are_the_closed_sets_the_packs_name():
    assert set(FACT_OF.values()) == kinds.FACTS
    assert set(GUARDS) == kinds.GUARDS
    assert set(ALWAYS) <= kinds.FACTS
    assert {name for names in ALWAYS.values() for name in names} <= set(GUARDS)
    assert {command.name for command in COMMANDS} == {
        name for name in REGISTRY.commands if name.startswith("case.")
    }
    # A part is split off by the split itself.
    assert set(EVENTS) - {command.leads_to for command in COMMANDS} == {SplitOff}
    assert set(HOLDS) <= set(EVENTS)
    assert set(_SEAL) == {seal for cls in EVENTS for seal in SPECS[cls].seals}


def test_an_act_needs_a_reason_exactly_if_its_command_asks_for_one():
    asking = {FACT_OF[cls.leads_to] for cls in COMMANDS if "reason" in cls.__struct_fields__}
    assert asking == kinds.REASONED


def test_commands_are_flat_and_named_once():
    assert len({command.name for command in COMMANDS}) == len(COMMANDS)
    for command in COMMANDS:
        assert command.name.startswith("case.")
        for field in msgspec.structs.fields(command):
            assert _is_flat(msgspec.inspect.type_info(field.type)), (command, field.name)


def _is_flat(info: msgspec.inspect.Type) -> bool:
    if isinstance(info, msgspec.inspect.UnionType):
        return all(map(_is_flat, info.types))
    if isinstance(info, msgspec.inspect.VarTupleType):  # an option given several times
        return isinstance(info.item_type, msgspec.inspect.StrType)
    flat = (
        msgspec.inspect.StrType,
        msgspec.inspect.IntType,
        msgspec.inspect.BoolType,
        msgspec.inspect.NoneType,
        msgspec.inspect.LiteralType,
    )
    return isinstance(info, flat)


def test_absent_sealed_values_are_committed_as_null():
    for cls in EVENTS:
        for seal in SPECS[cls].seals:
            assert set(group_values(seal())) == set(seal.__group__.fields)
            assert set(group_values(seal()).values()) == {None}


def test_events_take_no_members_of_other_types():
    assert all(issubclass(cls, Event) for cls in EVENTS)
    assert len({SPECS[cls].name for cls in EVENTS}) == len(EVENTS)
