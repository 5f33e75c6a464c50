"""The ten-minute tour: a page for each step, that does what it says when it is asked for."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.requests import Request

from api.deps import SurfaceDep, point_of
from api.errors import NoSuchPage
from api.sight import Sight, page
from api.tour.step import Visit, steps
from ledger.projections.register import day_of

router = APIRouter()
TOLD = ("name", "number", "title", "about", "press")


@page(router, "/tour", "tour.html")
def tour(surface: SurfaceDep) -> Sight:
    """The steps of the tour."""
    point = point_of(surface.ledger, None)
    told = [{"name": s.name, "title": s.title, "about": s.about} for s in steps()]
    return Sight(depends=("tour",), point=point, data=lambda: {"steps": told})


@page(router, "/tour/{step}", "tour-step.html")
def at_step(
    request: Request, surface: SurfaceDep, step: Annotated[str, Path(max_length=40)]
) -> Sight:
    """One step of the tour, with an example from this ledger."""
    found = {each.name: each for each in steps()}
    if step not in found:
        raise NoSuchPage
    chosen, asked = found[step], dict(request.query_params)
    ledger = surface.ledger
    point = point_of(ledger, None)
    visit = Visit(ledger=ledger, point=point, asked=asked, home=ledger.home.path)

    def data() -> dict[str, Any]:
        return {
            "step": {name: getattr(chosen, name) for name in TOLD},
            "without": chosen.without,
            "found": chosen.find(visit),
            "steps": [{"name": each.name, "title": each.title} for each in steps()],
        }

    parts = ("tour", step, point.size, day_of(point), sorted(asked.items()))
    return Sight(depends=parts, point=point, data=data)
