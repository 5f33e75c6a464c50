"""Sections: what a pack may hold, each kind of file one module of ``ledger.rules.packs.sections``.

A module declares one attribute ``section``: which files it reads, the type of its items, what is
wrong with an item by itself (``own``), what it needs of all packs together (``whole``), the code
lists it reads. Discovery finds it, so another kind of file is a new module and nothing else::

    section = tables(name="sessions", file="sessions.toml", table="session", item=SessionKind)

Items merge by id: those of a stronger pack replace those of the same id below. What is in force:
``book``. Which bytes those are: ``pack``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from typing import Any, Generic, Protocol, TypeVar

import msgspec

import ledger.rules.packs.sections
from ledger.errors import NotFound
from ledger.kernel.discovery import declared
from ledger.rules.files.csv_table import parse_csv
from ledger.rules.files.toml_file import (
    PackInvalid,
    Problem,
    RepeatedName,
    UnknownName,
    parse_toml,
    repeated,
)
from ledger.rules.files.toml_lines import Path

T = TypeVar("T")
Lists = Mapping[str, frozenset[str] | None]
"""Code lists by name: the codes of a closed one, None where packs add them."""


class UnknownItem(NotFound):
    """The packs in force arrange nothing of this name."""

    code = "book.unknown_item"
    zh = "现行规则包 {pack} 的 {section} 中没有“{name}”。请核对名称。"
    en = 'The pack in force, {pack}, has no "{name}" in {section}. Check the name.'


class FileMisnamed(PackInvalid):
    """A file that holds one thing is not named as the thing is."""

    code = "pack.kind_misnamed"
    zh = "{file}:{line}：“{name}”应与文件同名。请改名。"
    en = '{file}:{line}: "{name}" must be named as its file is. Rename one.'


@dataclass(frozen=True, kw_only=True, slots=True)
class Item(Generic[T]):
    """One thing a pack holds: ``value`` under ``id``, written at ``at`` of ``file``."""

    id: str
    value: T
    file: str
    at: Path = ()


class Whole(Protocol):
    """All packs together, as ``whole`` sees them."""

    def find(self, section: "Section[T]", id_: str) -> T | None:
        """Return an item in force, None when no pack has it."""

    def has_word(self, table: str, code: str) -> bool:
        """Tell whether a pack says what a code of a list is called."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Content(Generic[T]):
    """What one file holds, and what it shows to be wrong with itself."""

    items: tuple[Item[T], ...]
    problems: tuple[Problem, ...] = ()


def nothing(*_: object) -> Iterator[Problem]:
    """Yield no problem."""
    yield from ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step of a duty: what is done, in which roles, by how many persons.

    ``needed`` tells that without it the work cannot be finished.
    """

    name: str
    roles: tuple[str, ...]
    persons: int = 1
    needed: bool = True


Hands = tuple[Step, ...]
"""Steps that must be done by different persons."""


def no_hands(*_: object) -> Iterable[Hands]:
    """Ask for nobody."""
    return ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Section(Generic[T]):
    """One kind of file in a pack; ``path`` is its name, or ``folder/*.suffix``.

    ``read`` raises PackInvalid for bytes of another shape. ``whole`` yields problems whose paths
    begin at the item. An act cites an item as rule ``cites`` + id. ``unknown`` is raised with
    pack, section and name. ``evidence`` names the aggregate whose acts carry ids of this section as
    ``code``, so that obligations can be met by them (``ledger.rules.evidence``). ``hands`` yields
    the steps of an item that need different persons (``ledger.rules.packs.satisfiable``).
    """

    name: str
    path: str
    read: Callable[[str, bytes], Content[T]]
    whole: Callable[[T, Whole], Iterable[Problem]] = nothing
    lists: Lists = field(default_factory=dict)
    cites: str = ""
    unknown: type[NotFound] = UnknownItem
    evidence: str | None = None
    hands: Callable[[T, Whole], Iterable[Hands]] = no_hands

    def reads(self, path: str) -> bool:
        """Tell whether a file of this path in a pack is one of the section's."""
        return fnmatchcase(path, self.path) and path.count("/") == self.path.count("/")


class Named(Protocol):
    """Whatever has an id."""

    @property
    def id(self) -> str:
        """Its id, unique in its section."""


N = TypeVar("N", bound=Named)


def tables(
    *,
    name: str,
    file: str,
    table: str,
    item: type[N],
    own: Callable[[N], Iterable[Problem]] = nothing,
    **more: Any,
) -> Section[N]:
    """Return a section of one TOML file: an array of tables ``[[table]]``, each an ``item``.

    ``own`` yields what an item shows to be wrong, with paths from the item. ``more`` are members
    of ``Section``.
    """
    shape = msgspec.defstruct(
        f"{table.title()}Tables",
        [(table, tuple[item, ...], ())],  # type: ignore[valid-type]
        frozen=True,
        kw_only=True,
        forbid_unknown_fields=True,
    )

    def read(path: str, data: bytes) -> Content[N]:
        values: tuple[N, ...] = getattr(parse_toml(path, data, shape), table)
        items = tuple(
            Item(id=value.id, value=value, file=path, at=(table, position))
            for position, value in enumerate(values)
        )
        twice = repeated((value.id for value in values), table)
        return Content(items=items, problems=(*twice, *_within(items, own)))

    return Section(name=name, path=file, read=read, **more)


def one_to_a_file(
    *,
    name: str,
    folder: str,
    item: type[N],
    own: Callable[[N], Iterable[Problem]] = nothing,
    **more: Any,
) -> Section[N]:
    """Return a section of TOML files ``folder/<id>.toml``, each one ``item``; see ``tables``."""

    def read(path: str, data: bytes) -> Content[N]:
        value = parse_toml(path, data, item)
        items = (Item(id=value.id, value=value, file=path),)
        problems = list(_within(items, own))
        if path != f"{folder}/{value.id}.toml":
            problems.insert(0, Problem(("id",), FileMisnamed, {"name": value.id}))
        return Content(items=items, problems=tuple(problems))

    return Section(name=name, path=f"{folder}/*.toml", read=read, **more)


def rows(
    *,
    name: str,
    path: str,
    item: type[N],
    own: Callable[[N], Iterable[Problem]] = nothing,
    **more: Any,
) -> Section[N]:
    """Return a section of CSV tables, a file or ``folder/*.csv``, each row an ``item``."""

    def read(file: str, data: bytes) -> Content[N]:
        return table_content(file, parse_csv(file, data, item), own)  # type: ignore[type-var]

    return Section(name=name, path=path, read=read, **more)


def table_content(
    file: str, values: Iterable[N], own: Callable[[N], Iterable[Problem]] = nothing
) -> Content[N]:
    """Return the rows of a CSV table as items; an id stands once in a table."""
    items = tuple(
        Item(id=value.id, value=value, file=file, at=(position,))
        for position, value in enumerate(values)
    )
    first = {item.id: item for item in reversed(items)}
    twice = (
        Problem(item.at, RepeatedName, {"what": "row", "name": item.id})
        for item in items
        if first[item.id] is not item
    )
    return Content(items=items, problems=(*twice, *_within(items, own)))


def _within(items: Iterable[Item[T]], own: Callable[[T], Iterable[Problem]]) -> Iterator[Problem]:
    for item in items:
        yield from below(item.at, own(item.value))


def below(at: Path, problems: Iterable[Problem]) -> Iterator[Problem]:
    """Yield problems whose paths begin at ``at`` as problems of the file."""
    for path, error, facts in problems:
        yield Problem((*at, *path), error, facts)


def unnamed(whole: Whole, table: str, codes: Iterable[str], at: Path) -> Iterator[Problem]:
    """Yield a problem for each of ``codes`` that no pack names in a code list."""
    for position, code in enumerate(codes):
        if not whole.has_word(table, code):
            yield Problem((*at, position), UnknownName, {"what": table, "name": code})


@cache
def sections() -> tuple[Section[Any], ...]:
    """Return all sections this program declares, by module name."""
    return tuple(declared(ledger.rules.packs.sections, "section"))


@cache
def code_lists() -> Lists:
    """Return the code lists of all sections. Two that declare one list agree on its codes."""
    return {table: codes for section in sections() for table, codes in section.lists.items()}
