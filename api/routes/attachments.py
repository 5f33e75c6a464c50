"""Attachments: a file is uploaded for a stream, and waits for the act that attaches it.

What comes back is what the act's command takes as ``file``. A file that no act attaches within a
day is removed. One that was attached is read back by those who need it
(``ledger.service.attachments.rights``), never kept by anything on the way.
"""

from collections.abc import Mapping
from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Header, Query
from pydantic import StringConstraints
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.deps import Index, Surface, SurfaceDep, ViewerDep, take_upload
from api.errors import SignInRequired
from api.wire import examples
from api.wire.answers import answers, json_answer, plain
from ledger.rules.attachments import MAX_BYTES
from ledger.service.attachments.rights import read_file, upload_by
from ledger.service.reading.entries import entry_at


class Uploaded(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was taken in, and ``file`` as a command takes it."""

    file: str
    blob: str
    digest: str
    media_type: str
    size: int
    pages: int


router = APIRouter(prefix="/api/v1", tags=["entries"])
StreamName = Annotated[
    Annotated[str, StringConstraints(max_length=300)],
    Query(description="What the file will be attached to.", examples=[examples.CASE]),
]
ENDINGS: Final[Mapping[str, str]] = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
}


@router.post(
    "/attachments",
    status_code=201,
    responses=answers(
        Uploaded,
        {
            "file": f"{examples.JTI}:{examples.DIGEST}:image/jpeg:81920:1",
            "blob": examples.JTI,
            "digest": examples.DIGEST,
            "media_type": "image/jpeg",
            "size": 81_920,
            "pages": 1,
        },
        status=201,
        s400="The file is not of a kind taken, is damaged or too large.",
        s401="Sign in first.",
        s403="Her posts, or how the matter stands, allow no file there.",
        s404="There is no such stream.",
        s429="She sent as much as is taken of one account within a minute, or has as much waiting.",
    ),
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": f"The file's bytes, at most {MAX_BYTES}: PDF, JPEG, PNG or WebP.",
            "content": {"application/octet-stream": {"schema": {"type": "string"}}},
        }
    },
)
async def uploaded(
    request: Request,
    surface: SurfaceDep,
    who: ViewerDep,
    stream: StreamName,
    content_type: Annotated[str, Header(max_length=200, examples=["image/jpeg"])] = "",
) -> Response:
    """Keep a file for a stream until an act attaches it; pictures lose their EXIF first."""
    if who.actor is None:
        raise SignInRequired
    data = await request.body()
    take_upload(surface, who.actor, len(data))
    kept = await run_in_threadpool(upload_by, surface.ledger, who.actor, stream, data, content_type)
    told = Uploaded(file=kept.text, **msgspec.structs.asdict(kept))
    return json_answer(told, status=201)


@router.get(
    "/attachments/{index}",
    responses=plain("application/octet-stream", "The file's bytes, in its own media type."),
)
async def read_back(index: Index, surface: SurfaceDep, who: ViewerDep) -> Response:
    """The file an entry put to its stream, for whoever needs it."""
    if who.actor is None:
        raise SignInRequired
    return await run_in_threadpool(_read, surface, who.actor, index)


def _read(surface: Surface, actor: str, index: int) -> Response:
    kept, data = read_file(surface.ledger, actor, index)
    media = str(kept.group.values["media_type"])
    # Named by the entry's short number: what people call it may say who it is about, and a name
    # stays behind among the downloads.
    code = entry_at(surface.ledger, index)[0].code
    name = f"{code}.{ENDINGS.get(media, 'bin')}"
    return Response(
        data,
        media_type=media,
        headers={
            "Cache-Control": "no-store",
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
        },
    )
