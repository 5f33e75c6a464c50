"""The application: an opened ledger put before its people.

``make_app`` finds the routes and pages, holds them to the rights table, and wires errors,
headers and figures around them. Several processes may serve one ledger. No rule lives here.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

import anyio.to_thread
from fastapi import APIRouter, Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response

import api.pages
import api.routes
from api.deps import Surface, authorise
from api.direct import Direct, Refuse
from api.errors import (
    BadRequest,
    BodyTooLarge,
    MethodNotAllowed,
    NoSuchPage,
    Unexpected,
    problem_response,
)
from api.pages.problems import problem_page, wants_page
from api.remembered import Remembered
from api.rights import known_method, verify_table
from api.serving.metrics import Metrics
from api.serving.middleware import SECURITY, Around, Bodiless
from api.serving.news import News
from api.serving.webassets import ensure
from api.session import Tries
from api.showing.rendering import Pages
from api.wire.answers import schemas
from api.wording.language import language_of
from ledger.errors import LedgerError
from ledger.kernel.discovery import declared
from ledger.service.acts.front import Front
from ledger.service.enrolments import Enrolments
from ledger.service.ledger import Ledger, look
from ledger.service.sign_in import Accounts

THREADS = 12
"""Reading requests at once: fewer than a database pool has connections, so none waits for one."""
UPLOADS_A_MINUTE = 100
"""Of one account, each counted once for every mebibyte begun: files are decoded and stored."""
DRAFTS_A_MINUTE = 60
"""Asked from one place by those who are not signed in; each costs a judgement."""


def make_app(ledger: Ledger, *, follow: bool = True, worker: int = 1) -> FastAPI:
    """Return the application that serves ``ledger``; the caller closes the ledger afterwards.

    ``follow``: this process brings the views up to date, too; else it looks how far another has.
    ``worker`` is the process's number among those that serve the ledger.

    Raises: TypeError when a route stands in no rights table; a bug here.
    """
    metrics, assets = Metrics(worker), ensure()
    pages = Pages(assets)
    # Pages outlive neither the program nor its styles and scripts.
    stamp = f"{_version()} {sorted(assets.values())}"

    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        around = app.state.surface = _surface(ledger, metrics, pages, stamp)
        ledger.follower.start() if follow else ledger.follower.watch()
        around.news.start()
        try:
            yield
        finally:
            await around.news.stop()
            ledger.follower.stop()
            around.accounts.close()
            around.enrolments.close()

    app = FastAPI(
        title="Mingzhang 明账",
        version=_version(),
        lifespan=running,
        dependencies=[Depends(authorise)],
        default_response_class=Response,  # each route says what it gives
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        # Nothing is reported to anybody; whether to would be asked for every request.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    verify_table((method, route.path) for method, route in routes())
    for router in _routers():
        app.include_router(router)
    refuse = _refusing(metrics)
    app.add_middleware(GZipMiddleware, minimum_size=700, compresslevel=6)
    app.add_middleware(Bodiless)
    app.add_middleware(Remembered)
    app.add_middleware(Direct, routes=routes(), refuse=refuse)
    app.add_middleware(Around, metrics=metrics)
    _add_handlers(app, refuse)
    app.openapi = _specification(app)  # type: ignore[method-assign]
    return app


def _surface(ledger: Ledger, metrics: Metrics, pages: Pages, stamp: str) -> Surface:
    """Return what every route is given, as one process keeps it."""
    return Surface(
        ledger=ledger,
        front=Front(ledger),
        news=News(lambda: look(ledger)),
        metrics=metrics,
        accounts=Accounts(ledger.home.path),
        enrolments=Enrolments(ledger.home.path),
        tries=Tries(),
        packages=Tries(),
        drafts=Tries(DRAFTS_A_MINUTE),
        uploads=Tries(UPLOADS_A_MINUTE),
        pages=pages,
        stamp=stamp,
    )


def _version() -> str:
    return version("mingzhang")


def _routers() -> Iterator[APIRouter]:
    # Those asked by programs first: each request walks the list until it is met.
    yield from declared(api.routes, "router")
    yield from declared(api.pages, "router")


def routes() -> Iterator[tuple[str, APIRoute]]:
    """Yield every route there is, once for each of its methods."""
    for router in _routers():
        for route in router.routes:
            assert isinstance(route, APIRoute), "routes are declared with APIRouter"
            for method in sorted(route.methods or ()):
                yield method, route


def _refusing(metrics: Metrics) -> Refuse:
    async def refuse(request: Request, error: LedgerError) -> Response:
        metrics.refused(error.code)
        if wants_page(request):
            return await problem_page(request, request.app.state.surface, error)
        return problem_response(error, language_of(request))

    return refuse


def _add_handlers(app: FastAPI, refuse: Refuse) -> None:
    async def of_ledger(request: Request, error: Exception) -> Response:
        assert isinstance(error, LedgerError)
        return await refuse(request, error)

    async def of_parameters(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return await refuse(request, _bad_request(error))

    async def of_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return await refuse(request, _of_status(request, error.status_code))

    async def of_bug(request: Request, _: Exception) -> Response:
        # Starlette answers bugs outside every middleware, so outside ``Around``.
        number = request.state.request_id
        response = await refuse(request, Unexpected(request=number))
        response.headers.update({"X-Request-Id": number, **SECURITY})
        return response

    app.add_exception_handler(LedgerError, of_ledger)
    app.add_exception_handler(RequestValidationError, of_parameters)
    app.add_exception_handler(HTTPException, of_http)
    app.add_exception_handler(Exception, of_bug)


def _bad_request(error: RequestValidationError) -> BadRequest:
    # The place and the kind of fault; pydantic's words would quote what was sent.
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return BadRequest(where=where[:100], why=str(first["type"]))


def _of_status(request: Request, status: int) -> LedgerError:
    match status:
        case 404:
            return NoSuchPage()
        case 405:
            return MethodNotAllowed(method=known_method(request.method))
        case 413:
            return BodyTooLarge(limit="")
        case _:
            return BadRequest(where="body", why=str(status))


def _specification(app: FastAPI) -> Callable[[], dict[str, Any]]:
    def made() -> dict[str, Any]:
        if app.openapi_schema is None:
            found = get_openapi(
                title=app.title,
                version=app.version,
                description="Signed entries, proofs, boards; refusals as RFC 9457 problems. "
                "Every page has a twin in JSON, at its address with `.json`.",
                routes=app.routes,
            )
            found.setdefault("components", {}).setdefault("schemas", {}).update(schemas())
            app.openapi_schema = found
        return app.openapi_schema

    return made
