"""A catalogue: what a unit lists, such as its small powers, and how the list changed (7.2.G).

Packs hold what a district lists; a unit adopts a version of that, and each item it takes in or
strikes off later names its reason and the rule behind it. For a power it says which disclosure item
tells what the power is, its rules and its procedure, and which cases and decisions exercised it.
"""

from ledger.aggregates.catalogue.check import asks, check, tags
from ledger.aggregates.catalogue.commands import COMMANDS
from ledger.aggregates.catalogue.decide import decide
from ledger.aggregates.catalogue.events import EVENTS
from ledger.aggregates.catalogue.judge import restate
from ledger.aggregates.catalogue.naming import NAMING
from ledger.aggregates.catalogue.state import CatalogueState, evolve
from ledger.kernel.aggregate import Aggregate

aggregate: Aggregate[CatalogueState] = Aggregate(
    name="catalogue",
    naming=NAMING,
    initial=CatalogueState(),
    events=EVENTS,
    commands=COMMANDS,
    decide=decide,
    check=check,
    evolve=evolve,
    asks=asks,
    tags=tags,
    restate=restate,
    latest=frozenset({"last_on"}),
)
