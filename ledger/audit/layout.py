"""Names and self-checking files of an exported log and of an evidence package.

An exported log is a static tlog-tiles tree (``checkpoint``, ``tile/…``) with what a stranger needs
beside it: ``genesis`` (the bytes of entry 0), ``log.vkey``, ``types.json`` and
``packs/<digest>/<path>``. An evidence package has no tiles, but ``manifest.json``, ``README``, and
for each entry ``entries/<index>``, ``entries/<index>.tlog-proof`` and, where values are shown,
``disclosures/<index>`` and ``attachments/<index>``; ``heads/<place>`` proves the head of a stream.
Reading and writing files is not handled here.
"""

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

import msgspec

from ledger.audit.faults import FileDiffers
from ledger.entry import base64url
from ledger.entry.entry import Entry

CHECKPOINT: Final = "checkpoint"
GENESIS: Final = "genesis"
VKEY: Final = "log.vkey"
TYPES: Final = "types.json"
PACKS: Final = "packs"
MANIFEST: Final = "manifest.json"
README: Final = "README"
ENTRIES: Final = "entries"
DISCLOSURES: Final = "disclosures"
ATTACHMENTS: Final = "attachments"
HEADS: Final = "heads"
PROOF_SUFFIX: Final = ".tlog-proof"

SUPPORTING: Final = frozenset({"device", "key", "log", "pack", "person", "post", "unit"})
"""Aggregates that other entries rest on: a package never shows a stream of theirs in part."""
ADOPTION: Final = "pack.adoption_proposed.v1"

_PACK = re.compile(rf"{PACKS}/([0-9A-Za-z_-]{{43}})/(.+)")
# ASCII names that mean the same on every system: no way up, no root, no drive, no hidden file.
_SAFE = re.compile(r"[0-9A-Za-z_@-][0-9A-Za-z._@-]*(?:/[0-9A-Za-z_@-][0-9A-Za-z._@-]*){0,15}")


class _Named(msgspec.Struct, frozen=True):
    digest: str


class _Adoption(msgspec.Struct, frozen=True):
    digest: str
    extends: tuple[_Named, ...]


_ADOPTIONS = msgspec.json.Decoder(_Adoption)


def is_safe_name(name: str) -> bool:
    """Say whether a relative path may be written or read on any system without surprise."""
    return len(name) <= 255 and _SAFE.fullmatch(name) is not None


def entry_name(index: int) -> str:
    """Return the name of an entry's bytes in a package."""
    return f"{ENTRIES}/{index}"


def proof_name(index: int) -> str:
    """Return the name of an entry's inclusion proof in a package."""
    return f"{ENTRIES}/{index}{PROOF_SUFFIX}"


def disclosures_name(index: int) -> str:
    """Return the name of the field disclosures shown of an entry, one a line."""
    return f"{DISCLOSURES}/{index}"


def attachment_name(index: int) -> str:
    """Return the name of the file an entry sealed the digest of, where that is shown."""
    return f"{ATTACHMENTS}/{index}"


def head_name(place: int) -> str:
    """Return the name of a line of the published heads, with its proof."""
    return f"{HEADS}/{place}"


def pack_name(digest: str, path: str) -> str:
    """Return the name of a file of the pack with this digest."""
    return f"{PACKS}/{digest}/{path}"


def is_pack_name(name: str) -> bool:
    """Say whether this is the name of a file of a pack."""
    return _PACK.fullmatch(name) is not None


def packs_in(files: Mapping[str, bytes]) -> dict[str, dict[str, bytes]]:
    """Return the packs among ``files`` by their folder's name: ``{path: bytes}`` each."""
    packs: dict[str, dict[str, bytes]] = {}
    for name, data in files.items():
        if found := _PACK.fullmatch(name):
            packs.setdefault(found[1], {})[found[2]] = data
    return packs


def packs_proposed(entry: Entry) -> tuple[str, ...]:
    """Return the digests of the packs an entry proposes to adopt: their bytes must be at hand."""
    if entry.signed.claims.type != ADOPTION:
        return ()
    try:
        proposed = _ADOPTIONS.decode(entry.signed.claims.pub)
    except (ValueError, RecursionError):
        return ()  # not what its type declares, which is for the rules to tell
    return (proposed.digest, *(below.digest for below in proposed.extends))


def pack_digest(files: Mapping[str, bytes]) -> str:
    """Return a pack's digest: SHA-256, base64url, over its sorted lines ``path SP sha256 LF``."""
    lines = [f"{path} {sha256(files[path]).hexdigest()}\n" for path in sorted(files)]
    return base64url.encode(sha256("".join(lines).encode()).digest())


def format_types(types: Mapping[str, Any]) -> bytes:
    """Return ``types.json``: the declared types, indented, with the digest that holds them."""
    document = {"digest": _types_digest(types), "types": types}
    return msgspec.json.format(msgspec.json.encode(document, order="sorted"), indent=2) + b"\n"


def verify_types(data: bytes) -> dict[str, Any]:
    """Return the types of a ``types.json`` whose digest holds and that has its one spelling.

    The digest notices damage. It proves nothing about who wrote the file.

    Raises:
        FileDiffers: changed, or never of this form.
    """
    try:
        types = msgspec.json.decode(data, type=dict[str, Any])["types"]
        if isinstance(types, dict) and format_types(types) == data:
            return types
    except (ValueError, KeyError, RecursionError, UnicodeEncodeError):
        pass
    raise FileDiffers(name=TYPES)


def _types_digest(types: Mapping[str, Any]) -> str:
    return base64url.encode(sha256(msgspec.json.encode(types, order="sorted")).digest())
