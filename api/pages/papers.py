"""An entry typed from a paper, as one who signed the paper reads it: it is hers, or it is not.

She answers with a key of her own (aggregate ``paper``); the page hands on to what is to be signed.
"""

from fastapi import APIRouter
from starlette.responses import Response

from api.acting.wishes import form_id
from api.caller import CallerDep
from api.deps import Index
from ledger.aggregates.paper import NotNamed
from ledger.rules.paper import KEPT_BY_OTHERS
from ledger.service.attachments.rights import scan_of
from ledger.service.forms.by_proxy import proxy_of
from ledger.service.forms.holding import keys_of
from ledger.service.reading.entries import entry_at
from ledger.service.reading.papers import mark_of
from ledger.service.reading.readable import read_by_signer

router = APIRouter()


@router.get("/papers/{index}", include_in_schema=False)
def paper(index: Index, caller: CallerDep) -> Response:
    """What was typed from a paper she signed, and what she says of it."""
    ledger = caller.ledger
    shown, act = entry_at(ledger, index)
    mark = mark_of(ledger, act)
    if mark is None or caller.actor not in mark.persons:
        raise NotNamed
    custodies = [key.custody or "file" for key in keys_of(ledger, caller.actor)]
    now = ledger.clock.now_ms()
    data = {
        "entry": shown,
        "mark": mark,
        "opened": read_by_signer(ledger, index),
        "scan": scan_of(ledger, act),
        "asks": mark.asks(caller.actor),
        "demo_key": ledger.home.simulated and proxy_of(ledger, caller.actor) is not None,
        "own_key": any(custody not in KEPT_BY_OTHERS for custody in custodies),
        "jtis": (form_id(now), form_id(now)),
    }
    return caller.show("paper.html", data)
