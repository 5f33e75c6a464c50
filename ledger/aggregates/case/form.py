"""The form a kind adds to a case: its shape is checked before sealing, never read by a rule."""

import msgspec

from ledger.aggregates.case.errors import (
    FormFieldInvalid,
    FormFieldMissing,
    FormFieldUnknown,
    FormNotObject,
)
from ledger.entry import canonical
from ledger.rules.kinds.case import CaseKind, Field
from ledger.rules.money import MOST_FEN
from ledger.rules.time import BadDate, parse_date


def verify_form(kind: CaseKind, text: str | None) -> str | None:
    """Return the form in canonical JSON, if it is one that ``kind`` has; None stays None.

    Raises:
        BadText, BadNumber, BadName, TooDeep: it has no canonical form.
        FormNotObject, FormFieldUnknown, FormFieldMissing, FormFieldInvalid: of another shape.
    """
    values = _object(text) if text is not None else {}
    known = {field.id: field for field in kind.fields}
    if not values.keys() <= known.keys():
        # A name typed by hand may hold anything: say what is known, never what was typed.
        raise FormFieldUnknown(kind=kind.id, known=", ".join(known) or "-")
    for field in kind.fields:
        value = values.get(field.id)
        if value is not None:
            _verify_field(field, value)
        elif field.required:
            raise FormFieldMissing(kind=kind.id, field=field.id, member=_member(field))
    return canonical.encode(values).decode() if text is not None else None


def _object(text: str) -> dict[str, object]:
    canonical.require_text(text)
    try:
        found = msgspec.json.decode(text)
    except (ValueError, RecursionError):
        raise FormNotObject from None
    if not isinstance(found, dict):
        raise FormNotObject
    return found


def _verify_field(field: Field, value: object) -> None:
    if not _fits(field, value):
        raise FormFieldInvalid(field=field.id, type=field.type, member=_member(field))


def _member(field: Field) -> str:
    """Return what a form of the command calls a field that the kind adds."""
    return f"form.{field.id}"


def _fits(field: Field, value: object) -> bool:
    match field.type:
        case "integer":
            return type(value) is int
        case "money":
            return type(value) is int and 0 <= value <= MOST_FEN
        case "boolean":
            return type(value) is bool
        case "choice":
            return any(value == word.id for word in field.choice)
        case "date":
            return isinstance(value, str) and _is_date(value)
        case "text":
            if isinstance(value, str):
                canonical.require_text(value)
            return isinstance(value, str)


def _is_date(value: str) -> bool:
    try:
        parse_date(value)
    except BadDate:
        return False
    return True
