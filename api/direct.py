"""Routes that many ask at once: held to the rights table, then given the request as it is.

FastAPI describes them like any other; it solves nothing for them. Solving parameters took about as
long as judging an entry, and a submission has none.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from api.deps import authorise, surface, viewer


class DirectRoute(APIRoute):
    """A route whose endpoint takes the request and the surface, and no parameters."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers: the endpoint, once the rights are held."""

        async def answer(request: Request) -> Response:
            await authorise(request, await viewer(request))
            answered: Response = await self.endpoint(request, await surface(request))
            return answered

        return answer
