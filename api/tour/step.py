"""What a step of the tour is, and which there are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import api.tour
from ledger.kernel.act import AsOf
from ledger.kernel.discovery import declared
from ledger.service.ledger import Ledger


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Who takes a step where: the ledger, now as far as it is shown, what the address asks."""

    ledger: Ledger
    point: AsOf
    asked: Mapping[str, str]
    home: Path


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step; ``title``, ``about``, ``press`` and ``without`` are texts of the catalogue.

    ``press`` says where to look and what to press. ``find`` returns what its template shows, None
    where the ledger holds no example: then ``without`` says what would be one.
    """

    number: int
    name: str
    title: str
    about: str
    press: str
    without: str
    find: Callable[[Visit], dict[str, Any] | None]


@cache
def steps() -> tuple[Step, ...]:
    """Return the steps in their order."""
    return tuple(sorted(declared(api.tour, "step"), key=lambda step: step.number))
