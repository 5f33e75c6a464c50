"""Code blocks of a page of documentation, as a reader would copy them."""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]

_BLOCK = re.compile(r"^```([a-z]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


class Block(NamedTuple):
    """A fenced block: its language, "" if none, and its text."""

    language: str
    text: str


def blocks(page: str | Path) -> list[Block]:
    """Return the fenced blocks of a page, its path given from the root of the repository."""
    return [Block(*found) for found in _BLOCK.findall((ROOT / page).read_text("utf-8"))]
