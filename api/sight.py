"""A page and its twin: what a reader sees, as HTML and as the JSON it was made of.

A place is a function with parameters like any route's that returns a ``Sight``: what the answer
depends on, and a call that makes its data, made only where the reader has no current copy.
``page`` declares both routes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.deps import Surface, SurfaceDep, ViewerDep
from api.remembered import for_anybody
from api.rights import NOBODY, Viewer, twin_of
from api.session import form_word
from api.showing.rendering import manner_of
from api.wire.answers import json_answer
from api.wire.caching import NO_CACHE, NO_STORE, PRIVATE, conditional
from ledger.kernel.act import AsOf
from ledger.service.ledger import today


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What is to be seen: ``data`` makes it, ``depends`` is all it depends on but reader and us."""

    depends: tuple[object, ...]
    data: Callable[[], dict[str, Any]]
    point: AsOf


def page(
    router: APIRouter, path: str, template: str
) -> Callable[[Callable[..., Sight]], Callable[..., Sight]]:
    """Declare a place: ``path`` shows ``template``, its twin the data."""

    def declare(look: Callable[..., Sight]) -> Callable[..., Sight]:
        sight = Annotated[Sight, Depends(look)]

        def as_json(request: Request, seen: sight, surface: SurfaceDep, who: ViewerDep) -> Response:
            parts = (twin_of(path), *seen.depends, *_ours(surface), who)
            return conditional(
                request, parts, lambda: json_answer(seen.data()), keep=_keeping(request, who)
            )

        def as_page(request: Request, seen: sight, surface: SurfaceDep, who: ViewerDep) -> Response:
            # A form of somebody signed in carries a word of her session: that page is nobody
            # else's, and not her own either once she has signed in anew.
            word = "" if who == NOBODY else form_word(request)
            about = (manner_of(request), who, word, request.url)
            day = today(surface.ledger)  # a simulated one is shown
            parts = (path, *seen.depends, *_ours(surface), *about, day)

            def made() -> Response:
                return surface.pages.show(
                    request, template, seen.data(), ledger=surface.ledger, who=who, point=seen.point
                )

            return conditional(request, parts, made, keep=_keeping(request, who))

        for at, endpoint in ((twin_of(path), as_json), (path, as_page)):
            endpoint.__doc__ = look.__doc__
            router.add_api_route(at, endpoint, methods=["GET"], include_in_schema=False)
        return look

    return declare


def _ours(surface: Surface) -> tuple[object, ...]:
    """Return what every page depends on: the program, and which values were erased."""
    return surface.stamp, surface.ledger.keystore.generation


def _keeping(request: Request, who: Viewer) -> str:
    """Return who may keep an answer: by us and others for nobody, by her own browser for her.

    A kiosk is not her own: the next reader would go back to her pages.
    """
    if who != NOBODY:
        return NO_STORE if manner_of(request).kiosk else PRIVATE
    for_anybody(request)
    return NO_CACHE
