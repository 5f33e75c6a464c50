"""Doors: residents' tiles, the kiosk's first picture, an office-holder's desk."""

from typing import Any

from fastapi import APIRouter

from api.deps import MinSize, SurfaceDep, ViewerDep, point_of
from api.pages.boards import named
from api.pages.home import log_summary
from api.routes.register import VIEW, Filter, register_page, register_stats
from api.sight import Sight, page
from ledger.kernel.act import AsOf
from ledger.projections.register import day_of
from ledger.service.directory import posts_held
from ledger.service.forms.possible import keys_of
from ledger.service.forms.turns import beginnings, turns
from ledger.service.ledger import Ledger
from ledger.service.reading import entries
from ledger.service.reading.entries import Line
from ledger.service.reading.papers import asked_of

router = APIRouter()
MINE = 50
ITEMS, PAPERS = "disclosures", "papers"
NEWS, LOOKED_AT = 5, 200
MATTERS = frozenset({"account", "case", "decision", "disclosure_item", "session"})


@page(router, "/residents", "residents.html")
def residents(office: SurfaceDep) -> Sight:
    """What a resident may look at, as tiles."""
    point = point_of(office.ledger, None)
    return Sight(depends=("residents", point.size), point=point, data=lambda: {"boards": named()})


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
            "newest": _of_matters(ledger, point),
            "log": log_summary(ledger, point),
        },
    )


def _of_matters(ledger: Ledger, point: AsOf) -> list[Line]:
    """Return the newest entries about people's matters; the registry's own are no news to them."""
    looked = entries.lines(ledger, max(0, point.size - LOOKED_AT), point.size)[::-1]
    return [line for line in looked if line.stream.partition("/")[0] in MATTERS][:NEWS]


@page(router, "/me", "me.html")
def me(office: SurfaceDep, who: ViewerDep, _: MinSize) -> Sight:
    """What is on my desk: what I may begin, what waits for me, the cases I handle."""
    ledger = office.ledger
    point = point_of(ledger, None, [VIEW, ITEMS, PAPERS])

    def data() -> dict[str, Any]:
        actor = who.actor or ""
        return {
            "posts": [(post.role, post.unit) for post in posts_held(ledger, actor)],
            "begins": beginnings(ledger, actor),
            "waiting": turns(ledger, actor, point),
            "papers": asked_of(ledger, actor, point),
            "keys": [(key.kid, key.custody or "file") for key in keys_of(ledger, actor)],
            "mine": register_page(ledger, Filter(handler=actor), point, limit=MINE),
        }

    return Sight(depends=("me", who, point.size, day_of(point)), point=point, data=data)
