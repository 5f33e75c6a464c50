"""An evidence package of one stream, to be verified offline.

It holds what is public already, piece by piece: signed entries with their public members, proofs,
and what supports them. No sealed value is in it; those are disclosed on the command line by whoever
may. One is made at a time, and so many a minute for each place; whoever comes meanwhile is told to
come again.
"""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from api.deps import SurfaceDep
from api.serving.turns import Turn
from api.session import place_of
from api.wire import examples
from api.wire.answers import plain
from api.wire.caching import conditional
from ledger.entry.ids import parse_stream
from ledger.service.exports.evidence import evidence_files, zip_of

router = APIRouter()
_one_at_a_time = Turn()


@router.get(
    "/evidence/{stream:path}.zip",
    tags=["streams"],
    responses=plain("application/zip", "An evidence package (docs/spec/evidence.md)."),
)
def package(
    request: Request,
    surface: SurfaceDep,
    stream: Annotated[str, Path(max_length=300, examples=[examples.CASE])],
) -> Response:
    """An evidence package of one stream; sealed values stay sealed."""
    name = "/".join(parse_stream(stream))
    ledger = surface.ledger
    size = ledger.recorder.head().size

    def made() -> Response:
        with _one_at_a_time:
            surface.packages.take(place_of(request))
            _, files = evidence_files(ledger, streams=[name], size=size)
        file = f'attachment; filename="{name.replace("/", "-")}.zip"'
        headers = {"Content-Disposition": file}
        return Response(zip_of(files), media_type="application/zip", headers=headers)

    return conditional(request, ("evidence", name, size, surface.stamp), made)
