"""How items are disclosed, as a pack arranges it (``disclosures.toml``): who does what.

The acts and their order are code, always the same: drafted, reviewed by members of the
supervision committee, approved in a joint meeting where the procedure says so, published for as
long as the law of that day asks, taken down (2004 中办发17号).
What differs is the roles, how many reviews, the rule of answering, and the amounts to be stated.
Which items there are, the period each covers and the rule it is posted by stand in catalogues.
"""

from typing import Annotated, Literal, get_args

from msgspec import Meta

from ledger.kernel.event import Code
from ledger.rules.roles import Role
from ledger.rules.words import Word

ItemStanding = Literal[
    "drafted", "reviewed", "returned", "approved", "published", "taken_down", "withdrawn",
    "archived",
]  # fmt: skip
ITEM_STANDINGS: frozenset[str] = frozenset(get_args(ItemStanding))
"""Where an item may stand; packs say what each is called."""

BALANCE = ("closing", "expense", "income", "opening")
"""The amounts of a balanced statement: closing = opening + income - expense."""

Roles = Annotated[tuple[Role, ...], Meta(min_length=1)]


class Procedure(Word, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A way of disclosing: roles by what they do.

    ``reviews`` distinct members of the supervision committee must sign a version before it goes
    on; with ``any_version`` none of them drafted an earlier one either. Without ``approvers`` no
    joint meeting is needed. ``answer`` is a rule of law.toml with a term. ``amounts`` are what each
    version states in fen; ``balanced`` ones are those of ``BALANCE``.
    """

    answer: Code
    drafters: Roles
    reviewers: Roles
    publishers: Roles
    receivers: Roles
    deciders: Roles
    approvers: tuple[Role, ...] = ()
    reviews: Annotated[int, Meta(ge=1, le=9)] = 2
    any_version: bool = False
    channels: Annotated[tuple[Code, ...], Meta(min_length=1)]
    reasons: Annotated[tuple[Code, ...], Meta(min_length=1)]
    amounts: tuple[Code, ...] = ()
    balanced: bool = False

    @property
    def ready(self) -> ItemStanding:
        """Where an item stands when it may be published."""
        return "approved" if self.approvers else "reviewed"

    def barred(self, drafters: tuple[str, ...]) -> tuple[str, ...]:
        """Return who of those who drafted, the newest version's last, may sign none (SD2)."""
        # Packs of before ``any_version`` barred the last alone; what they allowed stays lawful.
        return drafters if self.any_version else drafters[-1:]
