"""All published types of a case, and the commands that lead to them."""

from collections.abc import Iterator
from types import ModuleType

from ledger.aggregates.case import commands as handling
from ledger.aggregates.case import events
from ledger.aggregates.case.commands import Wish
from ledger.aggregates.case.events import CaseEvent
from ledger.aggregates.case.mediation import commands as mediating
from ledger.aggregates.case.mediation import events as mediation
from ledger.aggregates.case.steering import commands as steering_wishes
from ledger.aggregates.case.steering import events as steering
from ledger.kernel.event import SPECS, Event

EVENTS: tuple[type[CaseEvent], ...] = (*events.EVENTS, *steering.EVENTS, *mediation.EVENTS)

FACT_OF: dict[type[Event], str] = {cls: SPECS[cls].name.split(".")[1] for cls in EVENTS}
"""The fact of each type, as packs name it: ``verification_failed``."""


def _wishes(*modules: ModuleType) -> Iterator[type[Wish]]:
    """Yield the commands that modules declare, in order."""
    for module in modules:
        for found in vars(module).values():
            own = isinstance(found, type) and found.__module__ == module.__name__
            if own and issubclass(found, Wish) and found is not Wish:
                yield found


COMMANDS: tuple[type[Wish], ...] = tuple(_wishes(handling, steering_wishes, mediating))

WISHED: frozenset[str] = frozenset(FACT_OF[cls.leads_to] for cls in COMMANDS)
"""The facts a command of their own leads to."""

ASIDE: frozenset[str] = frozenset(FACT_OF[cls.leads_to] for cls in COMMANDS if cls.aside)
"""The facts of what may be done beside the step that is due."""
