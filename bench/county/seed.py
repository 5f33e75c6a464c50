"""Everything random of a county, drawn from a seed: ids, salts, keys.

Each entry draws from a source of its own, named by its log index, so an interrupted build goes on
with the very bytes it would have drawn.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from ledger.entry import ids
from ledger.entry.keys import PrivateKey


@dataclass(frozen=True)
class Seed:
    """A name all bytes are derived from. Nothing made with it is secret."""

    name: str

    def draw(self, *of: object, size: int = 32) -> bytes:
        """Return ``size`` bytes that belong to ``of``."""
        text = "\n".join((self.name, *map(str, of)))
        return hashlib.shake_128(text.encode()).digest(size)

    def id(self, *of: object) -> str:
        """Return the 26-character id that belongs to ``of``."""
        return ids.id_from_bytes(self.draw(*of))

    def ulid(self, at: int, *of: object) -> str:
        """Return the id of what is minted ``at`` (Unix ms) that belongs to ``of``."""
        return ids.ulid(at, lambda size: self.draw(*of, size=size))

    def key(self, *of: object) -> PrivateKey:
        """Return the signing key that belongs to ``of``."""
        return PrivateKey.from_seed(self.draw(*of))

    def random(self, *of: object) -> Callable[[int], bytes]:
        """Return a source of bytes for ``of``: ``random(n)`` gives the next n."""
        calls = count()
        return lambda size: self.draw(*of, next(calls), size=size)
