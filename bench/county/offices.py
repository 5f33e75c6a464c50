"""One street of a county as an office to measure in."""

from collections import deque
from itertools import islice

from bench.county import plan
from bench.county.build import SEED
from bench.county.seed import Seed
from bench.office import ROLES, Office
from ledger.service.ledger import Ledger

STREET = 0


def office_in(ledger: Ledger, seed: str = SEED, per_hour: int = plan.PER_HOUR) -> Office:
    """Return the first street's community and the hands it has at the ledger's size."""
    county = plan.County(Seed(seed), per_hour)
    deque(islice(county.steps(), ledger.recorder.head().size - 1), maxlen=0)
    hands = {role: county.staff.hands[STREET, role, 0] for role in ROLES}
    return Office(ledger, county.staff.units[STREET][0], hands)
