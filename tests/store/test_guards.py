"""Guards: what a judgement rested on is tested again where the entry is written.

So no entry is accepted that an audit, judging each entry by those before it, would refuse.
"""

import threading
from collections.abc import Callable

import msgspec
import pytest

from ledger.aggregates.case.commands import Accept, Assign, Triage
from ledger.aggregates.key import EnrolKey, RevokeKey
from ledger.aggregates.post import EndPost, ProposeAppointment
from ledger.entry.keys import PrivateKey, prove_possession
from ledger.errors import LedgerError
from ledger.kernel.act import Tag
from ledger.rules.posts import post_tag
from ledger.service.acts.submit import TRIES, act, submit
from ledger.service.ledger import today
from ledger.service.office import Hand, do, register
from ledger.store.batch import Batch, GuardMoved, Submission
from ledger.store.clock import ClockWatch
from ledger.store.dialect import writing
from ledger.store.known import Guard
from ledger.store.sequencer import Sequencer
from tests.support.office import Office, append, counts, drafted, presented, queued
from tests.support.soundness import require_sound


def end_post(office: Office, holder: Hand) -> EndPost:
    """Return the command that ends a hand's post today."""
    (post,) = [
        stored.signed.claims.stream
        for stored in require_sound(office.path)
        if stored.signed.claims.type == "post.appointment_proposed.v1"
        and holder.who.actor.encode() in bytes(stored.signed.claims.pub)
    ]
    return EndPost(stream=post, effective_from=today(office.ledger).isoformat())


def another_post(office: Office, holder: Hand) -> ProposeAppointment:
    """Return a proposal that moves the holder's tag and changes nothing she may do now."""
    return ProposeAppointment(
        holder=holder.who.actor,
        post_role="unit_head",
        from_date=today(office.ledger).isoformat(),
        unit=office.unit,
    )


def moving(
    monkeypatch: pytest.MonkeyPatch, times: int, move: Callable[[], object]
) -> list[Submission]:
    """Let ``move`` happen just before each of the next ``times`` submissions is appended."""
    seen: list[Submission] = []
    appending = Sequencer.append

    def hooked(self: Sequencer, submission: Submission) -> object:
        seen.append(submission)
        if len(seen) <= times:
            with monkeypatch.context() as patched:
                patched.setattr(Sequencer, "append", appending)
                move()
        return appending(self, submission)

    monkeypatch.setattr(Sequencer, "append", hooked)
    return seen


# One submission -----------------------------------------------------------------------------------


def test_a_post_ended_between_check_and_append_is_refused(office: Office) -> None:
    clerk = office.hands["intake_clerk"]
    judged = drafted(office.ledger, clerk, office.receive())
    do(office.ledger, office.registrars[0], end_post(office, clerk))
    before = counts(office.path)
    with pytest.raises(GuardMoved):
        append(office.ledger, judged)
    assert counts(office.path) == before


def test_a_post_ended_by_an_earlier_submission_of_the_same_batch_is_refused(
    office: Office,
) -> None:
    clerk = office.hands["intake_clerk"]
    ending = drafted(office.ledger, office.registrars[0], end_post(office, clerk))
    judged = drafted(office.ledger, clerk, office.receive())
    with queued(office) as queue:
        ended, refused = queue(ending), queue(judged)
    assert ended.exception() is None
    assert isinstance(refused.exception(), GuardMoved)
    require_sound(office.path, rules=True)


def test_a_submission_does_not_move_its_own_guards(office: Office) -> None:
    clerk = office.hands["intake_clerk"]
    revoke = RevokeKey(stream=f"key/{clerk.key.kid}", reason="lost")
    placed = append(office.ledger, drafted(office.ledger, office.registrars[0], revoke))
    assert placed.indexes == (office.size - 1,)


def test_submit_refuses_by_the_rule_that_moved(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = office.hands["intake_clerk"]
    sent = presented(office.ledger, clerk, office.receive())
    ending = end_post(office, clerk)
    moving(monkeypatch, 1, lambda: do(office.ledger, office.registrars[0], ending))
    with pytest.raises(LedgerError) as refused:
        submit(office.ledger, sent)
    assert refused.value.code == "authority.post_not_in_force"


def test_a_moved_fact_that_changes_nothing_needs_no_second_signature(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = office.hands["intake_clerk"]
    sent = presented(office.ledger, clerk, office.receive())
    move = another_post(office, clerk)
    seen = moving(monkeypatch, 1, lambda: do(office.ledger, office.registrars[0], move))
    receipt = submit(office.ledger, sent)
    assert len(seen) == 2
    assert receipt.entries[0].index == office.size - 1
    assert [each.judge for each in seen] == [None, None]
    require_sound(office.path, rules=True)


@pytest.mark.parametrize("custodial", [False, True])
def test_a_fact_that_keeps_moving_is_judged_the_third_time_under_the_lock(
    office: Office, monkeypatch: pytest.MonkeyPatch, custodial: bool
) -> None:
    clerk = office.hands["intake_clerk"]
    sent = presented(office.ledger, clerk, office.receive())
    move = another_post(office, clerk)
    seen = moving(monkeypatch, TRIES, lambda: do(office.ledger, office.registrars[0], move))
    if custodial:
        act(office.ledger, office.receive(), clerk.who, clerk.key)
    else:
        submit(office.ledger, sent)
    assert len(seen) == TRIES
    assert [each.judge is not None for each in seen] == [False, False, True]
    assert seen[-1].guards == ()
    require_sound(office.path, rules=True)


@pytest.mark.parametrize("custodial", [False, True])
def test_judged_under_the_lock_the_rule_that_moved_still_refuses(
    office: Office, monkeypatch: pytest.MonkeyPatch, custodial: bool
) -> None:
    ledger, clerk = office.ledger, office.hands["intake_clerk"]
    sent = presented(ledger, clerk, office.receive())
    move, ending = another_post(office, clerk), end_post(office, clerk)
    moves = iter([move, move, ending])
    seen = moving(monkeypatch, TRIES, lambda: do(ledger, office.registrars[0], next(moves)))
    send = (
        (lambda: act(ledger, office.receive(), clerk.who, clerk.key))
        if custodial
        else (lambda: submit(ledger, sent))
    )
    with pytest.raises(LedgerError) as refused:
        send()
    assert len(seen) == TRIES
    assert refused.value.code == "authority.post_not_in_force"
    require_sound(office.path, rules=True)


def test_what_is_judged_under_the_lock_has_a_batch_of_its_own(office: Office) -> None:
    clerk = office.hands["intake_clerk"]
    made = [drafted(office.ledger, clerk, office.receive()) for _ in range(4)]
    sizes: list[int] = []
    alone = msgspec.structs.replace(made[1], judge=lambda: sizes.append(office.size))
    before = office.size
    with queued(office) as queue:
        futures = [queue(each) for each in (made[0], alone, *made[2:])]
    assert [future.result().indexes[0] for future in futures] == list(range(before, before + 4))
    assert sizes == [before + 1], "all before it are committed, none after it"


# Where the newest entry of a tag is looked up ----------------------------------------------------


@pytest.mark.parametrize("forgets", ["never", "before the batch", "during the batch"])
def test_a_guard_holds_whether_or_not_its_tag_is_in_memory(office: Office, forgets: str) -> None:
    ledger, clerk = office.ledger, office.hands["intake_clerk"]
    tag = post_tag(clerk.who.actor)
    judged = drafted(ledger, clerk, office.receive())
    stale = msgspec.structs.replace(judged, guards=(Guard(tag=tag, after=1),))
    with writing(ledger.recorder.engine) as connection:
        if forgets == "before the batch":
            ledger.known._answers.clear()
        batch = Batch(
            connection,
            ledger.recorder.lock_head(connection),
            recorder=ledger.recorder,
            known=ledger.known,
            watch=ClockWatch(office.clock),
            submissions=[stale],
        )
        if forgets == "during the batch":
            ledger.known._answers.clear()
        with pytest.raises(GuardMoved):
            batch.place(stale)


@pytest.mark.parametrize("in_memory", [True, False])
def test_a_tag_nothing_bears_guards_until_something_does(office: Office, in_memory: bool) -> None:
    ledger, clerk = office.ledger, office.hands["intake_clerk"]
    tag = Tag("invoice:4711")
    if in_memory:
        ledger.known.answer([tag])
    first, second = (
        msgspec.structs.replace(made, guards=(Guard(tag=tag, after=0),), drafts=(tagged,))
        for made in (drafted(ledger, clerk, office.receive()) for _ in range(2))
        for tagged in (msgspec.structs.replace(made.drafts[0], tags=(tag,)),)
    )
    with queued(office) as queue:
        used, refused = queue(first), queue(second)
    assert used.exception() is None
    assert isinstance(refused.exception(), GuardMoved)


# Racing -------------------------------------------------------------------------------------------


def test_no_case_is_assigned_to_someone_whose_post_has_ended(office: Office) -> None:
    ledger, clerk = office.ledger, office.hands["intake_clerk"]
    coordinator, liaison = office.hands["coordinator"], office.hands["liaison"]
    streams = [office.a_case() for _ in range(24)]
    for stream in streams:
        do(ledger, clerk, Accept(stream=stream))
        do(ledger, coordinator, Triage(stream=stream, route="direct"))
    sent = [
        presented(ledger, coordinator, Assign(stream=stream, handler=liaison.who.actor))
        for stream in streams
    ]
    ending, codes = end_post(office, liaison), list[str]()
    begun = threading.Barrier(4)

    def assign(mine: list[list[bytes]]) -> None:
        begun.wait()
        for each in mine:
            try:
                submit(ledger, each)
                codes.append("accepted")
            except LedgerError as error:
                codes.append(error.code)

    def end() -> None:
        begun.wait()
        do(ledger, office.registrars[0], ending)

    threads = [threading.Thread(target=assign, args=(sent[start::3],)) for start in range(3)]
    threads.append(threading.Thread(target=end))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(codes) == 24
    assert set(codes) <= {"accepted", "case.assignee_not_in_post"}
    entries = require_sound(office.path, rules=True)
    types = [entry.signed.claims.type for entry in entries]
    assert types.count("case.assigned.v1") == codes.count("accepted")


def test_one_key_is_enrolled_once_however_many_registrars_race(office: Office) -> None:
    key, holder = PrivateKey.generate(), register(office.ledger, office.registrars[0], "王五")
    proof = prove_possession(key, origin=office.ledger.home.origin, actor=holder)
    command = EnrolKey(holder=holder, public_key=key.public.jwk["x"], proof=proof, custody="file")
    outcomes: list[str] = []
    begun = threading.Barrier(4)

    def enrol(registrar: Hand) -> None:
        begun.wait()
        try:
            do(office.ledger, registrar, command)
            outcomes.append("enrolled")
        except LedgerError as error:
            outcomes.append(error.code)

    threads = [
        threading.Thread(target=enrol, args=(office.registrars[number % 2],)) for number in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("enrolled") == 1
    assert set(outcomes) <= {"enrolled", "key.already_hers", "key.holder_enrols_herself"}
    require_sound(office.path, rules=True)
