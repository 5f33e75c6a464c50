"""What takes an official number: its series and place in the log, and what was taken back since.

A number itself is no column: it is the rank among the rows of a series, in the order of ``entry``.
Whether a reason makes it void is for the pack of the series to say.
"""

from msgspec.structs import replace

from ledger.kernel.act import Act, series_tag
from ledger.kernel.view import Row, View
from ledger.rules.time import local_date


class NumberRow(Row, frozen=True, kw_only=True):
    """A stream that bears a number: ``series`` is the tag all of its series bear.

    ``of`` is the unit whose series it is, ``entry`` the log index of the entry that took the
    number, ``day`` the local day it was signed. ``withdrawn`` is the log index of the entry that
    took the thing back, for a ``reason``.
    """

    stream: str
    unit: str
    series: str
    of: str
    line: str
    pack: str
    year: int
    entry: int
    day: str
    withdrawn: int | None = None
    reason: str | None = None


def keys(act: Act) -> tuple[str, ...]:
    """Return the row of the thing an act begins under a number, or takes back."""
    event = act.event
    return (act.stream,) if event.numbered is not None or event.voids else ()


def fold(row: NumberRow | None, act: Act, key: str) -> NumberRow | None:
    """Return the thing's row after ``act``; what never took a number has none."""
    event, index = act.event, act.index or 0
    if row is not None:
        return replace(row, withdrawn=index, reason=event.reason)
    taken, tag = event.numbered, series_tag(event)
    if taken is None or tag is None:
        return None
    return NumberRow(
        stream=key,
        unit=event.unit or "",
        series=tag,
        of=taken.unit or event.unit or "",
        line=taken.series,
        pack=taken.pack,
        year=taken.year,
        entry=index,
        day=local_date(act.iat).isoformat(),
    )


view = View(
    name="numbers",
    version=2,
    row=NumberRow,
    reads=frozenset({"case", "decision", "disclosure_item"}),
    keys=keys,
    fold=fold,
    counts=(("series", "unit"),),
    lists=(("series",), ("unit",)),
)
