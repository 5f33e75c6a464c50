"""The tree, the anchors outside the entries, the log's own keys, and any change at all."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.audit.audit import audit
from ledger.audit.ports import StatedRoot
from ledger.entry import base64url
from ledger.entry.claims import Seen
from ledger.errors import MalformedError
from ledger.tlog.note import NoteSigner, format_vkey
from ledger.tlog.tile import TileId
from tests.audit.making import HandMade, Memory
from tests.audit.reading import codes, faults

# -- seen ------------------------------------------------------------------------------------


def test_what_a_signer_saw_is_this_logs_history(full: HandMade) -> None:
    log = HandMade()
    log.states, log.clock = list(full.states), full.clock
    log._tips = dict(full._tips)
    for size in (0, 1, 255, 256, 257, 300):
        log.case("a new one", by="cy", seen=full.seen(size))
    assert faults(log.source()) == {}
    log.case("a new one", by="cy", seen=Seen(size=256, root=full.seen(257).root))
    log.case("a new one", by="cy", seen=Seen(size=308, root=full.seen(300).root))
    log.case("a new one", by="cy", seen=Seen(size=10**9, root=full.seen(300).root))
    assert faults(log.source()) == {"audit.seen": [306, 307, 308]}


# -- tree and anchors ------------------------------------------------------------------------


@pytest.mark.parametrize("tile", [TileId(0, 0), TileId(0, 1, 44), TileId(1, 0, 1)])
def test_every_tile_is_compared_byte_for_byte(full: HandMade, tile: TileId) -> None:
    for change in (lambda data: data[:-1] + b"x", lambda data: data[:-1], lambda data: data + b"x"):
        source = full.source()
        source.tiles[tile] = change(source.tiles[tile])
        assert list(faults(source)) == ["audit.tile"]
    source = full.source()
    del source.tiles[tile]
    assert faults(source) == {"audit.tile_missing": [None]}


def test_a_rewritten_tail_needs_an_earlier_checkpoint(log: HandMade) -> None:
    kept = log.checkpoint(8)
    forged_log = HandMade()
    forged_log.enrol("cy")
    forged_log.enrol("di", by="bo")
    for label in ("a", "b", "b", "a", "b", "b"):
        forged_log.case(label, by="cy")
    assert faults(forged_log.source()) == {}, "with the log's own key, nothing inside shows it"
    assert faults(forged_log.source(), since=kept) == {"audit.root": [None]}


def test_a_truncated_log_needs_an_earlier_checkpoint(log: HandMade) -> None:
    kept = log.checkpoint()
    del log.states[6:]
    assert faults(log.source()) == {}
    assert faults(log.source(), since=kept) == {"audit.behind": [None]}


def test_an_earlier_checkpoint_is_an_anchor_only_when_this_log_signed_it(log: HandMade) -> None:
    stranger = NoteSigner(name=log.origin, seed=bytes(32))
    report = audit(log.source(), since=log.checkpoint(4))
    assert report.clean
    assert [anchor.name for anchor in report.anchors] == ["earlier checkpoint"]
    report = audit(log.source(), since=log.checkpoint(4, stranger))
    assert codes(report) == {"audit.unsigned": [None]}
    assert report.anchors == ()


def test_what_is_no_checkpoint_is_refused_before_anything_is_read(log: HandMade) -> None:
    with pytest.raises(MalformedError):
        audit(log.source(), since=b"not a note")


def test_a_broken_checkpoint_beside_the_entries_is_a_fault(log: HandMade) -> None:
    source = log.source()
    source.checkpoint = b"not a note"
    assert faults(source) == {"audit.unsigned": [None]}


def test_roots_that_are_stated_hold_at_their_size(full: HandMade) -> None:
    source = full.source()
    source.roots = [StatedRoot("signer's mark", size, full.root(size)) for size in (0, 1, 256, 299)]
    assert faults(source) == {}
    source.roots += [StatedRoot("signer's mark", 257, full.root(258))]
    assert faults(source) == {"audit.root": [None]}
    source.roots = [StatedRoot("signer's mark", 301, full.root())]
    assert faults(source) == {"audit.behind": [None]}


def test_a_head_beyond_the_entries_is_told_without_counting_to_it(log: HandMade) -> None:
    source = log.source()
    source.size = 2**62
    found = faults(source)
    assert found["audit.entry_missing"] == [8]


# -- the log's own key -----------------------------------------------------------------------


def rotation(log: HandMade, new: NoteSigner, old: NoteSigner) -> dict[str, object]:
    vkey = format_vkey(new.verifier)
    message = f"sgl-logkey-v1\n{log.origin}\n{format_vkey(old.verifier)}\n{vkey}\n"
    proof, consent = (base64url.encode(signer.sign(message).blob) for signer in (new, old))
    return {"vkey": vkey, "proof": proof, "consent": consent}


def test_a_replaced_log_key_signs_no_later_size(log: HandMade) -> None:
    old, new = log.signer, NoteSigner(name=log.origin, seed=bytes(32))
    stream = f"log/{log.origin}"
    log.add(stream, "log.key_rotation_proposed.v1", rotation(log, new, old), role="registrar")
    early = log.source()
    early.checkpoint = log.checkpoint(signer=new)
    assert faults(early) == {"audit.unsigned": [None]}, "one of two founders has signed"
    digest = log._tips[stream][1]
    log.add(stream, "log.approved.v1", {"approves": digest}, by="ann", role="registrar")
    assert faults(checked_by(log, new)) == {"audit.unsigned": [None]}, "the proposer counts once"
    log.add(stream, "log.approved.v1", {"approves": digest}, by="bo", role="registrar")
    log.case("a", by="cy")
    assert faults(checked_by(log, old)) == {"audit.unsigned": [None]}
    assert faults(checked_by(log, new)) == {}
    assert faults(checked_by(log, new), since=log.checkpoint(9, old)) == {}


def checked_by(log: HandMade, signer: NoteSigner) -> Memory:
    source = log.source()
    source.checkpoint = log.checkpoint(signer=signer)
    return source


@pytest.mark.parametrize("wrong", ["proof", "consent", "vkey"])
def test_a_change_of_the_log_key_needs_both_keys(log: HandMade, wrong: str) -> None:
    new, other = (NoteSigner(name=log.origin, seed=bytes([n]) * 32) for n in (1, 2))
    stream = f"log/{log.origin}"
    pub = rotation(log, new, log.signer)
    pub[wrong] = rotation(log, other, other)[wrong]
    log.add(stream, "log.key_rotation_proposed.v1", pub, role="registrar")
    digest = log._tips[stream][1]
    log.add(stream, "log.approved.v1", {"approves": digest}, by="bo", role="registrar")
    assert faults(checked_by(log, new)) == {"audit.unsigned": [None]}
    assert faults(checked_by(log, log.signer)) == {}


# -- any change at all -------------------------------------------------------------------------


@given(data=st.data())
def test_no_byte_of_an_entry_can_be_changed_unnoticed(full: HandMade, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, 299))
    at = data.draw(st.integers(0, len(full.states[index]) - 1))
    flip = data.draw(st.integers(1, 255))
    state = bytearray(full.states[index])
    state[at] ^= flip
    source = full.source()
    source.change(index, lambda _: bytes(state))
    report = audit(source, workers=1)
    assert report.exit_status == 1
    assert report.faults.first == index or at < 13, "the time alone is named by the tree"


Move = Callable[[list[bytes], int, int], None]


def swap(states: list[bytes], i: int, j: int) -> None:
    states[i], states[j] = states[j], states[i]


def drop(states: list[bytes], i: int, j: int) -> None:
    del states[i]


def repeat(states: list[bytes], i: int, j: int) -> None:
    states.insert(j, states[i])


@given(move=st.sampled_from([swap, drop, repeat]), i=st.integers(0, 299), j=st.integers(0, 299))
def test_no_entry_can_be_moved_dropped_or_repeated_against_the_checkpoint(
    full: HandMade, move: Move, i: int, j: int
) -> None:
    states = list(full.states)
    move(states, i, j)
    if states == full.states:
        return
    source = Memory(full.origin, states, full.checkpoint())
    assert not audit(source, workers=1).clean, "even with tiles and head rebuilt to fit"
