"""Checking packs: what is wrong with one and with how it stands on those it extends.

All of it, but for a file or a whole that is wrong in over a hundred places.
"""

from collections.abc import Callable
from itertools import islice
from typing import NamedTuple

from ledger.rules.files.faults import fault
from ledger.rules.files.toml_file import PackInvalid, Problem, UnknownName
from ledger.rules.packs.book import Book, lay
from ledger.rules.packs.pack import HEAD, MOST_FAULTS, Pack, PackFiles, examine

Find = Callable[[str], PackFiles | None]
"""Returns the files of a pack by its id, None when there is none."""


class Checked(NamedTuple):
    """A pack, the book of it and those it extends, and what is wrong.

    ``pack`` is None when its head could not be read, ``book`` when the packs do not fit together.
    What could not be read is missing from both, so what names it is reported as well.
    """

    pack: Pack | None
    book: Book | None
    faults: tuple[PackInvalid, ...]


def check_pack(files: PackFiles, find: Find) -> Checked:
    """Return what is wrong with a pack, file by file, then with all packs together."""
    own, faults = examine(files)
    if own is None:
        return Checked(None, None, faults)
    found: list[PackInvalid] = list(faults)
    below = [pack for name in own.head.extends if (pack := _below(own, name, find, found))]
    try:
        book = lay(own, below)
    except PackInvalid as error:
        if len(below) == len(own.head.extends):  # a pack that is missing is told already
            found.append(error)
        return Checked(own, None, tuple(found))
    return Checked(own, book, (*found, *islice(book.faults(), MOST_FAULTS)))


def _below(own: Pack, name: str, find: Find, found: list[PackInvalid]) -> Pack | None:
    files = find(name)
    if files is None:
        at = ("extends", own.head.extends.index(name))
        problem = Problem(at, UnknownName, {"what": "pack", "name": name})
        found.append(fault(HEAD, own.files[HEAD], problem))
        return None
    pack, faults = examine(files)
    found.extend(
        type(each)(**{**each.facts, "file": f"{name}/{each.facts['file']}"}) for each in faults
    )
    return pack
