"""A disclosure item: what a committee posts for a period, from draft to archive.

Drafted, reviewed by members of the supervision committee, approved in a joint meeting, posted for
as long as the law of that day asks; asked about, challenged, corrected by another version, taken
back. Which kinds there are and who does what is arranged by packs.
"""

from ledger.aggregates.disclosure_item.check import asks, check, restate, tags
from ledger.aggregates.disclosure_item.commands import COMMANDS
from ledger.aggregates.disclosure_item.decide import decide
from ledger.aggregates.disclosure_item.events import EVENTS
from ledger.aggregates.disclosure_item.naming import NAMING
from ledger.aggregates.disclosure_item.state import ItemState, evolve
from ledger.kernel.aggregate import Aggregate

aggregate: Aggregate[ItemState] = Aggregate(
    name="disclosure_item",
    naming=NAMING,
    initial=ItemState(),
    events=EVENTS,
    commands=COMMANDS,
    decide=decide,
    check=check,
    evolve=evolve,
    asks=asks,
    restate=restate,
    tags=tags,
)
