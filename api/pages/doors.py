"""Doors: residents' tiles, the kiosk's first picture, an office-holder's desk."""

from typing import Any

from fastapi import APIRouter

from api.deps import MinSize, SurfaceDep, ViewerDep, point_of
from api.pages.boards import named
from api.pages.home import log_summary
from api.routes.boards import UnitCode
from api.routes.register import VIEW, Filter, open_and_overdue, register_page
from api.sight import Sight, page
from ledger.projections.register import day_of
from ledger.service.board import Desk
from ledger.service.directory import posts_held, unit_as_of, units_by_code_at
from ledger.service.forms.holding import keys_of
from ledger.service.forms.turns import beginnings, cut_short, kept, signatures, turns
from ledger.service.reading.latest import latest
from ledger.service.reading.numbers import numbers_of_streams
from ledger.service.reading.papers import asked_of

router = APIRouter()
MINE = 100
DESK = (VIEW, "disclosures", "decisions", "papers", "claims")
NEWS = 6


@page(router, "/residents", "residents.html")
def residents(surface: SurfaceDep, unit: UnitCode = None) -> Sight:
    """What a resident may look at, as tiles: of her unit, if she says which."""
    ledger = surface.ledger
    point = point_of(ledger, None)
    place = unit_as_of(ledger, unit, point) if unit else None
    return Sight(
        depends=("residents", point.size, place),
        point=point,
        data=lambda: {
            "boards": named(),
            "units": units_by_code_at(ledger, point),
            "unit": place,
            "newest": latest(Desk(ledger, point, place), NEWS),
        },
    )


@page(router, "/kiosk", "kiosk.html")
def kiosk(surface: SurfaceDep, unit: UnitCode = None) -> Sight:
    """What a kiosk shows while nobody touches it: of the unit it stands in, if its address says."""
    ledger = surface.ledger
    point = point_of(ledger, None, [VIEW])
    place = unit_as_of(ledger, unit, point) if unit else None

    def data() -> dict[str, Any]:
        desk = Desk(ledger, point, place)
        under_way, late = open_and_overdue(desk)
        return {
            "as_of": point,
            "stats": {"open": under_way, "overdue": late},
            "newest": latest(desk, NEWS),
            "log": log_summary(ledger, point),
            "unit": place,
        }

    return Sight(depends=("kiosk", point.size, day_of(point), place), point=point, data=data)


@page(router, "/me", "me.html")
def me(surface: SurfaceDep, who: ViewerDep, _: MinSize) -> Sight:
    """What is on my desk: what I may begin or book, what waits for me, the cases I handle."""
    ledger = surface.ledger
    point = point_of(ledger, None, DESK)

    def data() -> dict[str, Any]:
        actor = who.actor or ""
        handled = Filter(handler=actor, open=True)
        return {
            "posts": [(post.role, post.unit) for post in posts_held(ledger, actor)],
            "begins": beginnings(ledger, actor),
            "kept": kept(ledger, actor, point),
            "signatures": signatures(ledger, actor, point),
            "waiting": (waiting := turns(ledger, actor, point)),
            "cut_short": cut_short(waiting),
            "states": {each.stream: ledger.known.stream(each.stream).state for each in waiting},
            "official": numbers_of_streams(ledger, [each.stream for each in waiting]),
            "papers": asked_of(ledger, actor, point),
            "keys": [(key.kid, key.custody or "founder") for key in keys_of(ledger, actor)],
            "mine": register_page(ledger, handled, point, order="due", limit=MINE),
        }

    return Sight(depends=("me", who, point.size, day_of(point)), point=point, data=data)
