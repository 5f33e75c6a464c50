"""A case: whatever residents bring or office-holders find, from intake to closing.

Requests, petitions, disputes, hazards and messages are one aggregate; what differs between them
(states, ways, roles, clocks, forms) is arranged by packs. What may happen at all, and who may never
do what, is here.
"""

from ledger.aggregates.case.check import asks, check, restate, tags
from ledger.aggregates.case.decide import decide
from ledger.aggregates.case.evolve import evolve
from ledger.aggregates.case.naming import NAMING
from ledger.aggregates.case.published import COMMANDS, EVENTS
from ledger.aggregates.case.state import CaseState
from ledger.kernel.aggregate import Aggregate

aggregate: Aggregate[CaseState] = Aggregate(
    name="case",
    naming=NAMING,
    initial=CaseState(),
    events=EVENTS,
    commands=COMMANDS,
    decide=decide,
    check=check,
    evolve=evolve,
    asks=asks,
    tags=tags,
    restate=restate,
    latest=frozenset({"last", "last_on"}),
)
