"""A month nobody disclosed is a row, as of every size: counted again from the acts alone."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ledger.aggregates.disclosure_item.events import Published, Withdrawn
from ledger.kernel.act import Act
from ledger.kernel.event import Event
from ledger.projections import evidence
from ledger.rules.compliance import Evidence, matrix
from ledger.rules.time import parse_date
from tests.rules.test_compliance import book, owes, place

UNIT, CODE = "unit/a", "finance.monthly"
FIRST, LAST = date(2026, 1, 1), date(2027, 1, 31)
MONTHS = [f"2026-{month:02}" for month in range(1, 13)]
WHERE = place(book(owes(every='"month"', satisfied_by=f'{{ disclosure_item = "{CODE}" }}')))
days = st.integers(0, (LAST - FIRST).days).map(lambda n: FIRST + timedelta(n))
items = st.tuples(st.sampled_from(MONTHS), days, st.none() | st.integers(0, 90))
Told = tuple[str, date, str | None]
"""The item, the day, and the month published, None where it was taken back."""


def history(wanted: list[tuple[str, date, int | None]]) -> list[Told]:
    """Return what was published and taken back, in the order of the days."""
    told: list[Told] = []
    for number, (month, on, stood) in enumerate(wanted):
        told.append((f"disclosure_item/{number}", on, month))
        if stood is not None:
            told.append((f"disclosure_item/{number}", on + timedelta(stood), None))
    return sorted(told, key=lambda each: each[1])


def act(told: Told) -> Act:
    stream, on, month = told
    event: Event = Withdrawn(unit=UNIT, reason="mistaken")
    if month is not None:
        day = on.isoformat()
        event = Published(unit=UNIT, code=CODE, period=month, day=day, until=day, channel="board")
    at = int(datetime(on.year, on.month, on.day, 4, tzinfo=UTC).timestamp())
    return Act(
        stream=stream, seq=1, type="disclosure_item.published.v1", jti="j", actor="person/x",
        role="clerk", kid="k", occ=on.isoformat(), iat=at, recorded_at=at * 1000, event=event,
    )  # fmt: skip


def missing_rows(acts: list[Act], on: date) -> list[str]:
    """Return the months the matrix calls missing, from the rows of the view after ``acts``."""
    rows: dict[str, Any] = {}
    for each in acts:
        for key in evidence.view.keys(each):
            rows[key] = evidence.view.fold(rows.get(key), each, key)
    shown = [
        Evidence(
            row.of, row.code, row.period, parse_date(row.done_on),
            parse_date(row.withdrawn_on) if row.withdrawn_on else None, row.evidence,
        )
        for row in rows.values()
    ]  # fmt: skip
    found = matrix([WHERE], lambda _: shown, since=FIRST, day=on)
    return [str(line.duty.period) for line in found if line.verdict == "missing"]


def missing_months(told: list[Told], on: date) -> list[str]:
    """Return the months over by ``on`` of which nobody, once they had begun, published anything."""
    published = {month for _, day, month in told if month and f"{day:%Y-%m}" >= month}
    return [
        month
        for number, month in enumerate(MONTHS, 1)
        if date(2026, number, monthrange(2026, number)[1]) < on and month not in published
    ]


@given(wanted=st.lists(items, max_size=14), later=st.integers(0, 60))
def test_the_missing_rows_are_exactly_the_months_in_the_gaps_as_of_every_size(
    wanted: list[tuple[str, date, int | None]], later: int
) -> None:
    told = history(wanted)
    acts = [act(each) for each in told]
    for size in range(len(told) + 1):
        on = (told[size - 1][1] if size else FIRST) + timedelta(later)
        if on.year == 2026:  # December is owed by then, and no month of the next year
            assert missing_rows(acts[:size], on) == missing_months(told[:size], on), size


def test_a_month_disclosed_late_stays_missing_as_of_before() -> None:
    told = history([("2026-01", date(2026, 1, 20), None), ("2026-02", date(2026, 6, 3), None)])
    acts, on = [act(each) for each in told], date(2026, 4, 15)
    assert missing_rows(acts[:1], on) == ["2026-02", "2026-03"]
    assert missing_rows(acts, date(2026, 6, 3)) == ["2026-03", "2026-04", "2026-05"]
