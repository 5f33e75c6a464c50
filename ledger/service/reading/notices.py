"""What the holder of a post says of herself on a public board: name, how she is reached (S1-09).

She drafts the notice herself, which is her consent, and it is read while it is posted (``posted``)
and while she has the post: of no other post, of nobody who drafted it for her, and on no day after
her term, whichever earlier day one asks about. Not handled: what a board of stone still says.
"""

from ledger.aggregates.disclosure_item.state import ItemState
from ledger.projections.disclosures import DisclosureRow
from ledger.rules.posts import Appointment
from ledger.service.board import Desk
from ledger.service.ledger import Ledger, today
from ledger.service.reading.posted import Posted, posted


def notice(desk: Desk, post: Appointment, code: str) -> tuple[str, Posted] | None:
    """Return the item of a post's newest notice at the desk's point, and what it says.

    None where its holder has none up now, or has the post no more.
    """
    if not _is_held_now(desk.ledger, post):
        return None
    rows: list[DisclosureRow] = [
        row
        for row in desk.rows("disclosures", "item", code=code, standing="published")
        if row.unit == post.unit and _drafter(desk.ledger, row.item) == post.holder
    ]
    for row in sorted(rows, key=lambda row: row.day or "", reverse=True):
        if (said := posted(desk.ledger, row.item, desk.point)) is not None:
            return row.item, said
    return None


def _is_held_now(ledger: Ledger, post: Appointment) -> bool:
    now: Appointment | None = ledger.known.stream(post.stream).state
    return now is not None and now.held(today(ledger))


def _drafter(ledger: Ledger, item: str) -> str:
    state: ItemState = ledger.known.stream(item).state
    return state.drafters[-1]
