"""A kind of post as a pack arranges it (``posts.toml``): body, term, hand-over, what it excludes.

The id is the role. ``bars`` and ``body`` serve separation of duty per person (SD3).
What is barred is recorded and found, never refused: 交叉任职 is lawful in most pairs and unlawful
in a few. Not handled: who may be elected, how many seats.
"""

from typing import Literal, get_args

from ledger.kernel.event import Code
from ledger.rules.obligations import Level
from ledger.rules.post_statements import Mandate
from ledger.rules.roles import Role
from ledger.rules.words import Word

Standing = Literal["held", "awaiting", "not_begun", "over", "vacant"]
"""How a post stands on a day; ``awaiting`` lacks signatures, ``vacant`` has nobody at all."""
STANDINGS: frozenset[str] = frozenset(get_args(Standing))
Conflict = Literal["barred", "relative"]
"""What is against a post: another she holds there, or a near relative of hers."""
CONFLICTS: frozenset[str] = frozenset(get_args(Conflict))
MANDATES: frozenset[str] = frozenset(get_args(Mandate))


class PostKind(Word, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of post.

    ``levels`` are those of units that must have somebody in it; ``term`` is the rule of the longest
    term, ``election`` that of its quorum. ``bars`` are roles its holder may not have beside it at
    the same unit, ``apart_from`` bodies she may have no near relative in. ``hand_over`` is the rule
    of the days in which ``items`` are handed over, supervised by one of ``witnesses``. ``notice``
    is the item of a catalogue in which its holder says herself how she is reached; the public reads
    it while it is posted and she has the post.
    """

    body: Code
    levels: tuple[Level, ...] = ()
    term: Code | None = None
    election: Code | None = None
    bars: tuple[Role, ...] = ()
    apart_from: tuple[Code, ...] = ()
    hand_over: Code | None = None
    items: tuple[Code, ...] = ()
    witnesses: tuple[Role, ...] = ()
    notice: Code | None = None
