"""From a wish to the event that states it: versions from the one before, texts sealed."""

from datetime import date

import msgspec

from ledger.aggregates.disclosure_item import commands as wishes
from ledger.aggregates.disclosure_item import events
from ledger.aggregates.disclosure_item.commands import ItemCommand
from ledger.aggregates.disclosure_item.errors import NotDrafted, TableMalformed
from ledger.aggregates.disclosure_item.events import Amount, ItemEvent
from ledger.aggregates.disclosure_item.judge import judge, settle
from ledger.aggregates.disclosure_item.state import ItemState
from ledger.entry import canonical
from ledger.kernel.act import Proposed
from ledger.kernel.aggregate import Command, Context
from ledger.kernel.event import Group
from ledger.rules.attachments import Voucher, described, parse_file
from ledger.rules.money import parse_yuan
from ledger.rules.texts import sealable
from ledger.rules.time import local_date, occ_date

_SAYS_NO_MORE: dict[type[Command], type[ItemEvent]] = {
    wishes.Challenge: events.Challenged,
    wishes.TakeDown: events.TakenDown,
    wishes.Archive: events.Archived,
}
"""Commands whose event says nothing but that it happened."""

_TABLE = msgspec.json.Decoder(list[list[str]])


def decide(state: ItemState, command: ItemCommand, context: Context) -> tuple[Proposed, ...]:
    """Propose the event of a command.

    Raises:
        BadText, TextBlank, TableMalformed: a text or table is not as it must be.
        LedgerError: what ``judge`` and ``settle`` raise; ``check`` holds the other rules.
    """
    iat = int(context.now.timestamp())
    on = local_date(iat) if command.occ is None else occ_date(command.occ)
    judged = judge(state, _draft(state, command, on), on, iat, context.facts)
    stream = command.stream or f"disclosure_item/{context.new_id()}"
    return (Proposed(stream=stream, event=settle(judged), sealed=_sealed(command)),)


def _draft(state: ItemState, command: ItemCommand, on: date) -> ItemEvent:
    """Return the event as far as the command and the item say it."""
    if isinstance(command, wishes.Draft):
        return events.Drafted(
            unit=command.unit,
            code=command.code,
            period=command.period,
            amounts=_amounts(command.amounts),
        )
    if not state.begun:
        raise NotDrafted(what="disclosure_item")
    return _following(state, command, on)


def _following(state: ItemState, command: ItemCommand, on: date) -> ItemEvent:
    unit, day = state.unit, on.isoformat()
    match command:
        case wishes.RaiseQuery():
            return events.QueryRaised(unit=unit, number=state.queries + 1, due=day)
        case wishes.AnswerQuery():
            return events.QueryAnswered(unit=unit, number=command.number)
        case wishes.Attach():
            return events.Attached(unit=unit, blob=parse_file(command.file).blob)
        case wishes.Revise():
            return _revised(state, command)
        case wishes.Publish():
            return events.Published(
                unit=unit,
                code=state.code,
                period=state.period,
                day=day,
                until=day,
                channel=command.channel,
            )
        case _:
            return _moving(state, command)


def _moving(state: ItemState, command: ItemCommand) -> ItemEvent:
    unit = state.unit
    match command:
        case wishes.Review():
            return events.Reviewed(unit=unit, approves=state.draft)
        case wishes.Approve():
            return events.Approved(unit=unit, approves=state.draft, session=command.session)
        case wishes.Return():
            return events.Returned(unit=unit, reason=command.reason)
        case wishes.Withdraw():
            replaced_by = command.replaced_by
            return events.Withdrawn(unit=unit, reason=command.reason, replaced_by=replaced_by)
        case wishes.DecideChallenge():
            return events.ChallengeDecided(unit=unit, verdict=command.verdict)
        case _:
            return _SAYS_NO_MORE[type(command)](unit=unit)


def _revised(state: ItemState, command: wishes.Revise) -> events.Revised:
    typed = command.amounts
    return events.Revised(
        unit=state.unit,
        code=state.code,
        period=command.period or state.period,
        amounts=state.amounts if typed is None else _amounts(typed),
        reason=command.reason,
    )


def _amounts(texts: tuple[str, ...]) -> tuple[Amount, ...]:
    found = (text.partition("=") for text in sorted(texts))
    return tuple(Amount(of=of, fen=parse_yuan(yuan)) for of, _, yuan in found)


def _sealed(command: ItemCommand) -> tuple[Group, ...]:
    match command:
        case wishes.Draft() | wishes.Revise():
            return (
                events.Content(
                    title=sealable("title", command.title),
                    text=sealable("text", command.text, lines=True),
                    table=_table(command.table),
                ),
            )
        case wishes.RaiseQuery() | wishes.Challenge():
            return (
                events.Question(
                    text=sealable("text", command.text, lines=True),
                    name=sealable("asker", command.asker),
                    contact=sealable("contact", command.contact),
                ),
            )
        case wishes.Attach():
            return (described(Voucher, command.file, command.title),)
        case wishes.AnswerQuery() | wishes.DecideChallenge():
            return (events.Answer(text=sealable("text", command.text, lines=True)),)
        case _:
            return ()


def _table(text: str | None) -> str | None:
    """Return a table as canonical JSON. Raises: TableMalformed, BadText."""
    if text is None:
        return None
    try:
        rows = _TABLE.decode(text)
    except (ValueError, RecursionError):
        raise TableMalformed from None
    if not rows or not rows[0] or {len(row) for row in rows} != {len(rows[0])}:
        raise TableMalformed
    for row in rows:
        for cell in row:
            canonical.require_text(cell, lines=False)
    return canonical.encode(rows).decode()
