"""What is sealed in a stream, for whoever may act on it now: nobody handles what she cannot read.

By need: texts of the matter and what is to be published, for those to whom some act on the stream
is open at this moment; how to reach a person only where such an act is to answer or call her; who
somebody is (class ``identity``), and who her relatives are, never. Reading leaves no entry; the
threat model says so.
"""

from collections.abc import Callable, Collection, Iterator
from typing import Final

import msgspec

from ledger.entry.entry import parse_entry
from ledger.kernel.act import Act
from ledger.kernel.event import PAPER, SPECS
from ledger.service.ledger import Ledger
from ledger.service.reading.values import State, open_groups

PLAIN: Final = frozenset({"personal", "published"})
CONTACT: Final = "contact"
REACHES: Final = frozenset({"case.answer", "case.call_back", "disclosure_item.answer_query"})
"""Commands that take a person to be reached."""


BYSTANDING: Final = frozenset({"attach", "archive", "withdraw"})
"""Acts on a matter that take no reading of it: being allowed these alone opens nothing."""
CLOSED: Final = frozenset({"relative", "ground"})
"""Groups that tell of somebody's family, or why she stepped back: for her and her superiors."""


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A sealed group of an entry: its values, or the state they are in."""

    index: int
    type: str
    group: str
    state: State
    values: dict[str, object]


def handles(may: Collection[str]) -> bool:
    """Tell whether being allowed the commands ``may`` takes reading the matter."""
    return any(command.rpartition(".")[2] not in BYSTANDING for command in may)


def readable(
    ledger: Ledger, stream: str, may: Collection[str], of: Callable[[Act], bool] | None = None
) -> list[Opened]:
    """Return what somebody who may do the commands ``may`` reads of a stream, newest first.

    Of the acts that ``of`` tells alone, where it is given; nothing else is opened.
    """
    if not handles(may):
        return []
    classes = PLAIN | {CONTACT} if REACHES.intersection(may) else PLAIN
    return list(_opened(ledger, stream, classes, of))


def read_by_signer(ledger: Ledger, index: int) -> list[Opened]:
    """Return what one who signed a paper reads of the entry typed from it: what the paper says."""
    (row,) = ledger.recorder.entries(index, index + 1)
    return list(_of_entry(ledger, ledger.known.streams.mapper.act(row), row.state, PLAIN))


def _opened(
    ledger: Ledger, stream: str, classes: Collection[str], of: Callable[[Act], bool] | None
) -> Iterator[Opened]:
    for row in ledger.recorder.select_events(stream, desc=True):
        act = ledger.known.streams.mapper.to_domain_event(row)
        if of is None or of(act):
            yield from _of_entry(ledger, act, row.state, classes)


def _of_entry(ledger: Ledger, act: Act, state: bytes, classes: Collection[str]) -> Iterator[Opened]:
    sealed = (*SPECS[type(act.event)].groups, *((PAPER,) if act.event.transcribed else ()))
    wanted = {group.name for group in sealed if group.data_class in classes} - CLOSED
    if not wanted or act.index is None:
        return
    groups = open_groups(ledger, act.index, parse_entry(state).signed.claims)
    for name in sorted(wanted & groups.keys()):
        told = {key: value for key, value in groups[name].values.items() if value is not None}
        if told or groups[name].state != "shown":
            yield Opened(
                index=act.index,
                type=act.type,
                group=name,
                state=groups[name].state,
                values=told,
            )
