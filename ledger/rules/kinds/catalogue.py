"""A catalogue as a pack arranges it (``catalogues.toml``): who keeps it, what it lists is owed.

What stands in a catalogue are rows of ``catalogues/<id>.csv``; here is said who adopts it for a
unit, at which levels one is due, and whether its items are powers with the five facets (S1-13):
what the power is, by which rules, how it is used, what was done with it, and what came of it. The
first three are documents that are posted; the last two are never written but computed from the
cases and decisions that exercise the power.

What a list says of its items besides that they are listed are facts, named by the pack: that a
place is covered, say, and since when (S1-22). A fact holds from a day on until it is ended.
"""

from typing import Annotated, Literal, get_args

from msgspec import Meta

from ledger.kernel.event import Code
from ledger.rules.roles import Role
from ledger.rules.words import Word

Written = Literal["content", "rules", "procedure"]
"""The facets that are documents."""
Computed = Literal["process", "result"]
WRITTEN: tuple[str, ...] = get_args(Written)
FACETS: tuple[str, ...] = (*WRITTEN, *get_args(Computed))
"""All five, in the order of the board."""

FacetState = Literal["posted", "expired", "withdrawn", "missing", "recorded", "under_way", "none"]
FACET_STATES: frozenset[str] = frozenset(get_args(FacetState))
"""Where a facet may stand; packs say what each is called."""


class CatalogueKind(Word, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A catalogue: its ``keepers`` publish and change it, for the ``reasons`` listed.

    A unit of one of ``levels`` without one lacks it. ``facets`` tells that its items are powers,
    ``facts`` what may be stated of an item from a day on.
    """

    keepers: Annotated[tuple[Role, ...], Meta(min_length=1)]
    reasons: Annotated[tuple[Code, ...], Meta(min_length=1)]
    levels: tuple[Code, ...] = ()
    facets: bool = False
    facts: tuple[Code, ...] = ()
