"""Styles, scripts and icons: built files under names that hold their digest."""

from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from api.errors import NoSuchPage
from api.serving.webassets import STYLES, read_asset
from api.wire.caching import IMMUTABLE, NO_CACHE, conditional

router = APIRouter(tags=["static"])
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}


@router.get("/static/{name}", include_in_schema=False)
def static(
    request: Request, name: Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,80}$")]
) -> Response:
    """A style sheet, a script or an icon."""
    data, dot = read_asset(name), name.rfind(".")
    media = TYPES.get(name[dot:])
    if data is None or media is None:
        raise NoSuchPage
    # The name of what was built holds its digest; styles served as they are written do not.
    digest, keep = ("", IMMUTABLE) if name != STYLES else (sha256(data).hexdigest(), NO_CACHE)
    return conditional(
        request, ("static", name, digest), lambda: Response(data, media_type=media), keep=keep
    )
