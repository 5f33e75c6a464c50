"""Rules of a mediation, which no pack can take away (人民调解法 Art. 17 to 33).

Nothing is mediated that a party refuses; nobody mediates who had to do with the case otherwise, or
has not declared that nothing ties her to a party. Who the parties are is sealed, so that a tie can
be told by declaration only, signed by the mediator herself. An import tells what was done
elsewhere: what concerns persons does not bind it.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from ledger.aggregates.case.judge import Judged
from ledger.aggregates.case.mediation import errors, events
from ledger.aggregates.case.mediation.state import Mediation
from ledger.rules import clocks
from ledger.rules.authority import holds
from ledger.rules.law import in_force
from ledger.rules.packs.sections import law
from ledger.rules.persons import IMPORTER

_RECUSAL = "mediation.recusal"
_CONFIRMS = "confirmation_applied"


def opened(judged: Judged) -> None:
    """Raises: MediationOpenAlready."""
    before = judged.state.mediation
    if before is not None and before.ended in {None, "agreed"}:
        raise errors.MediationOpenAlready(**judged.cite)


def _under_way(judged: Judged) -> Mediation:
    found = judged.state.mediation
    if found is None or found.ended is not None:
        raise errors.NoMediation(**judged.cite)
    _in_order(judged, found)
    return found


def _in_effect(judged: Judged) -> Mediation:
    found = judged.state.mediation
    if found is None or found.effective is None:
        raise errors.NotAgreed(**judged.cite)
    _in_order(judged, found)
    return found


def _in_order(judged: Judged, found: Mediation) -> None:
    # Terms count from these days: nothing is dated back before what it follows.
    if judged.on < found.day:
        raise errors.MediatedEarlier(day=found.day.isoformat(), **judged.cite)


def answered(judged: Judged) -> None:
    """Raises: NoMediation, MediatedEarlier, PartyUnknown."""
    event = cast(events.PartyConsented | events.PartyDeclined, judged.event)
    awaited = _under_way(judged).awaited
    if event.party not in awaited:
        raise errors.PartyUnknown(party=event.party, open=_listed(awaited), **judged.cite)


def mediators_named(judged: Judged) -> None:
    """Raises: ConsentMissing, MediatorRepeated, MediatorNotApart, MediatorNotInPost."""
    event = cast(events.MediatorsNamed, judged.event)
    found = _under_way(judged)
    if found.awaited:
        raise errors.ConsentMissing(open=_listed(found.awaited))
    if len(set(event.mediators)) != len(event.mediators) or not set(event.mediators).isdisjoint(
        found.mediators
    ):
        raise errors.MediatorRepeated(**judged.cite)
    if judged.imported:
        return
    state = judged.state
    apart = {*state.verifiers, *state.callers, *state.deciders, *state.mediated_by, *found.recused}
    if not apart.isdisjoint(event.mediators):
        raise errors.MediatorNotApart(**_recusal(judged))
    for mediator in event.mediators:
        _require_post(judged, mediator)


def _require_post(judged: Judged, mediator: str) -> None:
    roles = tuple(role for role in judged.kind.roles("mediation_held") if role != IMPORTER)
    unit, day = judged.event.unit, judged.signed
    if not any(holds(judged.facts, mediator, role, unit, day) for role in roles):
        raise errors.MediatorNotInPost(roles=" / ".join(roles) or "-", **judged.cite)


def mediator_cleared(judged: Judged) -> None:
    """Raises: NotMediator, ClearedAlready."""
    found = _under_way(judged)
    _require_mediator(judged, found, judged.who.actor)
    if judged.who.actor in found.cleared:
        raise errors.ClearedAlready(**judged.cite)


def mediator_recused(judged: Judged) -> None:
    """Raises: NotMediator."""
    event = cast(events.MediatorRecused, judged.event)
    _require_mediator(judged, _under_way(judged), event.mediator)


def _require_mediator(judged: Judged, found: Mediation, mediator: str) -> None:
    if mediator not in found.mediators:
        listed = ", ".join(found.mediators) or "-"
        raise errors.NotMediator(mediators=listed, **judged.cite)


def _recusal(judged: Judged) -> dict[str, str]:
    """Return the book's rule of recusal as facts of an error; the kind's where it has none."""
    found = judged.book.find(law.section, _RECUSAL)
    rule = None if found is None else in_force(found, judged.on)
    return judged.cite if rule is None else {"rule": rule.id, "article": rule.article}


def _by_cleared(judged: Judged) -> Mediation:
    """Return the mediation, recorded by a mediator who may.

    Raises:
        NotMediator, NotCleared: another records it.
    """
    found = _under_way(judged)
    if not judged.imported:
        _require_mediator(judged, found, judged.who.actor)
        if judged.who.actor not in found.cleared:
            raise errors.NotCleared(**_recusal(judged))
    return found


def mediation_held(judged: Judged) -> None:
    """Raises: NotMediator, NotCleared, TooManyPresent."""
    event = cast(events.MediationHeld, judged.event)
    found = _by_cleared(judged)
    if event.present > found.parties:
        raise errors.TooManyPresent(present=event.present, parties=found.parties, **judged.cite)


def concluded(judged: Judged) -> None:
    """Raises: NotMediator, NotCleared, NotYetMediated."""
    if not _by_cleared(judged).sessions:
        raise errors.NotYetMediated(**judged.cite)


def agreement_signed(judged: Judged) -> None:
    """Raises: NotMediator, NotCleared, NotAgreed, NotInEffect."""
    event = cast(events.AgreementSigned, judged.event)
    found = _by_cleared(judged)
    if found.form != "written":
        raise errors.NotAgreed(**judged.cite)
    _require_mediator(judged, found, event.mediator)
    if lacks := tuple(_lacks(event, found)):
        raise errors.NotInEffect(lacks="、".join(lacks))


def _lacks(event: events.AgreementSigned, found: Mediation) -> Iterable[str]:
    if event.signatures != found.parties:
        yield f"签名 signatures {event.signatures}/{found.parties}"
    if not event.stamped:
        yield "印章 seal"


def confirmation_applied(judged: Judged) -> None:
    """Raises: NotAgreed, NotJoint, RightLapsed, ConfirmationStands."""
    event = cast(events.ConfirmationApplied, judged.event)
    found = _in_effect(judged)
    if found.confirmation is not None:
        raise errors.ConfirmationStands(standing=found.confirmation, **judged.cite)
    if event.applicants != found.parties:
        raise errors.NotJoint(parties=found.parties, applicants=event.applicants)
    _require_right(judged, found)


def _require_right(judged: Judged, found: Mediation) -> None:
    # Counted from the agreement's own day: a closed case has no clocks, and the right still runs.
    assert found.effective is not None
    for clock in judged.kind.clocks:
        if not clock.lapses or _CONFIRMS not in clock.stops_on:
            continue
        due = clocks.explain(clock, found.effective, judged.book)
        if due is not None and judged.on > due.day:
            rule = judged.book.rule(clock.rule, found.effective)
            raise errors.RightLapsed(day=due.day.isoformat(), rule=rule.id, article=rule.article)


def confirmation_decided(judged: Judged) -> None:
    """Raises: ConfirmationStands, RemediesMisplaced."""
    event = cast(events.ConfirmationDecided, judged.event)
    found = _in_effect(judged)
    if found.confirmation != "applied":
        raise errors.ConfirmationStands(standing=found.confirmation or "-", **judged.cite)
    if event.confirmed == bool(event.remedies):
        raise errors.RemediesMisplaced(**judged.cite)


def performance(judged: Judged) -> None:
    """Raises: NotAgreed, PerformanceStands."""
    if _in_effect(judged).performed:
        raise errors.PerformanceStands(**judged.cite)


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers)) or "-"


HOLDS: Mapping[type[Any], Callable[[Judged], None]] = {
    events.MediationOpened: opened,
    events.PartyConsented: answered,
    events.PartyDeclined: answered,
    events.MediatorsNamed: mediators_named,
    events.MediatorCleared: mediator_cleared,
    events.MediatorRecused: mediator_recused,
    events.MediationHeld: mediation_held,
    events.AgreedOrally: concluded,
    events.AgreedInWriting: concluded,
    events.AgreementSigned: agreement_signed,
    events.MediationFailed: concluded,
    events.ConfirmationApplied: confirmation_applied,
    events.ConfirmationDecided: confirmation_decided,
    events.PerformanceChecked: performance,
    events.Performed: performance,
    events.Breached: performance,
}
"""The rule of each act, by its type."""
