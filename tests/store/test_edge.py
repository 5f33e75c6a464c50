"""Growing the edge at hand is as strict as reading it anew."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import IntegrityFault
from ledger.store.edge import Edge, Trail
from ledger.store.recorder import Head
from ledger.tlog.tile import TileBuilder
from ledger.tlog.tree import Frontier, leaf_hash, root_of

STATES = [b"%d entry" % n for n in range(600)]


class Anew:
    """A reader that must not be needed, or says what the store says."""

    def __init__(self, states: list[bytes] | None = None) -> None:
        self._states = states
        self.asked = 0

    def root(self, size: int) -> bytes:
        self.asked += 1
        assert self._states is not None
        return root_of([leaf_hash(state) for state in self._states[:size]])

    def builder(self, size: int) -> TileBuilder:
        self.asked += 1
        assert self._states is not None
        return edge_at(size, self._states).builder


def edge_at(size: int, states: list[bytes] = STATES) -> Edge:
    empty = Edge(frontier=Frontier.empty(), builder=TileBuilder.empty())
    return empty.grown([leaf_hash(state) for state in states[:size]])[0]


def head_at(size: int) -> Head:
    frontier = edge_at(size).frontier
    return Head(size=size, root=frontier.root(), frontier=frontier.to_bytes(), last_at=0)


def trail(before: int, size: int, rows: list[bytes], reader: Anew) -> Trail:
    return led(head_at(size), before, rows, reader)


def led(head: Head, before: int, rows: list[bytes], reader: Anew) -> Trail:
    edge = edge_at(before)
    between = rows[before : head.size] if edge.near(head.size) else []
    return Trail(edge, head, between, reader)  # type: ignore[arg-type]


@given(st.data())
def test_what_others_appended_is_followed_without_reading_the_edge(data: st.DataObject) -> None:
    size = data.draw(st.integers(0, 600))
    before = data.draw(st.integers(0, size))
    between = data.draw(st.integers(before, size))
    reader = Anew()
    found = trail(before, size, STATES, reader)
    assert found.root(between) == root_of([leaf_hash(state) for state in STATES[:between]])
    assert found.edge() == edge_at(size)
    assert reader.asked == 0


def test_a_root_before_the_edge_is_read_from_the_store() -> None:
    reader = Anew(STATES)
    assert trail(300, 310, STATES, reader).root(7) == root_of([leaf_hash(s) for s in STATES[:7]])
    assert reader.asked == 1


def test_an_entry_changed_behind_the_head_is_a_fault() -> None:
    spoilt = [*STATES[:305], b"305 another", *STATES[306:]]
    with pytest.raises(IntegrityFault):
        trail(300, 310, spoilt, Anew(spoilt)).edge()


def test_an_entry_missing_behind_the_head_is_a_fault() -> None:
    short = STATES[:309]
    with pytest.raises(IntegrityFault):
        trail(300, 310, short, Anew(short)).edge()


def test_a_head_row_of_the_same_size_but_another_history_is_a_fault() -> None:
    other = [*STATES[:299], b"another"]
    frontier = edge_at(300, other).frontier
    head = Head(size=300, root=frontier.root(), frontier=frontier.to_bytes(), last_at=0)
    with pytest.raises(IntegrityFault):
        led(head, 300, other, Anew(other)).edge()


@pytest.mark.parametrize("size", [310, 600])
def test_another_history_that_goes_further_is_a_fault(
    monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """Near enough to be followed or too far: it agrees with itself, not with the edge before."""
    monkeypatch.setattr("ledger.store.edge.FOLLOWED", 100)
    other = [*STATES[:299], b"another", *STATES[300:size]]
    frontier = edge_at(size, other).frontier
    head = Head(size=size, root=frontier.root(), frontier=frontier.to_bytes(), last_at=0)
    found = led(head, 300, other, Anew(other))
    assert found.root(300) == root_of([leaf_hash(state) for state in other[:300]])
    with pytest.raises(IntegrityFault):
        found.edge()


def test_too_far_to_be_followed_the_edge_is_read_from_the_store(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ledger.store.edge.FOLLOWED", 100)
    assert trail(300, 600, STATES, Anew(STATES)).edge() == edge_at(600)
