"""Entries: submitted, listed, shown, proved; receipts by the client's own id."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Path, Query
from msgspec import Meta
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.deps import LARGEST, Decimal, Index, Limit, Surface, SurfaceDep
from api.direct import DirectRoute
from api.wire import examples
from api.wire.answers import answers, json_answer, plain, takes
from api.wire.bodies import parse_body, read_body
from api.wire.caching import conditional
from ledger.entry.ids import ID
from ledger.service.acts.receipt import Receipt
from ledger.service.acts.submit import submit as submit_and_wait
from ledger.service.acts.submit import submitting
from ledger.service.reading import entries, receipts
from ledger.service.reading.entries import Line, Shown, short_code
from ledger.service.reading.numbers import number_of, numbers_of_receipt
from ledger.service.reading.receipts import BeyondHead

router = APIRouter(prefix="/api/v1", tags=["entries"])
PROOF = "text/plain; charset=utf-8"
MOST_BYTES: Final = 2 << 20
"""All presentations of one submission together, as ``/api/v1/prepare`` takes them."""
LOOP_BYTES: Final = 64 << 10
"""What the event loop judges itself; more would keep everybody else waiting."""


class Submitted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Presentations of one submission: each a JWS with all its disclosures, joined by ``~``."""

    presentations: Annotated[
        list[Annotated[str, Meta(max_length=1 << 20)]], Meta(min_length=1, max_length=16)
    ]


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt: where each entry stands, with its short number; ``again`` if it stood before."""

    entries: list["GivenLine"]
    again: bool


class GivenLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a receipt; ``official`` is the official number the entry took, if any."""

    index: int
    recorded_at: int
    digest: str
    stream: str
    type: str
    code: str
    official: str | None = None


class Lines(msgspec.Struct, frozen=True, kw_only=True):
    """A page of entries, in log order, among the first ``size``; ``next`` is where to go on."""

    size: int
    entries: list[Line]
    next: int | None


async def submit(request: Request, surface: SurfaceDep) -> Response:
    """Submit 1 to 16 signed entries by one actor, all or none.

    Idempotent by ``jti``: the same bytes again get the first receipt, with 200. At most 2 MiB.
    """
    wanted = parse_body(await read_body(request, MOST_BYTES), Submitted)
    receipt = await _taken(surface, [text.encode() for text in wanted.presentations])
    # Only what took a number is looked for in the log: a thread for every receipt costs a third.
    numbered = any(entry.numbered for entry in receipt.entries)
    read = partial(numbers_of_receipt, surface.ledger, receipt)
    told = given(receipt, await run_in_threadpool(read) if numbered else {})
    return json_answer(told, status=200 if receipt.again else 201)


async def _taken(surface: Surface, texts: list[bytes]) -> Receipt:
    if sum(map(len, texts)) > LOOP_BYTES:
        return await run_in_threadpool(submit_and_wait, surface.ledger, texts)
    return await surface.front.finish(submitting(surface.ledger, texts))


router.add_api_route(
    "/entries",
    submit,
    methods=["POST"],
    route_class_override=DirectRoute,
    status_code=201,
    responses=answers(
        Given,
        examples.RECEIPT,
        status=201,
        s200="The same submission again: its first receipt.",
        s403="The key, the post or its scope does not allow the act.",
        s409="Someone else wrote first.",
        s413="The body is too large.",
        s422="A rule or the verification refuses it.",
    ),
    openapi_extra=takes(Submitted, {"presentations": ["eyJhbGciOi…~WyJESTR1MHp3…~"]}),
)


@router.get(
    "/entries", responses=answers(Lines, {"size": 343, "entries": [examples.LINE], "next": 29})
)
def listed(
    request: Request,
    surface: SurfaceDep,
    start: Annotated[
        int,
        Decimal,
        Query(alias="from", ge=0, le=LARGEST, description="First log index.", examples=[28]),
    ] = 0,
    limit: Limit = 50,
) -> Response:
    """Which entries there are: where each stands and what kind of act it is."""
    size = surface.ledger.recorder.head().size
    stop = min(start + limit, size)

    def made() -> Response:
        found = entries.lines(surface.ledger, start, stop)
        return json_answer(Lines(size=size, entries=found, next=stop if stop < size else None))

    return conditional(request, ("entries", start, limit, size, surface.stamp), made)


@router.get(
    "/entries/{index}.tlog-proof",
    responses=plain(
        PROOF, "A c2sp.org/tlog-proof of the entry in the tree of the head.", examples.PROOF
    ),
)
def proof(request: Request, index: Index, surface: SurfaceDep) -> Response:
    """The proof that an entry is in the log; its holder computes the leaf from her own JWS."""
    size = surface.ledger.recorder.head().size
    if index >= size:
        raise BeyondHead(size=size, wanted=index + 1)
    return conditional(
        request,
        ("proof", index, size),
        lambda: Response(receipts.proof(surface.ledger, index, size), media_type=PROOF),
    )


@router.get("/entries/{index}", responses=answers(Shown, examples.SHOWN, s404="No such index yet."))
def shown(request: Request, index: Index, surface: SurfaceDep) -> Response:
    """One entry: its signed bytes, its public members; what is sealed stays so."""
    found, _ = entries.entry_at(surface.ledger, index)
    return conditional(request, ("entry", found.digest, surface.stamp), lambda: json_answer(found))


@router.get("/receipts/{jti}", responses=answers(Given, examples.RECEIPT, s404="Not in the log."))
def receipt(
    request: Request,
    jti: Annotated[
        str,
        Path(
            pattern=f"^{ID}$",
            description="The client's own id of an entry.",
            examples=[examples.JTI],
        ),
    ],
    surface: SurfaceDep,
) -> Response:
    """What became of an entry whose answer was lost on the way."""
    act = entries.by_jti(surface.ledger, jti)

    def made() -> Response:
        line = GivenLine(
            index=act.index or 0,
            recorded_at=act.recorded_at or 0,
            digest=act.digest or "",
            stream=act.stream,
            type=act.type,
            code=short_code(act.index or 0, act.digest or ""),
            official=number_of(surface.ledger, act),
        )
        return json_answer(Given(entries=[line], again=True))

    return conditional(request, ("receipt", act.digest, surface.stamp), made)


def given(receipt: Receipt, official: Mapping[int, str]) -> Given:
    """Return a receipt as it is handed out, with the official numbers taken, by log index."""
    return Given(
        entries=[
            GivenLine(
                index=entry.index,
                recorded_at=entry.recorded_at,
                digest=entry.digest,
                stream=entry.stream,
                type=entry.type,
                code=short_code(entry.index, entry.digest),
                official=official.get(entry.index),
            )
            for entry in receipt.entries
        ],
        again=receipt.again,
    )
