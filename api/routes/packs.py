"""Rule packs: which were adopted, and their bytes as they were adopted."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from api.deps import SurfaceDep
from api.wire.answers import answers, json_answer, plain
from api.wire.caching import IMMUTABLE, conditional
from api.wire.examples import DIGEST as EXAMPLE
from api.wire.examples import UNIT
from ledger.entry.ids import DIGEST
from ledger.errors import NotFound
from ledger.rules.genesis import LOG
from ledger.rules.packs.adoptions import ADOPTIONS, adoptions
from ledger.service.directory import facts
from ledger.service.ledger import Ledger

router = APIRouter(prefix="/api/v1/packs", tags=["packs"])
PackDigest = Annotated[
    str, Path(pattern=f"^{DIGEST}$", description="The adopted pack's digest.", examples=[EXAMPLE])
]


class AdoptedPack(msgspec.Struct, frozen=True, kw_only=True):
    """An adoption in effect: since log index ``index``, for ``unit`` and below, from a day on."""

    pack: str
    digest: str
    extends: list[str]
    unit: str | None
    effective_from: str
    index: int | None


class AdoptedPacks(msgspec.Struct, frozen=True, kw_only=True):
    """All adoptions in effect, oldest first."""

    adoptions: list[AdoptedPack]


class PackFiles(msgspec.Struct, frozen=True, kw_only=True):
    """The files of an adopted pack, by path, with their sizes in bytes."""

    digest: str
    files: dict[str, int]


_ADOPTED = {
    "pack": "cn-base@2026.6",
    "digest": EXAMPLE,
    "extends": [EXAMPLE],
    "unit": UNIT,
    "effective_from": "2026-03-02",
    "index": 15,
}


@router.get("", responses=answers(AdoptedPacks, {"adoptions": [_ADOPTED]}))
def adopted(request: Request, surface: SurfaceDep) -> Response:
    """Which packs are in force: for whom and since when."""
    found = adopted_packs(surface.ledger)
    return conditional(
        request,
        ("packs", *found, surface.stamp),
        lambda: json_answer(AdoptedPacks(adoptions=found)),
    )


def adopted_packs(ledger: Ledger) -> list[AdoptedPack]:
    """Return all adoptions in effect."""
    return [
        AdoptedPack(
            pack=each.pack,
            digest=each.digest,
            extends=[below.digest for below in each.extends],
            unit=each.unit,
            effective_from=each.effective_from.isoformat(),
            index=each.index,
        )
        for each in adoptions(facts(ledger, ADOPTIONS, LOG))
    ]


@router.get(
    "/{digest}", responses=answers(PackFiles, {"digest": EXAMPLE, "files": {"pack.toml": 120}})
)
def files(request: Request, digest: PackDigest, surface: SurfaceDep) -> Response:
    """The files of an adopted pack."""
    shelf = surface.ledger.home.shelf(digest)

    def made() -> Response:
        sizes = {path: len(data) for path, data in shelf.items()}
        return json_answer(PackFiles(digest=digest, files=sizes))

    return conditional(request, ("pack", digest), made, keep=IMMUTABLE)


@router.get(
    "/{digest}/{path:path}",
    responses=plain("text/plain", "One file of a pack.", 'id = "cn-base"\nversion = "2026.6"\n'),
)
def file(
    request: Request,
    digest: PackDigest,
    path: Annotated[str, Path(max_length=200, examples=["pack.toml"])],
    surface: SurfaceDep,
) -> Response:
    """One file of an adopted pack, byte for byte."""
    shelf = surface.ledger.home.shelf(digest)
    if path not in shelf:
        raise NotFound(what="file")
    return conditional(
        request,
        ("pack", digest, path),
        lambda: Response(shelf[path], media_type="text/plain; charset=utf-8"),
        keep=IMMUTABLE,
    )
