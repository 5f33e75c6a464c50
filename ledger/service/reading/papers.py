"""What is known of paper originals: what was typed from one, and who answered for it."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import msgspec

from ledger.aggregates.paper import Disputed
from ledger.kernel.act import Act, AsOf, paper_tag
from ledger.projections.papers import PaperRow
from ledger.rules.paper import PaperAnswer
from ledger.service.directory import facts
from ledger.service.ledger import Ledger

TOGETHER = 500
LOOKED_AT = 200


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """An entry typed from paper: who signed the original, who confirmed or disputed it."""

    persons: tuple[str, ...]
    confirmed: tuple[str, ...]
    disputed: tuple[str, ...]

    def asks(self, actor: str | None) -> bool:
        """Tell whether ``actor`` signed the paper and has not answered for the entry."""
        return actor in self.persons and actor not in (*self.confirmed, *self.disputed)


def mark_of(ledger: Ledger, act: Act, size: int | None = None) -> Mark | None:
    """Return what is known of an act's paper original among the first ``size`` entries."""
    paper = act.event.transcribed
    if paper is None:
        return None
    tag = paper_tag(act.stream)
    answers = [
        each
        for each in facts(ledger, tag).about(tag)
        if isinstance(each.event, PaperAnswer)
        and each.event.approves == act.digest
        and (size is None or (each.index or 0) < size)
    ]
    return Mark(
        persons=paper.persons,
        confirmed=_actors(each for each in answers if not isinstance(each.event, Disputed)),
        disputed=_actors(each for each in answers if isinstance(each.event, Disputed)),
    )


def asked_of(ledger: Ledger, actor: str, point: AsOf) -> list[PaperRow]:
    """Return what was typed from papers that ``actor`` signed and has not answered for.

    Of the first ``LOOKED_AT`` entries that wait for anybody's answer.
    """
    waiting = ledger.views["papers"].rows(point, where={"waiting": True}, limit=LOOKED_AT)
    return [row for row in waiting if _asks(ledger, row, actor, point.size)]


def _asks(ledger: Ledger, row: PaperRow, actor: str, size: int) -> bool:
    (act,) = ledger.known.streams.acts(row.index, 1)
    mark = mark_of(ledger, act, size)
    return mark is not None and mark.asks(actor)


def answers_to(ledger: Ledger, acts: Iterable[Act], size: int) -> set[int]:
    """Return the log indexes, below ``size``, of the answers for those acts typed from paper."""
    found: set[int] = set()
    for act in acts:
        if act.event.transcribed is not None:
            tag = paper_tag(act.stream)
            found |= {
                each.index
                for each in facts(ledger, tag).about(tag)
                if isinstance(each.event, PaperAnswer)
                and each.event.approves == act.digest
                and each.index is not None
                and each.index < size
            }
    return found


def transcribed(ledger: Ledger, streams: Iterable[str], size: int) -> frozenset[str]:
    """Return those of ``streams`` with an entry typed from paper among the first ``size``."""
    found: set[str] = set()
    for some in _chunks(sorted(set(streams))):
        tags = {paper_tag(stream): stream for stream in some}
        places = ledger.recorder.places(tags, size - 1)
        found |= {stream for tag, stream in tags.items() if places[tag]}
    return frozenset(found)


def _actors(acts: Iterable[Act]) -> tuple[str, ...]:
    return tuple(act.actor for act in acts)


def _chunks(names: Sequence[str]) -> Iterator[list[str]]:
    rest = iter(names)
    while some := list(islice(rest, TOGETHER)):
        yield some
