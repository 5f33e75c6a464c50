"""Evidence packages: chosen entries, with everything needed to judge them offline.

What supports the entries shown is found by judging each again and noting what the judgement read:
the earlier entries of its stream, the key, posts, units and adoptions it rests on, and so on for
these in turn. So a verifier who has only the package comes to the same judgement.

The bytes are determined by the log, the choice and the size: names sorted, times fixed, stored
uncompressed.
"""

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from ledger.audit.layout import (
    CHECKPOINT,
    GENESIS,
    MANIFEST,
    README,
    TYPES,
    disclosures_name,
    entry_name,
    pack_name,
    proof_name,
)
from ledger.audit.package import FORMAT, Manifest, file_digests, format_manifest
from ledger.audit.readme import README_TEXT
from ledger.entry import base64url
from ledger.entry.entry import parse_entry
from ledger.errors import LedgerError, NotFound, StorageError
from ledger.kernel.act import Act, Tag
from ledger.kernel.facts import NOTHING, Answer
from ledger.rules.adoptions import ADOPTIONS
from ledger.service.auditing_rules import evolved
from ledger.service.exporting import digests_of
from ledger.service.judge import judge
from ledger.service.ledger import Ledger
from ledger.service.receipts import checkpoint
from ledger.service.types import types_document
from ledger.service.values import open_groups
from ledger.store.files import save_atomically
from ledger.store.known import Guard
from ledger.store.mapper import StoredEntry
from ledger.store.streams import Stream
from ledger.tlog.tlogproof import TlogProof, format_tlog_proof

Disclose = Callable[[int, str], bool]
"""``disclose(index, group)``: whether the exporter may show the values of this group."""
_EPOCH = (1980, 1, 1, 0, 0, 0)


class ValueLost(NotFound):
    """A value that was to be shown cannot be opened."""

    code = "evidence.value_lost"
    zh = "第 {index} 条的密封内容（{group}）无法打开，不能出示。请核查密钥库或改为不出示。"
    en = "The sealed content ({group}) of entry {index} cannot be opened. Leave it out, or audit."


class NothingShown(NotFound):
    """The choice names no entry of the log at that size."""

    code = "evidence.nothing_shown"
    zh = "所选内容在账本中没有条目（{what}）。请核对流编号或条目序号。"
    en = "The choice holds no entry of the log ({what}). Check the stream or the index."


def nothing(_index: int, _group: str) -> bool:
    """Disclose no value."""
    return False


def export_evidence(
    ledger: Ledger,
    path: Path,
    *,
    streams: Iterable[str] = (),
    indexes: Iterable[int] = (),
    disclose: Disclose = nothing,
    size: int | None = None,
) -> Manifest:
    """Write an evidence package to ``path`` and return its manifest; see ``evidence_files``.

    The file may hold personal values, so only its owner may read it.
    """
    manifest, files = evidence_files(
        ledger, streams=streams, indexes=indexes, disclose=disclose, size=size
    )
    try:
        save_atomically(path, zip_of(files), mode=0o600)
    except OSError as error:
        raise StorageError(why=f"{path.name}: {error.strerror}") from error
    return manifest


def evidence_files(
    ledger: Ledger,
    *,
    streams: Iterable[str] = (),
    indexes: Iterable[int] = (),
    disclose: Disclose = nothing,
    size: int | None = None,
) -> tuple[Manifest, dict[str, bytes]]:
    """Return the manifest and the files of a package, by name.

    Shown are whole ``streams`` and single ``indexes``, all below ``size`` (default: the head's).
    What ``disclose`` allows is the caller's question of right; nothing is shown without it.

    Raises:
        NothingShown: a stream or index the log does not have at that size.
        ValueLost: a value that was to be shown cannot be opened.
    """
    size = ledger.recorder.head().size if size is None else size
    lengths, shown = _chosen(ledger, streams, indexes, size)
    tracing = _Tracing(ledger)
    everything = tracing.closure(shown | _of_log(ledger, size))
    note = checkpoint(ledger, size)
    files = {GENESIS: ledger.recorder.states(0, 1)[0], CHECKPOINT: note}
    for index in sorted(everything):
        path = ledger.reader.inclusion(index, size)
        proof = TlogProof(index=index, proof=path, checkpoint=note)
        files[entry_name(index)] = ledger.recorder.states(index, index + 1)[0]
        files[proof_name(index)] = format_tlog_proof(proof)
    for index in sorted(shown):
        if lines := _disclosed(ledger, index, files[entry_name(index)], disclose):
            files[disclosures_name(index)] = lines
    for digest in sorted(tracing.adopted(everything)):
        pack = ledger.home.shelf(digest)
        files |= {pack_name(digest, path): data for path, data in pack.items()}
    files[TYPES] = types_document(ledger.registry)
    files[README] = README_TEXT.encode()
    manifest = Manifest(
        format=FORMAT,
        origin=ledger.home.origin,
        size=size,
        root=base64url.encode(ledger.reader.root(size)),
        genesis=base64url.encode(parse_entry(files[GENESIS]).signed.digest),
        shown=tuple(sorted(shown)),
        support=tuple(sorted(everything - shown)),
        streams=lengths,
        files=file_digests(files),
    )
    return manifest, files | {MANIFEST: format_manifest(manifest)}


def zip_of(files: Mapping[str, bytes]) -> bytes:
    """Return a ZIP whose bytes depend on ``files`` alone: sorted, stored, without times."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            member = zipfile.ZipInfo(name, _EPOCH)
            member.create_system = 3
            member.external_attr = 0o100644 << 16
            archive.writestr(member, files[name])
    return buffer.getvalue()


class _Tracing:
    """Judges entries again and notes which others the judgement read (a ``Knowledge``)."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._bearing: dict[Tag, tuple[Act, ...]] = {}
        self._streams: dict[str, list[Act]] = {}
        self._states: dict[str, list[Any]] = {}
        self._judged: Act | None = None
        self._used: set[int] = set()

    def closure(self, indexes: set[int]) -> set[int]:
        """Return ``indexes`` and every entry a judgement of one of them needs, and so on."""
        found, waiting = set(indexes), sorted(indexes)
        while waiting:
            new = self._needed(waiting.pop()) - found
            found |= new
            waiting.extend(new)
        return found

    def adopted(self, indexes: set[int]) -> set[str]:
        """Return the digests of the packs whose adoption is proposed in these entries."""
        own = (act for act in self._acts(ADOPTIONS) if act.index in indexes)
        return {digest for act in own for digest in digests_of(act.event)}

    def answer(self, tags: Iterable[Tag]) -> tuple[dict[Tag, Answer], list[Guard]]:
        """Return the acts by tag below the entry being judged, and note them."""
        found = {}
        for tag in tags:
            acts = tuple(act for act in self._acts(tag) if _index(act) < self._index)
            self._used.update(map(_index, acts))
            found[tag] = Answer(acts) if acts else NOTHING
        return found, []

    def stream(self, stream: str) -> Stream:
        """Return the stream of the entry being judged, as it was before it."""
        assert self._judged is not None, "asked while judging only"
        before = self._judged.seq - 1
        state = self._states_of(stream)[before]
        return Stream(id=stream, version=before, tip="", state=state)

    @property
    def _index(self) -> int:
        assert self._judged is not None, "asked while judging only"
        return _index(self._judged)

    def _needed(self, index: int) -> set[int]:
        ledger = self._ledger
        (row,) = ledger.recorder.entries(index, index + 1)
        act = ledger.known.streams.mapper.act(row)
        self._judged = act
        self._used = {_index(each) for each in self._acts_of(act.stream)[: act.seq - 1]}
        with suppress(LedgerError):
            # What no rule allowed may be the very thing to be shown.
            judge(self, ledger.registry, ledger.home.shelf, [act])
        return self._used

    def _acts(self, tag: Tag) -> tuple[Act, ...]:
        if tag not in self._bearing:
            rows = self._ledger.recorder.tagged([tag], self._ledger.recorder.head().size)
            mapper = self._ledger.known.streams.mapper
            self._bearing[tag] = tuple(mapper.act(row) for _, row in rows)
        return self._bearing[tag]

    def _acts_of(self, stream: str) -> list[Act]:
        if stream not in self._streams:
            mapper = self._ledger.known.streams.mapper
            rows = self._ledger.recorder.select_events(stream)
            self._streams[stream] = [mapper.to_domain_event(row) for row in rows]
        return self._streams[stream]

    def _states_of(self, stream: str) -> list[Any]:
        """Return the states of a stream before each of its entries."""
        if stream not in self._states:
            aggregate = self._ledger.registry.aggregates[stream.partition("/")[0]]
            states = [aggregate.initial]
            for act in self._acts_of(stream):
                states.append(evolved(aggregate, states[-1], act))
            self._states[stream] = states
        return self._states[stream]


def _chosen(
    ledger: Ledger, streams: Iterable[str], indexes: Iterable[int], size: int
) -> tuple[dict[str, int], set[int]]:
    lengths: dict[str, int] = {}
    shown: set[int] = set()
    for stream in streams:
        found = {index for index in _indexes_of(ledger, stream) if index < size}
        if not found:
            raise NothingShown(what=stream)
        lengths[stream] = len(found)
        shown |= found
    for index in indexes:
        if not 0 <= index < size:
            raise NothingShown(what=index)
        shown.add(index)
    if not shown:
        raise NothingShown(what="-")
    return lengths, shown


def _of_log(ledger: Ledger, size: int) -> set[int]:
    # All of the log's own stream: a verifier follows the log's key through it.
    own = _indexes_of(ledger, f"log/{ledger.home.origin}")
    return {index for index in own if index < size}


def _index(act: Act) -> int:
    assert act.index is not None, "read from the log"
    return act.index


def _indexes_of(ledger: Ledger, stream: str) -> set[int]:
    rows = ledger.recorder.select_events(stream)
    return {cast("StoredEntry", row).index for row in rows}


def _disclosed(ledger: Ledger, index: int, state: bytes, disclose: Disclose) -> bytes:
    lines: list[str] = []
    for name, group in open_groups(ledger, index, parse_entry(state).signed.claims).items():
        if disclose(index, name):
            if group.state != "shown":
                raise ValueLost(index=index, group=name)
            lines += [f"{disclosure.text}\n" for disclosure in group.disclosures]
    return "".join(lines).encode("ascii")
