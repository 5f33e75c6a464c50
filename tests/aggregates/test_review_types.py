"""Published types of reviews: golden bytes, frozen schemas, nothing personal in public."""

from ledger.aggregates import review
from ledger.kernel.registry import Registry
from tests.support import goldens

REGISTRY = Registry([review.aggregate])
U = "unit/0123456789ABCDEFGHJKMNPQRS"
R = "A" * 43

GOLDEN = {
    "review.signed.v1": [
        f'{{"outcome":"nothing_found","root":"{R}","size":348,"start":0,"unit":"{U}"}}',
        f'{{"outcome":"questions","root":"{R}","size":400,"start":348,"unit":"{U}"}}',
    ],
}
SCHEMA = {"review.signed.v1": ({"start", "size", "root", "outcome"}, {"remark"})}
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
