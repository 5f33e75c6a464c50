"""What people wish for a catalogue: imperative, flat, as typed."""

from typing import ClassVar

from ledger.aggregates.catalogue.events import ItemRef, MatterRef
from ledger.kernel.aggregate import Command
from ledger.kernel.event import Code, Date, UnitRef
from ledger.rules.kinds.catalogue import Written
from ledger.rules.texts import Text


class Publish(Command, frozen=True, kw_only=True):
    """Adopt a catalogue for a unit: the items named, or all that the packs in force list in it."""

    name: ClassVar[str] = "catalogue.publish"
    zh: ClassVar[str] = "公布本单位目录"
    en: ClassVar[str] = "Publish"
    unit: UnitRef
    code: Code
    items: tuple[Code, ...] = ()
    text: Text | None = None


class Replace(Command, frozen=True, kw_only=True):
    """Put another list in its place: the items named, or all of the packs in force now."""

    name: ClassVar[str] = "catalogue.replace"
    zh: ClassVar[str] = "整体更换目录"
    en: ClassVar[str] = "Replace"
    reason: Code
    items: tuple[Code, ...] = ()
    text: Text | None = None


class AddItem(Command, frozen=True, kw_only=True):
    """Take an item in, under a rule of the packs in force."""

    name: ClassVar[str] = "catalogue.add_item"
    zh: ClassVar[str] = "增列事项"
    en: ClassVar[str] = "Add item"
    item: Code
    rule: Code
    reason: Code
    text: Text | None = None


class RemoveItem(Command, frozen=True, kw_only=True):
    """Strike an item off, under a rule of the packs in force."""

    name: ClassVar[str] = "catalogue.remove_item"
    zh: ClassVar[str] = "删去事项"
    en: ClassVar[str] = "Remove item"
    item: Code
    rule: Code
    reason: Code
    text: Text | None = None


class DiscloseFacets(Command, frozen=True, kw_only=True):
    """Say which disclosure item tells facets of powers; one document may tell many."""

    name: ClassVar[str] = "catalogue.disclose_facets"
    zh: ClassVar[str] = "登记由哪个公开事项载明权力的哪些方面"
    en: ClassVar[str] = "Disclose facets"
    items: tuple[Code, ...]
    facets: tuple[Written, ...]
    disclosure: ItemRef


class RecordExercise(Command, frozen=True, kw_only=True):
    """Say which power a case or decision exercises, where its kind alone does not."""

    name: ClassVar[str] = "catalogue.record_exercise"
    zh: ClassVar[str] = "登记某事项或决策行使了哪项权力"
    en: ClassVar[str] = "Record exercise"
    item: Code
    matter: MatterRef


class WithdrawExercise(Command, frozen=True, kw_only=True):
    """Take back that a matter exercised a power."""

    name: ClassVar[str] = "catalogue.withdraw_exercise"
    zh: ClassVar[str] = "撤回行使登记"
    en: ClassVar[str] = "Withdraw exercise"
    matter: MatterRef
    reason: Code
    text: Text | None = None


class StateFact(Command, frozen=True, kw_only=True):
    """Say that a fact holds of a listed item, and since which day."""

    name: ClassVar[str] = "catalogue.state_fact"
    zh: ClassVar[str] = "登记清单事项的情况（自何日起）"
    en: ClassVar[str] = "State fact"
    item: Code
    fact: Code
    since: Date
    text: Text | None = None


class EndFact(Command, frozen=True, kw_only=True):
    """Say that a fact holds of an item no longer, since which day, and which case mends it."""

    name: ClassVar[str] = "catalogue.end_fact"
    zh: ClassVar[str] = "登记清单事项的情况已终止"
    en: ClassVar[str] = "End fact"
    item: Code
    fact: Code
    since: Date
    reason: Code
    matter: MatterRef | None = None
    text: Text | None = None


CatalogueCommand = (
    Publish | Replace | AddItem | RemoveItem | DiscloseFacets | RecordExercise | WithdrawExercise
    | StateFact | EndFact
)  # fmt: skip

COMMANDS: tuple[type[Command], ...] = CatalogueCommand.__args__
