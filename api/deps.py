"""What routes are given: the opened ledger and its surroundings, the reader, a point of history."""

import asyncio
import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, Path, Query
from pydantic import BeforeValidator, StringConstraints
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from api.errors import AddressTooLong, BadRequest
from api.rights import NOBODY, RIGHTS, Viewer, verify_right
from api.serving.metrics import Metrics
from api.serving.news import News
from api.session import SESSION, Tries, verify_same_site
from api.showing.rendering import Pages
from api.wording.language import language_of
from ledger.kernel.act import AsOf
from ledger.service.acts.front import Front
from ledger.service.directory import posts_held
from ledger.service.enrolments import Enrolments
from ledger.service.ledger import Ledger
from ledger.service.reading.moments import moment_of
from ledger.service.sign_in import Accounts
from ledger.store.views.store import ProjectionBehind

LARGEST: Final = 2**53 - 1
WAIT_SECONDS: Final = 2.0
_LOOK_SECONDS: Final = 0.02


@dataclass(frozen=True, kw_only=True)
class Surface:
    """Everything a request may use; made by ``api.app``, one per process.

    ``stamp`` changes with the program and its assets, so that no answer outlives either.
    """

    ledger: Ledger
    front: Front
    news: News
    metrics: Metrics
    accounts: Accounts
    enrolments: Enrolments
    tries: Tries
    packages: Tries
    drafts: Tries
    uploads: Tries
    pages: Pages
    stamp: str


MEBIBYTE: Final = 1 << 20


def take_upload(surface: Surface, actor: str, size: int) -> None:
    """Count a file of ``size`` bytes against its sender's share. Raises: TooManyTries."""
    surface.uploads.take(actor, -(-size // MEBIBYTE) or 1)


async def surface(request: Request) -> Surface:
    """Return the surface of the running application."""
    found: Surface = request.app.state.surface
    return found


async def viewer(request: Request) -> Viewer:
    """Return who asks, with the roles of the posts she holds today."""
    token = request.cookies.get(SESSION)
    if not token:
        return NOBODY
    return await run_in_threadpool(_viewer, await surface(request), token)


def _viewer(surface: Surface, token: str) -> Viewer:
    actor = surface.accounts.actor_of(token)
    if actor is None:
        return NOBODY
    roles = frozenset(post.role for post in posts_held(surface.ledger, actor))
    return Viewer(actor=actor, roles=roles)


LONGEST_QUERY: Final = 4_000
"""Bytes of what an address asks; a page's links each say it again, and there may be hundreds."""


async def authorise(request: Request, who: Annotated[Viewer, Depends(viewer)]) -> None:
    """Hold every route to the rights table, and its address to a length.

    Raises: AddressTooLong, CrossSite, SignInRequired, NotYourRight.
    """
    if len(request.scope["query_string"]) > LONGEST_QUERY:
        raise AddressTooLong(most=LONGEST_QUERY)
    verify_same_site(request)
    method = "GET" if request.method == "HEAD" else request.method
    verify_right(RIGHTS[method, request.scope["route"].path], who)


def _decimal(value: Any) -> Any:
    # SPEC: decimals are 0|[1-9][0-9]*; int() would take "+42", "4_2" and other scripts' digits.
    if not isinstance(value, str) or not value.isascii() or not value.isdecimal():
        raise ValueError("a decimal number is expected")
    if len(value) > 16 or (value[0] == "0" and value != "0"):
        raise ValueError("a decimal number is expected")
    return int(value)


Decimal = BeforeValidator(_decimal)
Filled = BeforeValidator(lambda value: value or None)
"""A form sends every field, those left empty too: they are as if not given."""
SurfaceDep = Annotated[Surface, Depends(surface)]
LanguageDep = Annotated[str, Depends(language_of)]
ViewerDep = Annotated[Viewer, Depends(viewer)]
Index = Annotated[
    int, Decimal, Path(ge=0, le=LARGEST, description="Log index, from 0.", examples=[28])
]
AsOfText = Annotated[
    Annotated[str, StringConstraints(max_length=40)] | None,
    Filled,
    Query(
        alias="as_of",
        description="A point of history: a size, a day (its end), a time, or a size and "
        "the day it is judged on; else now.",
        examples=["308", "2026-03-20", "2026-03-20 09:30", "308@2026-03-20"],
    ),
]
Limit = Annotated[int, Decimal, Query(ge=1, le=200, description="At most so many.", examples=[50])]
CursorText = Annotated[
    Annotated[str, StringConstraints(max_length=1000)] | None,
    Filled,
    Query(alias="cursor", description="Where to go on; from ``next``.", examples=["eyJvZiI6In…"]),
]


async def min_size(
    surface: SurfaceDep,
    size: Annotated[
        int | None,
        Decimal,
        Query(
            alias="min_size",
            ge=0,
            le=LARGEST,
            description="Wait up to 2 s until what is shown covers so many entries; else 503.",
            examples=[344],
        ),
    ] = None,
) -> int:
    """Wait for the views to cover the size asked for: whoever just wrote sees what she wrote.

    Raises: ProjectionBehind after 2 s.
    """
    if size is None:
        return 0
    until = time.monotonic() + WAIT_SECONDS
    while (found := shown_size(surface.ledger)) < size:
        if time.monotonic() >= until:
            raise ProjectionBehind(view="-", position=found, size=size)
        await asyncio.sleep(_LOOK_SECONDS)
    return size


MinSize = Annotated[int, Depends(min_size)]


def shown_size(ledger: Ledger, views: Collection[str] | None = None) -> int:
    """Return a size that all of ``views`` (default: every view) have read.

    As the follower of this process last saw it: another process may have brought a view further,
    never back. A view it has not looked at yet is asked.
    """
    seen = {status.view: status.position for status in ledger.follower.status()}
    stores = [ledger.views[name] for name in (ledger.views if views is None else views)]
    return min((seen.get(store.label) or store.position() for store in stores), default=0)


def point_of(ledger: Ledger, text: str | None, views: Collection[str] | None = None) -> AsOf:
    """Return the point of history ``text`` means; now is as far as the views have come.

    Facts and states are as far by then: a view may have been brought on by another process.

    Raises: BadMoment, of what is neither a size nor a time; BadRequest of a time before the log's.
    """
    if text is None:
        point = AsOf(size=shown_size(ledger, views), at=ledger.clock.now_ms())
        ledger.known.reach(point.size)
        return point
    try:
        return moment_of(ledger, text)
    except OverflowError:
        raise BadRequest(where="as_of", why="out of range") from None


def begun_point(ledger: Ledger, text: str | None) -> AsOf:
    """Return the point ``text`` means, as ``point_of``, for what tells what is missing or changed.

    Raises: ProjectionBehind while a view that is made anew has read nothing: of what was never
        read, "nothing changed, nothing is missing" would be untrue.
    """
    point = point_of(ledger, text)
    if text is None and point.size == 0 < (size := ledger.recorder.head().size):
        last = min(ledger.views.values(), key=lambda store: store.position())
        raise ProjectionBehind(view=last.label, position=last.position(), size=size)
    return point
