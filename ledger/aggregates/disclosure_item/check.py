"""Every rule of a disclosure item's acts; the same in prepare, submit, import and audit."""

from collections.abc import Iterator
from typing import cast

from ledger.aggregates.disclosure_item import errors
from ledger.aggregates.disclosure_item.commands import Draft
from ledger.aggregates.disclosure_item.events import (
    REASONED,
    SIGNED,
    Approved,
    Attached,
    Challenged,
    ChallengeDecided,
    ItemEvent,
    Published,
    QueryAnswered,
    Reviewed,
    TakenDown,
    Version,
    Withdrawn,
)
from ledger.aggregates.disclosure_item.judge import Judged, judge, settle
from ledger.aggregates.disclosure_item.state import ItemState
from ledger.kernel.act import Act, Tag
from ledger.kernel.aggregate import Command
from ledger.kernel.event import Event
from ledger.kernel.facts import Facts
from ledger.rules import attachments, references
from ledger.rules.authority import RoleNotAllowed, require_unit
from ledger.rules.members import reckoned_otherwise, stray_member, unlisted_code
from ledger.rules.money import format_yuan
from ledger.rules.packs.book import asks_book
from ledger.rules.periods import containing, parse_period
from ledger.rules.time import occ_date


def asks(state: ItemState, what: Command | Act, facts: Facts) -> Iterator[Tag]:
    """Yield the tags of the packs in force for the item's unit."""
    named = what.event if isinstance(what, Act) else what
    unit = named.unit if isinstance(named, ItemEvent | Draft) else state.unit
    if unit:
        yield from asks_book(unit, facts)
    if isinstance(what, Act):
        yield from references.asks(_named(what.event), unit, facts)
        yield from attachments.tags(what)


def tags(act: Act) -> Iterator[Tag]:
    """Yield the tags by which others find the item, and that of a file."""
    yield from references.tags(act)
    yield from attachments.tags(act)


def _named(event: Event) -> str | None:
    match event:
        case Approved():
            return event.session
        case Withdrawn():
            return event.replaced_by
        case _:
            return None


def restate(state: ItemState, act: Act, facts: Facts) -> ItemEvent:
    """Return the event with the days, marks and basis that the packs in these facts give it.

    Raises:
        LedgerError: what ``judge`` and ``settle`` raise.
    """
    event = cast(ItemEvent, act.event)
    return settle(judge(state, event, occ_date(act.occ), act.iat, facts))


def check(state: ItemState, act: Act, facts: Facts) -> None:
    """Hold every rule of disclosure items to an act.

    Raises:
        NotFound, ConflictError: no such item, kind or pack; drafted twice.
        NotAuthorised: not in this role, or another unit's item.
        BadDate, BadPeriod: no such day or period.
        RuleViolation: what it says is not as the packs in force have it, or not as it names.
    """
    event = cast(ItemEvent, act.event)
    if state.begun:
        require_unit(act, state.unit)
    judged = judge(state, event, occ_date(act.occ), act.iat, facts)
    if act.role not in judged.roles:
        raise RoleNotAllowed(role=act.role, roles=" / ".join(judged.roles) or "-", **judged.cite)
    _verify_members(judged)
    _verify_person(judged, act.actor)
    _verify_order(judged)
    if isinstance(event, Version):
        _verify_version(judged, event)
    if isinstance(event, Published):
        _verify_posting(judged, event)
    if isinstance(event, Attached):
        attachments.verify_new(event.blob, facts)
    references.verify(_named(event), act, facts, met=isinstance(event, Approved))
    _verify_settled(judged)


def _verify_members(judged: Judged) -> None:
    event, procedure = judged.event, judged.procedure
    reasoned, signs = isinstance(event, REASONED), isinstance(event, SIGNED)
    if (stray := stray_member(event, reasoned=reasoned, approving=signs)) is not None:
        raise errors.MemberNotAllowed(**stray, **judged.cite)
    if reasoned and event.reason is None:
        raise errors.ReasonMissing(allowed=", ".join(procedure.reasons), **judged.cite)
    _verify_listed(judged, "reason", event.reason, procedure.reasons)
    if signs and event.approves != judged.state.draft:
        raise errors.OtherVersion(**judged.cite)


def _verify_listed(
    judged: Judged, member: str, value: str | None, allowed: tuple[str, ...]
) -> None:
    if (code := unlisted_code((member, value, allowed))) is not None:
        raise errors.CodeNotListed(**code, **judged.cite)


def _verify_person(judged: Judged, actor: str) -> None:
    """Hold separation of duty per natural person (SD2 and SD12)."""
    event, state = judged.event, judged.state
    barred = judged.procedure.barred(state.drafters)
    if isinstance(event, Reviewed | Approved) and actor in barred:
        raise errors.OwnDraft(**judged.cite)
    if isinstance(event, Reviewed) and actor in state.reviewers:
        raise errors.ReviewedBefore(**judged.cite)
    if isinstance(event, ChallengeDecided) and actor in state.hands:
        raise errors.OwnMatter(**judged.cite)


def _verify_order(judged: Judged) -> None:
    event, state = judged.event, judged.state
    if isinstance(event, QueryAnswered) and event.number not in state.open_queries:
        listed = ", ".join(map(str, state.open_queries)) or "-"
        raise errors.QueryNotOpen(number=event.number, open=listed, **judged.cite)
    if isinstance(event, Challenged) and state.contested:
        raise errors.NotContested(
            state_zh="已有异议待裁定", next_zh="请先裁定", state_en="is contested already",
            next_en="Decide that first", **judged.cite,
        )  # fmt: skip
    if isinstance(event, ChallengeDecided) and not state.contested:
        raise errors.NotContested(
            state_zh="没有待裁定的异议", next_zh="请先登记异议", state_en="is not contested",
            next_en="Record a challenge first", **judged.cite,
        )  # fmt: skip
    if isinstance(event, TakenDown) and state.posted is not None and judged.on < state.posted:
        raise errors.OccurredBeforePosted(day=state.posted.isoformat(), **judged.cite)


def _verify_version(judged: Judged, event: Version) -> None:
    procedure = judged.procedure
    if event.code != judged.item.id:
        raise errors.KindStays(kind=judged.item.id, **judged.cite)
    period = parse_period(event.period)
    if period.kind != judged.period:
        raise errors.PeriodOfOtherKind(
            period=event.period,
            kind_of_period=judged.period,
            example=str(containing(judged.period, judged.on)),
            **judged.cite,
        )
    if judged.on < period.first:
        raise errors.PeriodNotBegun(period=event.period, **judged.cite)
    if [amount.of for amount in event.amounts] != sorted(procedure.amounts):
        listed = ", ".join(sorted(procedure.amounts)) or "-"
        raise errors.AmountsDiffer(amounts=listed, **judged.cite)
    if procedure.balanced:
        fen = {amount.of: amount.fen for amount in event.amounts}
        closing = fen["opening"] + fen["income"] - fen["expense"]
        if closing != fen["closing"]:
            shown = {"closing": format_yuan(closing), "stated": format_yuan(fen["closing"])}
            raise errors.OutOfBalance(**shown, **judged.cite)


def _verify_posting(judged: Judged, event: Published) -> None:
    state = judged.state
    if event.code != state.code:
        raise errors.KindStays(kind=state.code, **judged.cite)
    if event.period != state.period:
        raise errors.PeriodDiffers(period=state.period, **judged.cite)
    if event.day != judged.on.isoformat():
        day = judged.on.isoformat()
        raise errors.ReckonedOtherwise(member="day", value=day, **judged.cite)
    _verify_listed(judged, "channel", event.channel, judged.procedure.channels)


def _verify_settled(judged: Judged) -> None:
    stated, settled = judged.event, settle(judged)
    if stated.basis != settled.basis:
        basis = ", ".join(f"{one.pack} {one.rule}" for one in settled.basis)
        raise errors.BasisDiffers(basis=basis, **judged.cite)
    if (other := reckoned_otherwise(stated, settled)) is not None:
        raise errors.ReckonedOtherwise(**other, **judged.cite)
