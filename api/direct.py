"""Routes that many ask at once: held to the rights table, then given the request as it is.

FastAPI describes them like any other; it solves and routes nothing for them. Solving parameters
took about as long as judging an entry, and a submission has none; walking the list of routes and
the layers kept for others took as long again. So they lie outside what answers HEAD, sends pages
again and compresses: they are POSTed to, and answer a receipt.
"""

from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.deps import authorise, surface, viewer
from ledger.errors import LedgerError

Refuse = Callable[[Request, LedgerError], Awaitable[Response]]


class DirectRoute(APIRoute):
    """A route whose endpoint takes the request and the surface, and no parameters."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers, for whoever comes by the list of routes."""
        return self.answer

    async def answer(self, request: Request) -> Response:
        """Return the endpoint's answer once the rights are held. Raises: LedgerError."""
        await authorise(request, await viewer(request))
        answered: Response = await self.endpoint(request, await surface(request))
        return answered


class Direct:
    """The layer that hands a request on to its direct route; the others go on to the router."""

    def __init__(
        self, app: ASGIApp, *, routes: Iterable[tuple[str, APIRoute]], refuse: Refuse
    ) -> None:
        self._app = app
        self._refuse = refuse
        self._routes: Mapping[tuple[str, str], DirectRoute] = {
            (method, route.path): route
            for method, route in routes
            if isinstance(route, DirectRoute)
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        route = self._routes.get((scope.get("method", ""), scope.get("path", "")))
        if route is None:
            await self._app(scope, receive, send)
            return
        scope["route"], scope["endpoint"] = route, route.endpoint
        request = Request(scope, receive, send)
        try:
            response = await route.answer(request)
        except LedgerError as error:
            response = await self._refuse(request, error)
        await response(scope, receive, send)
