"""From a wish to the event that states it: texts checked and sealed, the rest from the packs.

A command's members of the same name become the event's public members; its texts become the groups
the event's type seals.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest
from typing import Any

from ledger.aggregates.case import commands as wishes
from ledger.aggregates.case.commands import Receive, Wish
from ledger.aggregates.case.errors import NotReceived, TextMissing
from ledger.aggregates.case.events import (
    Answer,
    CaseEvent,
    Comment,
    Matter,
    Note,
    Reporter,
)
from ledger.aggregates.case.evolve import evolve
from ledger.aggregates.case.form import verify_form
from ledger.aggregates.case.judge import judge
from ledger.aggregates.case.mediation.commands import HoldMediation
from ledger.aggregates.case.mediation.events import Party, Record, Terms
from ledger.aggregates.case.settle import settle
from ledger.aggregates.case.state import CaseState
from ledger.aggregates.case.steering.commands import Merge, SplitUp
from ledger.aggregates.case.steering.events import Split, SplitOff
from ledger.aggregates.case.steering.links import link_tag
from ledger.entry.canonical import require_text
from ledger.kernel.act import Act, Proposed
from ledger.kernel.aggregate import Context
from ledger.kernel.event import SPECS, Group
from ledger.rules.accounts import Credit, minute_of
from ledger.rules.attachments import Attachment, described, parse_file
from ledger.rules.kinds.case import CaseKind
from ledger.rules.time import local_date, occ_date


def decide(state: CaseState, command: Wish, context: Context) -> tuple[Proposed, ...]:
    """Propose the event of a command; of a split also the parts, each received and split off.

    Raises:
        BadText, TextMissing, BadClaims: a text or time cannot be sealed as typed.
        FormNotObject, FormFieldUnknown, FormFieldMissing, FormFieldInvalid: the form's shape.
        LedgerError: what ``judge`` and ``settle`` raise; ``check`` holds the other rules.
    """
    if not (isinstance(command, Receive) or state.begun):
        raise NotReceived(what="case")
    stream = command.stream or f"case/{context.new_id()}"
    desk = _Desk(command=command, context=context)
    if isinstance(command, SplitUp):
        return _split(desk, state, stream, command)
    return (desk.propose(state, stream, _draft(state, command)),)


@dataclass(frozen=True, kw_only=True)
class _Desk:
    """Where the events of one command are drafted."""

    command: Wish
    context: Context

    def propose(self, state: CaseState, stream: str, event: CaseEvent) -> Proposed:
        """Return an event as the packs settle it, with the command's texts sealed."""
        context, iat = self.context, int(self.context.now.timestamp())
        judged = judge(
            state, event, context.who, stream=stream, on=self.day, iat=iat, facts=context.facts
        )
        seals = SPECS[type(event)].seals
        sealed = tuple(_SEAL[group](self.command, judged.kind) for group in seals)
        return Proposed(stream=stream, event=settle(judged), sealed=sealed)

    def act(self, proposed: Proposed) -> Act:
        """Return a proposal as the act that later ones of the same command follow."""
        who, now = self.context.who, self.context.now
        return Act(
            stream=proposed.stream,
            seq=1,
            type=SPECS[type(proposed.event)].name,
            jti="",
            actor=who.actor,
            role=who.role,
            kid=who.kid,
            occ=self.command.occ or now.isoformat(timespec="seconds"),
            iat=int(now.timestamp()),
            event=proposed.event,
        )

    @property
    def day(self) -> date:
        """The local day the command is about."""
        occ = self.command.occ
        return local_date(int(self.context.now.timestamp())) if occ is None else occ_date(occ)


def _split(desk: _Desk, state: CaseState, stream: str, command: SplitUp) -> tuple[Proposed, ...]:
    parts = tuple(f"case/{desk.context.new_id()}" for _ in command.texts)
    drafted = Split(unit=state.unit, state="", into=parts, kind=state.kind)
    split = desk.propose(state, stream, drafted)
    tag, facts = link_tag(stream), desk.context.facts
    known = facts.with_more({tag: facts.found[tag].plus(desk.act(split))})
    proposed = [split]
    told = zip_longest(command.texts, command.titles[: len(parts)], command.forms[: len(parts)])
    for part, (text, title, form) in zip(parts, told, strict=True):
        receive = Receive(
            unit=state.unit,
            kind=state.kind,
            channel=command.channel,
            category=command.category,
            text=text,
            title=title,
            form=form,
            occ=command.occ,
        )
        mine = _Desk(command=receive, context=replace(desk.context, facts=known))
        received = mine.propose(CaseState(), part, _draft(CaseState(), receive))
        begun = evolve(CaseState(), mine.act(received))
        off = SplitOff(unit=state.unit, state="", case=stream)
        proposed += [received, mine.propose(begun, part, off)]
    return tuple(proposed)


def _draft(state: CaseState, command: Wish) -> CaseEvent:
    cls = command.leads_to
    typed = {
        name: getattr(command, name)
        for name in cls.__struct_fields__
        if name in command.__struct_fields__
    }
    match command:
        case wishes.Confirm():
            typed["credits"] = _credits(state, command)
        case wishes.Attach():
            typed["blob"] = parse_file(command.file).blob
        case Merge():
            typed["kind"] = state.kind
        case HoldMediation():
            typed["number"] = 1
        case _:
            pass
    # The state, and what follows from the record, is written by ``settle``.
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
    # The texts of a split are those of its parts.
    name = "note" if isinstance(command, SplitUp) else "text"
    return Note(text=_text(name, getattr(command, name)))


def _party(command: Any, _: CaseKind) -> Party:
    return Party(
        name=_text("party_name", command.party_name, lines=False),
        contact=_text("party_contact", command.party_contact, lines=False),
        address=_text("party_address", command.party_address, lines=False),
        id_no=_text("party_id_no", command.party_id_no, lines=False),
    )


def _record(command: Any, _: CaseKind) -> Record:
    return Record(text=_text("text", command.text))


def _terms(command: Any, _: CaseKind) -> Terms:
    return Terms(
        text=_text("terms", getattr(command, "terms", None)),
        document=getattr(command, "document", None),
    )


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
    Party: _party,
    Record: _record,
    Terms: _terms,
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
