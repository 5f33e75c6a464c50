"""How an entry to be signed is read: in the order of the form it was typed in, all of it there.

A page and a device say the same in the same order; what the system itself puts in is folded away.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from api.acting.checking import Shown
from api.acting.wishes import LEADING
from api.wording.values import NOTHING

if TYPE_CHECKING:
    from api.wording.words import Words

FIRST: Final = ("period", "item", "step", "flow", "amount")
"""Public members that come first of those that no field of the form asked for."""
SYSTEMS: Final = frozenset({"approves", "basis", "entry", "facts", "numbered", "root", "version"})
"""Public members that no one who signs has said: folded away, and there to be read."""


class SignWords:
    """Made for one answer, upon the words of its moment."""

    def __init__(self, words: "Words") -> None:
        self._words = words

    def in_order(self, entry: Shown, asked: Sequence[str] = ()) -> tuple[list[str], list[str]]:
        """Return the public members that say something, as they are read, and those folded away.

        They are read in the order in which a form ``asked`` for them, if one did. What the system
        puts in, such as digests and the series of a number, is folded.
        """
        names = [name for name, value in entry.pub.items() if value not in NOTHING]
        plain = [name for name in names if name not in SYSTEMS]
        place = _places((*LEADING, *asked, *FIRST))
        plain.sort(key=lambda name: place.get(name, len(place) + (name == "state")))
        return plain, [name for name in names if name in SYSTEMS and name != "basis"]

    def sealed_in(self, entry: Shown, asked: Sequence[str]) -> list[tuple[str, str, object]]:
        """Return the sealed values by group and name, in the order a form ``asked`` for them."""
        place = _places(asked)
        found = [
            (group, name, value)
            for group, values in entry.sealed.items()
            for name, value in values.items()
        ]
        # A form asks for a value of one of several groups by both names, as reporter_name.
        found.sort(key=lambda each: place.get(each[1], place.get("_".join(each[:2]), len(place))))
        return found

    def names_in(
        self, shown: Sequence[Shown], command: str, asked: Sequence[str]
    ) -> list[dict[str, Any]]:
        """Return what a device says beside the values it verified: labels, and codes in words."""
        words, acts = self._words, self._words.acts
        return [
            {
                "title": {"": words.act(entry.type, entry.unit)},
                "sealed": {
                    f"{group}.{name}": acts.sealed_field(command, group, name)
                    for group, values in entry.sealed.items()
                    for name in values
                },
                "sealed_order": [
                    f"{group}.{name}" for group, name, _ in self.sealed_in(entry, asked)
                ],
                "filled": acts.filled_in(entry),
                "filled_order": list(acts.filled_in(entry)),
                "labels": {name: acts.label(entry, name) for name in entry.pub},
                "order": self.in_order(entry, asked)[0],
                "folded": self.in_order(entry, asked)[1],
                "words": {
                    name: words.value(
                        entry.type, name, value, words.beside(entry.stream, entry.around)
                    )
                    for name, value in entry.pub.items()
                },
            }
            for entry in shown
        ]


def _places(asked: Iterable[str]) -> dict[str, int]:
    """Return the place of each member among the fields of a form: of several, its first's."""
    heads = (name.partition(".")[0] for name in asked)
    return {name: at for at, name in enumerate(dict.fromkeys(heads))}
