"""How the log stands, and how anybody checks it without us."""

from typing import Any

from fastapi import APIRouter

from api.deps import SurfaceDep, point_of
from api.pages.home import log_summary
from api.sight import Sight, page
from ledger.service.reading import receipts

router = APIRouter()


@page(router, "/integrity", "integrity.html")
def integrity(surface: SurfaceDep) -> Sight:
    """Checkpoint, keys, views, and how to verify offline."""
    ledger = surface.ledger
    point = point_of(ledger, None)
    head = ledger.recorder.head()
    views = ledger.follower.status()

    def data() -> dict[str, Any]:
        return {
            "log": log_summary(ledger, point),
            "checkpoint": receipts.checkpoint(ledger).decode("utf-8"),
            "vkey": ledger.signer.vkey,
            "views": views,
        }

    depends = ("integrity", head.size, point.size, *views)
    return Sight(depends=depends, point=point, data=data)
