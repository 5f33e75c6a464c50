"""Published types of answers to findings: golden bytes, frozen schemas, no personal words."""

from ledger.aggregates import finding
from ledger.kernel.registry import Registry
from tests.support import goldens

REGISTRY = Registry([finding.aggregate])
ID = "0123456789ABCDEFGHJKMNPQRS"
U, F = f"unit/{ID}", "A" * 43

GOLDEN = {
    "finding.acknowledged.v1": [
        f'{{"facts":"{F}","kind":"deadline_passed","reason":"looking_into","record":"case/{ID}",'
        f'"unit":"{U}","version":1}}',
        f'{{"facts":"{F}","kind":"vacant_post","reason":"told_above","unit":"{U}","version":2}}',
    ],
    "finding.dismissed.v1": [
        f'{{"facts":"{F}","kind":"disputed_key","reason":"explained",'
        f'"record":"key/7cSBBrabMpKlYXNTfEHfFa0FzWABQxr4lqM0CmOOw6o","unit":"{U}","version":1}}',
    ],
}
MEMBERS = {"kind", "version", "facts", "record"}
SCHEMA = {name: (MEMBERS, {"remark"}) for name in GOLDEN}
GROUPS = {"remark": ("remark", "personal", "supervision", 10)}
FIELDS = {"remark": ["text"]}


def test_published_bytes_decode_and_encode_to_themselves():
    assert set(GOLDEN) == set(REGISTRY.types)
    goldens.verify_bytes(REGISTRY, GOLDEN)


def test_published_types_hold_what_they_held():
    goldens.verify_schema(REGISTRY, SCHEMA)
    goldens.verify_groups(REGISTRY, GROUPS, FIELDS)
    goldens.verify_names(REGISTRY)


def test_no_public_member_takes_free_text():
    goldens.verify_no_free_text(REGISTRY, GOLDEN)
