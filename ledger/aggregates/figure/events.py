"""What happens to a stated figure: ``figure.<fact>.v1`` and the groups they seal.

Public are the figure's code, the number, its period and the kind of source it stands in; where in
that source, and in what words, is sealed. Not handled: what the entries make it (boards).
"""

from ledger.kernel.event import Code, Event, Group, UnitRef, event, group
from ledger.rules.figures import Value
from ledger.rules.periods import PeriodText


@group(
    "wording",
    data_class="personal",
    purpose="source of the figure",
    years=30,
    zh="口径和来源",
    en="Wording",
)
class Wording(Group, frozen=True, kw_only=True):
    """Where the figure stands, and in what words."""

    text: str | None = None


@group(
    "reading",
    data_class="personal",
    purpose="reading of the figure",
    years=30,
    zh="核对时的理解",
    en="Reading",
)
class Reading(Group, frozen=True, kw_only=True):
    """How its words are understood."""

    text: str | None = None


@group(
    "ground",
    data_class="personal",
    purpose="taking the figure back",
    years=30,
    zh="理由说明",
    en="Ground",
)
class Ground(Group, frozen=True, kw_only=True):
    """Why, in words."""

    text: str | None = None


class FigureEvent(Event, frozen=True, kw_only=True):
    """Every event names the figure's unit; ``basis`` cites its definition."""

    unit: UnitRef


class Number(FigureEvent, frozen=True, kw_only=True):
    """A number: so many of what the definition counts, or ``at_least`` so many, by a source."""

    value: Value
    source: Code
    at_least: bool = False


@event("figure.stated.v1", Wording, zh="登记公布数", en="Figure stated")
class Stated(Number, frozen=True, kw_only=True):
    """A number was stated of the unit, for a period or for all time until then."""

    code: Code
    period: PeriodText | None = None


@event("figure.corrected.v1", Wording, zh="更正公布数", en="Stated figure corrected")
class Corrected(Number, frozen=True, kw_only=True):
    """Another number takes the place of ``before``, for a reason."""

    before: Value


@event("figure.read.v1", Reading, zh="登记公布数的理解", en="Reading of a figure recorded")
class Read(FigureEvent, frozen=True, kw_only=True):
    """The words of the source are open; they are understood as ``value``."""

    value: Value


@event("figure.withdrawn.v1", Ground, zh="撤回公布数", en="Stated figure taken back")
class Withdrawn(FigureEvent, frozen=True, kw_only=True):
    """The figure was taken back for a reason."""


AnyFigureEvent = Stated | Corrected | Read | Withdrawn

EVENTS: tuple[type[FigureEvent], ...] = AnyFigureEvent.__args__
REASONED = (Corrected, Withdrawn)
"""Acts that must give a reason; the definition lists the codes."""
