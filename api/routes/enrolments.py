"""A key made on somebody's own device asks to be enrolled: she is given a code for a registrar."""

from typing import Annotated

import msgspec
from fastapi import APIRouter
from msgspec import Meta
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.deps import SurfaceDep, ViewerDep
from api.wire import examples
from api.wire.answers import answers, json_answer, takes
from api.wire.bodies import parse_body
from ledger.entry.ids import DIGEST
from ledger.service.enrolments import SECONDS

router = APIRouter(prefix="/api/v1", tags=["keys"])


class Asks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A public key, and the proof that who is signed in holds it; both base64url."""

    public_key: Annotated[str, Meta(pattern=rf"\A{DIGEST}\Z")]
    proof: Annotated[str, Meta(max_length=100)]


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """What she reads to the registrar, and for how long it holds."""

    code: str
    seconds: int


@router.post(
    "/enrolments",
    status_code=201,
    responses=answers(
        Code,
        {"code": "7KQ4-M2XD", "seconds": SECONDS},
        status=201,
        s401="Nobody is signed in.",
        s422="The proof is not this key's.",
    ),
    openapi_extra=takes(Asks, {"public_key": examples.KID, "proof": "…"}),
)
async def ask(request: Request, surface: SurfaceDep, who: ViewerDep) -> Response:
    """Ask for a key of one's own to be enrolled; a registrar finds it by the code."""
    wanted = parse_body(await request.body(), Asks)
    code = await run_in_threadpool(
        surface.enrolments.ask,
        who.actor or "",
        wanted.public_key,
        wanted.proof,
        origin=surface.ledger.home.origin,
    )
    return json_answer(Code(code=code, seconds=SECONDS), status=201)
