"""``types.json``: what every published type declares, generated from the registry.

It travels in every export, so that a stranger can read the members of an entry without this
program. ``docs/spec/types.json`` is the same document; a test holds it to the code.
"""

from functools import lru_cache
from typing import Any

import msgspec

from ledger.audit.layout import format_types
from ledger.kernel.event import EventSpec, Group
from ledger.kernel.registry import Registry


@lru_cache(maxsize=1)
def types_document(registry: Registry) -> bytes:
    """Return the document: for each type its public members, and each group it seals.

    Members are JSON Schema (draft 2020-12), each complete in itself; retention is in years, null
    meaning for good.
    """
    return format_types({name: _type(spec) for name, spec in registry.types.items()})


def _type(spec: EventSpec) -> dict[str, Any]:
    return {
        "public": msgspec.json.schema(spec.cls),
        "groups": {seal.__group__.name: _group(seal) for seal in spec.seals},
    }


def _group(seal: type[Group]) -> dict[str, Any]:
    declared = seal.__group__
    return {
        "subject": declared.subject,
        "data_class": declared.data_class,
        "purpose": declared.purpose,
        "retention_years": declared.years,
        "fields": msgspec.json.schema(seal),
    }
