"""Guards of a case's acts: who may not do what she has a hand in, and what must come first.

Separation of duty (docs/separation-of-duty.md) is per natural person, since one may hold several
posts: SD1, who handles, verifies and calls back are three persons; SD5, who handles neither extends
her own term nor lets it stand still; SD4, who claims an order, who issues and who confirms it are
different; SD12, who decided does not decide again once the case is reopened. ``ALWAYS`` holds
whatever a pack says; a pack adds others by name. An import is exempt from those about persons, by a
rule it cites.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from ledger.aggregates.case.errors import (
    AssigneeNotApart,
    AssigneeNotInPost,
    AssignsSelf,
    CalledItBack,
    ClaimantClosed,
    ClaimantElsewhere,
    ClaimedIt,
    ClaimStands,
    ClockNotExtendable,
    ClockNotRunning,
    CreditImpossible,
    CreditsDiffer,
    DecidedFirst,
    ExtensionTooLong,
    HandledIt,
    IssuedIt,
    NotAnswered,
    NotClaimed,
    NotSelfHandled,
    NotTheHandler,
    NotVerified,
    StillClaimed,
    TermIsOver,
    TermRuns,
    VerifiedIt,
)
from ledger.aggregates.case.events import (
    Assigned,
    Claimed,
    Confirmed,
    Extended,
    Reassigned,
    Released,
)
from ledger.aggregates.case.judge import Judged
from ledger.aggregates.case.mediation import guards as mediation
from ledger.aggregates.case.steering import guards as steering
from ledger.aggregates.case.steering.events import Suspended
from ledger.rules.accounts import MINUTES_OF_DAY, Opened, account_of
from ledger.rules.authority import holds
from ledger.rules.clocks import Running
from ledger.rules.law import LawRule
from ledger.rules.packs.sections import accounts
from ledger.rules.persons import IMPORTER
from ledger.rules.time import parse_date

SD1 = {"rule": "SD1", "article": "承办、核查、回访分由不同的人"}
SD4 = {"rule": "SD4", "article": "接单、下单、确认分由不同的人"}
SD5 = {"rule": "SD5", "article": "延期不由承办人批准"}
SD12 = {"rule": "SD12", "article": "重办不由原决定人决定"}


class Guard(NamedTuple):
    """A rule a transition may name; ``personal`` ones do not bind an import."""

    verify: Callable[[Judged], None]
    personal: bool = False


def is_handler(judged: Judged) -> None:
    """Raises: NotTheHandler, unless nobody was yet made to handle it."""
    if judged.state.handler not in {None, judged.who.actor}:
        raise NotTheHandler(**judged.cite)


def not_handler(judged: Judged) -> None:
    """Raises: HandledIt, whenever in the case's life that was."""
    if judged.who.actor in judged.state.handlers:
        gives_time = isinstance(judged.event, Extended | Suspended)
        raise HandledIt(**(SD5 if gives_time else SD1))


def not_verifier(judged: Judged) -> None:
    """Raises: VerifiedIt."""
    if judged.who.actor in judged.state.verifiers:
        raise VerifiedIt(**SD1)


def not_caller(judged: Judged) -> None:
    """Raises: CalledItBack."""
    if judged.who.actor in judged.state.callers:
        raise CalledItBack(**SD1)


def not_first_decider(judged: Judged) -> None:
    """Raises: DecidedFirst, for who refused or verified the case before it was reopened."""
    if judged.who.actor in judged.state.barred:
        raise DecidedFirst(**SD12)


def assigns_another(judged: Judged) -> None:
    """Raises: AssignsSelf."""
    if _assignee(judged) == judged.who.actor:
        raise AssignsSelf(**judged.cite)


def assignee_apart(judged: Judged) -> None:
    """Raises: AssigneeNotApart, for who verified the case or called the reporter back."""
    if _assignee(judged) in {*judged.state.verifiers, *judged.state.callers}:
        raise AssigneeNotApart(**SD1)


def assignee_in_post(judged: Judged) -> None:
    """Raises: AssigneeNotInPost, unless she holds a role in which this kind is resolved."""
    assignee = _assignee(judged)
    roles = tuple(role for role in judged.kind.roles("resolved") if role != IMPORTER)
    unit = judged.event.unit
    if assignee is not None and not any(
        holds(judged.facts, assignee, role, unit, judged.signed) for role in roles
    ):
        raise AssigneeNotInPost(roles=" / ".join(roles), **judged.cite)


def self_handled(judged: Judged) -> None:
    """Raises: NotSelfHandled."""
    if judged.state.route != "self_handled":
        raise NotSelfHandled(**judged.cite)


def verified(judged: Judged) -> None:
    """Raises: NotVerified."""
    if not judged.state.verified:
        raise NotVerified(**judged.cite)


def answered(judged: Judged) -> None:
    """Raises: NotAnswered."""
    if not judged.state.answered:
        raise NotAnswered(**judged.cite)


def within_extension_limit(judged: Judged) -> None:
    """Raises: ClockNotRunning, ClockNotExtendable, TermIsOver, ExtensionTooLong."""
    event = judged.event
    if not isinstance(event, Extended):
        return
    running = next((one for one in judged.state.clocks if one.clock == event.clock), None)
    if running is None:
        raise ClockNotRunning(clock=event.clock, **judged.cite)
    rule = _extension_rule(judged, running)
    if rule is None or rule.term is None:
        raise ClockNotExtendable(clock=event.clock, **judged.cite)
    total = running.extended + event.days
    if total > rule.term.value:
        raise ExtensionTooLong(
            days=total, limit=rule.term.value, rule=rule.id, article=rule.article
        )
    # Signed, not only said to be, while it ran: what is late is not made timely after the fact.
    day = judged.on if judged.imported else max(judged.on, judged.signed)
    if day > parse_date(running.due.day):
        raise TermIsOver(clock=event.clock, day=running.due.day, rule=rule.id, article=rule.article)


def not_issuer(judged: Judged) -> None:
    """Raises: IssuedIt, also for an account that is known to be an issuer's."""
    mine = {judged.who.actor}
    if isinstance(judged.event, Claimed):
        mine.add(account_of(judged.facts, judged.event.account).holder or "")
    if not mine.isdisjoint(judged.state.issuers):
        raise IssuedIt(**SD4)


def not_claimer(judged: Judged) -> None:
    """Raises: ClaimedIt, also for a claim that was given back."""
    actor, claims = judged.who.actor, judged.state.claimed
    holders = {account_of(judged.facts, claim.account).holder for claim in claims}
    if actor in holders or any(claim.by == actor for claim in claims):
        raise ClaimedIt(**SD4)


def claimed(judged: Judged) -> None:
    """Raises: NotClaimed."""
    if not judged.state.claims:
        raise NotClaimed(**judged.cite)


def unclaimed(judged: Judged) -> None:
    """Raises: StillClaimed."""
    if judged.state.claims:
        raise StillClaimed(**judged.cite)


def term_over(judged: Judged) -> None:
    """Raises: TermRuns, until every running term of duty has ended before the day."""
    for running in judged.state.clocks:
        if not running.due.lapses and judged.on <= parse_date(running.due.day):
            raise TermRuns(day=running.due.day, **judged.cite)


def claim_changes(judged: Judged) -> None:
    """Hold a claim to an open account of the order's unit that counts minutes, each once.

    Raises:
        ClaimStands: it claims twice, or gives back what it has not claimed.
        AccountNeverOpened, ClaimantClosed, ClaimantElsewhere: no account to be credited.
    """
    event = judged.event
    if not isinstance(event, Claimed | Released):
        return
    stands = any(claim.account == event.account for claim in judged.state.claims)
    if stands == isinstance(event, Claimed):
        raise ClaimStands(**judged.cite)
    if isinstance(event, Claimed):
        _verify_claimant(judged, account_of(judged.facts, event.account))


def _verify_claimant(judged: Judged, claimant: Opened) -> None:
    if claimant.closed:
        raise ClaimantClosed(**judged.cite)
    kind = judged.book.find(accounts.section, claimant.kind)
    counts = kind is not None and (kind.measure, kind.holder) == ("minute", "volunteer")
    if claimant.unit != judged.event.unit or not counts:
        raise ClaimantElsewhere(unit=judged.event.unit, **judged.cite)


def credits_claims(judged: Judged) -> None:
    """Raises: CreditsDiffer, CreditImpossible; minutes of a day go to claims, each once."""
    event = judged.event
    if not isinstance(event, Confirmed):
        return
    claims = {claim.account for claim in judged.state.claims}
    given = [credit.account for credit in event.credits]
    if given != sorted(set(given)) or not claims.issuperset(given):
        raise CreditsDiffer(accounts=", ".join(sorted(claims)), **judged.cite)
    for credit in event.credits:
        ends = credit.start + credit.minutes
        if parse_date(credit.day) > judged.on or ends > MINUTES_OF_DAY:
            raise CreditImpossible(day=credit.day, **judged.cite)


def _extension_rule(judged: Judged, running: Running) -> LawRule | None:
    """The rule that held on the day the clock started: a term and its extension are of one age."""
    clock = next((one for one in judged.kind.clocks if one.id == running.clock), None)
    if clock is None or clock.extension is None:
        return None
    return judged.book.find_rule(clock.extension, running.since)


def _assignee(judged: Judged) -> str | None:
    event = judged.event
    return event.handler if isinstance(event, Assigned | Reassigned) else None


# Exactly the names of ``kinds.GUARDS``: the loader has refused a pack that names another.
GUARDS: dict[str, Guard] = {
    "is_handler": Guard(is_handler, personal=True),
    "not_handler": Guard(not_handler, personal=True),
    "not_verifier": Guard(not_verifier, personal=True),
    "not_caller": Guard(not_caller, personal=True),
    "not_first_decider": Guard(not_first_decider, personal=True),
    "assigns_another": Guard(assigns_another, personal=True),
    "assignee_apart": Guard(assignee_apart, personal=True),
    "assignee_in_post": Guard(assignee_in_post, personal=True),
    "self_handled": Guard(self_handled),
    "verified": Guard(verified),
    "answered": Guard(answered),
    "within_extension_limit": Guard(within_extension_limit),
    "not_issuer": Guard(not_issuer, personal=True),
    "not_claimer": Guard(not_claimer, personal=True),
    "claimed": Guard(claimed),
    "unclaimed": Guard(unclaimed),
    "term_over": Guard(term_over),
    "claim_changes": Guard(claim_changes),
    "credits_claims": Guard(credits_claims),
}

_VERIFIES: tuple[str, ...] = ("not_handler", "not_caller", "not_first_decider")
_HANDLES: tuple[str, ...] = ("not_verifier", "not_caller")
_ASSIGNS: tuple[str, ...] = ("assignee_apart", "assignee_in_post")

ALWAYS: dict[str, tuple[str, ...]] = {
    "accepted": ("not_first_decider",),
    "refused": ("not_first_decider",),
    "assigned": _ASSIGNS,
    "reassigned": _ASSIGNS,
    "progress_noted": _HANDLES,
    "resolved": _HANDLES,
    "extended": ("not_handler", "within_extension_limit"),
    "verified": _VERIFIES,
    "verification_failed": _VERIFIES,
    "called_back": ("not_handler", "not_verifier"),
    "rated": ("not_handler",),
    "suspended": ("not_handler",),
    "leader_took_charge": ("not_verifier", "not_caller"),
    "claimed": ("claim_changes", "not_issuer"),
    "released": ("claim_changes",),
    "confirmed": ("claimed", "not_issuer", "not_claimer", "credits_claims"),
}
"""Guards of an act that no pack can take away."""


HOLDS: Mapping[type[Any], Callable[[Judged], None]] = {**steering.HOLDS, **mediation.HOLDS}
"""The rule of an act itself, where it has one: no pack names it, none can leave it out."""


def verify_guards(judged: Judged) -> None:
    """Hold every guard of the act and of the way it goes, and the act's own rule.

    Raises:
        RuleViolation: the first that refuses.
    """
    for name in _names(judged):
        guard = GUARDS[name]
        if not (guard.personal and judged.imported):
            guard.verify(judged)
    if (own := HOLDS.get(type(judged.event))) is not None:
        own(judged)


def _names(judged: Judged) -> Iterator[str]:
    always = ALWAYS.get(judged.fact, ())
    yield from always
    yield from (name for name in judged.way.guards if name not in always)
