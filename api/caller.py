"""A request, its surroundings and the page that answers it: for pages that are never cached."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from api.deps import Surface, SurfaceDep, ViewerDep
from api.rights import Viewer
from ledger.kernel.act import AsOf
from ledger.service.ledger import Ledger


@dataclass(frozen=True, kw_only=True)
class Caller:
    """A request with all that answers it."""

    request: Request
    surface: Surface
    who: Viewer

    @property
    def ledger(self) -> Ledger:
        """The opened ledger."""
        return self.surface.ledger

    @property
    def actor(self) -> str:
        """Who is signed in, "" for nobody."""
        return self.who.actor or ""

    def show(self, template: str, data: Mapping[str, Any], *, status: int = 200) -> Response:
        """Return a page that nobody keeps: it holds a form, or what is sealed.

        It is of what is recorded now, also while the views are behind.
        """
        ledger = self.ledger
        response = self.surface.pages.show(
            self.request,
            template,
            data,
            ledger=ledger,
            who=self.who,
            point=AsOf(size=ledger.known.size, at=ledger.clock.now_ms()),
            status=status,
        )
        response.headers["Cache-Control"] = "no-store"
        return response


async def caller(request: Request, surface: SurfaceDep, who: ViewerDep) -> Caller:
    """Return the caller of a route."""
    return Caller(request=request, surface=surface, who=who)


CallerDep = Annotated[Caller, Depends(caller)]
