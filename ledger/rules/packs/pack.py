"""Packs: one folder of files a district adopts; its digest, and its typed content.

``pack.toml`` (id, version, what it extends) must be there; everything else is what some section
reads (``section``). Words stand beside their codes.

``read_pack_dir`` and ``shipped`` are the only functions here that read files. How packs lie over
each other: ``book``. Who may adopt one: the ``pack`` aggregate.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files as resources
from importlib.resources.abc import Traversable
from itertools import islice
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from ledger.entry import base64url
from ledger.rules.files.faults import fault
from ledger.rules.files.toml_file import PackInvalid, Problem, RepeatedName, parse_toml
from ledger.rules.packs.section import Content, Item, Section, sections
from ledger.rules.words import Label

T = TypeVar("T")

PackFiles = Mapping[str, bytes]
"""A pack's files by path inside it, with ``/`` between folders."""

HEAD = "pack.toml"
SUFFIXES = (".toml", ".csv", ".po")
MAX_FILES = 500
MAX_MEGABYTES = 8
MAX_TOML = 1
"""Megabytes of it that are TOML, which takes two seconds to read; lists of thousands are CSV.

Some ten times what comes with the program.
"""
_PACKS_KEPT = 16
MOST_FAULTS = 100
"""Told of one file: who wrote more has made one mistake often."""

PackId = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]*$", max_length=32)]
Version = Annotated[str, Meta(pattern=r"^[0-9A-Za-z.]+$", max_length=31)]


class UnreadFile(PackInvalid):
    """A file in a pack that nothing reads: misplaced, or of a later program."""

    code = "pack.unread_file"
    zh = "{file}:{line}：规则包中没有程序会读取的这个文件。请核对文件名和位置，或升级程序。"
    en = "{file}:{line}: nothing reads this file of a pack. Check its name and place, or upgrade."


class PackTooLarge(PackInvalid):
    """More files, or more bytes, than any district arranges its work by."""

    code = "pack.too_large"
    zh = (
        "{file}:{line}：规则包最多 {files} 个文件、共 {megabytes} MB，其中 TOML 最多 {toml} MB。"
        "请核对目录，长表改用 CSV，或分成几个包。"
    )
    en = (
        "{file}:{line}: a pack has {files} files and {megabytes} MB at most, of which {toml} MB "
        "TOML. Check the folder, make long lists CSV, or make several packs of it."
    )


class NoPackFile(PackInvalid):
    """A folder without ``pack.toml`` is no pack."""

    code = "pack.no_pack_file"
    zh = "{file}:{line}：缺少 pack.toml，不是规则包。请补上该文件。"
    en = "{file}:{line}: pack.toml is missing, so this is no pack. Add it."


class Head(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``pack.toml``: names of the packs it extends, the weakest first."""

    id: PackId
    version: Version
    zh: Label
    en: Label
    extends: Annotated[tuple[PackId, ...], Meta(max_length=32)] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Pack:
    """A pack's content; ``files`` are kept so that an error found later still names its line."""

    head: Head
    contents: Mapping[str, tuple[Item[Any], ...]]
    files: PackFiles

    @property
    def ref(self) -> str:
        """``id@version``, as adoptions and ``basis`` name it."""
        return f"{self.head.id}@{self.head.version}"

    def items(self, section: Section[T]) -> tuple[Item[T], ...]:
        """Return what the pack holds of a section, in the order written."""
        return self.contents.get(section.name, ())


def digest_of(files: PackFiles) -> str:
    """Return the pack's digest: 43 base64url characters.

    SHA-256 over the sorted lines ``path SP sha256-hex LF`` (docs/packs.md).
    """
    lines = sorted(
        f"{path} {hashlib.sha256(data).hexdigest()}\n".encode(errors="surrogateescape")
        for path, data in files.items()
    )
    return base64url.encode(hashlib.sha256(b"".join(lines)).digest())


def read_pack_dir(path: Traversable) -> PackFiles:
    """Return the files of a folder (a ``pathlib.Path`` will do) that belong to a pack.

    Raises: PackTooLarge.
    """
    found: dict[str, bytes] = {}
    for name, data in _walk(path, ""):
        found[name] = data
        _require_size(found)
    return dict(sorted(found.items()))


def _require_size(files: PackFiles) -> None:
    toml = sum(len(data) for name, data in files.items() if name.endswith(".toml"))
    total = sum(map(len, files.values()))
    if len(files) > MAX_FILES or total > MAX_MEGABYTES << 20 or toml > MAX_TOML << 20:
        last = list(files)[-1]
        most = {"files": MAX_FILES, "megabytes": MAX_MEGABYTES, "toml": MAX_TOML}
        raise PackTooLarge(file=last, line=1, **most)


def shipped(name: str) -> PackFiles:
    """Return the files of a pack that travels with the program, such as ``cn-base``."""
    return read_pack_dir(resources("ledger.packs").joinpath(name))


def _walk(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for item in folder.iterdir():
        if item.is_dir():
            yield from _walk(item, f"{prefix}{item.name}/")
        elif item.name.endswith(SUFFIXES):
            yield f"{prefix}{item.name}", item.read_bytes()


def load_pack(files: PackFiles) -> Pack:
    """Return the content of a pack's files.

    Raises:
        PackInvalid: with file and line of the first thing wrong.
    """
    return _loaded(_Files(digest_of(files), files))


@dataclass(frozen=True)
class _Files:
    """A pack's files, known by their digest."""

    digest: str
    files: PackFiles = field(compare=False, repr=False)


# Whoever adopts a pack reads it, keeps it and opens its book: the same bytes three times over.
@lru_cache(maxsize=_PACKS_KEPT)
def _loaded(given: _Files) -> Pack:
    pack, faults = examine(given.files)
    for error in faults:
        raise error
    assert pack is not None
    return pack


def examine(files: PackFiles) -> tuple[Pack | None, tuple[PackInvalid, ...]]:
    """Return the content of a pack's files and what is wrong with them, the head's first.

    Of a file, the first ``MOST_FAULTS`` are told. What could not be read is not among the content;
    None when the head could not.
    """
    try:
        _require_size(files)
    except PackTooLarge as error:
        return None, (error,)
    if HEAD not in files:
        return None, (NoPackFile(file=HEAD, line=1),)
    try:
        head = parse_toml(HEAD, files[HEAD], Head)
    except PackInvalid as error:
        return None, (error,)
    faults = [fault(HEAD, files[HEAD], problem) for problem in _head_problems(head)]
    contents: dict[str, tuple[Item[Any], ...]] = {}
    read: set[str] = {HEAD}
    for section in sections():
        paths = [path for path in sorted(files) if section.reads(path)]
        read.update(paths)
        contents[section.name] = tuple(_items(section, paths, files, faults))
    faults.extend(UnreadFile(file=path, line=1) for path in sorted(files) if path not in read)
    return Pack(head=head, contents=contents, files=files), tuple(faults)


def _head_problems(head: Head) -> Iterator[Problem]:
    seen: set[str] = {head.id}
    for position, name in enumerate(head.extends):
        if name in seen:
            facts: dict[str, object] = {"what": "pack", "name": name}
            yield Problem(("extends", position), RepeatedName, facts)
        seen.add(name)


def _items(
    section: Section[T], paths: list[str], files: PackFiles, faults: list[PackInvalid]
) -> Iterator[Item[T]]:
    seen: dict[str, str] = {}
    for path in paths:
        content = _content(section, path, files[path], faults)
        # Within a file the section itself says what may stand twice.
        again = [
            Problem(item.at, RepeatedName, {"what": section.name, "name": item.id})
            for item in content.items
            if seen.setdefault(item.id, path) != path
        ]
        problems = islice((*content.problems, *again), MOST_FAULTS)
        faults.extend(fault(path, files[path], problem) for problem in problems)
        yield from content.items


def _content(section: Section[T], path: str, data: bytes, faults: list[PackInvalid]) -> Content[T]:
    try:
        return section.read(path, data)
    except PackInvalid as error:
        faults.append(error)
        return Content(items=())
