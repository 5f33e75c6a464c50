"""A receipt: the short number of what was recorded, a QR code, and where to see it."""

from typing import Annotated, Any

from fastapi import APIRouter, Path

from api.deps import SurfaceDep
from api.sight import Sight, page
from ledger.entry.ids import ID
from ledger.errors import NotFound
from ledger.kernel.act import AsOf
from ledger.service.forms.by_proxy import recorded
from ledger.service.reading import entries

router = APIRouter()


@page(router, "/receipts/{jti}", "receipt.html")
def receipt(jti: Annotated[str, Path(pattern=f"^{ID}$")], surface: SurfaceDep) -> Sight:
    """What was recorded of a form: its numbers, to keep."""
    ledger = surface.ledger
    found = recorded(ledger, jti)
    if not found:
        raise NotFound(what="jti")
    last = found[-1]
    point = AsOf(size=(last.index or 0) + 1, at=last.recorded_at or 0)

    def data() -> dict[str, Any]:
        shown = [entries.entry_at(ledger, act.index or 0)[0] for act in found]
        return {"jti": jti, "entries": shown, "size": point.size}

    return Sight(depends=("receipt", jti), point=point, data=data)
