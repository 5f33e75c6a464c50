"""Reigns: which packs were in force for a unit through time, each book with its days.

A reign begins with the office: before the first adoption for a unit, or one above it, nothing was
arranged and nothing owed. Not handled: a unit that came under another's packs between two adoptions
is placed where it stood at the later.
"""

from datetime import date
from typing import NamedTuple

from ledger.kernel.facts import Facts
from ledger.rules.packs.adoptions import adoption_on, adoptions
from ledger.rules.packs.book import Book, book_of


class Reign(NamedTuple):
    """A book in force from ``since`` to the day before ``until`` (None: still)."""

    since: date
    until: date | None
    book: Book

    def covers(self, day: date) -> bool:
        """Tell whether the book was in force on a day."""
        return self.since <= day and (self.until is None or day < self.until)


def reigns(facts: Facts, unit: str, day: date) -> tuple[Reign, ...]:
    """Return the books in force for ``unit`` up to a day, by day; ``asks_book`` must be asked.

    Raises:
        NotFound, PackInvalid: adopted bytes are not on the shelf, or are no valid packs.
    """
    found: list[Reign] = []
    for since in sorted({each.effective_from for each in adoptions(facts)}):
        adoption = adoption_on(facts, unit, since) if since <= day else None
        if adoption is None:
            continue
        book = book_of(adoption, facts.shelf)
        if found and found[-1].book is book:
            continue
        if found:
            found[-1] = found[-1]._replace(until=since)
        found.append(Reign(since, None, book))
    return tuple(found)
