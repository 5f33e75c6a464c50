"""From the fields of a declared command to options of the command line, and back to its values.

Some options take more than the value itself: a unit may be named by its code, a day as ``today``,
and a text as ``@FILE`` (``@-`` is stdin), so that nothing personal stays in a shell's history.
Whether the values are lawful is for the command and its aggregate to say.
"""

import inspect
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import getitem
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec
import typer

from ledger.errors import NotFound
from ledger.kernel.aggregate import Command
from ledger.kernel.event import Date, UnitRef
from ledger.rules.attachments import FileText
from ledger.service.attaching import upload
from ledger.service.directory import unit_of
from ledger.service.ledger import Ledger
from ledger.service.office import today

PREFIX = "field_"
_STANDARD = frozenset(Command.__struct_fields__)


class TextFileMissing(NotFound):
    """A text was to be read from a file that cannot be read."""

    code = "cli.text_file"
    zh = "无法以 UTF-8 读取文本文件 {path}。请核对路径和编码。"
    en = "The text file {path} cannot be read as UTF-8. Check its path and encoding."


class FileUnreadable(NotFound):
    """A file to be attached cannot be read."""

    code = "cli.file_unreadable"
    zh = "无法读取文件 {path}。请核对路径和权限。"
    en = "The file {path} cannot be read. Check its path and permissions."


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of a command: ``kind`` is its annotation without None, ``base`` the bare type."""

    name: str
    kind: Any
    base: Any
    required: bool

    @property
    def parameter(self) -> str:
        """Name of the Python parameter; prefixed, so that it never meets one of ours."""
        return f"{PREFIX}{self.name}"

    @property
    def free_text(self) -> bool:
        """Whether this is text without a pattern of its own."""
        metas = get_args(self.kind)[1:] if get_origin(self.kind) is Annotated else ()
        return self.base is str and not any(getattr(meta, "pattern", None) for meta in metas)


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


def parameter(field: Field, reserved: frozenset[str], *, required: bool) -> inspect.Parameter:
    """Return the option of a field, as a parameter Typer understands."""
    option = field.name.replace("_", "-")
    if option in reserved:
        option = f"the-{option}"
    names = f"--{option}/--no-{option}" if field.base is bool else f"--{option}"
    info = typer.Option(names, metavar=_metavar(field), show_default=False)
    shape = _shape(field)
    return inspect.Parameter(
        field.parameter,
        inspect.Parameter.KEYWORD_ONLY,
        annotation=getitem(Annotated, (shape if required else shape | None, info)),
        default=inspect.Parameter.empty if required else None,
    )


def _shape(field: Field) -> Any:
    if get_origin(field.base) is tuple:
        return list[str]
    return field.base if field.base in {bool, int} else str


def _metavar(field: Field) -> str | None:
    if field.kind == FileText:
        return "FILE"
    if get_origin(field.base) is Literal:
        return "|".join(map(str, get_args(field.base)))
    if field.kind == UnitRef:
        return "UNIT"
    if field.kind == Date:
        return "DAY"
    return "TEXT|@FILE" if field.free_text else None


def values(
    ledger: Ledger, fields: Sequence[Field], given: Mapping[str, Any], stream: str | None
) -> dict[str, Any]:
    """Return the command's values from the options ``given``, by parameter; absent ones left out.

    A file is kept for ``stream`` and stands for what was made of it.

    Raises:
        UnitCodeUnknown, UnitCodeShared, TextFileMissing: a value that stands for another.
        LedgerError: a file that cannot be read or is not taken.
    """
    found = {field: given[field.parameter] for field in fields}
    return {
        field.name: _value(ledger, field, value, stream)
        for field, value in found.items()
        if value is not None
    }


def _value(ledger: Ledger, field: Field, value: Any, stream: str | None) -> Any:
    if field.kind == FileText:
        return upload(ledger, stream or "", _bytes(value)).text
    if field.kind == UnitRef:
        return unit_of(ledger, value)
    if field.kind == Date and value == "today":
        return today(ledger)
    if get_origin(field.base) is tuple:
        return tuple(value)
    if field.free_text and value.startswith("@"):
        return _text(value[1:])
    return value


def _bytes(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError:
        raise FileUnreadable(path=path) from None


def _text(path: str) -> str:
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise TextFileMissing(path=path) from None
    return text.removesuffix("\n")
