"""An account: volunteer minutes, points, collective funds; claimed, signed, posted, reversed.

Which kinds there are, who must sign and what is flagged is arranged by packs; that nobody confirms
her own, that a closed period takes reversals alone and that the balance is what was posted is here.
"""

from ledger.aggregates.account.check import asks, check, restate, tags
from ledger.aggregates.account.commands import COMMANDS
from ledger.aggregates.account.decide import decide
from ledger.aggregates.account.events import EVENTS
from ledger.aggregates.account.naming import NAMING
from ledger.aggregates.account.state import AccountState, evolve
from ledger.kernel.aggregate import Aggregate

aggregate: Aggregate[AccountState] = Aggregate(
    name="account",
    naming=NAMING,
    initial=AccountState(),
    events=EVENTS,
    commands=COMMANDS,
    decide=decide,
    check=check,
    evolve=evolve,
    asks=asks,
    tags=tags,
    restate=restate,
)
