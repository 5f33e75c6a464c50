"""How a stream stands for somebody: what she may do with it, and what she reads to do it."""

from functools import partial
from typing import Any

from ledger.aggregates.account.state import AccountState
from ledger.errors import NotFound
from ledger.kernel.act import Act
from ledger.service.forms.by_proxy import since
from ledger.service.forms.possible import possible
from ledger.service.ledger import Ledger
from ledger.service.reading.readable import readable


def standing(ledger: Ledger, actor: str, stream: str) -> dict[str, Any]:
    """Return how a stream stands for ``actor``: what she may do, and what she reads to do it.

    What moves it on stands before what leaves it as it is, and that before what may be done beside.

    Raises: NotFound when there is no such stream.
    """
    acts = since(ledger, stream, 0)
    if not acts:
        raise NotFound(what=stream)
    found, commands = possible(ledger, actor, stream), ledger.registry.commands
    open_ = [each for each in found if each.refusal is None]
    open_.sort(key=lambda each: (commands[each.command][1].aside, not each.moves))
    state = ledger.known.stream(stream).state
    may = {each.command for each in open_ if each.judged}
    return {
        "stream": stream,
        "unit": acts[-1].event.unit,
        "state": state,
        "acts": acts,
        "may": open_,
        "barred": [each for each in found if each.refusal is not None],
        "values": readable(ledger, stream, may, partial(_concerns, state)),
    }


def _concerns(state: object, act: Act) -> bool:
    """Tell whether an act is of what can still be acted on: of an account, items that wait."""
    number = getattr(act.event, "item", None)
    if not isinstance(state, AccountState) or number is None:
        return True
    item = state.item(number)
    return item is not None and item.standing == "claimed"
