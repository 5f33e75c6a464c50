"""A figure somebody states of a unit: the number, its source, how it is to be read (design 5).

It stands beside what is computed from the entries, and never in its place: a figure is a claim. It
is corrected by another entry that shows old and new, read by one that says how its wording is
understood, and taken back for a reason.
"""

from ledger.aggregates.figure.check import asks, check, restate
from ledger.aggregates.figure.commands import COMMANDS
from ledger.aggregates.figure.decide import decide
from ledger.aggregates.figure.events import EVENTS
from ledger.aggregates.figure.naming import NAMING
from ledger.aggregates.figure.state import FigureState, evolve
from ledger.kernel.aggregate import Aggregate

aggregate: Aggregate[FigureState] = Aggregate(
    name="figure",
    naming=NAMING,
    initial=FigureState(),
    events=EVENTS,
    commands=COMMANDS,
    decide=decide,
    check=check,
    evolve=evolve,
    asks=asks,
    restate=restate,
    latest=frozenset({"last_on"}),
)
