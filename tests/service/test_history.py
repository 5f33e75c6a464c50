"""History: any size or time replayed as it was, proofs a holder checks herself, sealed values."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.aggregates.case.commands import Accept, Assign, NoteProgress, Triage
from ledger.bootstrap import registry
from ledger.entry.entry import format_entry, leaf_hash, parse_entry
from ledger.errors import LedgerError, NotFound, VerificationError
from ledger.kernel.act import Act, AsOf
from ledger.service.acts.submit import submit
from ledger.service.ledger import as_of
from ledger.service.office import do
from ledger.service.reading.differences import Difference
from ledger.service.reading.receipts import proof, proofs
from ledger.service.reading.replay import replay
from ledger.service.reading.values import SealedGroup, open_groups
from ledger.store.views.store import ProjectionBehind
from ledger.tlog.note import parse_vkey
from ledger.tlog.tlogproof import parse_tlog_proof, verify_tlog_proof
from tests.support.database import execute
from tests.support.office import MINUTE, Office, copied_within, each_dialect, presented
from tests.support.soundness import require_sound

__all__ = ["each_dialect"]


@pytest.fixture(scope="module")
def lived(
    founded: Office, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """An office in which three cases went some way; several entries share a time."""
    office = copied_within(request, founded, tmp_path_factory.mktemp("lived") / "home")
    clerk, coordinator, liaison = (
        office.hands[role] for role in ("intake_clerk", "coordinator", "liaison")
    )
    for number in range(3):
        stream = office.a_case(f"第{number}件")
        do(office.ledger, clerk, Accept(stream=stream))
        office.clock.wait(number * MINUTE)
        do(office.ledger, coordinator, Triage(stream=stream, route="direct"))
        do(office.ledger, coordinator, Assign(stream=stream, handler=liaison.who.actor))
        office.clock.wait(1)
        do(office.ledger, liaison, NoteProgress(stream=stream, text="到现场看过"))
    yield office
    office.ledger.close()


def acts_of(office: Office) -> list[Act]:
    return office.ledger.known.streams.acts(0, office.size)


# Points of history --------------------------------------------------------------------------------


def test_a_size_and_a_time_give_one_another(lived: Office) -> None:
    times = [act.recorded_at or 0 for act in acts_of(lived)]
    for size in range(lived.size + 1):
        at = times[size - 1] if size else 0
        assert as_of(lived.ledger, size=size) == AsOf(size=size, at=at)
        reached = as_of(lived.ledger, at=at)
        assert reached == AsOf(size=sum(time <= at for time in times), at=at)
        assert reached.size >= size, "equal times belong together"


def test_now_is_the_head_and_the_clock(lived: Office) -> None:
    assert as_of(lived.ledger) == AsOf(size=lived.size, at=lived.clock.now_ms())


@pytest.mark.parametrize(
    ("size", "at", "expected"),
    [(10**9, None, "head"), (10**9, 5, "head"), (3, 5, 3), (0, None, 0), (-1, None, 0), (-1, 5, 0)],
)
def test_a_size_is_clipped_to_the_log(
    lived: Office, size: int, at: int | None, expected: Any
) -> None:
    found = as_of(lived.ledger, size=size, at=at)
    assert found.size == (lived.size if expected == "head" else expected)
    assert at is None or found.at == at


# Replay -------------------------------------------------------------------------------------------


def test_a_replay_at_any_size_is_the_fold_of_what_was_there(lived: Office) -> None:
    acts = acts_of(lived)
    for stream in {act.stream for act in acts}:
        for size in range(lived.size + 1):
            there = [act for act in acts[:size] if act.stream == stream]
            if not there:
                with pytest.raises(NotFound):
                    replay(lived.ledger, stream, AsOf(size=size, at=0))
                continue
            steps = replay(lived.ledger, stream, AsOf(size=size, at=0))
            assert [step.act for step in steps] == there
            state = registry().aggregates[there[0].aggregate].initial
            for step, act in zip(steps, there, strict=True):
                state = registry().aggregates[act.aggregate].evolve(state, act)
                assert step.state == state


def told(value: Any, change: Difference, path: tuple[Any, ...]) -> Any:
    """Return a member of a state after a change of something in it, at ``path``."""
    match path, value:
        case (), list() | tuple() if change.before is None or isinstance(change.before, list):
            kept = [each for each in value if each not in (change.before or ())]
            assert len(kept) == len(value) - len(change.before or ())
            return (*kept, *(change.after or ()))
        case (), _:
            assert value == change.before
            return change.after
        case (str() as name, *rest), _:
            return {**(value or {}), name: told((value or {}).get(name), change, tuple(rest))}
        case ((name, key), *rest), _:
            items = {each[name]: each for each in value or ()}
            items[key] = told(items.get(key), change, tuple(rest))
            return tuple(each for each in items.values() if each is not None)
        case _:
            raise AssertionError(path)


def test_the_changes_of_all_steps_lead_from_nothing_to_the_state(lived: Office) -> None:
    for stream in {act.stream for act in acts_of(lived) if act.aggregate == "case"}:
        steps = replay(lived.ledger, stream, as_of(lived.ledger))
        members: dict[str, object] = msgspec.to_builtins(registry().aggregates["case"].initial)
        for step in steps:
            for change in step.changes:
                assert change.before != change.after
                members[change.path[0]] = told(members.get(change.path[0]), change, change.path[1:])
            assert members == msgspec.to_builtins(step.state)


def test_every_stream_of_every_aggregate_is_replayed_with_its_changes(lived: Office) -> None:
    streams = {act.stream for act in acts_of(lived)}
    assert {stream.partition("/")[0] for stream in streams} >= {
        "log", "person", "key", "unit", "post", "pack", "case",
    }  # fmt: skip
    for stream in streams:
        for step in replay(lived.ledger, stream, as_of(lived.ledger), values=True):
            assert step.changes, f"{step.act.type} changed nothing"


def test_the_gap_between_two_steps_is_in_the_times_recorded(lived: Office) -> None:
    streams = [act.stream for act in acts_of(lived) if act.type == "case.received.v1"]
    assert len(streams) > 1
    for number, stream in enumerate(streams):
        gaps = [step.gap_ms for step in replay(lived.ledger, stream, as_of(lived.ledger))]
        assert gaps == [None, 0, number * MINUTE, 0, 1]


def test_what_was_never_recorded_is_not_found(lived: Office) -> None:
    for stream in ("case/" + "0" * 26, "ghost/1", "", "case/'; DROP TABLE entry"):
        with pytest.raises(NotFound):
            replay(lived.ledger, stream, as_of(lived.ledger))


# Proofs -------------------------------------------------------------------------------------------


def test_a_holder_proves_her_entry_from_what_she_signed(lived: Office) -> None:
    clerk = lived.hands["intake_clerk"]
    sent = presented(lived.ledger, clerk, lived.receive(), lived.receive())
    receipt = submit(lived.ledger, sent)
    verifiers = [parse_vkey(lived.ledger.signer.vkey)]
    made = proofs(lived.ledger, receipt)
    for each, line, file in zip(sent, receipt.entries, made, strict=True):
        own = leaf_hash(format_entry(line.recorded_at, each.split(b"~")[0]))
        parsed = parse_tlog_proof(file)
        checkpoint = verify_tlog_proof(parsed, own, verifiers)
        assert parsed.index == line.index < checkpoint.size == lived.size
        assert checkpoint.root == lived.ledger.recorder.head().root
        changed = leaf_hash(format_entry(line.recorded_at + 1, each.split(b"~")[0]))
        with pytest.raises(VerificationError):
            verify_tlog_proof(parsed, changed, verifiers)


def test_every_entry_is_proven_at_every_size_after_it(lived: Office) -> None:
    verifiers = [parse_vkey(lived.ledger.signer.vkey)]
    leaves = [leaf_hash(state) for state in lived.ledger.recorder.states(0, lived.size)]
    for size in (1, 2, lived.size // 2, lived.size):
        for index in {0, size // 2, size - 1}:
            made = parse_tlog_proof(proof(lived.ledger, index, size))
            assert verify_tlog_proof(made, leaves[index], verifiers).size == size


@given(st.data())
def test_a_proof_with_a_changed_byte_proves_nothing_else(
    lived: Office, data: st.DataObject
) -> None:
    verifiers = [parse_vkey(lived.ledger.signer.vkey)]
    index = lived.size - 2
    (state,) = lived.ledger.recorder.states(index, index + 1)
    file = bytearray(proof(lived.ledger, index, lived.size))
    at = data.draw(st.integers(0, len(file) - 1))
    file[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(LedgerError):
        verify_tlog_proof(parse_tlog_proof(bytes(file)), leaf_hash(state), verifiers)


# Sealed values ------------------------------------------------------------------------------------


def opened(office: Office, index: int) -> dict[str, SealedGroup]:
    (state,) = office.ledger.recorder.states(index, index + 1)
    return open_groups(office.ledger, index, parse_entry(state).signed.claims)


def test_a_sealed_value_is_shown_as_it_was_sealed(office: Office) -> None:
    office.a_case("井盖丢失")
    groups = opened(office, office.size - 1)
    assert {name: group.state for name, group in groups.items()} == {
        "matter": "shown", "reporter": "shown",
    }  # fmt: skip
    assert groups["matter"].values["text"] == "井盖丢失"
    assert len(groups["matter"].disclosures) == len(groups["matter"].values)


@pytest.mark.parametrize(
    ("where", "deed"),
    [
        ("ledger", "DELETE FROM vault WHERE idx = ? AND grp = 'matter'"),
        ("ledger", "UPDATE vault SET ciphertext = substr(ciphertext, 2) WHERE idx = ?"),
        ("ledger", "UPDATE vault SET purpose = 'else' WHERE idx = ?"),
        ("ledger", "UPDATE vault SET subject = 'else' WHERE idx = ?"),
        ("keys", "DELETE FROM data_key"),
        ("keys", "UPDATE data_key SET wrapped = zeroblob(60)"),
    ],
)
def test_a_value_that_is_gone_or_changed_is_lost_and_nothing_false_is_shown(
    office: Office, where: str, deed: str
) -> None:
    office.a_case("井盖丢失")
    index = office.size - 1
    office.ledger.close()
    if where == "ledger":
        execute(office.path, deed, index)
    else:  # in a file, wherever the ledger is
        with sqlite3.connect(office.path / "keys" / "keys.sqlite") as connection:
            connection.execute(deed)
    again = office.opened_beside()
    lost = opened(again, index)["matter"]
    assert (lost.state, lost.values, lost.disclosures) == ("lost", {}, ())
    again.ledger.close()


def test_a_replay_opens_values_only_when_asked(lived: Office) -> None:
    stream = next(act.stream for act in acts_of(lived) if act.type == "case.received.v1")
    closed = replay(lived.ledger, stream, as_of(lived.ledger))
    assert all(not step.sealed for step in closed)
    shown = replay(lived.ledger, stream, as_of(lived.ledger), values=True)
    assert shown[0].sealed["matter"].values["text"] == "第0件"
    assert shown[-1].sealed["note"].values == {"text": "到现场看过"}


# Waiting ------------------------------------------------------------------------------------------


def test_a_reader_waits_for_the_size_she_needs(office: Office) -> None:
    follower = office.ledger.follower
    with pytest.raises(ProjectionBehind):
        follower.wait_for(office.size, timeout=0.01)
    follower.start()
    follower.wait_for(office.size, timeout=60)
    office.a_case()
    follower.wait_for(office.size, timeout=60)
    with pytest.raises(ProjectionBehind) as behind:
        follower.wait_for(office.size + 1, timeout=0.05)
    assert behind.value.facts["position"] == office.size
    require_sound(office.path)
