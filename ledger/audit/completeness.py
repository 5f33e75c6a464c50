"""Whether a package leaves anything out: its streams held to heads published in the log.

A publication among the package's entries states the root over the heads of all streams at its size
(docs/spec/log.md, "Heads of streams"). Here every stream the package rests on is looked up in that
tree: its last entry below that size must be the stream's head, and a stream of which nothing is
shown must be proven not to be there. Everything given here was verified before: entries, their
order and signatures, and that they lie in the log.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import pairwise
from typing import NamedTuple

from ledger.audit.heads import Published, parse_published
from ledger.audit.layout import SUPPORTING
from ledger.audit.ports import Audited
from ledger.entry.genesis import Founder
from ledger.entry.heads import Head, format_head
from ledger.errors import LedgerError, VerificationError
from ledger.tlog.proof import verify_inclusion
from ledger.tlog.tree import leaf_hash


class NoPublication(VerificationError):
    """The manifest names a publication that the package does not hold."""

    code = "evidence.no_publication"
    zh = "包内第 {index} 条不是末条清单的发布，无从证明完整。请向出具方重新索取。"
    en = "Entry {index} of the package publishes no heads. Ask for the package again."


class HeadInvalid(VerificationError):
    """A line is not in the tree of the published heads."""

    code = "evidence.head_invalid"
    zh = "末条清单第 {line} 行的证明不成立：并非所发布的内容。请勿采信，并向出具方重新索取。"
    en = "Line {line} of the heads is not in what was published. Do not rely on it; ask again."


class HeadsUnsorted(VerificationError):
    """Published lines are not in order, so neighbours prove nothing."""

    code = "evidence.heads_unsorted"
    zh = "所发布的末条清单未按序排列（第 {line} 行），无从证明。请报告监督机构。"
    en = "The published heads are out of order at line {line}, so they prove nothing. Report it."


class HeadMissing(VerificationError):
    """A stream of the package comes without its line."""

    code = "evidence.head_missing"
    zh = "未附 {stream} 的末条证明，无从得知其后是否另有条目。请索取完整证据包。"
    en = "The head of {stream} is not proven, so more may have followed. Ask for the whole package."


class CutShort(VerificationError):
    """A stream has more entries than are shown."""

    code = "evidence.cut_short"
    zh = "{stream} 当时已有 {there} 条，包内只有 {here} 条：末尾的条目被略去。请索取全部条目。"
    en = "{stream} had {there} entries, here are {here}: the last were left out. Ask for all."


class HeadDiffers(VerificationError):
    """The published head of a stream is another entry than the one shown."""

    code = "evidence.head_differs"
    zh = "{stream} 第 {seq} 条与所发布的末条不符：两者必有其一不实。请保留证据包并报告监督机构。"
    en = "Entry {seq} of {stream} is not what was published as its head. Keep this and report it."


class AbsenceUnproven(VerificationError):
    """That a stream did not exist is not shown by its neighbours."""

    code = "evidence.absence_unproven"
    zh = "未证明 {stream} 当时不存在：所附相邻两行不成立。其中可能有吊销或终止，请向出具方索取。"
    en = "No neighbours show that {stream} did not exist; it may hold a revocation. Ask for it."


class Part(NamedTuple):
    """A stream of which the package openly shows the first entries only."""

    stream: str
    here: int
    there: int


class Shown(NamedTuple):
    """What a package shows: entries in log order, and what it says of them.

    ``founders`` are the genesis's, ``whole`` the streams said to be whole, ``about`` the indexes of
    the entries it is about; the others only support them.
    """

    entries: Sequence[Audited]
    founders: Sequence[Founder]
    whole: Set[str]
    about: Set[int]


Line = tuple[int, Head, Sequence[bytes]]
"""A line as a package gives it: its place in the tree, what it says, its inclusion proof."""


class _Lines:
    """The verified lines of a package, by their place in the tree."""

    def __init__(self, published: Published) -> None:
        self._published = published
        self._heads: dict[int, Head] = {}
        self._places: dict[str, int] = {}

    def take(self, place: int, head: Head, proof: Sequence[bytes]) -> None:
        """Take a line that its proof shows to be published. Raises: HeadInvalid."""
        try:
            verify_inclusion(
                index=place,
                size=self._published.streams,
                leaf=leaf_hash(format_head(*head)),
                proof=proof,
                root=self._published.root_hash,
            )
        except LedgerError:
            raise HeadInvalid(line=place) from None
        self._heads[place] = head
        self._places[head.stream] = place

    def unsorted(self) -> Iterator[HeadsUnsorted]:
        """Yield where the published lines are not in order."""
        places = sorted(self._heads)
        for one, other in pairwise(places):
            if self._heads[one].stream >= self._heads[other].stream:
                yield HeadsUnsorted(line=other)

    def head(self, stream: str) -> Head | None:
        """Return the published head of a stream, None where no line of it is here."""
        place = self._places.get(stream)
        return None if place is None else self._heads[place]

    def absent(self, stream: str) -> bool:
        """Tell whether two neighbours, or one at an end, leave no place for ``stream``."""
        for place, head in self._heads.items():
            if head.stream > stream:
                before = self._heads.get(place - 1)
                if place == 0 or (before is not None and before.stream < stream):
                    return True
            elif place == self._published.streams - 1 and head.stream < stream:
                return True
        return False


class Completeness:
    """The judgement: faults to be read first, then ``parts``; ``size`` is what it holds up to."""

    def __init__(self, shown: Shown, at: int) -> None:
        """Take what is shown, and the log index of the publication it is held to.

        Raises:
            NoPublication, HeadsMalformed: there is none there.
        """
        entry = next((each.entry for each in shown.entries if each.index == at), None)
        published = None if entry is None else parse_published(entry, at)
        if entry is None or published is None:
            raise NoPublication(index=at)
        self.size = published.size
        self.recorded_at = entry.recorded_at
        self.parts: list[Part] = []
        self._shown = shown
        self._lines = _Lines(published)
        self._last: dict[str, Audited] = {}
        for each in shown.entries:
            if each.index < self.size:
                self._last[each.entry.signed.claims.stream] = each

    def faults(self, lines: Iterable[Line]) -> Iterator[LedgerError]:
        """Yield why the package is not complete; nothing when it is, or openly shows parts."""
        for line in lines:
            try:
                self._lines.take(*line)
            except HeadInvalid as error:
                yield error
        yield from self._lines.unsorted()
        ended = (self._ended(stream, last) for stream, last in sorted(self._last.items()))
        absent = map(self._absent, sorted(self._implied() - self._begun()))
        yield from filter(None, (*ended, *absent))

    def _ended(self, stream: str, last: Audited) -> LedgerError | None:
        head, signed = self._lines.head(stream), last.entry.signed
        here = signed.claims.seq
        if head is None:
            return HeadMissing(stream=stream)
        if head.seq > here:
            if self._is_part(stream):
                self.parts.append(Part(stream, here, head.seq))
                return None
            return CutShort(stream=stream, here=here, there=head.seq)
        if (head.seq, head.digest) != (here, signed.digest):
            return HeadDiffers(stream=stream, seq=here)
        return None

    def _absent(self, stream: str) -> LedgerError | None:
        head = self._lines.head(stream)
        if head is not None:
            return CutShort(stream=stream, here=0, there=head.seq)
        return None if self._lines.absent(stream) else AbsenceUnproven(stream=stream)

    def _is_part(self, stream: str) -> bool:
        if stream.partition("/")[0] in SUPPORTING:
            return False
        about = {
            each.entry.signed.claims.stream
            for each in self._shown.entries
            if each.index in self._shown.about
        }
        return stream in about and stream not in self._shown.whole

    def _implied(self) -> set[str]:
        """Return the streams that could tell against what is shown: of keys and founders' posts."""
        keys = {f"key/{each.entry.signed.kid}" for each in self._shown.entries}
        for founder in self._shown.founders:
            keys |= {f"key/{founder.key.kid}", f"post/{founder.actor.partition('/')[2]}"}
        return keys

    def _begun(self) -> set[str]:
        # A stream shown from its first entry on, recorded later, was not there at that size.
        return {each.entry.signed.claims.stream for each in self._shown.entries}
