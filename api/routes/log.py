"""The log as C2SP tlog-tiles serves it: checkpoint, hash tiles, entry bundles by right.

docs/spec/log.md, section 4. Full tiles never change; a partial one is named by its width, so
neither does it.
"""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from api.deps import Index, SurfaceDep
from api.errors import BadRequest
from api.wire.answers import answers, json_answer, plain
from api.wire.caching import IMMUTABLE, NO_CACHE, PRIVATE, conditional
from ledger.entry import base64url
from ledger.entry.entry import parse_entry
from ledger.service.ledger import Ledger
from ledger.service.reading import receipts
from ledger.service.reading.receipts import BeyondHead
from ledger.tlog.tile import TILE_WIDTH, TileId, parse_tile_path

router = APIRouter(prefix="/log", tags=["log"])
BINARY = "application/octet-stream"
TEXT = "text/plain; charset=utf-8"
TilePath = Annotated[
    str, Path(description="As C2SP tlog-tiles names it, by level and number.", examples=["0/000"])
]
CHECKPOINT = "ledger.example/520602\n343\nn4Ocdb…=\n\n— ledger.example/520602 6jtK…==\n"
VKEY = "ledger.example/520602+ea3b4a1c+AWk3…\n"


@router.get(
    "/checkpoint", responses=plain(TEXT, "The newest checkpoint, a signed note.", CHECKPOINT)
)
def checkpoint(request: Request, surface: SurfaceDep) -> Response:
    """The newest signed checkpoint."""
    head = surface.ledger.recorder.head()
    return conditional(
        request,
        ("checkpoint", head.size, head.root.hex()),
        lambda: Response(receipts.checkpoint(surface.ledger), media_type=TEXT),
    )


@router.get("/vkey", responses=plain(TEXT, "The log's verifier key, one line.", VKEY))
def vkey(request: Request, surface: SurfaceDep) -> Response:
    """The verifier key of the log's signer; compare it with one you got another way."""
    line = f"{surface.ledger.signer.vkey}\n"
    return conditional(request, ("vkey", line), lambda: Response(line, media_type=TEXT))


@router.get("/genesis", responses=plain(BINARY, "The bytes of entry 0."))
def genesis(request: Request, surface: SurfaceDep) -> Response:
    """Entry 0; the SHA-256 of its JWS is what verifiers pin (header ``X-Genesis``)."""
    (state,) = surface.ledger.recorder.states(0, 1)
    digest = base64url.encode(parse_entry(state).signed.digest)

    def made() -> Response:
        return Response(state, media_type=BINARY, headers={"X-Genesis": digest})

    return conditional(request, ("genesis", digest), made, keep=NO_CACHE)


@router.get("/tile/entries/{path:path}", responses=plain(BINARY, "An entry bundle."))
def bundle(request: Request, path: TilePath, surface: SurfaceDep) -> Response:
    """A bundle of entries; for auditors and monitors: it holds everybody's acts."""
    return _tile(request, surface.ledger, f"tile/entries/{path}")


@router.get("/tile/{path:path}", responses=plain(BINARY, "A hash tile: 32 bytes a hash."))
def tile(request: Request, path: TilePath, surface: SurfaceDep) -> Response:
    """A hash tile."""
    return _tile(request, surface.ledger, f"tile/{path}")


class Consistency(msgspec.Struct, frozen=True, kw_only=True):
    """That the tree of ``new`` entries extends the tree of ``old``; hashes are hex."""

    old: int
    new: int
    hashes: list[str]


@router.get(
    "/consistency/{old}/{new}",
    responses=answers(Consistency, {"old": 6, "new": 8, "hashes": ["0ebc" + "0" * 60]}),
)
def consistency(request: Request, old: Index, new: Index, surface: SurfaceDep) -> Response:
    """A consistency proof between two sizes; whoever can read tiles needs it not."""
    size = surface.ledger.recorder.head().size
    if new > size:
        raise BeyondHead(size=size, wanted=new)
    if old > new:
        raise BadRequest(where="path.old", why="larger than new")

    def made() -> Response:
        proof = surface.ledger.reader.consistency(old, new)
        return json_answer(Consistency(old=old, new=new, hashes=[node.hex() for node in proof]))

    return conditional(request, ("consistency", old, new), made, keep=IMMUTABLE)


def _tile(request: Request, ledger: Ledger, path: str) -> Response:
    wanted = parse_tile_path(path)
    size = ledger.recorder.head().size
    if (needed := _needed(wanted)) > size:
        raise BeyondHead(size=size, wanted=needed)
    keep = IMMUTABLE if wanted.level >= 0 else PRIVATE
    return conditional(
        request,
        (path,),
        lambda: Response(ledger.reader.tile(wanted), media_type=BINARY),
        keep=keep,
    )


def _needed(tile: TileId) -> int:
    """Return the smallest size of a tree that has this tile."""
    per_hash: int = TILE_WIDTH ** max(tile.level, 0)
    return (tile.n * TILE_WIDTH + tile.width) * per_hash
