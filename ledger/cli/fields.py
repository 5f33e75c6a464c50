"""From the fields of a declared command to options of the command line, and back to its values.

Some options take more than the value itself: a unit may be named by its code, a day as ``today``,
and a text as ``@FILE`` (``@-`` is stdin), so that nothing personal stays in a shell's history.
Whether the values are lawful is for the command and its aggregate to say.
"""

import inspect
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from operator import getitem
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import typer

from ledger.errors import NotFound
from ledger.kernel.event import Date, UnitRef
from ledger.rules.attachments import FileText
from ledger.service.attachments.taking import upload
from ledger.service.directory import unit_of
from ledger.service.forms.fields import Field
from ledger.service.ledger import Ledger

PREFIX = "field_"


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


def parameter_of(field: Field) -> str:
    """Return the name of a field's Python parameter; prefixed, it never meets one of ours."""
    return f"{PREFIX}{field.name}"


def parameter(field: Field, reserved: frozenset[str], *, required: bool) -> inspect.Parameter:
    """Return the option of a field, as a parameter Typer understands."""
    option = field.name.replace("_", "-")
    if option in reserved:
        option = f"the-{option}"
    names = f"--{option}/--no-{option}" if field.base is bool else f"--{option}"
    info = typer.Option(names, metavar=_metavar(field), show_default=False)
    shape = _shape(field)
    return inspect.Parameter(
        parameter_of(field),
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
    ledger: Ledger,
    fields: Sequence[Field],
    given: Mapping[str, Any],
    stream: str | None,
    day: date,
) -> dict[str, Any]:
    """Return the command's values from the options ``given``, by parameter; absent ones left out.

    A file is kept for ``stream`` and stands for what was made of it; ``day`` is today.

    Raises:
        UnitCodeUnknown, UnitCodeShared, TextFileMissing: a value that stands for another.
        LedgerError: a file that cannot be read or is not taken.
    """
    found = {field: given[parameter_of(field)] for field in fields}
    return {
        field.name: _value(ledger, field, value, stream, day)
        for field, value in found.items()
        if value is not None
    }


def _value(ledger: Ledger, field: Field, value: Any, stream: str | None, day: date) -> Any:
    if field.kind == FileText:
        return upload(ledger, stream or "", _bytes(value)).text
    if field.kind == UnitRef:
        return unit_of(ledger, value)
    if field.kind == Date and value == "today":
        return day.isoformat()
    if get_origin(field.base) is tuple:
        return tuple(_value(ledger, field.each, one, stream, day) for one in value)
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
