"""Units: established, changed, merged, split, dissolved, each from a day on (coverage B-12).

Identity is an id; code, name, parent, level and the organic law it is under hold from a day on.
Late records and days to come are both lawful. Refused is what no map can show: a parent that does
not stand, a unit under itself on any day. Who works there is the posts' business; a unit dissolved
while others are still under it is left to the supervisors' findings.
"""

from ledger.aggregates.unit.check import asks, check, tags
from ledger.aggregates.unit.commands import (
    COMMANDS,
    ChangeUnit,
    DissolveUnit,
    EstablishUnit,
    MergeUnit,
    SetRegime,
    SplitUnit,
    StateNumber,
    SwitchMode,
)
from ledger.aggregates.unit.decide import decide
from ledger.aggregates.unit.naming import NAMING
from ledger.kernel.aggregate import Aggregate, as_stated
from ledger.rules import units
from ledger.rules.units import EVENTS, Unit

__all__ = [
    "ChangeUnit",
    "DissolveUnit",
    "EstablishUnit",
    "MergeUnit",
    "SetRegime",
    "SplitUnit",
    "StateNumber",
    "SwitchMode",
    "aggregate",
]

aggregate = Aggregate[Unit | None](
    name="unit",
    naming=NAMING,
    initial=None,
    events=EVENTS,
    commands=COMMANDS,
    decide=decide,
    check=check,
    evolve=units.step,
    asks=asks,
    tags=tags,
    restate=as_stated,
)
