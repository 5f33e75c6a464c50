"""Cases merged, split, suspended and mediated in a real ledger, its boards and its audit."""

import pytest

from ledger.aggregates.case import commands as wishes
from ledger.aggregates.case.mediation import commands as mediating
from ledger.aggregates.case.steering import commands as steering
from ledger.aggregates.case.steering.errors import OfAnotherKind
from ledger.service.acts.submit import submit
from ledger.service.acts.together import together
from ledger.service.auditing.audits import audit_home
from ledger.service.ledger import as_of
from ledger.service.office import do
from ledger.service.packs.books import book_at
from ledger.service.packs.explaining import explain_case
from ledger.service.reading.replay import replay
from tests.service.test_account_boards import staff
from tests.service.test_boards import sheet
from tests.service.test_findings import found
from tests.support.office import Office, presented


def accepted(office: Office, kind: str = "request", **members) -> str:
    clerk = office.hands["intake_clerk"]
    told = {"unit": office.unit, "kind": kind, "channel": "phone", "text": "路灯不亮"}
    stream = do(office.ledger, clerk, wishes.Receive(**told | members)).entries[0].stream
    do(office.ledger, clerk, wishes.Accept(stream=stream))
    return stream


def verified(office: Office) -> str:
    stream, handler = accepted(office), office.hands["liaison"]
    coordinator = office.hands["coordinator"]
    for by, step in (
        (coordinator, wishes.Triage(stream=stream, route="direct")),
        (coordinator, wishes.Assign(stream=stream, handler=handler.who.actor)),
        (handler, wishes.Resolve(stream=stream, outcome="settled")),
        (office.hands["verifier"], wishes.Verify(stream=stream)),
    ):
        do(office.ledger, by, step)
    return stream


def state(office: Office, stream: str):
    return office.ledger.known.stream(stream).state


def clean(office: Office) -> bool:
    office.ledger.follower.catch_up()
    report = audit_home(office.ledger)
    return not report.faults.items and not report.findings.items


def test_a_merger_is_one_submission_that_the_audit_accepts(office):
    first, second = accepted(office), accepted(office)
    merge = steering.Merge(stream=first, into=second)
    receipt = do(office.ledger, office.hands["coordinator"], *together(office.ledger, merge))
    assert [(entry.stream, entry.type) for entry in receipt.entries] == [
        (first, "case.merging.v1"), (second, "case.absorbed.v1"), (first, "case.merged.v1"),
    ]  # fmt: skip
    assert (state(office, first).part_of, state(office, second).holds) == (second, (first,))
    assert clean(office)
    row = office.ledger.views["register"].row(first, as_of(office.ledger))
    assert (row.part_of, row.open, row.missed) == (second, False, 0)


def test_a_merger_the_other_cannot_take_up_leaves_both_as_they_were(office):
    first = accepted(office)
    second = accepted(office, "hazard", channel="patrol", form='{"level":"minor"}')
    size = office.size
    merge = steering.Merge(stream=first, into=second)
    with pytest.raises(OfAnotherKind):
        do(office.ledger, office.hands["coordinator"], *together(office.ledger, merge))
    assert office.size == size


def test_a_merger_left_half_done_is_found_until_it_is_complete(office):
    first, second, third = (accepted(office) for _ in range(3))
    desk = office.hands["coordinator"]
    receipt = do(office.ledger, desk, steering.Merge(stream=first, into=second))
    (row,) = found(office, "link_incomplete")
    assert (row["record"], row["about"]) == (first, second)
    assert row["entries"] == str(receipt.entries[0].index)
    do(office.ledger, desk, *together(office.ledger, steering.Merge(stream=first, into=third)))
    assert found(office, "link_incomplete") == ()


def test_a_split_whose_parts_never_came_is_found_part_by_part(office):
    whole = accepted(office)
    split = steering.SplitUp(stream=whole, texts=("路灯", "井盖"), channel="phone")
    only, *rest = presented(office.ledger, office.hands["intake_clerk"], split)
    submit(office.ledger, [only])
    parts = state(office, whole).holds
    assert {row["about"] for row in found(office, "link_incomplete")} == set(parts)
    submit(office.ledger, rest[:2])
    assert [row["about"] for row in found(office, "link_incomplete")] == [parts[1]]


def test_a_split_is_one_submission_with_its_parts(office):
    whole = accepted(office)
    split = steering.SplitUp(stream=whole, texts=("路灯", "井盖"), channel="phone")
    receipt = do(office.ledger, office.hands["intake_clerk"], split)
    types = [entry.type.split(".")[1] for entry in receipt.entries]
    assert types == ["split", "received", "split_off", "received", "split_off"]
    parts = state(office, whole).holds
    assert [state(office, part).part_of for part in parts] == [whole, whole]
    days = {running.due.day for each in (whole, *parts) for running in state(office, each).clocks}
    assert len(days) == 1
    assert clean(office)
    steps = replay(office.ledger, parts[0], as_of(office.ledger))
    assert {change.path[0] for change in steps[1].changes} >= {"part_of", "clocks", "state"}


def test_what_stands_still_is_counted_and_explained(office):
    stream = accepted(office)
    (head,) = staff(office, "unit_head")
    coordinator = office.hands["coordinator"]
    handler = office.hands["liaison"].who.actor
    for step in (
        wishes.Triage(stream=stream, route="direct"),
        wishes.Assign(stream=stream, handler=handler),
    ):
        do(office.ledger, coordinator, step)
    do(office.ledger, head, steering.Suspend(stream=stream, reason="expert_opinion"))
    (row,) = sheet(office, "cases").rows
    assert (row["open"], row["suspended"], row["overdue"]) == (1, 1, 0)
    found = state(office, stream)
    book = book_at(office.ledger, office.unit, office.ledger.clock.now_ms() // 1000)
    told = {each.rule: each for each in explain_case(found, book)}
    assert told["request.handle"].day is None
    assert "鉴定检测" in told["request.handle"].measures[0].zh
    office.clock.wait(7 * 24 * 3_600_000)
    do(office.ledger, coordinator, steering.Resume(stream=stream))
    told = {each.rule: each for each in explain_case(state(office, stream), book)}
    words = " ".join(step.zh for step in told["request.handle"].steps)
    assert "中止，次日起不计入" in words
    assert "恢复，次日起继续计算" in words
    assert told["request.handle"].day == told["request.handle"].recorded
    assert clean(office)


def test_verdicts_are_of_those_who_gave_one_and_reopening_takes_none_away(office):
    caller = staff(office, "call_back_clerk")[0]
    first, second, _ = (verified(office) for _ in range(3))
    do(office.ledger, caller, wishes.Rate(stream=first, responded=True, satisfied=False))
    do(office.ledger, caller, wishes.Rate(stream=second, responded=True, satisfied=True))
    read = ("responded_of", "solved_of", "satisfied_of", "satisfied", "satisfied_said")
    at = office.size
    (row,) = sheet(office, "cases").rows
    assert [row[each] for each in read] == ["2/2", None, "1/2", 1, 2]
    for step in (wishes.Close(stream=first), wishes.Reopen(stream=first, reason="not_solved")):
        do(office.ledger, office.hands["coordinator"], step)
    assert sheet(office, "cases").rows[0]["satisfied_of"] == "1/2"
    do(office.ledger, caller, wishes.Rate(stream=second, satisfied=False))
    assert sheet(office, "cases").rows[0]["satisfied_of"] == "0/2"
    assert sheet(office, "cases", size=at).rows[0]["satisfied_of"] == "1/2"


def test_what_ended_after_a_term_is_not_in_time(office):
    withdraw = {"reason": "by_reporter"}
    early, late = accepted(office), accepted(office)
    intake = office.hands["intake_clerk"]
    do(office.ledger, intake, wishes.Withdraw(stream=early, **withdraw))
    office.clock.wait(400 * 86_400_000)
    do(office.ledger, intake, wishes.Withdraw(stream=late, **withdraw))
    (row,) = sheet(office, "cases").rows
    assert (row["closed"], row["in_time"], row["in_time_of"]) == (2, 1, "1/2")


def test_agreements_are_counted_among_the_mediations_that_ended(office):
    (mediator,) = staff(office, "mediator")
    coordinator, me = office.hands["coordinator"], mediator.who.actor
    lawsuit = {"remedies": ("lawsuit",)}
    for ending in (
        (mediating.AgreeOrally, {"terms": "各退一步"}),
        (mediating.FailMediation, {"reason": "no_agreement", **lawsuit}),
        (mediating.AgreeInWriting, {"terms": "分期付清"}),
        None,
    ):
        stream = accepted(office, "dispute", form='{"parties":2}')
        do(office.ledger, coordinator, wishes.Assign(stream=stream, handler=me))
        opened = mediating.OpenMediation(stream=stream, parties=2, asked="applied")
        do(office.ledger, mediator, opened)
        if ending is None:
            do(office.ledger, mediator, mediating.Decline(stream=stream, party=2, **lawsuit))
            continue
        do(office.ledger, mediator, *(mediating.Consent(stream=stream, party=n) for n in (1, 2)))
        do(office.ledger, coordinator, mediating.NameMediators(stream=stream, mediators=(me,)))
        do(office.ledger, mediator, mediating.DeclareNoTie(stream=stream))
        do(office.ledger, mediator, mediating.HoldMediation(stream=stream, present=2))
        command, members = ending
        do(office.ledger, mediator, command(stream=stream, **members))
    (row,) = sheet(office, "cases").rows
    # The one agreed in writing and not yet signed has not ended.
    assert [row[each] for each in ("received", "agreed", "mediations", "declined")] == [4, 1, 2, 1]
    assert clean(office)
