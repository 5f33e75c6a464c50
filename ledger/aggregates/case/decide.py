"""From a wish to the event that states it: texts checked and sealed, the rest from the packs.

A command's members of the same name become the event's public members; its texts become the groups
the event's type seals.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from ledger.aggregates.case import commands as wishes
from ledger.aggregates.case import events
from ledger.aggregates.case.commands import Receive
from ledger.aggregates.case.errors import NotReceived, TextMissing
from ledger.aggregates.case.events import Answer, CaseEvent, Comment, Matter, Note, Reporter
from ledger.aggregates.case.form import verify_form
from ledger.aggregates.case.judge import judge, settle
from ledger.aggregates.case.state import CaseState
from ledger.entry.canonical import require_text
from ledger.kernel.act import Proposed
from ledger.kernel.aggregate import Command, Context
from ledger.kernel.event import SPECS, Group
from ledger.rules.accounts import Credit, minute_of
from ledger.rules.attachments import Attachment, described, parse_file
from ledger.rules.kinds import CaseKind
from ledger.rules.time import local_date, occ_date

EVENT_OF: dict[type[Command], type[CaseEvent]] = {
    wishes.Receive: events.Received,
    wishes.Accept: events.Accepted,
    wishes.Refuse: events.Refused,
    wishes.Triage: events.Triaged,
    wishes.Assign: events.Assigned,
    wishes.Object: events.Objected,
    wishes.Reassign: events.Reassigned,
    wishes.NoteProgress: events.ProgressNoted,
    wishes.Extend: events.Extended,
    wishes.Resolve: events.Resolved,
    wishes.Verify: events.Verified,
    wishes.FailVerification: events.VerificationFailed,
    wishes.GiveAnswer: events.Answered,
    wishes.Rate: events.Rated,
    wishes.CallBack: events.CalledBack,
    wishes.Close: events.Closed,
    wishes.Reopen: events.Reopened,
    wishes.Withdraw: events.Withdrawn,
    wishes.Submit: events.Submitted,
    wishes.Issue: events.Issued,
    wishes.Claim: events.Claimed,
    wishes.Release: events.Released,
    wishes.Complete: events.Completed,
    wishes.Confirm: events.Confirmed,
    wishes.Cancel: events.Cancelled,
    wishes.Expire: events.Expired,
    wishes.Attach: events.Attached,
}


def decide(state: CaseState, command: Command, context: Context) -> tuple[Proposed, ...]:
    """Propose the event of a command.

    Raises:
        BadText, TextMissing, BadClaims: a text or time cannot be sealed as typed.
        FormNotObject, FormFieldUnknown, FormFieldMissing, FormFieldInvalid: the form's shape.
        LedgerError: what ``judge`` and ``settle`` raise; ``check`` holds the other rules.
    """
    if not (isinstance(command, Receive) or state.begun):
        raise NotReceived(what="case")
    event = _draft(state, command)
    iat = int(context.now.timestamp())
    judged = judge(state, event, context.who, on=_day(command, iat), iat=iat, facts=context.facts)
    seals = SPECS[type(event)].seals
    sealed = tuple(_SEAL[group](command, judged.kind) for group in seals)
    stream = command.stream or f"case/{context.new_id()}"
    return (Proposed(stream=stream, event=settle(judged), sealed=sealed),)


def _draft(state: CaseState, command: Command) -> CaseEvent:
    cls = EVENT_OF[type(command)]
    typed = {
        name: getattr(command, name)
        for name in cls.__struct_fields__
        if name in command.__struct_fields__
    }
    if isinstance(command, wishes.Confirm):
        typed["credits"] = _credits(state, command)
    if isinstance(command, wishes.Attach):
        typed["blob"] = parse_file(command.file).blob
    # The state is written by ``settle``: no event is proposed without it.
    return cls(**{"unit": state.unit, "state": "", **typed})


def _credits(state: CaseState, command: wishes.Confirm) -> tuple[Credit, ...]:
    accounts = command.accounts or tuple(claim.account for claim in state.claims)
    return tuple(
        Credit(
            account=account,
            purpose=command.purpose,
            day=command.day,
            start=minute_of(command.start),
            minutes=command.minutes,
        )
        for account in sorted(accounts)
    )


def _day(command: Command, iat: int) -> date:
    return local_date(iat) if command.occ is None else occ_date(command.occ)


def _reporter(command: Any, _: CaseKind) -> Reporter:
    return Reporter(
        name=_text("reporter_name", command.reporter_name, lines=False),
        contact=_text("reporter_contact", command.reporter_contact, lines=False),
        address=_text("reporter_address", command.reporter_address, lines=False),
        ref=_text("reporter_ref", command.reporter_ref, lines=False),
    )


def _matter(command: Any, kind: CaseKind) -> Matter:
    return Matter(
        title=_text("title", command.title, lines=False),
        text=_text("text", command.text),
        received_at=_moment(command.received_at),
        place=_text("place", command.place, lines=False),
        form=verify_form(kind, command.form),
    )


def _answer(command: Any, _: CaseKind) -> Answer:
    return Answer(text=_text("text", command.text), answered_at=_moment(command.answered_at))


def _note(command: Any, _: CaseKind) -> Note:
    return Note(text=_text("text", command.text))


def _comment(command: Any, _: CaseKind) -> Comment:
    return Comment(text=_text("text", command.text))


def _attachment(command: Any, _: CaseKind) -> Attachment:
    return described(Attachment, command.file, command.title)


_SEAL: dict[type[Group], Callable[[Any, CaseKind], Group]] = {
    Reporter: _reporter,
    Matter: _matter,
    Answer: _answer,
    Note: _note,
    Comment: _comment,
    Attachment: _attachment,
}


def _text(field: str, value: str | None, *, lines: bool = True) -> str | None:
    if value is None:
        return None
    require_text(value, lines=lines)
    if not value.strip():
        raise TextMissing(field=field)
    return value


def _moment(value: str | None) -> str | None:
    if value is not None:
        occ_date(value)
    return value
