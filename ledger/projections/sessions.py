"""Sessions planned and held: one row per session, as the public members of its acts tell it.

Not handled: who was there and what was said (sealed), whether a duty was met by it
(`ledger.rules.compliance`).
"""

from typing import assert_never, cast

from msgspec.structs import replace

from ledger.aggregates.session import events
from ledger.aggregates.session.events import AnySessionEvent, Appointed, Record
from ledger.kernel.act import Act
from ledger.kernel.view import Row, View


class SessionRow(Row, frozen=True, kw_only=True):
    """A session as of a size; ``day`` is the local day it is planned for or was held on.

    ``standing`` is planned, held, cancelled or withdrawn. ``counts`` are ``code=number`` by code,
    parted by spaces; ``cases`` the streams in which problems raised are handled, each once.
    """

    session: str
    unit: str
    code: str
    period: str
    day: str
    standing: str = "planned"
    present: int | None = None
    expected: int | None = None
    counts: str = ""
    outcome: str | None = None
    problems: int = 0
    cases: str = ""
    corrected: int = 0


def counted(row: SessionRow) -> dict[str, int]:
    """Return what was counted at a session, by code."""
    pairs = (one.partition("=") for one in row.counts.split())
    return {of: int(number) for of, _, number in pairs}


def fold(row: SessionRow | None, act: Act, key: str) -> SessionRow | None:
    """Return the session's row after ``act``. No act comes before one is planned or held."""
    event = cast(AnySessionEvent, act.event)
    if row is None:
        if not isinstance(event, Appointed):
            return None
        row = SessionRow(
            session=key, unit=event.unit, code=event.code, period=event.period, day=event.day
        )
    match event:
        case events.Planned() | events.Replanned():
            after = _placed(row, event)
        case events.Held():
            after = replace(_recorded(row, event), standing="held")
        case events.Corrected():
            after = replace(_recorded(row, event), corrected=row.corrected + 1)
        case events.Attended():
            after = row
        case events.ProblemRaised():
            cases = " ".join(dict.fromkeys((*row.cases.split(), event.case or "")))
            after = replace(row, problems=row.problems + 1, cases=cases.strip())
        case events.Concluded():
            after = replace(row, outcome=event.outcome)
        case events.Cancelled():
            after = replace(row, standing="cancelled")
        case events.Withdrawn():
            after = replace(row, standing="withdrawn")
        case _:
            assert_never(event)
    return after


def _placed(row: SessionRow, event: Appointed) -> SessionRow:
    return replace(row, unit=event.unit, period=event.period, day=event.day)


def _recorded(row: SessionRow, event: Record) -> SessionRow:
    return replace(
        _placed(row, event),
        present=event.present,
        expected=event.expected,
        counts=" ".join(f"{count.of}={count.number}" for count in event.counts),
        outcome=event.outcome,
    )


view = View(
    name="sessions",
    version=3,
    row=SessionRow,
    reads=frozenset({"session"}),
    keys=lambda act: (act.stream,),
    fold=fold,
    counts=(("unit", "code", "standing"),),
)
