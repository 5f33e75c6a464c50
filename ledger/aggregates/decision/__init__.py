"""A decision: what a body of residents settles step by step (四议两公开 and others).

Which steps there are, which body takes each and by what quorum is arranged by packs and law. A step
out of order, a quorum missed, a vote not carried are recorded with their defect: never refused,
never silent. A decision closed is evidence that a duty to decide was met.
"""

from ledger.aggregates.decision.check import asks, check, restate
from ledger.aggregates.decision.commands import COMMANDS
from ledger.aggregates.decision.decide import decide
from ledger.aggregates.decision.events import EVENTS
from ledger.aggregates.decision.naming import NAMING
from ledger.aggregates.decision.state import DecisionState, evolve
from ledger.kernel.aggregate import Aggregate
from ledger.rules import references

aggregate: Aggregate[DecisionState] = Aggregate(
    name="decision",
    naming=NAMING,
    initial=DecisionState(),
    events=EVENTS,
    commands=COMMANDS,
    decide=decide,
    check=check,
    evolve=evolve,
    asks=asks,
    tags=references.tags,
    restate=restate,
    latest=frozenset({"last_on"}),
)
