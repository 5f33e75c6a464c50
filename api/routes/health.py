"""For whoever keeps the machine: alive, fit to serve, figures; and the specification."""

from typing import Literal

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.deps import SurfaceDep, shown_size
from api.wire.answers import answers, json_answer, plain
from api.wire.caching import conditional
from ledger.errors import LedgerError

router = APIRouter(tags=["health"])
BEHIND = 5_000
"""Entries a view may lag behind before this process asks not to be sent readers."""


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """Alive."""

    status: Literal["ok"] = "ok"


class Readiness(msgspec.Struct, frozen=True, kw_only=True):
    """Fit to serve or not: the log's size, what is shown of it, and the code of what is wrong."""

    ready: bool
    size: int
    shown: int
    why: str | None = None


@router.get("/healthz", responses=answers(Health, {"status": "ok"}))
async def healthz() -> Response:
    """Whether the process answers at all."""
    return json_answer(Health())


@router.get(
    "/readyz",
    responses=answers(
        Readiness, {"ready": True, "size": 343, "shown": 343, "why": None}, s503="Not fit to serve."
    ),
)
def readyz(surface: SurfaceDep) -> Response:
    """Whether the store can be read and the views keep up."""
    try:
        size, shown = surface.ledger.recorder.head().size, shown_size(surface.ledger)
    except LedgerError as error:
        found = Readiness(ready=False, size=0, shown=0, why=error.code)
        return json_answer(found, status=503)
    ready = size - shown <= BEHIND and (shown > 0 or size == 0)
    why = None if ready else "projection.behind"
    found = Readiness(ready=ready, size=size, shown=shown, why=why)
    return json_answer(found, status=200 if ready else 503)


@router.get(
    "/metrics",
    responses=plain(
        "text/plain",
        "Figures in Prometheus' text format.",
        'mingzhang_log_size{worker="1"} 343.0\n',
    ),
)
def metrics(surface: SurfaceDep) -> Response:
    """Figures for monitoring."""
    return Response(surface.metrics.text(surface.ledger), media_type="text/plain; version=0.0.4")


@router.get("/api/v1/openapi.json", include_in_schema=False)
async def specification(request: Request, surface: SurfaceDep) -> Response:
    """This interface, as OpenAPI."""
    return conditional(
        request, ("openapi", surface.stamp), lambda: json_answer(request.app.openapi())
    )
