"""Marks of sealed values, kept in memory: who compares many opens each once, not at every look.

An entry never changes, so what was opened of it is good for as long as the process lives; only what
could be opened is kept. A mark is a digest under a key of this process: equal values have equal
marks, and none can be told from its mark. Not handled: telling what is equal, which the rules do.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import NamedTuple
from weakref import WeakKeyDictionary

from ledger.entry import canonical
from ledger.service.ledger import Ledger
from ledger.service.reading.values import values_in
from ledger.store.recorder import Recorder

Mark = bytes
Chosen = Callable[[str, Mapping[str, object]], Iterable[tuple[object, ...]]]
"""What is compared of a stream's values of a group: tuples of texts."""
_KEY = os.urandom(32)


class Marked(NamedTuple):
    """What is compared of one entry: its log index, its stream, a mark for each value."""

    entry: int
    stream: str
    marks: tuple[Mark, ...]


_kept: WeakKeyDictionary[Recorder, dict[str, dict[int, Marked]]] = WeakKeyDictionary()
"""For each log, by group and index; about 300 bytes for an entry."""


def marks_in(
    ledger: Ledger, indexes: Sequence[int], group: str, chosen: Chosen
) -> Iterator[Marked]:
    """Yield the marks of what is ``chosen`` of a group of entries, in the order of ``indexes``.

    One group is always asked with one ``chosen``. Left out are those that cannot be opened; they
    are tried again the next time. Raises: StorageError.
    """
    kept = _kept.setdefault(ledger.recorder, {}).setdefault(group, {})
    new = [index for index in indexes if index not in kept]
    for found in values_in(ledger, new, group):
        marks = tuple(map(_mark, chosen(found.stream, found.values)))
        kept[found.entry] = Marked(found.entry, found.stream, marks)
    return (kept[index] for index in indexes if index in kept)


def _mark(value: tuple[object, ...]) -> Mark:
    return blake2b(canonical.encode(list(value)), key=_KEY, digest_size=16).digest()
