"""The form of the story: steps, chapters, and how a chapter that tells of many things varies them.

A chapter names the units and people it needs beyond those before it, and yields its steps. Nothing
here is random: what varies is picked by what it is about, so every telling is the same.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple, TypeVar

from ledger.cli.demonstration.cast import Member, Unit

T = TypeVar("T")

DAY = timedelta(days=1)
FRIDAY = 4
HOLIDAYS = frozenset(
    date.fromisoformat(first) + number * DAY
    for first, length in (
        ("2025-05-01", 5), ("2025-05-31", 3), ("2025-10-01", 8), ("2026-01-01", 3),
        ("2026-02-15", 9), ("2026-04-04", 3), ("2026-05-01", 5),
    )
    for number in range(length)
)  # fmt: skip
"""Days on which nobody of the story is at work; make-up working days are left out."""


class Paper(NamedTuple):
    """A paper original: the box and number it lies under, the labels of those who signed it."""

    box: str
    number: str
    signers: tuple[str, ...]

    @property
    def name(self) -> str:
        """How steps that answer for its entry refer to it."""
        return f"{self.box} {self.number}"


class Step(NamedTuple):
    """One act: when (local time ``YYYY-MM-DD HH:MM``), by whom, which command, with which values.

    ``on`` names the stream it is about, for later steps to go on with. ``who`` is the label of a
    member, or ``label/role`` where she acts in another of her posts, or as ``holder`` of them. Of
    the values, those that ``stage`` names are labels, codes or names of streams; the rest is as
    typed. ``more`` are acts of the same submission: of these only ``act``, ``on`` and
    ``values`` count. ``paper`` is the original it is typed from.
    """

    at: str
    who: str
    act: str
    on: str
    values: dict[str, Any]
    more: "tuple[Step, ...]" = ()
    paper: Paper | None = None


class Chapter(NamedTuple):
    """A part of the story. ``steps`` takes what every ``share``-th of many things is told with."""

    name: str
    zh: str
    steps: Callable[[int], Iterator[Step]]
    units: tuple[Unit, ...] = ()
    members: tuple[Member, ...] = ()
    needs: tuple[str, ...] = ()


def step(at: str, who: str, act: str, on: str, /, **values: Any) -> Step:
    """Return a step."""
    return Step(at, who, act, on, values)


def pick(among: Sequence[T], *about: object) -> T:
    """Return the one of ``among`` that belongs to ``about``, always the same."""
    return among[_number(about) % len(among)]


def between(low: int, high: int, *about: object) -> int:
    """Return the number from ``low`` to ``high`` that belongs to ``about``."""
    return low + _number(about) % (high - low + 1)


def _number(about: tuple[object, ...]) -> int:
    digest = hashlib.sha256("/".join(map(str, about)).encode()).digest()
    return int.from_bytes(digest[:8])


def at(day: date, time: str) -> str:
    """Return a moment as a step has it."""
    return f"{day.isoformat()} {time}"


def days(first: date, last: date) -> Iterator[date]:
    """Yield the days from ``first`` to ``last``."""
    for number in range((last - first).days + 1):
        yield first + number * DAY


def working(day: date, after: int = 0) -> date:
    """Return ``day`` or the next working day, and so many working days ``after`` it."""
    while day.weekday() > FRIDAY or day in HOLIDAYS:
        day += DAY
    return working(day + DAY, after - 1) if after else day


def spread(count: int, first: date, last: date) -> Iterator[tuple[int, date]]:
    """Yield (number from 1, day) of ``count`` things, evenly over the working days of a time."""
    span = (last - first).days
    for number in range(count):
        yield number + 1, working(first + (span * number // max(1, count)) * DAY)
