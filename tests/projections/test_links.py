"""Links: both ends of each are told, from the first entry on that names, and of public members."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger.aggregates.case.events import Confirmed
from ledger.aggregates.disclosure_item.events import Approved
from ledger.aggregates.finding.events import Acknowledged
from ledger.aggregates.session.events import ProblemRaised
from ledger.kernel.act import Act
from ledger.kernel.event import CaseRef, Event, PersonRef, PublicText
from ledger.projections.links import LinkRow, key_of, named, view
from ledger.rules.accounts import Credit
from ledger.rules.post_statements import PostRecused
from tests.support.gwt import an_id, unit

UNIT, PERSON = unit("grid"), f"person/{an_id('p')}"
CASE, CARD, MEETING = (f"{noun}/{an_id('a')}" for noun in ("case", "account", "session"))
MEETING_CASE = f"case/{an_id('m')}"
STREAMS = [f"{noun}/{an_id(label)}" for noun in ("case", "session") for label in "abc"]


class Tells(Event, frozen=True, kw_only=True):
    cases: tuple[CaseRef, ...] = ()
    one: CaseRef | None = None
    by: PersonRef | None = None
    title: PublicText = "-"


def did(stream: str, event: Event, index: int) -> Act:
    return Act(
        stream=stream, seq=1, type=f"{stream.partition('/')[0]}.told.v1", jti="j", actor=PERSON,
        role="clerk", kid="k", occ="2026-03-01", iat=1_772_400_000, event=event, index=index,
    )  # fmt: skip


def folded(acts: list[Act]) -> dict[str, LinkRow]:
    rows: dict[str, LinkRow] = {}
    for act in acts:
        for key in dict.fromkeys(view.keys(act)):
            rows[key] = view.fold(rows.get(key), act, key)  # type: ignore[assignment]
    return rows


@given(st.lists(st.tuples(st.sampled_from(STREAMS), st.lists(st.sampled_from(STREAMS)))))
def test_a_stream_is_linked_to_another_exactly_when_that_is_linked_to_it(
    told: list[tuple[str, list[str]]],
) -> None:
    rows = folded([did(who, Tells(cases=tuple(to)), n) for n, (who, to) in enumerate(told)])
    first: dict[tuple[str, str], int] = {}
    for index, (who, to) in enumerate(told):
        for other in to:
            first.setdefault((who, other), index)
    pairs = {pair for pair in first if pair[0] != pair[1]}
    assert {(row.stream, row.other) for row in rows.values()} == pairs | {
        (other, stream) for stream, other in pairs
    }
    for key, row in rows.items():
        assert key == row.link == key_of(row.stream, row.other)
        assert row.entry == first.get((row.stream, row.other)), "where it itself first names"


GIVEN = Credit(account=CARD, purpose="clean", day="2026-03-01", start=540, minutes=30)
FOUND = Acknowledged(unit=UNIT, kind="x", version=1, facts="f" * 43, record=CASE)
SAID: list[tuple[Event, list[str]]] = [
    (ProblemRaised(unit=UNIT, case=CASE), [CASE]),
    (ProblemRaised(unit=UNIT), []),
    (Approved(unit=UNIT, session=MEETING), [MEETING]),
    (Confirmed(unit=UNIT, state="confirmed", credits=(GIVEN, GIVEN)), [CARD, CARD]),
    (PostRecused(unit=UNIT, holder=PERSON, matter=MEETING), [MEETING]),
    (FOUND, [CASE]),
    (replace(FOUND, record="module/m3"), []),
]


@pytest.mark.parametrize(("event", "expected"), SAID)
def test_what_an_act_names_is_found_wherever_it_stands(event: Event, expected: list[str]) -> None:
    assert list(named(event)) == expected


def test_units_persons_and_texts_are_no_ends_of_links() -> None:
    says = Tells(unit=UNIT, by=PERSON, title=CASE, one=MEETING_CASE, cases=(CASE,))
    assert sorted(named(says)) == sorted((MEETING_CASE, CASE))
    assert view.keys(did(CASE, says, 0)) == (
        key_of(CASE, MEETING_CASE), key_of(MEETING_CASE, CASE),
    ), "nor is a stream linked to itself"  # fmt: skip
