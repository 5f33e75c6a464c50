"""What happens to a catalogue: ``catalogue.<fact>.v1`` and the group they seal.

Public are the codes listed, what was taken in or struck off under which rule, which facts hold of
an item since when, and which other streams carry facets, exercised a power or mend what ended.
Remarks are sealed. What a code is called, packs say.

Not handled: the documents themselves (disclosure items), steps of what exercised a power (its own
stream).
"""

from typing import Annotated

from msgspec import Meta

from ledger.kernel.event import Code, Date, Event, Group, UnitRef, event, group
from ledger.rules.kinds.catalogue import Written

_ID = "[0-9A-HJKMNP-TV-Z]{26}"
ItemRef = Annotated[str, Meta(pattern=rf"\Adisclosure_item/{_ID}\Z")]
MatterRef = Annotated[str, Meta(pattern=rf"\A(case|decision)/{_ID}\Z")]
Codes = Annotated[tuple[Code, ...], Meta(min_length=1, max_length=500)]
"""Codes of items, in order, each once."""
Facets = Annotated[tuple[Written, ...], Meta(min_length=1, max_length=3)]
Version = Annotated[int, Meta(ge=1, le=100_000)]


@group(
    "remark",
    data_class="personal",
    purpose="keeping the catalogue",
    years=30,
    zh="备注",
    en="Remark",
)
class Remark(Group, frozen=True, kw_only=True):
    """Why, in words."""

    text: str | None = None


class CatalogueEvent(Event, frozen=True, kw_only=True):
    """Every event names the unit; ``basis`` cites the arrangement and the rule named."""

    unit: UnitRef


class Listing(CatalogueEvent, frozen=True, kw_only=True):
    """A whole list: its version, counted from 1, and its items."""

    version: Version
    items: Codes


@event("catalogue.published.v1", Remark, zh="公布目录", en="Catalogue published")
class Published(Listing, frozen=True, kw_only=True):
    """The unit adopted its first version of the catalogue ``code``."""

    code: Code


@event("catalogue.replaced.v1", Remark, zh="更换目录", en="Catalogue replaced")
class Replaced(Listing, frozen=True, kw_only=True):
    """A whole new list took the place of the one before; ``dropped`` are items not in it."""

    dropped: tuple[Code, ...] = ()


@event("catalogue.item_added.v1", Remark, zh="目录增列事项", en="Item added to the catalogue")
class ItemAdded(CatalogueEvent, frozen=True, kw_only=True):
    """An item was taken in under a rule; the list is another ``version`` from here on."""

    version: Version
    item: Code
    rule: Code


@event("catalogue.item_removed.v1", Remark, zh="目录删去事项", en="Item struck off the catalogue")
class ItemRemoved(CatalogueEvent, frozen=True, kw_only=True):
    """An item was struck off under a rule; the list is another ``version`` from here on."""

    version: Version
    item: Code
    rule: Code


@event("catalogue.facets_disclosed.v1", zh="登记五公开文件", en="Document of facets named")
class FacetsDisclosed(CatalogueEvent, frozen=True, kw_only=True):
    """A disclosure item tells ``facets`` of ``items``, instead of what told them before."""

    items: Codes
    facets: Facets
    disclosure: ItemRef


@event("catalogue.exercised.v1", zh="登记权力行使", en="Exercise recorded")
class Exercised(CatalogueEvent, frozen=True, kw_only=True):
    """A case or decision exercised the power ``item``, and no other one."""

    item: Code
    matter: MatterRef


@event("catalogue.exercise_withdrawn.v1", Remark, zh="撤回行使登记", en="Exercise taken back")
class ExerciseWithdrawn(CatalogueEvent, frozen=True, kw_only=True):
    """A matter was recorded as exercising a power and did not."""

    matter: MatterRef


@event("catalogue.fact_stated.v1", Remark, zh="登记事项情况", en="Fact of an item stated")
class FactStated(CatalogueEvent, frozen=True, kw_only=True):
    """A ``fact`` of a listed item holds from the day ``since`` on."""

    item: Code
    fact: Code
    since: Date


@event("catalogue.fact_ended.v1", Remark, zh="登记事项情况终止", en="Fact of an item ended")
class FactEnded(CatalogueEvent, frozen=True, kw_only=True):
    """A ``fact`` holds of an item no longer, from the day ``since`` on; ``matter`` mends it."""

    item: Code
    fact: Code
    since: Date
    matter: MatterRef | None = None


AnyCatalogueEvent = (
    Published | Replaced | ItemAdded | ItemRemoved | FacetsDisclosed | Exercised
    | ExerciseWithdrawn | FactStated | FactEnded
)  # fmt: skip

EVENTS: tuple[type[CatalogueEvent], ...] = AnyCatalogueEvent.__args__
REASONED = (Replaced, ItemAdded, ItemRemoved, ExerciseWithdrawn, FactEnded)
"""Acts that must give a reason; the catalogue's arrangement lists the codes."""
