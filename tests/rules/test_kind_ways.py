"""Ways through a kind of case, against a fixpoint written out."""

from hypothesis import given
from hypothesis import strategies as st

from ledger.rules.kinds.case import CaseKind, State, Transition
from ledger.rules.kinds.case_ways import alternatives, reached, turned

STATES = st.sampled_from("abcdef")
STEPS = st.sets(st.tuples(STATES, STATES), max_size=14)


def as_map(steps):
    return {left: {to for begin, to in steps if begin == left} for left, _ in steps}


def naive(steps, begin, without=None):
    """What is reached, by trying every step until none adds a state."""
    found = set(begin)
    for _ in range(6):
        found |= {to for left, to in steps if left in found and to != without}
    return found


@given(steps=STEPS, begin=st.sets(STATES), without=st.none() | STATES)
def test_reached_is_the_fixpoint_and_turned_asks_it_backwards(steps, begin, without):
    assert reached(as_map(steps), begin, without=without) == naive(steps, begin, without)
    for state in "abcdef":
        back = reached(turned(as_map(steps)), {state})
        assert back == {each for each in "abcdef" if state in naive(steps, {each})}


def test_a_kind_as_large_as_may_be_is_looked_at_in_linear_steps():
    """Sixty states in a row, each with every way back: nobody gets round any of them."""
    row = [f"s{n}" for n in range(60)]
    on = [
        Transition(act=act, from_=(row[n],), to=row[n + 1], roles=("clerk",))
        for n in range(59)
        for act in (("closed",) if n == 58 else ("resolved", "completed"))
    ]
    back = [
        Transition(act=f"back{n}", from_=tuple(row[n + 1 : 59]), to=row[n], roles=("clerk",))
        for n in range(58)
    ]
    received = Transition(act="received", to=row[0], roles=("clerk",))
    kind = CaseKind(
        id="k",
        zh="k",
        en="k",
        channels=("phone",),
        states=tuple(State(id=name, zh="s", en="s", open=name != row[-1]) for name in row),
        transitions=(received, *on, *back),
    )
    assert list(alternatives(kind)) == [("resolved", "completed")] * 58
