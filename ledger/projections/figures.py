"""Stated figures: one row per figure, the number as it stands and the one it replaced.

What the entries make of it is computed when asked for.
"""

from typing import assert_never, cast

from msgspec.structs import replace

from ledger.aggregates.figure.events import AnyFigureEvent, Corrected, Read, Stated, Withdrawn
from ledger.kernel.act import Act
from ledger.kernel.view import Row, View


class FigureRow(Row, frozen=True, kw_only=True):
    """A figure as of a size; ``read`` is how it is understood, ``before`` what it replaced last."""

    figure: str
    unit: str
    code: str
    value: int
    source: str
    at_least: bool = False
    period: str | None = None
    read: int | None = None
    before: int | None = None
    corrected: int = 0
    standing: str = "stated"


def fold(row: FigureRow | None, act: Act, key: str) -> FigureRow | None:
    """Return the figure's row after ``act``; nothing comes before it was stated."""
    event = cast(AnyFigureEvent, act.event)
    if row is None:
        return _stated(event, key) if isinstance(event, Stated) else None
    match event:
        case Stated():
            return row
        case Corrected():
            return replace(
                row,
                value=event.value,
                source=event.source,
                at_least=event.at_least,
                read=None,
                before=event.before,
                corrected=row.corrected + 1,
            )
        case Read():
            return replace(row, read=event.value)
        case Withdrawn():
            return replace(row, standing="withdrawn")
        case _:
            assert_never(event)


def _stated(event: Stated, key: str) -> FigureRow:
    return FigureRow(
        figure=key,
        unit=event.unit,
        code=event.code,
        value=event.value,
        source=event.source,
        at_least=event.at_least,
        period=event.period,
    )


view = View(
    name="figures",
    version=2,
    row=FigureRow,
    reads=frozenset({"figure"}),
    keys=lambda act: (act.stream,),
    fold=fold,
    counts=(("unit", "code"),),
)
