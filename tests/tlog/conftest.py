"""The published known answers, and a tree with every hash computed straight from its leaves."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger.tlog.tree import leaf_hash

VECTORS = Path(__file__).parents[1] / "vectors"


@pytest.fixture(scope="session")
def vectors() -> dict[str, Any]:
    return json.loads((VECTORS / "tlog.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def weak_keys() -> list[bytes]:
    entries = json.loads((VECTORS / "entries.json").read_text("utf-8"))
    return [bytes.fromhex(key) for key in entries["weak_ed25519_public_keys_hex"]]


@pytest.fixture(scope="session")
def reference_leaves(vectors: dict[str, Any]) -> list[bytes]:
    return [leaf_hash(bytes.fromhex(data)) for data in vectors["leaves_hex"]]


@pytest.fixture(scope="session")
def decimal_leaves() -> Callable[[int], list[bytes]]:
    return lambda count: [leaf_hash(str(i).encode()) for i in range(count)]
