"""Prepare: a command becomes drafts to see and sign. A draft carries no authority.

Open to all, since devices sign without a session. It costs a judgement and random bytes, so whoever
is not signed in is counted by place (ADR 0038).
"""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter
from msgspec import Meta
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.deps import SurfaceDep, ViewerDep
from api.session import place_of
from api.wire import examples
from api.wire.answers import answers, json_answer, takes
from api.wire.bodies import parse_body, read_body
from ledger.entry.claims import Seen, format_claims
from ledger.entry.ids import ACTOR, DIGEST, ID, NAME
from ledger.entry.jws import signing_input
from ledger.kernel.act import Who
from ledger.rules.paper import Original
from ledger.service.acts.commands import parse_command
from ledger.service.acts.prepare import Prepared, Unsigned, prepare
from ledger.service.acts.sign import shown_values
from ledger.service.ledger import Ledger

router = APIRouter(prefix="/api/v1", tags=["entries"])
MOST_BYTES = 2 << 20
"""Two entries of the largest size; texts and lists of one act are far below one."""


class Wish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One command: its name, its members as typed, and the id the client minted for it."""

    command: Annotated[str, Meta(max_length=100)]
    members: dict[str, Any] = {}
    jti: Annotated[str, Meta(pattern=rf"\A{ID}\Z")]


class Wishes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Commands of one submission, and who is to sign them: actor, role, key thumbprint.

    ``original`` is the paper they are typed from, if they are.
    """

    actor: Annotated[str, Meta(pattern=rf"\A{ACTOR}\Z")]
    role: Annotated[str, Meta(pattern=rf"\A{NAME}\Z")]
    kid: Annotated[str, Meta(pattern=rf"\A{DIGEST}\Z")]
    commands: Annotated[list[Wish], Meta(min_length=1, max_length=16)]
    seen: Seen | None = None
    original: Original | None = None


class DraftShown(msgspec.Struct, frozen=True, kw_only=True):
    """One entry to be signed.

    ``signing_input`` is what the JWS's signature covers, ASCII; where ``chained``, ``prev`` must
    first be set to the digest of the JWS signed just before in the same stream, so ``claims`` are
    given to be encoded again. ``values`` are what the disclosures open to, for the person to see.
    """

    type: str
    stream: str
    seq: int
    chained: bool
    signing_input: str
    claims: msgspec.Raw
    disclosures: list[str]
    values: dict[str, dict[str, Any]]


class Drafts(msgspec.Struct, frozen=True, kw_only=True):
    """The drafts of one submission, in the order in which they are to be signed."""

    drafts: list[DraftShown]


@router.post(
    "/prepare",
    responses=answers(
        Drafts,
        {"drafts": [examples.DRAFT]},
        s403="The key, the post or its scope does not allow the act.",
        s413="The body is too large.",
        s422="A rule refuses it.",
        s429="Asked too often from one place; sign in or wait.",
    ),
    openapi_extra=takes(
        Wishes,
        {
            "actor": examples.PERSON,
            "role": "unit_head",
            "kid": examples.KID,
            "commands": [
                {
                    "command": "case.extend",
                    "jti": examples.JTI,
                    "members": {
                        "stream": examples.CASE,
                        "clock": "handle",
                        "days": 20,
                        "reason": "complex",
                    },
                }
            ],
        },
    ),
)
async def prepared(request: Request, surface: SurfaceDep, who: ViewerDep) -> Response:
    """Judge commands as if submitted now, and return what is to be signed.

    At most 2 MiB; 60 times a minute from one place for those who are not signed in.
    """
    wishes = parse_body(await read_body(request, MOST_BYTES), Wishes)
    if who.actor is None:
        surface.drafts.take(place_of(request))
    drafts = await run_in_threadpool(_prepared, surface.ledger, wishes)
    return json_answer(drafts)


def _prepared(ledger: Ledger, wishes: Wishes) -> Drafts:
    commands = [parse_command(ledger, wish.command, wish.members) for wish in wishes.commands]
    who = Who(actor=wishes.actor, role=wishes.role, kid=wishes.kid)
    jtis = [wish.jti for wish in wishes.commands]
    with ledger.turnstile:
        found: Prepared = prepare(
            ledger, commands, who, jtis=jtis, seen=wishes.seen, original=wishes.original
        )
    return Drafts(drafts=[_shown(draft, wishes.kid) for draft in found.drafts])


def _shown(draft: Unsigned, kid: str) -> DraftShown:
    claims = format_claims(draft.claims)
    return DraftShown(
        type=draft.claims.type,
        stream=draft.claims.stream,
        seq=draft.claims.seq,
        chained=draft.chained,
        signing_input=signing_input(claims, kid).decode("ascii"),
        claims=msgspec.Raw(claims),
        disclosures=[each.text for group in draft.disclosures.values() for each in group],
        values=shown_values(draft),
    )
