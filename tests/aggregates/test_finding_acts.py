"""Answers to findings: who may give which, given what was answered before."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.aggregates import finding
from ledger.aggregates.case import events as case
from ledger.aggregates.case.mediation.events import MediatorsNamed
from ledger.aggregates.case.steering import events as steering
from ledger.aggregates.decision.events import Appraised
from ledger.aggregates.finding.check import finding_tag, signed_tag
from ledger.aggregates.finding.commands import Acknowledge, Dismiss
from ledger.aggregates.finding.decide import decide
from ledger.aggregates.finding.errors import (
    AnsweredAlready,
    OwnMatter,
    ReasonNotListed,
    RelativeThere,
)
from ledger.aggregates.finding.events import Acknowledged, Dismissed, Remark
from ledger.aggregates.finding.state import fold, step
from ledger.aggregates.paper import Confirmed
from ledger.bootstrap import registry
from ledger.errors import LedgerError
from ledger.kernel.act import Act, concern_tag, paper_tag
from ledger.kernel.event import Event, Transcribed, Verdict
from ledger.kernel.facts import Answer, Facts
from ledger.rules.accounts import AccountOpened, account_tag
from ledger.rules.answers import ACKNOWLEDGING, DISMISSING, STANDINGS
from ledger.rules.authority import RoleNotAllowed
from ledger.rules.joint import PersonNeeded
from ledger.rules.keys import KeyEnrolled, key_tag
from ledger.rules.post_statements import NEAR_RELATIVE, PostHandoverDrawnUp, PostRelationDeclared
from ledger.rules.posts import PostAppointmentProposed, post_tag

REGISTRY = registry()
TYPES = {spec.cls: name for name, spec in REGISTRY.types.items()}
ID = "0123456789ABCDEFGHJKMNPQRS"
UNIT, FOUND = f"unit/{ID}", "A" * 43
ANNA, BO, CAI = (f"person/0123456789ABCDEFGHJKMNPQR{last}" for last in "ABC")


def act(who: str, answer: type, *, reason: str | None = None, role: str = "supervisor") -> Act:
    why = reason or (DISMISSING if answer is Dismissed else ACKNOWLEDGING)[0]
    event = answer(unit=UNIT, kind="backdated", version=1, facts=FOUND, reason=why)
    return Act(
        stream=f"finding/{ID}", seq=1, type="finding.answered.v1", jti="j", actor=who, role=role,
        kid="k", occ="2026-03-20", iat=1_773_964_800, event=event, digest="d",
    )  # fmt: skip


def check(one: Act, *before: Act) -> None:
    known = {finding_tag(UNIT, FOUND): Answer(before), post_tag(one.actor): Answer(())}
    facts = Facts(known, lambda _: {})
    finding.aggregate.check(None, one, facts)


NONE = Facts({finding_tag(UNIT, FOUND): Answer(()), post_tag(BO): Answer(())}, lambda _: {})


def standing(*acts: Act) -> str:
    return fold(acts).standing


def test_one_acknowledges_and_two_dismiss():
    assert standing() == "open"
    assert standing(act(ANNA, Acknowledged)) == "acknowledged"
    assert standing(act(ANNA, Dismissed)) == "to_dismiss"
    assert standing(act(ANNA, Dismissed), act(BO, Dismissed)) == "dismissed"


def test_whoever_acknowledges_what_was_dismissed_puts_it_up_again():
    dismissed = (act(ANNA, Dismissed), act(BO, Dismissed))
    check(act(CAI, Acknowledged), *dismissed)
    again = (*dismissed, act(CAI, Acknowledged))
    assert standing(*again) == "acknowledged"
    check(act(ANNA, Dismissed), *again)
    assert standing(*again, act(ANNA, Dismissed)) == "to_dismiss"


def test_the_same_answer_of_the_same_person_counts_once():
    with pytest.raises(AnsweredAlready):
        check(act(ANNA, Dismissed), act(ANNA, Dismissed))
    with pytest.raises(AnsweredAlready):
        check(act(ANNA, Acknowledged), act(ANNA, Acknowledged))
    check(act(ANNA, Dismissed), act(ANNA, Acknowledged))


def test_only_members_of_a_committee_answer_and_in_person():
    with pytest.raises(RoleNotAllowed):
        check(act(ANNA, Acknowledged, role="accountant"))
    with pytest.raises(PersonNeeded):
        check(act(f"device/{ID}", Acknowledged))


def about(record: str, one: Act) -> Act:
    event = msgspec.structs.replace(one.event, record=record)
    return msgspec.structs.replace(one, event=event)


KID = "7cSBBrabMpKlYXNTfEHfFa0FzWABQxr4lqM0CmOOw6o"
RECORDS = [BO, f"account/{ID}", f"key/{KID}", f"post/{ID}", f"case/{ID}"]


def told_of(who: str) -> Facts:
    """Facts in which an account, a key and a post are this person's, and she acted in a case."""
    base = act(who, Acknowledged)
    account = AccountOpened(unit=UNIT, kind="time", holder=who)
    jwk: Any = None
    key = KeyEnrolled(unit=UNIT, holder=who, jwk=jwk, proof="p", custody="file")
    post = PostAppointmentProposed(unit=UNIT, holder=who, post_role="clerk", from_="2026-03-02")
    place = msgspec.structs.replace
    acts = {
        account_tag(RECORDS[1]): place(base, stream=RECORDS[1], event=account),
        key_tag(KID): place(base, stream=RECORDS[2], event=key),
        post_tag(who): place(base, stream=RECORDS[3], event=post),
        signed_tag(who): place(base, stream=RECORDS[4]),
    }
    found = {tag: Answer((one,)) for tag, one in acts.items()}
    nothing = (
        finding_tag(UNIT, FOUND),
        *(t(p) for t in (post_tag, signed_tag) for p in (ANNA, BO)),
        *map(paper_tag, RECORDS),
        *map(concern_tag, RECORDS),
    )
    return Facts({tag: Answer(()) for tag in nothing} | found, lambda _: {})


@pytest.mark.parametrize("record", RECORDS)
def test_nobody_dismisses_what_is_about_herself_or_her_own_and_others_do(record):
    facts = told_of(BO)
    dismissal = about(record, act(BO, Dismissed))
    with pytest.raises(OwnMatter):
        finding.aggregate.check(None, dismissal, facts)
    finding.aggregate.check(None, about(record, act(BO, Acknowledged)), facts)
    finding.aggregate.check(None, about(record, act(ANNA, Dismissed)), facts)


@pytest.mark.parametrize("answered", [False, True])
def test_nobody_dismisses_what_was_typed_from_a_paper_she_signed(answered: bool) -> None:
    record = RECORDS[4]
    event = msgspec.structs.replace(
        act(CAI, Acknowledged).event, transcribed=Transcribed(persons=(BO,))
    )
    typed = msgspec.structs.replace(act(CAI, Acknowledged), stream=record, event=event)
    hers = Confirmed(unit=UNIT, of=record, approves="d")
    confirmed = msgspec.structs.replace(act(BO, Acknowledged), stream=f"paper/{ID}", event=hers)
    papers = Answer((typed, confirmed) if answered else (typed,))
    facts = told_of(CAI).with_more({paper_tag(record): papers})
    dismissal = about(record, act(BO, Dismissed))
    assert paper_tag(record) in finding.aggregate.asks(None, dismissal, facts)
    with pytest.raises(OwnMatter):
        finding.aggregate.check(None, dismissal, facts)
    finding.aggregate.check(None, about(record, act(BO, Acknowledged)), facts)
    finding.aggregate.check(None, about(record, act(ANNA, Dismissed)), facts)


CASE = f"case/{ID}"
GIVEN: list[Event] = [
    case.Assigned(unit=UNIT, state="assigned", handler=BO),
    case.Reassigned(unit=UNIT, state="assigned", handler=BO),
    MediatorsNamed(unit=UNIT, state="mediating", mediators=(CAI, BO)),
    steering.Absorbed(unit=UNIT, state="assigned", case=CASE, handlers=(BO,)),
    steering.SplitOff(unit=UNIT, state="assigned", case=CASE, mediated_by=(BO,)),
    Appraised(unit=UNIT, holder=BO, grade="incompetent"),
]


@pytest.mark.parametrize("event", GIVEN, ids=lambda event: type(event).__name__)
def test_nobody_dismisses_what_was_given_into_her_hands_though_she_signed_nothing(
    event: Event,
) -> None:
    place, record = msgspec.structs.replace, RECORDS[4]
    given_her = place(act(CAI, Acknowledged), stream=record, event=event, type=TYPES[type(event)])
    assert concern_tag(record) in REGISTRY.tags(given_her)
    handed_on = place(given_her, event=case.Reassigned(unit=UNIT, state="assigned", handler=ANNA))
    concern = {concern_tag(record): Answer((given_her, handed_on))}
    facts = told_of(CAI).with_more(concern)
    dismissal = about(record, act(BO, Dismissed))
    assert concern_tag(record) in finding.aggregate.asks(None, dismissal, facts)
    with pytest.raises(OwnMatter):
        finding.aggregate.check(None, dismissal, facts)
    finding.aggregate.check(None, about(record, act(BO, Acknowledged)), facts)


def test_only_whom_the_newest_list_of_a_hand_over_names_is_concerned_by_it() -> None:
    place, record = msgspec.structs.replace, RECORDS[3]
    lists = [
        place(
            act(ANNA, Acknowledged),
            stream=record,
            event=PostHandoverDrawnUp(unit=UNIT, holder=ANNA, to=to, items=("seals",)),
        )
        for to in (BO, CAI)
    ]
    facts = told_of(ANNA).with_more({concern_tag(record): Answer(tuple(lists))})
    dismissal = about(record, act(CAI, Dismissed))
    more = {tag(CAI): Answer(()) for tag in (post_tag, signed_tag)}
    with pytest.raises(OwnMatter):
        finding.aggregate.check(None, dismissal, facts.with_more(more))
    dismissal = about(record, act(BO, Dismissed))
    finding.aggregate.check(None, dismissal, facts)
    # Of that one she signed the part of who comes: it is hers, whoever is named after her.
    signed = facts.with_more({signed_tag(BO): Answer((place(lists[0], actor=BO),))})
    with pytest.raises(OwnMatter):
        finding.aggregate.check(None, dismissal, signed)


def test_an_act_that_gives_a_matter_to_nobody_bears_no_tag_of_it() -> None:
    nobody = case.Accepted(unit=UNIT, state="accepted")
    place = msgspec.structs.replace
    told = place(act(CAI, Acknowledged), stream=CASE, event=nobody, type="case.accepted.v1")
    assert concern_tag(CASE) not in REGISTRY.tags(told)


OTHERWISE = {"account.opened.v1", "device.registered.v1", "post.mandate_stated.v1"}
"""An account's holder is found by the account; a device answers no findings; who held a seat before
has no part in how it was filled."""


def test_whoever_a_record_names_publicly_is_said_to_be_concerned() -> None:
    for name, spec in REGISTRY.types.items():
        persons = {
            field.name for field in msgspec.structs.fields(spec.cls) if "person/" in str(field.type)
        }
        assert set(spec.cls.concerns) == (persons if name not in OTHERWISE else set()), name


def told_of_relatives(who: str, *bodies: tuple[str, bool], role: str = "supervisor") -> Facts:
    """Facts in which this person, in a post, declared of each body whether a relative is there."""
    place, one = msgspec.structs.replace, act(who, Acknowledged)
    post = PostAppointmentProposed(unit=UNIT, holder=who, post_role=role, from_="2026-03-02")
    acts = [place(one, stream=f"post/{ID}", event=post)]
    for body, related in bodies:
        verdict = Verdict(check=NEAR_RELATIVE, subject=body, verdict=related)
        event = PostRelationDeclared(holder=who, unit=UNIT, checks=(verdict,))
        acts.append(place(one, stream=f"post/{ID}", event=event))
    nothing = (
        finding_tag(UNIT, FOUND),
        *(signed_tag(who), post_tag(ANNA), signed_tag(ANNA)),
        *(tag(f"case/{ID}") for tag in (paper_tag, concern_tag)),
    )
    found = {tag: Answer(()) for tag in nothing}
    return Facts(found | {post_tag(who): Answer(tuple(acts))}, lambda _: {})


def test_who_has_a_near_relative_in_a_body_she_supervises_dismisses_nothing():
    facts = told_of_relatives(BO, ("committee", True))
    for dismissal in (act(BO, Dismissed), about(f"case/{ID}", act(BO, Dismissed))):
        with pytest.raises(RelativeThere) as refused:
            finding.aggregate.check(None, dismissal, facts)
        assert refused.value.facts["body"] == "committee"
    finding.aggregate.check(None, act(BO, Acknowledged), facts)
    finding.aggregate.check(None, act(ANNA, Dismissed), facts)


@pytest.mark.parametrize(
    ("declared", "role"),
    [
        ([("committee", False)], "supervisor"),
        ([("committee", True), ("committee", False)], "supervisor"),
        ([("committee", True)], "mediator"),
    ],
)
def test_a_relative_who_is_not_there_or_left_or_is_of_another_post_is_no_hindrance(declared, role):
    facts = told_of_relatives(BO, *declared, role=role)
    finding.aggregate.check(None, act(BO, Dismissed), facts)


@pytest.mark.parametrize(
    ("answer", "reason"), [(Acknowledged, "explained"), (Dismissed, "looking_into")]
)
def test_an_answer_gives_a_reason_of_its_own_kind(answer, reason):
    with pytest.raises(ReasonNotListed) as refused:
        check(act(ANNA, answer, reason=reason))
    assert reason not in refused.value.facts["allowed"]


def test_a_stream_holds_one_answer_and_seals_what_was_said():
    one = act(ANNA, Acknowledged)
    with pytest.raises(AnsweredAlready):
        finding.aggregate.check(step(None, one), act(BO, Dismissed), NONE)
    told = {"unit": UNIT, "kind": "backdated", "facts": FOUND}
    context: Any = type("C", (), {"new_id": lambda self: ID})()
    command = Dismiss(**told, reason="explained", text="已说明")
    (proposed,) = decide(None, command, context)
    assert proposed.stream == f"finding/{ID}"
    assert proposed.event == Dismissed(**told, version=1, reason="explained")
    assert proposed.sealed == (Remark(text="已说明"),)
    with pytest.raises(AnsweredAlready):
        decide(step(None, one), Acknowledge(**told, reason="told_above"), context)


@given(st.lists(st.tuples(st.sampled_from([ANNA, BO, CAI]), st.booleans()), max_size=20))
def test_nobody_alone_ever_dismisses_a_finding(wanted: list[tuple[str, bool]]) -> None:
    accepted: list[Act] = []
    for who, dismissing in wanted:
        one = act(who, Dismissed if dismissing else Acknowledged)
        try:
            check(one, *accepted)
        except LedgerError:
            continue
        accepted.append(one)
        assert standing(*accepted) in STANDINGS
        if standing(*accepted) == "dismissed":
            since = max(
                (n for n, each in enumerate(accepted) if isinstance(each.event, Acknowledged)),
                default=-1,
            )
            assert len({each.actor for each in accepted[since + 1 :]}) >= 2
