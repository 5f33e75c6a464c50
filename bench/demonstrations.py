"""Loading the demonstration: its whole story played into a new ledger, act by act."""

import tempfile
from pathlib import Path

from ledger.cli.demonstration.play import build, whole


def loading(share: int = 1) -> float:
    """Return entries per second; of many like things every ``share``-th is told."""
    with tempfile.TemporaryDirectory() as folder:
        return build(Path(folder) / "home", lambda _done, _size: None, whole(share)).rate
