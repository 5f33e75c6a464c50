"""Doors: residents' tiles, the kiosk's first picture, an office-holder's desk."""

from typing import Any

from fastapi import APIRouter

from api.deps import SurfaceDep, ViewerDep, point_of
from api.pages.home import log_summary
from api.routes.register import VIEW, Filter, register_page, register_stats
from api.sight import Sight, page
from ledger.projections.register import day_of
from ledger.service import entries
from ledger.service.board import boards_declared
from ledger.service.directory import posts_held

router = APIRouter()
MINE = 50


@page(router, "/residents", "residents.html")
def residents(office: SurfaceDep) -> Sight:
    """What a resident may look at, as tiles."""
    point = point_of(office.ledger, None)
    named = [{"name": b.name, "zh": b.zh, "en": b.en} for b in boards_declared().values()]
    return Sight(depends=("residents", point.size), point=point, data=lambda: {"boards": named})


@page(router, "/kiosk", "kiosk.html")
def kiosk(office: SurfaceDep) -> Sight:
    """What a kiosk shows while nobody touches it."""
    ledger = office.ledger
    point = point_of(ledger, None, [VIEW])
    return Sight(
        depends=("kiosk", point.size, day_of(point)),
        point=point,
        data=lambda: {
            "as_of": point,
            "stats": register_stats(ledger, point),
            "newest": entries.lines(ledger, max(0, point.size - 5), point.size)[::-1],
            "log": log_summary(ledger, point),
        },
    )


@page(router, "/me", "me.html")
def me(office: SurfaceDep, who: ViewerDep) -> Sight:
    """What is on my desk: the cases I handle."""
    ledger = office.ledger
    point = point_of(ledger, None, [VIEW])

    def data() -> dict[str, Any]:
        actor = who.actor or ""
        return {
            "posts": [(post.role, post.unit) for post in posts_held(ledger, actor)],
            "mine": register_page(ledger, Filter(handler=actor), point, limit=MINE),
        }

    return Sight(depends=("me", who, point.size, day_of(point)), point=point, data=data)
