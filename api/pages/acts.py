"""Acts on screen: what may be done with something now, a form for any act, what is to be signed.

A form is made from the command's class and filled in by script or without; what it says is judged
and shown before it is signed, by the person's own key on her device, or by the one the server keeps
for her. Nothing typed is lost: a refusal, a change by others, an ended session come back with it.
"""

from collections.abc import Mapping
from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

from api.acting.checking import check
from api.acting.standing import standing
from api.acting.wishes import AGAIN, Wish, changes, form_id, lead, parse_wish, state_of, wanted
from api.caller import Caller, CallerDep
from api.deps import take_upload
from api.errors import NoSuchPage, SignInRequired, for_outsiders, passes, status_of
from api.pages.manner import carry_on
from api.serving.arriving import MAX_BODY
from api.session import verify_form
from api.wording.language import language_of
from ledger.entry.ids import parse_stream
from ledger.errors import ConflictError, LedgerError, MalformedError
from ledger.rules.attachments import MAX_BYTES
from ledger.service.acts.front import Steps
from ledger.service.acts.receipt import Receipt
from ledger.service.attachments.rights import upload_by
from ledger.service.forms.by_proxy import Changed, recorded, signing_by_proxy
from ledger.service.forms.form import form_of
from ledger.service.forms.setting import Setting
from ledger.service.forms.transcribing import (
    SCAN,
    SEVERAL,
    Signer,
    by_nearness,
    from_paper,
    keep_scan,
    may_be_typed,
    signers,
    takes_files,
)
from ledger.service.forms.turns import beginnings

router = APIRouter()
Text = Annotated[str, Query(max_length=300)]
LONGEST: Final = 64_000
"""Characters of one field of a form."""
MAX_FILES: Final = MAX_BODY - (1 << 20)
"""Bytes of the files of one form: the rest is what was typed."""


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """What a form asks of a paper original: who may have signed, whether its scan is kept here.

    Those of the unit it is about and of the units above it come before all ``others``.
    """

    near: list[Signer]
    others: list[Signer]
    chosen: frozenset[str]
    files: bool


@router.get("/acts", include_in_schema=False)
def desk(caller: CallerDep, stream: Text) -> Response:
    """What may be done with something now, and what one must know to do it."""
    name = "/".join(parse_stream(stream))
    return caller.show("desk.html", standing(caller.ledger, caller.actor, name))


@router.get("/acts/new", include_in_schema=False)
def form(caller: CallerDep, command: Text = "", stream: Text = "", role: Text = "") -> Response:
    """The form of an act: first what it is about, choice by choice, then its fields.

    From paper and of no act yet: the acts a paper may be of.
    """
    given = {name: value[:300] for name, value in caller.request.query_params.items()}
    if not command and from_paper(given):
        ledger, found = caller.ledger, beginnings(caller.ledger, caller.actor)
        begins = [each for each in found if may_be_typed(ledger, each)]
        return caller.show("begin.html", {"begins": begins})
    if not command:  # the way back of a page that was sent, not fetched
        return RedirectResponse("/me", status_code=303)
    wish = Wish(
        command=command,
        stream=stream or None,
        role=role or None,
        jti=form_id(caller.ledger.clock.now_ms()),
        typed=given,
    )
    return _form(caller, wish, fresh=True)


def _form(
    caller: Caller, wish: Wish, error: LedgerError | None = None, *, fresh: bool = False
) -> Response:
    if wish.command not in caller.ledger.registry.commands:
        raise NoSuchPage
    if error is not None:
        error = for_outsiders(error, language_of(caller.request))
    setting, asked, chosen = lead(caller.ledger, caller.actor, wish)
    about = {
        "wish": wish,
        "command": wish.command,
        "chosen": chosen,
        "state": state_of(caller.ledger, wish),
    }
    if asked is not None:
        return caller.show("choose.html", {**about, "asked": asked})
    led = {name for name, _ in chosen}
    data = {
        **about,
        "fresh": fresh,
        "largest_file": MAX_BYTES,
        "largest_together": MAX_FILES,
        "made": {name: choice.value for name, choice in chosen},
        "fields": [field for field in form_of(setting) if field.name not in led],
        "brought": caller.ledger.registry.commands[wish.command][1].brought,
        "paper": _paper(setting, wish),
        "may_be_typed": may_be_typed(caller.ledger, wish.command),
        "error": error,
        "passes": error is not None and passes(status_of(error)),
        "wrong": str(error.facts.get("member", "")).partition("[")[0] if error else "",
        "seq": wish.seq if wish.seq is not None else setting.version,
    }
    return caller.show("act.html", data, status=200 if error is None else status_of(error))


def _paper(setting: Setting, wish: Wish) -> Paper | None:
    """Return what a form asks of the paper it is filled in from, None for one that is of none."""
    if not (from_paper(wish.typed) and may_be_typed(setting.ledger, wish.command)):
        return None
    near, others = by_nearness(setting, signers(setting.ledger, setting.actor))
    return Paper(
        near=near,
        others=others,
        chosen=frozenset(wish.typed.get(SEVERAL, "").split()),
        files=takes_files(setting.ledger, wish.command),
    )


@router.post("/acts/new", include_in_schema=False)
async def sent(caller: CallerDep) -> Response:
    """A form as filled in: back to its fields, on to what is to be signed, or signed."""
    async with caller.request.form(max_fields=300, max_part_size=4 * LONGEST) as fields:
        return await _answered(caller, fields)


async def _answered(caller: Caller, fields: FormData) -> Response:
    typed = {name: text[:LONGEST] for name, text in fields.multi_items() if isinstance(text, str)}
    for name in typed:  # boxes ticked in a list
        several = [text for text in fields.getlist(name) if isinstance(text, str)]
        if len(several) > 1 and name.startswith("f."):
            typed[name] = "\n".join(several)[:LONGEST]
    if files := _files_in(fields):
        typed[AGAIN] = " ".join(files)
    if caller.who.actor is None and "csrf" in typed:
        return await run_in_threadpool(
            carry_on, caller.request, caller.surface, caller.who, "/acts/new", typed
        )
    wish = parse_wish(typed, caller.ledger.clock.now_ms())
    if wish.command not in caller.ledger.registry.commands:
        raise NoSuchPage
    try:
        verify_form(caller.request, typed)
        if caller.who.actor is None:
            raise SignInRequired
        wish, refusal = await _with_files(caller, wish, files)
        if refusal is not None:
            raise refusal
        if typed.get("step") == "sign":
            return await _signed(caller, wish)
        shown = _form if typed.get("step") == "edit" else _checked
        return await run_in_threadpool(shown, caller, wish)
    except LedgerError as error:
        if caller.who.actor is None:
            raise
        return await run_in_threadpool(_refused, caller, wish, error)


def _files_in(fields: FormData) -> dict[str, UploadFile]:
    """Return the files sent along, by the names of their fields."""
    return {
        name.removeprefix("f."): sent
        for name, sent in fields.multi_items()
        if isinstance(sent, UploadFile) and sent.filename
    }


async def _with_files(
    caller: Caller, wish: Wish, files: Mapping[str, UploadFile]
) -> tuple[Wish, LedgerError | None]:
    """Return the wish with each file kept and named as its command takes it; why one was not."""
    refusal = None
    for field, sent in files.items():
        try:
            data = await sent.read()
            take_upload(caller.surface, caller.actor, len(data))
            kept = await run_in_threadpool(_kept, caller, wish, field, data, sent.content_type)
        except MalformedError as error:  # this file is none, and the others are as good as before
            refusal = type(error)(**{**error.facts, "member": field})
        else:
            wish = msgspec.structs.replace(
                wish, typed={**wish.typed, field: kept}, again=wish.again - {field}
            )
    return wish, refusal


def _kept(caller: Caller, wish: Wish, field: str, data: bytes, said: str | None) -> str:
    if field == SCAN:
        setting = Setting(
            caller.ledger, wish.command, caller.actor, stream=wish.stream, given=wish.typed
        )
        return keep_scan(setting, wish.jti, data=data, said=said)
    return upload_by(caller.ledger, caller.actor, wish.stream or "", data, said).text


def _refused(caller: Caller, wish: Wish, error: LedgerError) -> Response:
    if recorded(caller.ledger, wish.jti):
        return _receipt(wish)  # sent twice: it is one entry
    if isinstance(error, ConflictError) and wish.stream and not wish.again:
        try:
            return _checked(caller, wish)
        except LedgerError as now:
            return _form(caller, wish, now)
    return _form(caller, wish, error)


def _checked(caller: Caller, wish: Wish) -> Response:
    """Show what is to be signed, and what others did since the form was shown."""
    if recorded(caller.ledger, wish.jti):
        return _receipt(wish)
    found = check(caller.ledger, caller.actor, wish)
    moved = changes(caller.ledger, wish)
    state = state_of(caller.ledger, wish)
    data = {"wish": wish, "state": state, "command": wish.command, "found": found, "moved": moved}
    return caller.show("sign.html", data, status=409 if moved.acts else 200)


async def _signed(caller: Caller, wish: Wish) -> Response:
    """Sign with the key the server keeps for her, if nothing moved since she looked."""
    steps = await run_in_threadpool(_steps, caller, wish)
    if steps is not None:
        await caller.surface.front.finish(steps)
    return _receipt(wish)


def _steps(caller: Caller, wish: Wish) -> Steps[Receipt] | None:
    if recorded(caller.ledger, wish.jti):
        return None
    if moved := changes(caller.ledger, wish).acts:
        raise Changed(count=len(moved))
    found = check(caller.ledger, caller.actor, wish)
    commands = wanted(caller.ledger, caller.actor, wish)
    return signing_by_proxy(caller.ledger, commands, found.who, wish.jti, found.original)


def _receipt(wish: Wish) -> Response:
    return RedirectResponse(f"/receipts/{wish.jti}", status_code=303)
