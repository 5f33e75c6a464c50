"""A kind of session as a pack arranges it (``sessions.toml``): who keeps it, what is said of it.

The acts and their order are code, the same for every kind: a session is planned or not, held, and
then spoken of. What differs is who may record it, the kind of period it covers (so that a duty of
every quarter is met by a meeting of that quarter), the outcomes to choose from, and what is counted
at it beside those present: leaflets handed out, households visited.
"""

from typing import Annotated, Literal, get_args

from msgspec import Meta

from ledger.kernel.event import Code
from ledger.rules import periods
from ledger.rules.roles import Role
from ledger.rules.words import Word

Standing = Literal["planned", "held", "cancelled", "withdrawn"]
STANDINGS: frozenset[str] = frozenset(get_args(Standing))
"""Where a session may stand; packs say what each is called."""


class SessionKind(Word, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of session: its ``keepers`` plan, record and correct it.

    ``period`` is the kind of period a session of this kind covers; ``reasons`` are those for which
    one is moved, called off, corrected or taken back. Of ``counts``, ``whole`` may be the one of
    which every other is a part: of so many asked, so many knew.
    """

    period: periods.Kind
    keepers: Annotated[tuple[Role, ...], Meta(min_length=1)]
    reasons: Annotated[tuple[Code, ...], Meta(min_length=1)]
    outcomes: tuple[Code, ...] = ()
    counts: tuple[Code, ...] = ()
    whole: Code | None = None
