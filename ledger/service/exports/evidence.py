"""Evidence packages: chosen entries, with everything needed to judge them offline.

What supports the entries shown is found by judging each again and noting what the judgement read:
the earlier entries of its stream, the key, posts, units and adoptions it rests on, and so on for
these in turn. So a verifier who has only the package comes to the same judgement.

Where heads were published below the size exported, supporting streams come along whole, each with
a proof that it ends where it does; and of founders' keys and posts there is a proof that no entry
ended them. So nothing that speaks against what is shown can be left out unnoticed.

The bytes are determined by the log, the choice and the size: names sorted, times fixed, stored
uncompressed.
"""

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from pathlib import Path

from ledger.audit.layout import (
    CHECKPOINT,
    GENESIS,
    MANIFEST,
    README,
    SUPPORTING,
    TYPES,
    attachment_name,
    disclosures_name,
    entry_name,
    head_name,
    pack_name,
    proof_name,
)
from ledger.audit.package import (
    FORMAT,
    Manifest,
    file_digests,
    format_head_file,
    format_manifest,
)
from ledger.audit.readme import README_TEXT
from ledger.entry import base64url
from ledger.entry.claims import Claims
from ledger.entry.entry import parse_entry
from ledger.errors import NotFound, StorageError
from ledger.rules.attachments import GROUP as ATTACHMENT
from ledger.service.attachments.reading import attachment
from ledger.service.exports.types import types_document
from ledger.service.ledger import Ledger
from ledger.service.reading.papers import answers_to
from ledger.service.reading.receipts import checkpoint
from ledger.service.reading.tracing import Progress, Tracing
from ledger.service.reading.values import open_groups
from ledger.service.upkeep.heads import last_published, located
from ledger.store.files import save_atomically
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


class GroupUnknown(NotFound):
    """No entry to be shown has a sealed group of this name."""

    code = "evidence.group_unknown"
    zh = "所示条目中没有密封组 {group}。可披露的有：{known}。"
    en = "No entry shown has a sealed group {group}. There are: {known}."


def nothing(_index: int, _group: str) -> bool:
    """Disclose no value."""
    return False


def silent(_done: int, _of: int) -> None:
    """Tell nobody how far it is."""


def export_evidence(
    ledger: Ledger,
    path: Path,
    *,
    streams: Iterable[str] = (),
    indexes: Iterable[int] = (),
    disclose: Disclose = nothing,
    size: int | None = None,
    progress: Progress = silent,
) -> Manifest:
    """Write an evidence package to ``path`` and return its manifest; see ``evidence_files``.

    The file may hold personal values, so only its owner may read it.
    """
    manifest, files = evidence_files(
        ledger, streams=streams, indexes=indexes, disclose=disclose, size=size, progress=progress
    )
    write_package(path, zip_of(files))
    return manifest


def write_package(path: Path, data: bytes) -> None:
    """Write a package, readable by its owner alone. Raises: StorageError."""
    try:
        save_atomically(path, data, mode=0o600)
    except OSError as error:
        raise StorageError(why=f"{path.name}: {error.strerror}") from error


def require_groups(
    ledger: Ledger,
    groups: Set[str],
    *,
    streams: Iterable[str],
    indexes: Iterable[int],
    size: int | None = None,
) -> None:
    """Refuse to disclose a group that no entry to be shown has.

    Raises:
        GroupUnknown: naming those there are.
        NothingShown: a stream or index the log does not have at that size.
    """
    size = ledger.recorder.head().size if size is None else size
    _, shown = _chosen(Tracing(ledger, size, silent), streams, indexes, size)
    known: set[str] = set()
    for state in ledger.recorder.states_at(list(shown)).values():
        known |= (parse_entry(state).signed.claims.sealed or {}).keys()
    for group in sorted(groups - known):
        raise GroupUnknown(group=group, known=", ".join(sorted(known)) or "-")


def evidence_files(
    ledger: Ledger,
    *,
    streams: Iterable[str] = (),
    indexes: Iterable[int] = (),
    disclose: Disclose = nothing,
    size: int | None = None,
    progress: Progress = silent,
) -> tuple[Manifest, dict[str, bytes]]:
    """Return the manifest and the files of a package, by name.

    Shown are whole ``streams`` and single ``indexes``, all below ``size`` (default: the head's).
    What ``disclose`` allows is the caller's question of right; nothing is shown without it.

    Raises:
        NothingShown: a stream or index the log does not have at that size.
        ValueLost, BlobMissing, BlobFault: a value or file that was to be shown cannot be opened.
    """
    size = ledger.recorder.head().size if size is None else size
    tracing = Tracing(ledger, size, progress)
    lengths, shown = _chosen(tracing, streams, indexes, size)
    _answered(ledger, tracing, lengths, shown, size)
    published = last_published(ledger, size)
    # All of the log's own stream: a verifier follows the log's key through it.
    own = f"log/{ledger.home.origin}"
    everything = tracing.closure(shown | tracing.indexes_of([own])[own])
    implied: set[str] = set()
    if published is not None:
        # Of a case one may show single entries; of what others rest on, all or nothing.
        single = {act.stream for act in tracing.acts(shown)} - lengths.keys()
        excerpts = {name for name in single if name.partition("/")[0] not in SUPPORTING}
        everything, implied = tracing.whole(everything, excerpts)
    files = {
        GENESIS: ledger.recorder.states(0, 1)[0],
        CHECKPOINT: checkpoint(ledger, size),
        TYPES: types_document(ledger.registry),
        README: README_TEXT.encode(),
    }
    files |= _proven(ledger, sorted(everything), size, files[CHECKPOINT], progress)
    files |= _opened(ledger, sorted(shown), files, disclose)
    if published is not None:
        for place, line, path in located(ledger, published.event.size, implied):
            files[head_name(place)] = format_head_file(line, path)
    for digest in sorted(tracing.adopted(everything)):
        pack = ledger.home.shelf(digest)
        files |= {pack_name(digest, path): data for path, data in pack.items()}
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
        heads=None if published is None else published.index,
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


def _chosen(
    tracing: Tracing, streams: Iterable[str], indexes: Iterable[int], size: int
) -> tuple[dict[str, int], set[int]]:
    lengths: dict[str, int] = {}
    shown: set[int] = set()
    for stream, found in tracing.indexes_of(streams).items():
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


def _answered(
    ledger: Ledger, tracing: Tracing, lengths: dict[str, int], shown: set[int], size: int
) -> None:
    """Show what those named on paper originals said of the entries typed from them."""
    answers = answers_to(ledger, tracing.acts(shown), size)
    shown |= answers
    lengths |= {act.stream: 1 for act in tracing.acts(answers)}


def _proven(
    ledger: Ledger, indexes: Sequence[int], size: int, note: bytes, progress: Progress
) -> dict[str, bytes]:
    """Return entries and the proof of each that it is in the tree of ``size``; ``note`` signs it.

    Progress is told from half on: tracing the entries was the first half.
    """
    states = ledger.recorder.states_at(indexes)
    files = {entry_name(index): states[index] for index in indexes}
    for done, path in enumerate(ledger.reader.inclusions(indexes, size)):
        progress(len(indexes) + done, 2 * len(indexes))
        proof = TlogProof(index=indexes[done], proof=path, checkpoint=note)
        files[proof_name(indexes[done])] = format_tlog_proof(proof)
    return files


def _opened(
    ledger: Ledger, indexes: Sequence[int], files: Mapping[str, bytes], disclose: Disclose
) -> dict[str, bytes]:
    """Return what may be shown of entries that ``files`` has: sealed values, files attached.

    Raises: as ``evidence_files``.
    """
    shown: dict[str, bytes] = {}
    for index in indexes:
        claims = parse_entry(files[entry_name(index)]).signed.claims
        groups = [group for group in claims.sealed or {} if disclose(index, group)]
        if groups and (lines := _disclosed(ledger, index, claims, groups)):
            shown[disclosures_name(index)] = lines
        if ATTACHMENT in groups:
            shown[attachment_name(index)] = attachment(ledger, index)[1]
    return shown


def _disclosed(ledger: Ledger, index: int, claims: Claims, groups: Sequence[str]) -> bytes:
    found = open_groups(ledger, index, claims)
    lines: list[str] = []
    for name in groups:
        if found[name].state != "shown":
            raise ValueLost(index=index, group=name)
        lines += [f"{disclosure.text}\n" for disclosure in found[name].disclosures]
    return "".join(lines).encode("ascii")
