"""An evidence package as files: its manifest, entries, proofs, disclosures and packs.

    manifest.json       what is shown, what only supports it, the SHA-256 of every other file
    genesis             the bytes of entry 0, whose digest a verifier pins
    checkpoint          the log's signed size and root
    entries/<index>     an entry's bytes, and beside it its place in the tree: ``….tlog-proof``
    disclosures/<index> the field disclosures shown of it, one a line
    attachments/<index> the file it commits to, where that is shown
    heads/<place>       a line of the heads published in the log, and its place in their tree
    packs/<digest>/…    rule packs the entries rest on;  types.json, README

Reading only: nothing here is believed before ``evidence`` has verified it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from ledger.audit.files import Files, open_files
from ledger.audit.layout import (
    HEADS,
    MANIFEST,
    disclosures_name,
    entry_name,
    is_pack_name,
    packs_in,
    proof_name,
)
from ledger.audit.ports import Stored
from ledger.entry import base64url, canonical
from ledger.entry.disclosure import Disclosure, parse_disclosure
from ledger.entry.entry import MAX_ENTRY_SIZE
from ledger.entry.heads import Head, parse_head
from ledger.entry.ids import DIGEST, ORIGIN, STREAM
from ledger.errors import MalformedError, NotFound
from ledger.tlog.encoding import decode_hash, encode_base64
from ledger.tlog.hashlines import MAX_PROOF_HASHES

FORMAT: Final = "mingzhang-evidence-1"

_HEAD_FILE = re.compile(rf"{HEADS}/(0|[1-9][0-9]{{0,15}})")

_Digest = Annotated[str, Meta(pattern=rf"\A{DIGEST}\Z")]
_Size = Annotated[int, Meta(ge=1)]
_Index = Annotated[int, Meta(ge=0)]


class BadManifest(MalformedError):
    """The manifest is not canonical JSON of an evidence package's form."""

    code = "evidence.manifest"
    zh = "不是证据包：manifest.json 不合规（{why}）。请向出具方重新索取。"
    en = "Not an evidence package: its manifest.json is not well formed ({why}). Ask for it again."


class BadDisclosures(MalformedError):
    """A file of field disclosures is not one on each line."""

    code = "evidence.disclosures"
    zh = "披露文件 {name} 不合规：须每行一个字段披露。请向出具方重新索取。"
    en = "{name} does not hold one field disclosure on each line. Ask for the package again."


class BadHeadFile(MalformedError):
    """A file of heads is not a line and an inclusion proof."""

    code = "evidence.head_file"
    zh = "文件 {name} 不合规：首行应为一个流的末条，随后每行一个哈希。请向出具方重新索取。"
    en = "{name} is not a line of heads and then one hash a line. Ask for the package again."


class Manifest(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """What a package states of itself; digests are base64url of 32 bytes.

    ``shown`` and ``support`` are log indexes, ascending; ``streams`` the length of each stream
    shown in full, at ``size``; ``heads`` the log index of the publication that completeness is
    proven by, None where it is not; ``files`` the SHA-256 of every file but this one.
    """

    format: Literal["mingzhang-evidence-1"]
    origin: Annotated[str, Meta(pattern=rf"\A{ORIGIN}\Z")]
    size: _Size
    root: _Digest
    genesis: _Digest
    shown: tuple[_Index, ...]
    support: tuple[_Index, ...]
    streams: dict[Annotated[str, Meta(pattern=rf"\A{STREAM}\Z")], _Size]
    files: dict[str, _Digest]
    heads: _Index | None = None


class Package:
    """An evidence package, opened and not verified."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.manifest = parse_manifest(files.read(MANIFEST))

    @property
    def indexes(self) -> list[int]:
        """The log indexes of all entries in it, ascending."""
        return sorted({*self.manifest.shown, *self.manifest.support})

    def stored(self, index: int) -> Stored:
        """Return an entry's bytes. Raises: FileMissing, FileDiffers, BadZip."""
        return Stored(index, self.files.read(entry_name(index), MAX_ENTRY_SIZE))

    def proof(self, index: int) -> bytes:
        """Return the bytes of an entry's inclusion proof. Raises: FileMissing, BadZip."""
        return self.files.read(proof_name(index))

    def disclosures(self, index: int) -> tuple[Disclosure, ...]:
        """Return the field disclosures shown of an entry, none when there is no file.

        Raises:
            BadDisclosures, BadDisclosure, ReservedName: a line is not a disclosure.
        """
        name = disclosures_name(index)
        if name not in self.files.names:
            return ()
        try:
            *lines, end = self.files.read(name).decode("ascii").split("\n")
        except UnicodeDecodeError:
            raise BadDisclosures(name=name) from None
        if end or not lines:
            raise BadDisclosures(name=name)
        return tuple(map(parse_disclosure, lines))

    def heads(self) -> Iterator[tuple[int, Head, tuple[bytes, ...]]]:
        """Yield the lines of heads: place in their tree, what they say, inclusion proof.

        Raises:
            BadHeadFile, BadHead: a file is not of the form.
        """
        for name in sorted(self.files.names):
            if found := _HEAD_FILE.fullmatch(name):
                yield int(found[1]), *parse_head_file(name, self.files.read(name))

    def packs(self) -> dict[str, dict[str, bytes]]:
        """Return the packs by the digest their folder claims. Raises: BadZip."""
        names = filter(is_pack_name, self.files.names)
        return packs_in({name: self.files.read(name) for name in names})


def open_package(path: Path) -> Package:
    """Return the package in a ZIP, or in the folder one was unpacked to.

    Raises:
        NothingThere, BadZip, TooManyFiles, StorageError: it cannot be read, or not safely.
        FileMissing, BadManifest: it is no evidence package.
    """
    return Package(open_files(path))


def parse_head_file(name: str, data: bytes) -> tuple[Head, tuple[bytes, ...]]:
    """Return the head and the inclusion proof in a file. Raises: BadHeadFile, BadHead."""
    line, *hashes, end = data.split(b"\n") if data.endswith(b"\n") else (b"", b"x")
    try:
        proof = tuple(decode_hash(each.decode("ascii")) for each in hashes)
    except (UnicodeDecodeError, MalformedError):
        raise BadHeadFile(name=name) from None
    if end or len(proof) > MAX_PROOF_HASHES:
        raise BadHeadFile(name=name)
    return parse_head(line), proof


def format_head_file(line: bytes, proof: Iterable[bytes]) -> bytes:
    """Return the bytes of a line of heads with its inclusion proof, leaf's sibling first."""
    hashes = [f"{encode_base64(each)}\n".encode("ascii") for each in proof]
    return b"".join([line, b"\n", *hashes])


def parse_manifest(data: bytes) -> Manifest:
    """Return the manifest of its canonical bytes. Raises: BadManifest."""
    try:
        manifest = msgspec.convert(canonical.decode(data), Manifest, strict=True)
    except MalformedError as error:
        raise BadManifest(why=error.code) from None
    except msgspec.ValidationError:
        raise BadManifest(why="members") from None
    for indexes in (manifest.shown, manifest.support):
        if list(indexes) != sorted(set(indexes)):
            raise BadManifest(why="indexes")
    return manifest


def format_manifest(manifest: Manifest) -> bytes:
    """Return the canonical bytes of a manifest."""
    return canonical.encode(msgspec.to_builtins(manifest))


def file_digests(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the SHA-256 of each file, base64url, as a manifest lists them."""
    return {name: base64url.encode(sha256(data).digest()) for name, data in files.items()}


def shelf_of(packs: Mapping[str, Mapping[str, bytes]], digest: str) -> Mapping[str, bytes]:
    """Return one of ``packs``. Raises: NotFound."""
    try:
        return packs[digest]
    except KeyError:
        raise NotFound(what=digest) from None
