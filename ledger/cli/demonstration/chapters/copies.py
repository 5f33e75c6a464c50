"""Copies for the inspectors: of 月湾 the first month, handed over whole and received.

The supervision committee hands over everything of the community and the month, the inspector of the
district acknowledges the very package; a second one waits. What either looks for stands nowhere.
"""

from collections.abc import Iterator

from ledger.cli.demonstration.cast import DISTRICT
from ledger.cli.demonstration.communities import COMMUNITIES, MEMBERS, UNITS
from ledger.cli.demonstration.script import Chapter, Step, step

EAST = COMMUNITIES[-1]
COPIES = (
    ("2025-05", "2025-06-04 10:20", "2025-06-05 09:40"),
    ("2025-06", "2025-07-03 15:10", None),
)
"""The month, when it was handed over, when it was received."""


def steps(_share: int = 1) -> Iterator[Step]:
    """Yield the hand-overs and what was acknowledged."""
    for month, handed, received in COPIES:
        on = f"delivery/{EAST.key}-{month}"
        yield step(
            handed, EAST.who("sup-1"), "delivery.hand_over", on, unit=EAST.code, copy=month,
            receiver=DISTRICT,
        )  # fmt: skip
        if received is not None:
            yield step(received, "discipline", "delivery.acknowledge", on, copy=month)


chapter = Chapter(name="copies", zh="副本移交", steps=steps, units=UNITS, members=MEMBERS)
