"""Disclosure items: one row per item, what is posted beside the version being drafted.

What is ``shown`` is the newest version published and not taken back; ``before`` are the amounts it
corrected. Whether a posting still runs and whether a question is overdue depends on the day one
asks about. Not handled: content (sealed), duties.
"""

from typing import assert_never, cast

from msgspec.structs import replace

from ledger.aggregates.disclosure_item import events
from ledger.aggregates.disclosure_item.events import AnyItemEvent, Version
from ledger.kernel.act import Act
from ledger.kernel.view import Row, View
from ledger.rules.time import occ_date


class DisclosureRow(Row, frozen=True, kw_only=True):
    """An item as of a size; days are local, YYYY-MM-DD; amounts ``code=fen`` parted by spaces.

    ``version`` is the newest drafted, ``shown`` the newest published (0: none). ``queries`` waits
    as ``number=due`` parted by spaces, ``asked`` counts all there were. ``added`` are files put to
    what is shown since it was posted, the last on ``added_on``.
    """

    item: str
    unit: str
    code: str
    period: str
    standing: str = "drafted"
    version: int = 0
    amounts: str = ""
    reviews: int = 0
    shown: int = 0
    shown_amounts: str = ""
    before: str = ""
    day: str | None = None
    until: str | None = None
    taken_down: str | None = None
    early: bool = False
    asked: int = 0
    queries: str = ""
    contested: bool = False
    upheld: int = 0
    withdrawn: str | None = None
    replaced_by: str | None = None
    added: int = 0
    added_on: str | None = None


def amounts_of(text: str) -> dict[str, int]:
    """Return amounts in fen by code."""
    return {of: int(fen) for of, _, fen in (one.partition("=") for one in text.split())}


def fold(row: DisclosureRow | None, act: Act, key: str) -> DisclosureRow | None:
    """Return the item's row after ``act``; nothing comes before its draft."""
    event = cast(AnyItemEvent, act.event)
    if row is None:
        if not isinstance(event, Version):
            return None
        row = DisclosureRow(item=key, unit=event.unit, code=event.code, period=event.period)
    return _by_fact(row, event, occ_date(act.occ).isoformat())


def _by_fact(row: DisclosureRow, event: AnyItemEvent, day: str) -> DisclosureRow:
    match event:
        case events.Drafted() | events.Revised():
            after = _drafted(row, event)
        case events.Reviewed():
            standing = "reviewed" if event.complete else row.standing
            after = replace(row, reviews=row.reviews + 1, standing=standing)
        case events.Returned() | events.Approved() | events.Archived():
            after = replace(row, standing=_STANDS[type(event)])
        case events.Published():
            after = _published(row, event)
        case events.TakenDown():
            after = replace(row, standing="taken_down", taken_down=day, early=event.early)
        case events.QueryRaised():
            waiting = f"{row.queries} {event.number}={event.due}".strip()
            after = replace(row, asked=event.number, queries=waiting)
        case events.QueryAnswered():
            left = (one for one in row.queries.split() if not one.startswith(f"{event.number}="))
            after = replace(row, queries=" ".join(left))
        case events.Challenged():
            after = replace(row, contested=True)
        case events.ChallengeDecided():
            upheld = row.upheld + (event.verdict == "upheld")
            after = replace(row, contested=False, upheld=upheld)
        case events.Withdrawn():
            instead = event.replaced_by
            after = replace(row, standing="withdrawn", withdrawn=day, replaced_by=instead)
        case events.Attached():
            posted = row.standing == "published"
            after = replace(row, added=row.added + 1, added_on=day) if posted else row
        case _:
            assert_never(event)
    return after


_STANDS = {
    events.Returned: "returned",
    events.Approved: "approved",
    events.Archived: "archived",
}


def _drafted(row: DisclosureRow, event: Version) -> DisclosureRow:
    return replace(
        row,
        standing="drafted",
        period=event.period,
        version=row.version + 1,
        amounts=" ".join(f"{amount.of}={amount.fen}" for amount in event.amounts),
        reviews=0,
    )


def _published(row: DisclosureRow, event: events.Published) -> DisclosureRow:
    corrected = row.shown and row.shown_amounts != row.amounts
    return replace(
        row,
        standing="published",
        shown=row.version,
        before=row.shown_amounts if corrected else row.before,
        shown_amounts=row.amounts,
        day=event.day,
        until=event.until,
        taken_down=None,
        early=False,
        added=0,
        added_on=None,
    )


view = View(
    name="disclosures",
    version=4,
    row=DisclosureRow,
    reads=frozenset({"disclosure_item"}),
    keys=lambda act: (act.stream,),
    fold=fold,
    counts=(("unit", "code", "standing"),),
)
