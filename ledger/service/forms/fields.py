"""The fields of a declared command: what whoever fills one in is asked, on a terminal or a page.

Whether the values are lawful is for the command and its aggregate to say.
"""

from dataclasses import dataclass
from types import NoneType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec

from ledger.kernel.aggregate import Command

_STANDARD = frozenset(Command.__struct_fields__)


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of a command: ``kind`` is its annotation without None, ``base`` the bare type."""

    name: str
    kind: Any
    base: Any
    required: bool

    @property
    def metas(self) -> tuple[msgspec.Meta, ...]:
        """The constraints of its annotation."""
        metas = get_args(self.kind)[1:] if get_origin(self.kind) is Annotated else ()
        return tuple(meta for meta in metas if isinstance(meta, msgspec.Meta))

    @property
    def free_text(self) -> bool:
        """Whether this is text without a pattern of its own."""
        return self.base is str and not any(meta.pattern for meta in self.metas)

    @property
    def each(self) -> "Field":
        """One of the values, where the field takes several."""
        return _field(self.name, get_args(self.base)[0], required=True)


def fields_of(cls: type[Command]) -> list[Field]:
    """Return the fields a command has beside those of every command, in order."""
    hints = get_type_hints(cls, include_extras=True)
    return [
        _field(field.name, hints[field.name], required=field.required)
        for field in msgspec.structs.fields(cls)
        if field.name not in _STANDARD
    ]


def _field(name: str, hint: Any, *, required: bool) -> Field:
    kinds = [kind for kind in get_args(hint) if kind is not NoneType]
    optional = NoneType in get_args(hint)
    kind = kinds[0] if optional else hint
    base = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    return Field(name=name, kind=kind, base=base, required=required)
