"""Refused characters: prepare and submit look for them, verifiers do not (Unicode moves on)."""

from collections.abc import Mapping

from ledger.entry import canonical


def require_clean(pub: bytes, sealed: Mapping[str, Mapping[str, object]]) -> None:
    """Refuse text that is not NFC or has broken, control or invisible characters.

    Raises: BadText.
    """
    # Codes and references are plain ASCII: only other text is looked into. Of the controls JSON
    # escapes all but DEL.
    if not pub.isascii() or b"\\" in pub or b"\x7f" in pub:
        _walk(canonical.decode(pub, depth=2))
    for fields in sealed.values():
        for value in fields.values():
            _walk(value)


def _walk(value: object) -> None:
    match value:
        case str():
            canonical.require_text(value)
        case list() | tuple():
            for item in value:
                _walk(item)
        case dict():
            for item in value.values():
                _walk(item)
