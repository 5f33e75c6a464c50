"""What the acts of a figure have made of it, from their public members alone."""

from datetime import date
from typing import Literal, assert_never, cast

import msgspec
from msgspec.structs import replace

from ledger.aggregates.figure.events import AnyFigureEvent, Corrected, Read, Stated, Withdrawn
from ledger.kernel.act import Act
from ledger.rules.time import occ_date

Standing = Literal["", "stated", "withdrawn"]


class FigureState(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A figure; ``standing`` is "" before it was stated, ``read`` how it is understood."""

    standing: Standing = ""
    unit: str = ""
    code: str = ""
    period: str | None = None
    value: int = 0
    at_least: bool = False
    source: str = ""
    read: int | None = None
    last_on: date | None = None

    @property
    def begun(self) -> bool:
        """Whether there is such a figure."""
        return bool(self.standing)


def evolve(state: FigureState, act: Act) -> FigureState:
    """Return the figure after an act that was accepted."""
    event = cast(AnyFigureEvent, act.event)
    now = replace(state, last_on=occ_date(act.occ))
    match event:
        case Stated():
            return replace(
                now,
                standing="stated",
                unit=event.unit,
                code=event.code,
                period=event.period,
                value=event.value,
                at_least=event.at_least,
                source=event.source,
            )
        case Corrected():
            # A reading was of the old words.
            return replace(
                now, value=event.value, at_least=event.at_least, source=event.source, read=None
            )
        case Read():
            return replace(now, read=event.value)
        case Withdrawn():
            return replace(now, standing="withdrawn")
        case _:
            assert_never(event)
