"""Attachments: a file is uploaded for a stream, and waits for the act that attaches it.

What comes back is what the act's command takes as ``file``. A file that no act attaches within a
day is removed. Reading one back is not served here: its values are sealed.
"""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Header, Query
from pydantic import StringConstraints
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api import examples
from api.answers import answers, json_answer
from api.deps import SurfaceDep
from ledger.rules.attachments import MAX_BYTES
from ledger.service.attachments.taking import upload


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
UNSAID = ("", "application/octet-stream")
"""Media types that claim nothing."""


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
        s404="There is no such stream.",
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
    office: SurfaceDep,
    stream: StreamName,
    content_type: Annotated[str, Header(max_length=200)] = "",
) -> Response:
    """Keep a file for a stream until an act attaches it; pictures lose their EXIF first."""
    data = await request.body()
    named = content_type.partition(";")[0].strip().lower()
    said = None if named in UNSAID else named
    kept = await run_in_threadpool(upload, office.ledger, stream, data, said)
    told = Uploaded(file=kept.text, **msgspec.structs.asdict(kept))
    return json_answer(told, status=201)
