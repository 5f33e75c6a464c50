"""Masked names of volunteers who consented to be named, and of nobody else.

The name comes from the consent itself: she gave it to be shown, sealed in a group of its own for
that purpose alone (志愿服务条例 Art. 20; 个人信息保护法 Arts. 6, 25). No other group is opened, and
none at all once she withdrew, not even for a board as of an earlier day: what was public then is
not published again. What is shown is masked; the whole name is for nobody here.
"""

from collections.abc import Iterable

from ledger.entry.entry import parse_entry
from ledger.projections.volunteers import VolunteerRow
from ledger.service.ledger import Ledger, newest
from ledger.service.reading.values import open_groups

GROUP, FIELD = "naming", "name"
VIEW = "volunteers"


def masked(name: str) -> str:
    """Return a name's first character and a star: 王秀兰 becomes 王*."""
    stripped = name.strip()
    return f"{stripped[:1]}*" if stripped else ""


def names(ledger: Ledger, rows: Iterable[VolunteerRow]) -> dict[str, str]:
    """Return the masked names of those accounts whose consent stands in ``rows`` and still does.

    A name that was erased or cannot be opened is left out.
    """
    named = {row.account: row.named_at for row in rows if row.named_at is not None}
    standing = ledger.views[VIEW].rows_of(named, newest(ledger, VIEW)) if named else {}
    found: dict[str, str] = {}
    for account, latest in standing.items():
        # The view may not have read a withdrawal yet; the record itself has.
        if latest.named_at != named[account] or not ledger.known.stream(account).state.consents:
            continue
        if name := _name(ledger, named[account]):
            found[account] = masked(name)
    return found


def _name(ledger: Ledger, index: int) -> str | None:
    (state,) = ledger.recorder.states(index, index + 1)
    group = open_groups(ledger, index, parse_entry(state).signed.claims)[GROUP]
    name = group.values.get(FIELD)
    return name if isinstance(name, str) else None
