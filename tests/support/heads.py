"""The tree of heads a second time, written from docs/spec/log.md with the standard library alone.

``python -m tests.support.heads`` writes the known answers in tests/vectors/heads.json.
"""

import base64
import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

VECTORS = Path(__file__).parents[1] / "vectors" / "heads.json"


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def mth(leaves: Sequence[bytes]) -> bytes:
    """MTH as RFC 6962, section 2.1, writes it."""
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = half(len(leaves))
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH as section 2.1.1 writes it."""
    if len(leaves) == 1:
        return []
    k = half(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def half(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def lines_of(states: Iterable[bytes]) -> list[bytes]:
    """Return the sorted lines of the heads of these entries."""
    heads: dict[str, bytes] = {}
    for state in states:
        jws = state.split(b" ", 1)[1]
        payload = jws.split(b".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)))
        line = f"{claims['stream']} {claims['seq']} {b64(sha256(jws).digest())}"
        heads[claims["stream"]] = line.encode()
    return sorted(heads.values())


def made_up(streams: int) -> list[bytes]:
    """Return lines of streams of several kinds, in no order."""
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    made = [b"log/ledger.example/520602 3 " + b64(sha256(b"log").digest()).encode()]
    for number in range(1, streams):
        digest = sha256(f"stream {number}".encode()).digest()
        name = "".join(alphabet[byte % 32] for byte in digest[:26])
        kind = ("case", "post", "unit", "key", "pack")[number % 5]
        stream = {
            "key": f"key/{b64(digest)}",
            "pack": f"pack/p{number}@{number}.1",
        }.get(kind, f"{kind}/{name}")
        made.append(f"{stream} {number} {b64(sha256(digest).digest())}".encode())
    return made


def document() -> dict[str, Any]:
    """Return the known answers: lists of lines with root, and every proof in the longest."""
    trees = []
    for size in (1, 2, 3, 7, 8, 13):
        lines = sorted(made_up(size))
        trees.append({"lines": [line.decode() for line in lines], "root": b64(mth(lines))})
    proofs = [[base64.b64encode(node).decode() for node in path(m, lines)] for m in range(size)]
    return {
        "about": "Heads of streams (docs/spec/log.md, section 10): lines in the order of the "
        "tree, root in base64url; inclusion proofs of each line of the last tree, in base64.",
        "trees": trees,
        "inclusion": proofs,
    }


if __name__ == "__main__":
    VECTORS.write_text(json.dumps(document(), indent=1) + "\n")
