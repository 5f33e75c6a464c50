"""The book in force for a unit at a moment, asked of a ledger: for whoever shows codes in words."""

from collections.abc import Iterable, Mapping

from ledger.errors import LedgerError
from ledger.kernel.act import Tag
from ledger.kernel.facts import Answer, Facts, close
from ledger.rules.book import Book, asks_book, book_in_force
from ledger.service.ledger import Ledger


def find_book(ledger: Ledger, unit: str, iat: int) -> Book | None:
    """Return the book in force for ``unit`` at ``iat`` (Unix seconds), None where none is."""

    def answer(tags: Iterable[Tag]) -> Mapping[Tag, Answer]:
        return ledger.known.answer(tags)[0]

    try:
        facts, _ = close(lambda found: asks_book(unit, found), answer, Facts({}, ledger.home.shelf))
        return book_in_force(facts, unit, iat)
    except LedgerError:
        return None  # words are a kindness: without them codes are shown as they are
