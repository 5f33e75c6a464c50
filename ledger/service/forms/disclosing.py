"""What the forms of a disclosure item are filled in from: items, reasons, channels, questions."""

from collections.abc import Iterator, Mapping
from typing import Final

from ledger.rules.packs.book import Held
from ledger.rules.packs.sections import catalogues, disclosures
from ledger.service.forms.setting import Choice, Setting, Source, listed


def _disclosed(setting: Setting) -> Iterator[Choice]:
    """Yield what she may draft, of the pack adopted here first; several packs' say whose each is.

    A common pack and a local one may list items of almost one name.
    """
    held = list(_drafted(setting))
    several = len({each.pack.head.id for each in held}) > 1
    layers = setting.book.layers if setting.book else ()
    for each in sorted(held, key=lambda each: layers.index(each.pack)):
        item, of = each.item.value, each.pack.head
        zh, en = (f"（{of.zh}）", f" ({of.en})") if several else ("", "")
        yield Choice(value=item.id, zh=item.zh + zh, en=item.en + en)


def _drafted(setting: Setting) -> Iterator[Held]:
    book = setting.book
    for held in book.held(catalogues.section) if book else ():
        name = held.item.value.procedure
        way = book.find(disclosures.section, name) if book and name else None
        if way is not None and not setting.roles.isdisjoint(way.drafters):
            yield held


def _queries(setting: Setting) -> Iterator[Choice]:
    for number in setting.state.open_queries:
        yield Choice(value=str(number), zh=f"第 {number} 号询问", en=f"Question {number}")


CHOSEN_FROM: Final[Mapping[str, Source]] = {
    "disclosure_item.draft.code": _disclosed,
    "disclosure_item.reason": listed(
        "reason", lambda s: s.procedure.reasons if s.procedure else ()
    ),
    "disclosure_item.channel": listed(
        "channel", lambda s: s.procedure.channels if s.procedure else ()
    ),
    "disclosure_item.number": _queries,
}
"""What a field of a disclosure item is chosen from, as in ``choosing``."""
