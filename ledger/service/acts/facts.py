"""Facts of a ledger, asked in rounds: of all that is recorded, or of its first entries only."""

from collections.abc import Callable, Iterable, Mapping

from ledger.kernel.act import Tag
from ledger.kernel.facts import Answer, Facts, close
from ledger.service.ledger import Ledger


def facts_of(
    ledger: Ledger, asks: Callable[[Facts], Iterable[Tag]], *, size: int | None = None
) -> Facts:
    """Return what ``asks(facts) -> tags`` names, from entries 0..size-1, or from all."""

    def answer(tags: Iterable[Tag]) -> Mapping[Tag, Answer]:
        found, _ = ledger.known.answer(tags)
        if size is None:
            return found
        return {tag: _first(each, size) for tag, each in found.items()}

    found, _ = close(asks, answer, Facts({}, ledger.home.shelf))
    return found


def _first(answer: Answer, size: int) -> Answer:
    last = answer.acts[-1].index if answer.acts else None
    if last is not None and last < size:
        return answer  # with all that was made of it before
    return Answer(tuple(act for act in answer.acts if act.index is not None and act.index < size))
