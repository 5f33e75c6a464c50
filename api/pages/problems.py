"""A refusal as a page: what happened, what still works, the way home."""

from starlette.requests import Request
from starlette.responses import Response

from api.deps import Surface
from api.errors import headers_of, problem_of
from api.language import language_of
from api.rights import NOBODY
from ledger.errors import LedgerError
from ledger.kernel.act import AsOf

_DATA = ("/api/", "/log/", "/static/")


def wants_page(request: Request) -> bool:
    """Tell whether a refusal is for a person: a browser asking for a page."""
    path = request.url.path
    if path.startswith(_DATA) or path.endswith((".json", ".atom")):
        return False
    return "text/html" in request.headers.get("accept", "")


def problem_page(request: Request, office: Surface, error: LedgerError) -> Response:
    """Return the page of a refusal; it reads nothing that may be what failed."""
    found = problem_of(error, language_of(request))
    point = AsOf(size=0, at=office.ledger.clock.now_ms())
    response = office.pages.show(
        request,
        "problem.html",
        {"problem": found},
        ledger=office.ledger,
        who=NOBODY,
        point=point,
        status=found.status,
    )
    response.headers.update(headers_of(error) | {"Cache-Control": "no-store"})
    return response
