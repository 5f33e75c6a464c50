"""What an audit reads, and what it lets others judge: the ports of ``ledger.audit``.

A ``Source`` is anything that holds a log: a home's database, an exported tree of files. What only
a home can show (tags, vault, views) are ``Check``s; what the acts were allowed to do is ``Rules``.
All are filled above this package, so that the audit itself stands on the formats alone.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, runtime_checkable

import msgspec

from ledger.entry.entry import Entry
from ledger.errors import LedgerError
from ledger.tlog.tile import TileId


class Columns(NamedTuple):
    """What a store says of an entry beside its bytes; held to the entry itself."""

    stream: str
    seq: int
    type: str
    jti: str


class Stored(msgspec.Struct, frozen=True, gc=False):
    """One entry as a source holds it: log index, bytes, the store's own columns if it has any."""

    index: int
    state: bytes
    columns: Columns | None = None


class StatedRoot(msgspec.Struct, frozen=True):
    """A root (32 bytes) somebody states of the first ``size`` entries; ``anchor`` says who."""

    anchor: str
    size: int
    root: bytes


class Fault(msgspec.Struct, frozen=True):
    """Something that is not as it must be, at a log index where there is one."""

    index: int | None
    error: LedgerError


class Finding(msgspec.Struct, frozen=True):
    """Something truly recorded that ought not to be so, at a log index."""

    index: int
    error: LedgerError


class Audited(msgspec.Struct, frozen=True, gc=False):
    """An entry that could be parsed, with its log index; it may still be faulty."""

    index: int
    entry: Entry


Tip = tuple[int, bytes]
"""Where a stream stands: seq and digest (32 bytes) of its newest entry."""


class Entries(Protocol):
    """Entries by log index; everything in them is doubted."""

    def entries(self, start: int, limit: int) -> Sequence[Stored]:
        """Return at most ``limit`` entries in index order, the first at ``start`` or after it.

        What is missing is left out; none at all means there are no more.
        """


class Source(Entries, Protocol):
    """Where a log is read from; everything in it is doubted."""

    @property
    def origin(self) -> str:
        """The log's origin, as the source says."""

    @property
    def size(self) -> int:
        """How many entries the source says it has."""

    @property
    def checkpoint(self) -> bytes | None:
        """The signed checkpoint lying beside the entries, None where there is none."""

    @property
    def partials(self) -> bool:
        """Whether partial tiles are stored; where they are not, there is nothing to compare."""

    def stated(self) -> Sequence[StatedRoot]:
        """Return the unsigned roots the source keeps of itself."""

    def tile(self, tile: TileId) -> bytes:
        """Return a stored hash tile's bytes. Raises: LedgerError when it is not there."""


class Rules(Protocol):
    """Judges what the signatures alone cannot: whether each act was allowed."""

    def judge(self, audited: Audited) -> LedgerError | None:
        """Return why no rule allowed this entry, None if it was allowed; then take it as done.

        Called once for each entry in log order, so only earlier entries are known.
        """

    def take(self, audited: Audited) -> None:
        """Take an entry as done that an earlier run judged."""


class Memory(Protocol):
    """Where an audit keeps what it must remember of every stream and entry."""

    def tips(self, streams: Collection[str]) -> dict[str, Tip]:
        """Return the tips of those streams that are remembered."""

    def all_tips(self) -> Iterable[tuple[str, Tip]]:
        """Return the tip of every stream remembered, by stream bytewise."""

    def known(self, jtis: Collection[int]) -> set[int]:
        """Return which of these ids (as numbers) are remembered."""

    def remember(
        self,
        tips: Mapping[str, Tip],
        jtis: Collection[int],
        seen: Collection[tuple[int, str, int]],
    ) -> None:
        """Remember new tips, new ids, and the (size, root, index) of checkpoints seen."""

    def seen(self) -> Iterable[tuple[int, str, int]]:
        """Return all checkpoints seen, sorted."""


class Aside(Protocol):
    """A look at what lies beside each entry alone: done in any process, in any order."""

    @property
    def name(self) -> str:
        """What is looked at; a ``Check`` of the same name takes what it finds."""

    def look(self, batch: Sequence[Audited], *, again: bool) -> tuple[list[Fault], object]:
        """Return what is wrong, and whatever the check is to take (None for nothing).

        ``again``: an earlier run looked; only what the check is to take counts.
        """


class Apart(Protocol):
    """A look at the whole that needs no other part of the audit, so another process may do it."""

    @property
    def name(self) -> str:
        """What is looked at."""

    def find(self, size: int) -> tuple[list[Fault], object]:
        """Return what is wrong beside the first ``size`` entries, and what its check is to take.

        A ``Check`` of the same name takes it before it finishes (None for nothing).
        """


class Check(Protocol):
    """One more look at a source, by whoever knows what lies beside its entries."""

    @property
    def name(self) -> str:
        """What is looked at, as the report's times name it."""

    def look(self, batch: Sequence[Audited]) -> Iterable[Fault | Finding]:
        """Yield what is wrong beside these entries, given in log order, each once."""

    def finish(self, size: int) -> Iterable[Fault | Finding]:
        """Yield what is wrong with the rest, the log having ``size`` entries."""


@runtime_checkable
class Takes(Protocol):
    """A check that takes what the ``Aside`` of its name found, and at the end the ``Apart``."""

    def take(self, found: Any) -> None:
        """Take in what was found."""


class Progress(Protocol):
    """Told how far an audit is."""

    def __call__(self, done: int, size: int) -> None:
        """Take note that ``done`` of ``size`` entries have been audited."""
