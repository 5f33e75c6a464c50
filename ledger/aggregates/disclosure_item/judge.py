"""What an act on an item meets and leads to: procedure in force, days, signatures needed.

``decide`` writes what ``settle`` says into the event, ``check`` compares; so both are one rule.
"""

from dataclasses import dataclass
from datetime import date
from typing import cast

from msgspec.structs import replace

from ledger.aggregates.disclosure_item import errors
from ledger.aggregates.disclosure_item.events import (
    AnyItemEvent,
    Approved,
    Archived,
    Attached,
    Challenged,
    ChallengeDecided,
    Drafted,
    ItemEvent,
    Published,
    QueryAnswered,
    QueryRaised,
    Returned,
    Reviewed,
    Revised,
    TakenDown,
    Version,
    Withdrawn,
)
from ledger.aggregates.disclosure_item.state import ItemState
from ledger.kernel.event import Basis
from ledger.kernel.facts import Facts
from ledger.rules.calendars import due_date
from ledger.rules.kinds.disclosure import Procedure
from ledger.rules.packs.book import Book, book_in_force
from ledger.rules.packs.sections import catalogues, disclosures
from ledger.rules.packs.sections.catalogues import CatalogueItem
from ledger.rules.periods import Kind

OPEN = ("drafted", "reviewed", "returned", "approved", "published", "taken_down")
SHOWN = ("published", "taken_down")
FOLLOWS: dict[type[ItemEvent], tuple[str, ...]] = {
    Drafted: ("",),
    Revised: OPEN,
    Reviewed: ("drafted", "reviewed"),
    Returned: ("drafted", "reviewed", "approved"),
    Approved: ("reviewed",),
    TakenDown: ("published",),
    QueryRaised: SHOWN,
    QueryAnswered: (*OPEN, "withdrawn"),
    Challenged: SHOWN,
    ChallengeDecided: (*OPEN, "withdrawn"),
    Withdrawn: OPEN,
    Archived: ("taken_down", "withdrawn"),
    Attached: (*OPEN, "withdrawn", "archived"),
}
"""Where an item must stand for an act; for a posting its procedure says."""

DOES: dict[type[ItemEvent], tuple[str, ...]] = {
    Drafted: ("drafters",),
    Revised: ("drafters",),
    Reviewed: ("reviewers",),
    Returned: ("reviewers", "approvers"),
    Approved: ("approvers",),
    Published: ("publishers",),
    TakenDown: ("publishers",),
    QueryRaised: ("receivers",),
    QueryAnswered: ("publishers",),
    Challenged: ("receivers",),
    ChallengeDecided: ("deciders",),
    Withdrawn: ("publishers",),
    Archived: ("publishers",),
    Attached: ("drafters", "reviewers", "publishers"),
}
"""The members of a procedure that list whose act it is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """An event for an item, what the packs in force make of it, the day it occurred."""

    state: ItemState
    event: AnyItemEvent
    on: date
    book: Book
    item: CatalogueItem
    procedure: Procedure
    basis: Basis

    @property
    def period(self) -> Kind:
        """The kind of period such an item covers."""
        return self.item.period or "day"

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles whose act this is."""
        return tuple(
            role for each in DOES[type(self.event)] for role in getattr(self.procedure, each)
        )

    @property
    def cite(self) -> dict[str, str]:
        """The arrangement a refusal rests on, as facts of an error."""
        return {"rule": self.basis.rule, "article": self.basis.pack}


def judge(state: ItemState, event: ItemEvent, on: date, iat: int, facts: Facts) -> Judged:
    """Return what an event meets.

    Raises:
        AlreadyDrafted, NotDrafted: there is such an item, or none.
        NoPackAdopted, UnknownCatalogueItem, PackInvalid: nothing arranges it here and now.
        NotDisclosed: the catalogue does not say how it is disclosed.
        NotPossible: the act does not follow.
    """
    if isinstance(event, Drafted) and state.begun:
        raise errors.AlreadyDrafted
    if not (state.begun or isinstance(event, Drafted)):
        raise errors.NotDrafted(what="disclosure_item")
    code = state.code or (event.code if isinstance(event, Version) else "")
    book = book_in_force(facts, event.unit, iat)
    item = book.item(catalogues.section, code)
    if item.procedure is None:
        raise errors.NotDisclosed(code=code, rule=f"catalogue.{code}", article=book.ref)
    judged = Judged(
        state=state,
        event=cast(AnyItemEvent, event),
        on=on,
        book=book,
        item=item,
        procedure=book.item(disclosures.section, item.procedure),
        basis=book.basis(catalogues.section, code),
    )
    follows = FOLLOWS.get(type(event)) or (judged.procedure.ready,)
    if state.standing not in follows:
        raise errors.NotPossible(**_standings(book, state.standing, follows), **judged.cite)
    return judged


def settle(judged: Judged) -> ItemEvent:
    """Return the event with the days, marks and basis the packs in force give it.

    Raises:
        NoPosting: no law sets how long it is posted.
        UnknownRule, NoRuleInForce, TermOutOfRange: no term to answer in.
    """
    event, state, own = judged.event, judged.state, (judged.basis,)
    match event:
        case Reviewed():
            complete = len(state.reviewers) + 1 >= judged.procedure.reviews
            return replace(event, complete=complete, basis=own)
        case Published():
            until, cited = _posted(judged)
            return replace(event, until=until.isoformat(), basis=(*own, cited))
        case TakenDown():
            early = state.until is not None and judged.on <= state.until
            return replace(event, early=early, basis=own)
        case QueryRaised():
            due, cited = _answered_by(judged)
            number = state.queries + 1
            return replace(event, number=number, due=due.isoformat(), basis=(*own, cited))
        case _:
            return replace(event, basis=own)


def _posted(judged: Judged) -> tuple[date, Basis]:
    posting = judged.item.rule or ""
    rule = judged.book.find_rule(posting, judged.on)
    if rule is None or rule.posting is None:
        raise errors.NoPosting(posting=posting, day=judged.on.isoformat(), **judged.cite)
    return rule.posting.until(judged.on), judged.book.rule_basis(rule.id)


def _answered_by(judged: Judged) -> tuple[date, Basis]:
    rule = judged.book.rule(judged.procedure.answer, judged.on)
    assert rule.term is not None, "the section holds every generation to it"
    found = due_date(judged.on, rule.term.value, rule.term.unit, judged.book.holidays)
    return found.day, judged.book.rule_basis(rule.id)


def _standings(book: Book, standing: str, follows: tuple[str, ...]) -> dict[str, str]:
    needed = [each for each in follows if each]

    def words(lang: str) -> list[str]:
        return [book.word("item_standing", each, lang) for each in needed]

    return {
        "standing_zh": book.word("item_standing", standing, "zh") or "新",
        "standing_en": book.word("item_standing", standing, "en") or "new",
        "needs_zh": "、".join(words("zh")) or "新起草",
        "needs_en": " or ".join(words("en")) or "new",
    }
