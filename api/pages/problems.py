"""A refusal as a page: what happened, what still works, the way home."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from api.deps import Surface, viewer
from api.errors import NotYourRight, headers_of, passes, problem_of
from api.rights import NOBODY
from api.wording.language import language_of
from ledger.errors import LedgerError
from ledger.kernel.act import AsOf

_DATA = ("/api/", "/log/", "/static/")
OURS: Final = 500
"""From this status on the fault is ours, not in what was asked."""


def wants_page(request: Request) -> bool:
    """Tell whether a refusal is for a person: a browser asking for a page."""
    path = request.url.path
    if path.startswith(_DATA) or path.endswith((".json", ".atom")):
        return False
    return "text/html" in request.headers.get("accept", "")


async def problem_page(request: Request, surface: Surface, error: LedgerError) -> Response:
    """Return the page of a refusal, to whom it is signed in.

    Of what is our own fault the page reads nothing that may be what failed, not even who asks.
    """
    found = problem_of(error, language_of(request))
    who = NOBODY if found.status >= OURS else await viewer(request)
    ours = found.status >= OURS
    point = AsOf(size=0 if ours else surface.ledger.known.size, at=surface.ledger.clock.now_ms())
    response = surface.pages.show(
        request,
        "problem.html",
        {
            "problem": found,
            "ours": ours,
            "posted": request.method == "POST",
            "again": _may_pass(request, found.status),
            "roles": str(error.facts["roles"]).split(" / ") if _of_roles(error) else [],
        },
        ledger=surface.ledger,
        who=who,
        point=point,
        status=found.status,
    )
    response.headers.update(headers_of(error) | {"Cache-Control": "no-store"})
    return response


def _of_roles(error: LedgerError) -> bool:
    return isinstance(error, NotYourRight)


def _may_pass(request: Request, status: int) -> bool:
    """Tell whether asking for the same again is harmless, and may succeed a little later."""
    return request.method == "GET" and passes(status)
