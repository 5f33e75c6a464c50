"""The book in force for a unit at a moment, asked of a ledger: for whoever shows codes in words."""

from datetime import date

from ledger.errors import LedgerError
from ledger.rules.packs.book import Book, asks_book, book_in_force
from ledger.rules.packs.reigns import Reign, reigns
from ledger.service.acts.facts import facts_of
from ledger.service.ledger import Ledger


def book_at(ledger: Ledger, unit: str, iat: int, *, size: int | None = None) -> Book:
    """Return the book in force for ``unit`` at ``iat`` (Unix seconds), by entries 0..size-1 or all.

    Raises:
        NoPackAdopted, NotFound, PackInvalid: none is, or its bytes are gone or invalid.
    """
    facts = facts_of(ledger, lambda found: asks_book(unit, found), size=size)
    return book_in_force(facts, unit, iat)


def find_book(ledger: Ledger, unit: str, iat: int, *, size: int | None = None) -> Book | None:
    """Return the book in force as ``book_at`` does, None where none is."""
    try:
        return book_at(ledger, unit, iat, size=size)
    except LedgerError:
        return None  # words are a kindness: without them codes are shown as they are


def reigns_of(ledger: Ledger, unit: str, day: date) -> tuple[Reign, ...]:
    """Return the books in force for a unit up to a day, by day.

    Raises:
        NotFound, PackInvalid: adopted bytes are gone or invalid.
    """
    return reigns(facts_of(ledger, lambda found: asks_book(unit, found)), unit, day)
