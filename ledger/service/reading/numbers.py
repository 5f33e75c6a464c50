"""Official numbers: the rank of an entry in its series, written as the pack of the series says.

What is counted is the log itself, by the tag every entry of a series bears; nothing is stored. So
whoever has the log gets the same, and no process can give one number twice. How a number is written
does not change afterwards: the pack is the one the entry names, the unit's code the one known then.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from ledger.errors import NotFound
from ledger.kernel.act import Act, series_tag
from ledger.kernel.event import Numbered
from ledger.rules import units
from ledger.rules.genesis import LOG
from ledger.rules.packs.adoptions import ADOPTIONS, adoptions
from ledger.rules.packs.book import pack_kept
from ledger.rules.packs.sections import numbers
from ledger.rules.packs.sections.numbers import Series
from ledger.rules.time import local_date
from ledger.rules.units import unit_tag
from ledger.service.acts.receipt import Receipt
from ledger.service.directory import facts
from ledger.service.ledger import Ledger


class Taken(NamedTuple):
    """A place in a series: the pack's line, whose series it is, when it was taken, by which.

    ``day`` is the local day the entry was signed, ``entry`` its log index.
    """

    pack: str
    line: str
    unit: str
    year: int
    day: date
    entry: int


def number_of(ledger: Ledger, act: Act) -> str | None:
    """Return the official number a recorded act took, None where it took none."""
    tag, taken, index = series_tag(act.event), act.event.numbered, act.index
    if tag is None or taken is None or index is None:
        return None
    return written(ledger, _taken(act, taken), ledger.recorder.rank(tag, index))


def numbers_of(ledger: Ledger, acts: Iterable[Act]) -> dict[str, str]:
    """Return the official numbers of recorded acts by stream; those without are left out."""
    found = [(act, tag) for act in acts if (tag := series_tag(act.event)) is not None]
    if not found:
        return {}
    last = max(act.index or 0 for act, _ in found)
    places = ledger.recorder.places({tag for _, tag in found}, last)
    return {
        act.stream: written(ledger, _taken(act, taken), bisect_right(places[tag], act.index or 0))
        for act, tag in found
        if (taken := act.event.numbered) is not None
    }


def numbers_of_streams(ledger: Ledger, streams: Iterable[str]) -> dict[str, str]:
    """Return the official numbers by stream, each taken by the stream's first entry."""
    rows = ledger.recorder.first_of(streams)
    return numbers_of(ledger, map(ledger.known.streams.mapper.act, rows))


def numbers_of_receipt(ledger: Ledger, receipt: Receipt) -> Mapping[int, str]:
    """Return the official numbers the entries of a receipt took, by log index."""
    found: dict[int, str] = {}
    for line in receipt.entries:
        if line.numbered:
            for row in ledger.recorder.entries(line.index, line.index + 1):
                number = number_of(ledger, ledger.known.streams.mapper.act(row))
                if number is not None:
                    found[line.index] = number
    return found


def series_of(ledger: Ledger, pack: str, line: str) -> Series:
    """Return a line of an adopted pack. Raises: NotFound, PackInvalid of one not kept."""
    known = adoptions(facts(ledger, ADOPTIONS, LOG))
    digests = {one.pack: one.digest for one in known}
    digests |= {below.pack: below.digest for one in known for below in one.extends}
    if pack not in digests:
        raise NotFound(what=pack)
    kept = pack_kept(pack, digests[pack], ledger.home.shelf)
    return next(item.value for item in kept.items(numbers.section) if item.id == line)


def written(ledger: Ledger, taken: Taken, rank: int) -> str:
    """Return the number of this rank as the pack of its series writes it."""
    series = series_of(ledger, taken.pack, taken.line)
    return series.written(code=_code(ledger, taken), year=taken.year, number=rank)


def _taken(act: Act, taken: Numbered) -> Taken:
    return Taken(
        pack=taken.pack,
        line=taken.series,
        unit=taken.unit or act.event.unit or "",
        year=taken.year,
        day=local_date(act.iat),
        entry=act.index or 0,
    )


def _code(ledger: Ledger, taken: Taken) -> str:
    """Return a unit's code on the day an act was signed, as the log said when it was recorded."""
    tag = unit_tag(taken.unit)
    before = (act for act in facts(ledger, tag).about(tag) if (act.index or 0) < taken.entry)
    known = units.fold(tuple(before))
    return taken.unit if known is None else known.placed(taken.day).code
