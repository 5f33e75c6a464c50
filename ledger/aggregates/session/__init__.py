"""A session: a meeting, class, duty day, patrol, visit or sweep, held with attendance and outcome.

What kinds there are, who keeps them and which period each covers is arranged by packs; which act
may follow which is here. A session held is the evidence that a duty was met (coverage B-01).
"""

from ledger.aggregates.session.check import asks, check, restate
from ledger.aggregates.session.commands import COMMANDS
from ledger.aggregates.session.decide import decide
from ledger.aggregates.session.events import EVENTS
from ledger.aggregates.session.naming import NAMING
from ledger.aggregates.session.state import SessionState, evolve
from ledger.kernel.aggregate import Aggregate
from ledger.rules import references

aggregate: Aggregate[SessionState] = Aggregate(
    name="session",
    naming=NAMING,
    initial=SessionState(),
    events=EVENTS,
    commands=COMMANDS,
    decide=decide,
    check=check,
    evolve=evolve,
    asks=asks,
    restate=restate,
    tags=references.tags,
)
