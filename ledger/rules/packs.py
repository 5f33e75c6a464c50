"""Packs: one folder of TOML a district adopts; its digest, and its typed content.

``ledger/packs/<name>/`` holds ``pack.toml`` (id, version, what it extends), ``law.toml`` (rules
by article), ``holidays.toml`` (the State Council's tables), ``codes.toml`` (codes and what they are
called) and ``cases/<kind>.toml``; only the first must be there. Words stand beside their codes.

``read_pack_dir`` and ``shipped`` are the only functions here that read files. How packs lie over
each other: ``book``. Who may adopt one: the ``pack`` aggregate.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files as resources
from importlib.resources.abc import Traversable
from typing import Annotated

import msgspec
from msgspec import Meta

from ledger.entry import base64url
from ledger.rules import kinds, law
from ledger.rules.calendars import HolidayYear
from ledger.rules.kinds import CaseKind, Word
from ledger.rules.law import Label, LawRule
from ledger.rules.pack_toml import (
    PackInvalid,
    Problem,
    RepeatedName,
    UnknownName,
    parse_toml,
    refuse_first,
    repeated,
)

PackFiles = Mapping[str, bytes]
"""A pack's files by path inside it, with ``/`` between folders."""

CODE_LISTS = ("act", "role", "channel", "category", "outcome", "reason", "route")
CLOSED = {"act": kinds.FACTS, "route": kinds.ROUTES}
"""Lists whose codes are code: a pack says what they are called and adds none."""
SUFFIXES = (".toml", ".csv", ".po")

PackId = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]*$", max_length=32)]
Version = Annotated[str, Meta(pattern=r"^[0-9A-Za-z.]+$", max_length=31)]


class UnreadFile(PackInvalid):
    """A file in a pack that nothing reads: misplaced, or of a later program."""

    code = "pack.unread_file"
    zh = "{file}:{line}：规则包中没有程序会读取的这个文件。请核对文件名和位置，或升级程序。"
    en = "{file}:{line}: nothing reads this file of a pack. Check its name and place, or upgrade."


class NoPackFile(PackInvalid):
    """A folder without ``pack.toml`` is no pack."""

    code = "pack.no_pack_file"
    zh = "{file}:{line}：缺少 pack.toml，不是规则包。请补上该文件。"
    en = "{file}:{line}: pack.toml is missing, so this is no pack. Add it."


class KindMisnamed(PackInvalid):
    """A kind's id differs from its file's name."""

    code = "pack.kind_misnamed"
    zh = "{file}:{line}：事项类型“{name}”应与文件同名。请改名。"
    en = '{file}:{line}: kind "{name}" must be named as its file is. Rename one.'


class TimesOverlap(PackInvalid):
    """Two generations of a rule hold on one day, or one ends before it begins."""

    code = "pack.times_overlap"
    zh = "{file}:{line}：规则“{name}”的施行起止日期颠倒或重叠。请改正 from 和 to。"
    en = '{file}:{line}: the times of rule "{name}" overlap or run backwards. Correct from and to.'


class Head(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``pack.toml``: names of the packs it extends, the weakest first."""

    id: PackId
    version: Version
    zh: Label
    en: Label
    extends: tuple[PackId, ...] = ()


class Codes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``codes.toml``: lists of codes with their words."""

    act: tuple[Word, ...] = ()
    role: tuple[Word, ...] = ()
    channel: tuple[Word, ...] = ()
    category: tuple[Word, ...] = ()
    outcome: tuple[Word, ...] = ()
    reason: tuple[Word, ...] = ()
    route: tuple[Word, ...] = ()


class _Law(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    rule: tuple[LawRule, ...] = ()


class _Tables(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    year: tuple[HolidayYear, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Pack:
    """A pack's content; ``files`` are kept so that an error found later still names its line."""

    head: Head
    law: tuple[LawRule, ...]
    holidays: tuple[HolidayYear, ...]
    codes: Codes
    kinds: tuple[CaseKind, ...]
    files: PackFiles

    @property
    def ref(self) -> str:
        """``id@version``, as adoptions and ``basis`` name it."""
        return f"{self.head.id}@{self.head.version}"


def digest_of(files: PackFiles) -> str:
    """Return the pack's digest: 43 base64url characters.

    SHA-256 over the sorted lines ``path SP sha256-hex LF`` (design section 5).
    """
    lines = sorted(
        f"{path} {hashlib.sha256(data).hexdigest()}\n".encode() for path, data in files.items()
    )
    return base64url.encode(hashlib.sha256(b"".join(lines)).digest())


def read_pack_dir(path: Traversable) -> PackFiles:
    """Return the files of a folder (a ``pathlib.Path`` will do) that belong to a pack."""
    return dict(sorted(_walk(path, "")))


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
    if "pack.toml" not in files:
        raise NoPackFile(file="pack.toml", line=1)
    for path in files:
        if not _is_read(path):
            raise UnreadFile(file=path, line=1)
    return Pack(
        head=_load_head(files),
        law=_load_law(files),
        holidays=_load_holidays(files),
        codes=_load_codes(files),
        kinds=tuple(_load_kind(path, data) for path, data in sorted(files.items()) if "/" in path),
        files=files,
    )


def _is_read(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    if folder:
        return folder == "cases" and name.endswith(".toml")
    return name in {"pack.toml", "law.toml", "holidays.toml", "codes.toml"}


def _load_head(files: PackFiles) -> Head:
    head = parse_toml("pack.toml", files["pack.toml"], Head)
    seen: set[str] = {head.id}
    problems = []
    for position, name in enumerate(head.extends):
        if name in seen:
            facts: dict[str, object] = {"what": "pack", "name": name}
            problems.append(Problem(("extends", position), RepeatedName, facts))
        seen.add(name)
    refuse_first("pack.toml", files["pack.toml"], problems)
    return head


def _load_law(files: PackFiles) -> tuple[LawRule, ...]:
    data = files.get("law.toml", b"")
    rules = parse_toml("law.toml", data, _Law).rule
    refuse_first("law.toml", data, _law_problems(rules))
    return rules


def _law_problems(rules: tuple[LawRule, ...]) -> Iterator[Problem]:
    for position, rule in enumerate(rules):
        if rule.until is not None and rule.until < rule.from_:
            yield Problem(("rule", position, "to"), TimesOverlap, {"name": rule.id})
    if found := law.overlap(rules):
        yield Problem(("rule", found[1], "from"), TimesOverlap, {"name": rules[found[1]].id})


def _load_holidays(files: PackFiles) -> tuple[HolidayYear, ...]:
    data = files.get("holidays.toml", b"")
    years = parse_toml("holidays.toml", data, _Tables).year
    refuse_first("holidays.toml", data, _holiday_problems(years))
    return years


def _holiday_problems(years: tuple[HolidayYear, ...]) -> Iterator[Problem]:
    seen: set[int] = set()
    for position, table in enumerate(years):
        if table.year in seen:
            facts: dict[str, object] = {"what": "year", "name": table.year}
            yield Problem(("year", position, "year"), RepeatedName, facts)
        seen.add(table.year)
        for member in ("rest", "work"):
            for item, day in enumerate(getattr(table, member)):
                # A notice may reach back into the December before its year.
                if day.year != table.year and (day.year, day.month) != (table.year - 1, 12):
                    at = ("year", position, member, item)
                    yield Problem(at, UnknownName, {"what": str(table.year), "name": day})


def _load_codes(files: PackFiles) -> Codes:
    data = files.get("codes.toml", b"")
    codes = parse_toml("codes.toml", data, Codes)
    for table in CODE_LISTS:
        ids = [word.id for word in getattr(codes, table)]
        refuse_first("codes.toml", data, repeated(ids, table))
        if table in CLOSED:
            refuse_first("codes.toml", data, _undeclared(ids, table, CLOSED[table]))
    return codes


def _undeclared(ids: list[str], table: str, known: frozenset[str]) -> Iterator[Problem]:
    for position, name in enumerate(ids):
        if name not in known:
            yield Problem((table, position, "id"), UnknownName, {"what": table, "name": name})


def _load_kind(path: str, data: bytes) -> CaseKind:
    kind = parse_toml(path, data, CaseKind)
    if path != f"cases/{kind.id}.toml":
        refuse_first(path, data, [Problem(("id",), KindMisnamed, {"name": kind.id})])
    refuse_first(path, data, kinds.problems(kind))
    return kind
