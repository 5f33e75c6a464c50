"""Links: which streams name which, a row for each of a link's two ends.

A case and the session it was raised in, an item and the meeting that approved it, an order and the
account it was credited to. Public members alone are read. Units, persons and their devices and keys
are no ends of links: everything names them.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

import msgspec
from msgspec import inspect
from msgspec.structs import replace

import ledger.aggregates
from ledger.entry.ids import ID
from ledger.kernel.act import Act
from ledger.kernel.discovery import declared
from ledger.kernel.view import Row, View

_STREAM: Final = re.compile(rf"(?!unit/|person/|device/|key/)[a-z][a-z_]*/{ID}")


class LinkRow(Row, frozen=True, kw_only=True):
    """One end of a link: ``stream`` names ``other``, is named by it, or both.

    ``entry`` is the log index where it first does; None where it is named only.
    """

    link: str
    stream: str
    other: str
    entry: int | None = None


def key_of(stream: str, other: str) -> str:
    """Return the key of a link's end at ``stream``; those of one stream begin alike."""
    return f"{stream} {other}"


def named(value: msgspec.Struct) -> Iterator[str]:
    """Yield the streams that the public members of an event name, as often as they do."""
    for member in _members(type(value)):
        held = getattr(value, member)
        for each in held if isinstance(held, tuple) else (held,):
            if isinstance(each, msgspec.Struct):
                yield from named(each)
            elif isinstance(each, str) and _STREAM.fullmatch(each):
                yield each


@cache
def _members(cls: type[msgspec.Struct]) -> tuple[str, ...]:
    """Return the members of a class that may name anything: a rebuild looks at no others."""
    kind = inspect.type_info(cls)
    assert isinstance(kind, inspect.StructType)
    return tuple(each.name for each in kind.fields if _may_name(each.type))


def _may_name(kind: inspect.Type) -> bool:
    match kind:
        case inspect.StrType(pattern=str() as pattern):
            return "/" in pattern
        case inspect.UnionType(types=kinds):
            return any(map(_may_name, kinds))
        case inspect.VarTupleType(item_type=of):
            return _may_name(of)
        case inspect.StructType(fields=fields):
            return any(_may_name(each.type) for each in fields)
        case _:
            return False


def keys(act: Act) -> tuple[str, ...]:
    """Return the rows of an act: both ends of a link to each other stream that it names."""
    stream, others = act.stream, [other for other in named(act.event) if other != act.stream]
    return tuple(key for other in others for key in (key_of(stream, other), key_of(other, stream)))


def fold(row: LinkRow | None, act: Act, key: str) -> LinkRow:
    """Return one end of a link after ``act``, which names the other end's stream or is named."""
    stream, _, other = key.partition(" ")
    found = row or LinkRow(link=key, stream=stream, other=other)
    names = stream == act.stream and found.entry is None
    return replace(found, entry=act.index) if names else found


view = View(
    name="links",
    version=1,
    row=LinkRow,
    reads=frozenset(aggregate.name for aggregate in declared(ledger.aggregates, "aggregate")),
    keys=keys,
    fold=fold,
)
