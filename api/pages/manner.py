"""How a reader wants pages (language, large text, contrast, kiosk), and signing in and out."""

import secrets
from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.deps import Surface, SurfaceDep, ViewerDep, point_of
from api.errors import NoSuchPage, SignInRequired, status_of
from api.rights import Viewer
from api.session import SESSION, VISIT, came_from_here, form_word, place_of, set_cookie, verify_form
from api.showing.people import by_role, people
from api.showing.rendering import CONTRAST, KIOSK, LARGE
from api.wording.language import COOKIE, LANGUAGES
from ledger.errors import LedgerError, NotAuthorised

router = APIRouter()
YEAR: Final = 365 * 24 * 3600
CARRIED: Final = "carried."
"""Before the names of what a form held whose session had ended; given back to her who typed it."""
SWITCHES: Final = {"large": LARGE, "contrast": CONTRAST, "kiosk": KIOSK}


@router.get("/manner", include_in_schema=False)
async def manner(
    request: Request,
    surface: SurfaceDep,
    back: Annotated[str, Query(max_length=500)] = "/",
    lang: Annotated[str | None, Query(max_length=5)] = None,
) -> Response:
    """Switch language, large text, contrast or kiosk, and go back.

    ``reset=1`` forgets them; a kiosk left alone asks so, and then a session begun there ends, too,
    unless it was a link elsewhere that led here.
    """
    response = RedirectResponse(_own(back), status_code=303)
    if lang in LANGUAGES:
        response.set_cookie(COOKIE, lang, max_age=YEAR, samesite="lax", path="/")
    for name, cookie in SWITCHES.items():
        if request.query_params.get(name) in {"0", "1"}:
            value = request.query_params[name]
            response.set_cookie(cookie, value, max_age=YEAR, samesite="lax", path="/")
    if request.query_params.get("reset") == "1":
        for cookie in (COOKIE, LARGE, CONTRAST):
            response.delete_cookie(cookie, path="/")
        if request.cookies.get(KIOSK) == "1" and came_from_here(request):
            await _forget(request, surface, response)
    return response


async def _forget(request: Request, surface: Surface, response: Response) -> None:
    """End whatever session was begun at a kiosk: the next reader is somebody else."""
    if token := request.cookies.get(SESSION):
        await run_in_threadpool(surface.accounts.end, token)
    for cookie in (SESSION, VISIT):
        response.delete_cookie(cookie, path="/")


def _own(back: str) -> str:
    """Return an address of this site, the first page where ``back`` is not one."""
    own = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    return back if own else "/"


@router.get("/sign-in", include_in_schema=False)
def sign_in_page(
    request: Request,
    surface: SurfaceDep,
    who: ViewerDep,
    back: Annotated[str, Query(max_length=500)] = "/me",
) -> Response:
    """The form to sign in; in a demonstration also the people to act as."""
    return _form(request, surface, who, back=back)


def _form(
    request: Request,
    surface: Surface,
    who: Viewer,
    *,
    back: str,
    error: LedgerError | None = None,
    name: str = "",
    carried: Mapping[str, str] | None = None,
) -> Response:
    """Show the form; of a session that ended, what was carried over says so, the error need not."""
    visit = None
    if not form_word(request):
        visit = secrets.token_urlsafe(24)
        request.cookies[VISIT] = visit
    said = None if error is None else {"zh": error.text("zh"), "en": error.text("en")}
    data: dict[str, Any] = {
        "back": _own(back), "error": said, "name": name, "people": by_role(people(surface.ledger)),
        "carried": carried or {}, "expired": isinstance(error, SignInRequired),
    }  # fmt: skip
    response = surface.pages.show(
        request,
        "sign-in.html",
        data,
        ledger=surface.ledger,
        who=who,
        point=point_of(surface.ledger, None),
        status=200 if error is None else status_of(error),
    )
    response.headers["Cache-Control"] = "no-store"
    if visit is not None:
        set_cookie(request, response, VISIT, visit)
    return response


@router.post("/sign-in", include_in_schema=False)
async def sign_in(request: Request, surface: SurfaceDep, who: ViewerDep) -> Response:
    """Sign in with an account."""
    form = await request.form()
    verify_form(request, form)
    name, back = str(form.get("name", ""))[:64], str(form.get("back", ""))[:500]
    try:
        surface.tries.take(place_of(request))
        passphrase = str(form.get("passphrase", ""))[:1000]
        token = await run_in_threadpool(surface.accounts.sign_in, name, passphrase)
    except NotAuthorised as error:
        return await run_in_threadpool(
            _form, request, surface, who, back=back, error=error, name=name, carried=_carried(form)
        )
    return await run_in_threadpool(_signed_in, request, surface, token, back, _carried(form))


@router.post("/sign-in/as", include_in_schema=False)
async def act_as(request: Request, surface: SurfaceDep) -> Response:
    """Act as somebody of the demonstration; a real ledger has no such place."""
    if not surface.ledger.home.simulated:
        raise NoSuchPage
    form = await request.form()
    verify_form(request, form)
    actor = str(form.get("actor", ""))
    if actor not in {person.actor for person in await run_in_threadpool(people, surface.ledger)}:
        raise NoSuchPage
    token = await run_in_threadpool(surface.accounts.begin, actor)
    back = str(form.get("back", ""))[:500]
    return await run_in_threadpool(_signed_in, request, surface, token, back, _carried(form))


@router.post("/sign-out", include_in_schema=False)
async def sign_out(request: Request, surface: SurfaceDep) -> Response:
    """End the session."""
    verify_form(request, await request.form())
    if token := request.cookies.get(SESSION):
        await run_in_threadpool(surface.accounts.end, token)
    response = RedirectResponse("/", status_code=303)
    response.delete_cookie(SESSION, path="/")
    return response


def _signed_in(
    request: Request, surface: Surface, token: str, back: str, carried: Mapping[str, str]
) -> Response:
    actor = surface.accounts.actor_of(token)
    response: Response = RedirectResponse(_own(back or "/me"), status_code=303)
    if carried and carried.get("actor") == actor:  # what another typed is not hers to see
        request.cookies[SESSION] = token
        response = surface.pages.show(
            request,
            "go-on.html",
            {"back": _own(back), "carried": carried},
            ledger=surface.ledger,
            who=Viewer(actor=actor),
            point=point_of(surface.ledger, None),
        )
        response.headers["Cache-Control"] = "no-store"
    set_cookie(request, response, SESSION, token)
    return response


def carry_on(
    request: Request, surface: Surface, who: Viewer, back: str, typed: Mapping[str, str]
) -> Response:
    """Return the form to sign in again, which keeps what was typed when the session had ended."""
    kept = {name: text for name, text in typed.items() if name not in {"csrf", "step"}}
    return _form(request, surface, who, back=back, error=SignInRequired(), carried=kept)


def _carried(form: Mapping[str, Any]) -> dict[str, str]:
    return {
        name.removeprefix(CARRIED): str(text)
        for name, text in form.items()
        if name.startswith(CARRIED)
    }
