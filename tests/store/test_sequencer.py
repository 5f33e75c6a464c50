"""The sequencer: dense order, one verdict per submission, all or none, one receipt per jti."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, Engine

from ledger.aggregates.case.commands import Accept, Triage, Withdraw
from ledger.aggregates.key import RevokeKey
from ledger.entry import ids
from ledger.errors import IntegrityFault, LedgerError, StorageError
from ledger.service.acts.prepare import MAX_ENTRIES
from ledger.service.acts.submit import submit
from ledger.service.office import do
from ledger.store import sequencer
from ledger.store.batch import Draft, JtiTaken, NotNext, Submission, TimeInFuture
from ledger.store.dialect import OutcomeUnknown, StoreReadOnly, writing
from ledger.store.known import Known
from ledger.store.recorder import Recorder
from ledger.store.sequencer import ReceiptLater, SequencerStopped
from ledger.store.signer import HeadBehindMark
from tests.support.database import execute
from tests.support.office import Office, append, counts, drafted, forged, presented, queued
from tests.support.soundness import require_sound


def received(office: Office, count: int = 1, **changes: Any) -> Submission:
    """Return a submission of ``count`` new cases by the clerk."""
    commands = [office.receive(f"第{number}件") for number in range(count)]
    return drafted(office.ledger, office.hands["intake_clerk"], *commands, **changes)


def accepted(office: Office, stream: str) -> Submission:
    return drafted(office.ledger, office.hands["intake_clerk"], Accept(stream=stream))


def in_the_future(submission: Submission) -> Submission:
    """Return a submission whose last entry claims a time an hour ahead."""
    *before, last = submission.drafts
    late = msgspec.structs.replace(last, latest_ms=last.latest_ms + 3_600_000)
    return msgspec.structs.replace(submission, drafts=(*before, late))


def out_of_place(submission: Submission, position: int) -> Submission:
    """Return a submission in which one entry skips a position of its stream."""
    drafts: list[Draft] = list(submission.drafts)
    skipping = msgspec.structs.replace(drafts[position].act, seq=7)
    drafts[position] = msgspec.structs.replace(drafts[position], act=skipping)
    return msgspec.structs.replace(submission, drafts=tuple(drafts))


# Order --------------------------------------------------------------------------------------------


def test_entries_of_many_threads_stand_in_one_dense_order(office: Office) -> None:
    placed: list[int] = []

    def client() -> None:
        clerk = office.hands["intake_clerk"]
        receipts = [do(office.ledger, clerk, office.receive()) for _ in range(3)]
        placed.extend(receipt.entries[0].index for receipt in receipts)

    before = office.size
    threads = [threading.Thread(target=client) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(placed) == list(range(before, before + 36))
    assert len(require_sound(office.path, rules=True)) == before + 36


def test_a_batch_gives_every_submission_its_own_verdict(office: Office) -> None:
    before = office.size
    good, late, broken, also_good = (received(office, 2) for _ in range(4))
    with queued(office) as queue:
        futures = [
            queue(each) for each in (good, in_the_future(late), out_of_place(broken, 1), also_good)
        ]
    assert futures[0].result().indexes == (before, before + 1)
    assert isinstance(futures[1].exception(), TimeInFuture)
    assert isinstance(futures[2].exception(), NotNext)
    assert futures[3].result().indexes == (before + 2, before + 3)
    assert len(require_sound(office.path)) == before + 4


def test_a_batch_may_continue_one_stream_several_times(office: Office) -> None:
    first = received(office)
    stream, tip = first.drafts[0].act.stream, first.drafts[0].act.digest
    second = accepted(office, office.a_case())
    assert tip is not None
    assert second.drafts[0].act.stream != stream
    with queued(office) as queue:
        futures = [queue(first), queue(second), queue(first)]
    assert [future.result().again for future in futures] == [False, False, True]
    assert futures[0].result().indexes == futures[2].result().indexes
    require_sound(office.path)


@pytest.mark.parametrize("count", [1, 2, MAX_ENTRIES])
def test_a_submission_stands_whole_and_contiguous(office: Office, count: int) -> None:
    before = office.size
    with queued(office) as queue:
        futures = [queue(received(office, size)) for size in (1, count, 1)]
    assert futures[1].result().indexes == tuple(range(before + 1, before + 1 + count))
    assert len(set(futures[1].result().recorded_at)) == 1
    assert len(require_sound(office.path)) == before + count + 2


@pytest.mark.parametrize(
    ("count", "position"),
    [(count, at) for count in (1, 2, 9, MAX_ENTRIES) for at in sorted({0, count // 2, count - 1})],
)
def test_one_bad_entry_keeps_the_whole_submission_out(
    office: Office, count: int, position: int
) -> None:
    before = counts(office.path)
    with pytest.raises(NotNext):
        append(office.ledger, out_of_place(received(office, count), position))
    with pytest.raises(TimeInFuture):
        append(office.ledger, in_the_future(received(office, count)))
    assert counts(office.path) == before
    assert append(office.ledger, received(office)).indexes == (before["entry"],)


# One jti, one receipt -----------------------------------------------------------------------------


def test_the_same_submission_again_gets_its_first_receipt(office: Office) -> None:
    once = received(office, 3)
    first = append(office.ledger, once)
    before = counts(office.path)
    office.clock.wait(60_000)
    again = append(office.ledger, once)
    assert (again.indexes, again.recorded_at) == (first.indexes, first.recorded_at)
    assert (first.again, again.again) == (False, True)
    assert counts(office.path) == before


def test_a_retry_gets_its_receipt_after_the_case_moved_on_and_after_a_restart(
    office: Office,
) -> None:
    sent = presented(office.ledger, office.hands["intake_clerk"], office.receive())
    first = submit(office.ledger, sent)
    do(office.ledger, office.hands["intake_clerk"], Accept(stream=first.entries[0].stream))
    assert submit(office.ledger, sent) == msgspec.structs.replace(first, again=True)
    later = office.reopened()
    assert submit(later.ledger, sent) == msgspec.structs.replace(first, again=True)
    later.ledger.close()


def test_a_retry_gets_its_receipt_though_the_signer_may_act_no_more(office: Office) -> None:
    clerk = office.hands["intake_clerk"]
    sent = presented(office.ledger, clerk, office.receive())
    first = submit(office.ledger, sent)
    revoke = RevokeKey(stream=f"key/{clerk.key.kid}", reason="lost")
    do(office.ledger, office.registrars[0], revoke)
    assert submit(office.ledger, sent).entries == first.entries


def test_a_part_of_a_submission_gets_its_part_of_the_receipt(office: Office) -> None:
    once = received(office, 3)
    first = append(office.ledger, once)
    part = msgspec.structs.replace(once, drafts=once.drafts[1:])
    assert append(office.ledger, part).indexes == first.indexes[1:]


def test_one_jti_never_names_two_contents(office: Office) -> None:
    jti = ids.new_id()
    append(office.ledger, received(office, jtis=(jti,)))
    before = counts(office.path)
    with pytest.raises(JtiTaken):
        append(office.ledger, received(office, jtis=(jti,)))
    with pytest.raises(JtiTaken):
        append(office.ledger, received(office, 2, jtis=(jti, ids.new_id())))
    assert counts(office.path) == before


def test_two_contents_under_one_jti_in_a_batch_leave_one(office: Office) -> None:
    jti = ids.new_id()
    with queued(office) as queue:
        futures = [queue(received(office, jtis=(jti,))) for _ in range(2)]
    assert futures[0].result().again is False
    assert isinstance(futures[1].exception(), JtiTaken)


def test_a_submission_does_not_name_a_jti_twice(office: Office) -> None:
    jti = ids.new_id()
    before = counts(office.path)
    with pytest.raises(JtiTaken):
        append(office.ledger, received(office, 2, jtis=(jti, jti)))
    assert counts(office.path) == before


def test_the_jti_comes_before_the_position_in_the_stream(office: Office) -> None:
    jti = ids.new_id()
    append(office.ledger, received(office, jtis=(jti,)))
    both_wrong = out_of_place(received(office, jtis=(jti,)), 0)
    with pytest.raises(JtiTaken):
        append(office.ledger, both_wrong)


# Position in the stream ---------------------------------------------------------------------------


def test_of_two_continuations_of_a_stream_the_second_is_told_the_version(office: Office) -> None:
    stream = office.a_case()
    one, other = accepted(office, stream), accepted(office, stream)
    append(office.ledger, one)
    with pytest.raises(NotNext) as refused:
        append(office.ledger, other)
    assert refused.value.facts == {"stream": stream, "version": 2}


def test_the_right_position_after_another_entry_is_refused(office: Office) -> None:
    made = accepted(office, office.a_case())
    draft = made.drafts[0]
    elsewhere = msgspec.structs.replace(draft.signed.claims, prev="A" * 43)
    signed = msgspec.structs.replace(draft.signed, claims=elsewhere)
    forged = msgspec.structs.replace(made, drafts=(msgspec.structs.replace(draft, signed=signed),))
    with pytest.raises(NotNext):
        append(office.ledger, forged)


def test_after_a_conflict_the_hand_acts_on_what_is_there(office: Office) -> None:
    clerk, coordinator = office.hands["intake_clerk"], office.hands["coordinator"]
    stream = office.a_case()
    do(office.ledger, clerk, Accept(stream=stream))
    stale = drafted(office.ledger, coordinator, Triage(stream=stream, route="direct"))
    do(office.ledger, clerk, Withdraw(stream=stream, reason="by_reporter"))
    with pytest.raises(NotNext):
        append(office.ledger, stale)
    with pytest.raises(LedgerError) as refused:
        do(office.ledger, coordinator, Triage(stream=stream, route="direct"))
    assert refused.value.code == "case.act_not_possible"


# The thread itself --------------------------------------------------------------------------------


def test_a_client_that_went_away_does_not_stop_the_sequencer(office: Office) -> None:
    before = office.size
    with queued(office) as queue:
        gone, staying = queue(received(office)), queue(received(office))
        assert gone.cancel()
    assert staying.result(timeout=60).indexes == (before,)
    assert append(office.ledger, received(office)).indexes == (before + 1,)
    require_sound(office.path)


def test_a_bug_while_writing_leaves_nothing_and_the_next_batch_is_served(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    before = counts(office.path)

    def broken(self: Recorder, *_: object, **__: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(Recorder, "insert", broken)
        with pytest.raises(StorageError) as refused:
            append(office.ledger, received(office))
    assert refused.value.code == "storage"
    assert "ZeroDivisionError" in caplog.text
    assert counts(office.path) == before
    append(office.ledger, received(office))
    require_sound(office.path)


def test_closing_serves_what_is_queued_and_then_refuses(office: Office) -> None:
    before = office.size
    closing = threading.Thread(target=office.ledger.close)
    with queued(office) as queue:
        futures = [queue(received(office)) for _ in range(5)]
        closing.start()
    closing.join(timeout=120)
    assert [future.result(timeout=0).indexes for future in futures] == [
        (before + number,) for number in range(5)
    ]
    with pytest.raises(SequencerStopped):
        append(office.ledger, received(office))
    require_sound(office.path)


def test_a_commit_that_cannot_be_told_is_not_called_unwritten(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    once = received(office)

    def broken(self: Known, *_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(Known, "feed", broken)
        with pytest.raises(ReceiptLater):
            append(office.ledger, once)
    assert "ZeroDivisionError" in caplog.text
    assert append(office.ledger, once).again
    require_sound(office.path)


@pytest.mark.parametrize("seconds", [60, 0.05])
def test_what_may_be_written_is_not_called_unwritten_by_what_fails_next(
    office: Office, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    """As in a fail-over: the commit's answer is lost, then a standby is reached, read-only yet."""
    once, left = received(office), iter(range(2 if seconds == 60 else 10_000))

    @contextmanager
    def failing_over(engine: Engine) -> Iterator[Connection]:
        if next(left, None) is None:
            with writing(engine) as connection:
                yield connection
        elif office.size == before:
            with writing(engine) as connection:
                yield connection
            raise OutcomeUnknown
        else:
            raise StoreReadOnly

    office.ledger.writer()
    before = office.size
    with monkeypatch.context() as patched:
        patched.setattr(sequencer, "writing", failing_over)
        patched.setattr(sequencer, "AGAIN_SECONDS", 0.001)
        patched.setattr(sequencer, "SETTLE_SECONDS", seconds)
        if seconds == 60:
            assert append(office.ledger, once).again
        else:
            with pytest.raises(OutcomeUnknown):
                append(office.ledger, once)
    assert append(office.ledger, once).indexes == (before,)
    require_sound(office.path)


# A store changed under a running ledger -----------------------------------------------------------


def test_a_head_that_shrank_under_a_running_ledger_stops_it(office: Office) -> None:
    office.a_case()
    execute(office.path, "DELETE FROM entry WHERE idx = ?", office.size - 1)
    execute(office.path, "UPDATE head SET size = size - 1")
    with pytest.raises(HeadBehindMark) as refused:
        append(office.ledger, received(office))
    assert refused.value.facts["signed"] == office.size + 1


def test_a_head_of_another_history_under_a_running_ledger_stops_it(office: Office) -> None:
    office.a_case()
    before = counts(office.path)
    execute(office.path, "UPDATE head SET frontier = ?", bytes(32))
    with pytest.raises(IntegrityFault):
        append(office.ledger, received(office))
    assert counts(office.path) == before


def test_without_its_head_row_nothing_is_written(office: Office) -> None:
    office.ledger.writer()
    before = counts(office.path)
    execute(office.path, "DELETE FROM head")
    submission = received(office)
    with pytest.raises(IntegrityFault):
        append(office.ledger, submission)
    assert counts(office.path) == before


def test_a_first_entry_of_a_stream_that_is_not_in_memory_is_refused_all_the_same(
    office: Office,
) -> None:
    clerk = office.hands["intake_clerk"]
    stream = office.a_case()
    again = forged(office.ledger, clerk, office.receive(), stream=stream)
    office.ledger.known.streams.forget(stream)
    before = counts(office.path)
    with pytest.raises(NotNext):
        submit(office.ledger, [again])
    assert counts(office.path) == before
