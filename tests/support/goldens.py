"""What every aggregate's published types are held to, whichever they are.

A test module gives its golden public bytes, and the frozen names of public members and sealed
fields, by type; these functions say whether the program still agrees.
"""

from collections.abc import Mapping, Sequence

import msgspec

from ledger.kernel.event import SPECS
from ledger.kernel.registry import Registry, public_bytes

STANDARD = {"unit", "basis", "reason", "cause", "approves", "checks", "numbered", "transcribed"}
FREE_TEXT = "王先生 13800000000"
Golden = Mapping[str, Sequence[str]]
Groups = Mapping[str, tuple[str, str, str, int | None]]
"""Subject, data class, purpose and years of each group."""


def verify_bytes(registry: Registry, golden: Golden) -> None:
    """Assert that all published bytes decode and encode to themselves."""
    for type_, texts in golden.items():
        for text in texts:
            decoder = msgspec.json.Decoder(registry.spec(type_).cls, strict=True)
            assert public_bytes(decoder.decode(text)) == text.encode(), type_


def verify_schema(registry: Registry, schema: Mapping[str, tuple[set[str], set[str]]]) -> None:
    """Assert each type's public members beside the standard ones, and its sealed groups."""
    assert set(schema) == set(registry.types)
    for type_, (members, groups) in schema.items():
        spec = registry.spec(type_)
        assert set(spec.cls.__struct_encode_fields__) == STANDARD | members, type_
        assert {group.name for group in spec.groups} == groups, type_


def verify_groups(registry: Registry, groups: Groups, fields: Mapping[str, Sequence[str]]) -> None:
    """Assert what is declared of every sealed group."""
    found = {group.name: group for spec in registry.types.values() for group in spec.groups}
    assert {
        name: (group.subject, group.data_class, group.purpose, group.years)
        for name, group in found.items()
    } == groups
    assert {name: list(group.fields) for name, group in found.items()} == fields


def verify_no_free_text(registry: Registry, golden: Golden) -> None:
    """Assert that no public member can hold what a person typed, and no other member at all."""
    for type_, texts in golden.items():
        decoder = msgspec.json.Decoder(registry.spec(type_).cls, strict=True)
        for text in texts:
            members = msgspec.json.decode(text)
            for name in (*members, "name"):
                changed = msgspec.json.encode({**members, name: FREE_TEXT})
                try:
                    decoder.decode(changed)
                except msgspec.ValidationError:
                    continue
                raise AssertionError(f"{type_}.{name} takes free text")


def verify_names(registry: Registry) -> None:
    """Assert that each class has one type name, declared for its own aggregate."""
    assert all(SPECS[spec.cls].name == name for name, spec in registry.types.items())
