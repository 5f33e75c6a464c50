"""Published types never change: golden bytes, frozen schemas, nothing personal in public members.

What is held of an aggregate is a module of ``published`` named like it. Cases, papers and the types
trust rests on hold more than that and have tests of their own.
"""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

import pytest

import ledger.aggregates
from ledger.kernel.discovery import declared
from ledger.kernel.registry import Registry
from tests.aggregates import published
from tests.support import goldens

FROZEN = {found.name: import_module(f"{published.__name__}.{found.name}")
          for found in iter_modules(published.__path__)}  # fmt: skip
ELSEWHERE = {"case", "paper", "device", "key", "log", "pack", "person", "post", "unit"}
AGGREGATES = {aggregate.name: aggregate for aggregate in declared(ledger.aggregates, "aggregate")}
every = pytest.mark.parametrize(
    ("registry", "frozen"),
    [(Registry([AGGREGATES[name]]), frozen) for name, frozen in FROZEN.items()],
    ids=FROZEN,
)


def test_every_aggregate_has_its_types_frozen():
    assert set(FROZEN) | ELSEWHERE == set(AGGREGATES)


@every
def test_published_bytes_decode_and_encode_to_themselves(registry: Registry, frozen: ModuleType):
    assert set(frozen.GOLDEN) == set(registry.types)
    goldens.verify_bytes(registry, frozen.GOLDEN)


@every
def test_published_types_hold_what_they_held(registry: Registry, frozen: ModuleType):
    goldens.verify_schema(registry, frozen.SCHEMA)
    goldens.verify_groups(registry, frozen.GROUPS, frozen.FIELDS)
    goldens.verify_names(registry)


@every
def test_no_public_member_takes_free_text(registry: Registry, frozen: ModuleType):
    goldens.verify_no_free_text(registry, frozen.GOLDEN)
