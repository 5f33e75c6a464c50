"""One's own key: made on the device, enrolled with a one-time code; the registrar's side of it."""

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.caller import Caller, CallerDep
from api.errors import status_of
from api.session import verify_form
from ledger.errors import LedgerError
from ledger.rules.keys import key_of, key_tag
from ledger.service.directory import facts, posts_held
from ledger.service.enrolments import Enrolment, EnrolmentUsed
from ledger.service.forms.by_proxy import proxy_of
from ledger.service.forms.holding import keys_of

router = APIRouter()


@router.get("/me/key", include_in_schema=False)
def own(caller: CallerDep) -> Response:
    """My keys: those enrolled, and the one on this device."""
    held = keys_of(caller.ledger, caller.actor)
    data = {
        "keys": [(key.kid, key.custody or "founder") for key in held],
        "proxy": proxy_of(caller.ledger, caller.actor),
    }
    return caller.show("key.html", data)


@router.get("/enrol", include_in_schema=False)
def enrol(caller: CallerDep) -> Response:
    """Where a registrar enters the code of somebody's new key."""
    return _page(caller)


@router.post("/enrol", include_in_schema=False)
async def entered(caller: CallerDep) -> Response:
    """The key a code stands for, to be compared and enrolled."""
    form = await caller.request.form()
    code = str(form.get("code", ""))[:40]
    try:
        verify_form(caller.request, form)
        caller.surface.tries.take(f"enrol {caller.actor}")
        found = await run_in_threadpool(_waiting, caller, code)
    except LedgerError as error:
        return await run_in_threadpool(_page, caller, code=code, error=error)
    return await run_in_threadpool(_page, caller, code=code, found=found)


def _waiting(caller: Caller, code: str) -> Enrolment:
    """Return the request a code stands for. Raises: EnrolmentUsed; as ``Enrolments.find``."""
    found = caller.surface.enrolments.find(code)
    if key_of(facts(caller.ledger, key_tag(found.kid)), found.kid) is not None:
        raise EnrolmentUsed(kid=found.kid)
    return found


def _page(
    caller: Caller,
    *,
    code: str = "",
    found: Enrolment | None = None,
    error: LedgerError | None = None,
) -> Response:
    posts = posts_held(caller.ledger, found.actor) if found else ()
    data = {
        "code": code,
        "found": found,
        "posts": [(post.role, post.unit) for post in posts],
        "error": error and {"zh": error.text("zh"), "en": error.text("en")},
    }
    return caller.show("enrol.html", data, status=200 if error is None else status_of(error))
