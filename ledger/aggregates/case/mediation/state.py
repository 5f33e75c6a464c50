"""What the acts of a mediation have made of it, as far as rules read it."""

from datetime import date
from typing import assert_never

import msgspec
from msgspec.structs import replace

from ledger.aggregates.case.mediation import events
from ledger.aggregates.case.mediation.events import MediationEvent
from ledger.rules.kinds.case import Confirmation, Ended, Form

_Agreement = (
    events.AgreedOrally | events.AgreedInWriting | events.AgreementSigned
    | events.ConfirmationApplied | events.ConfirmationDecided | events.Performed | events.Breached
)  # fmt: skip


class Mediation(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A mediation; ``day`` is that of its last act, ``effective`` that the agreement has effect on.

    ``consented`` are the parties who agreed to it, by number. ``mediators`` have not stood down,
    ``cleared`` of them declared that nothing ties them to a party; ``recused`` stood down.
    """

    parties: int
    day: date
    consented: tuple[int, ...] = ()
    mediators: tuple[str, ...] = ()
    cleared: tuple[str, ...] = ()
    recused: tuple[str, ...] = ()
    sessions: int = 0
    form: Form | None = None
    effective: date | None = None
    perform_by: str | None = None
    confirmation: Confirmation | None = None
    performed: bool | None = None
    ended: Ended | None = None

    @property
    def awaited(self) -> tuple[int, ...]:
        """The parties who have not answered whether they agree to it."""
        return tuple(n for n in range(1, self.parties + 1) if n not in self.consented)


def evolved(mediation: Mediation | None, event: MediationEvent, actor: str, on: date) -> Mediation:
    """Return the mediation after an act by ``actor`` that occurred ``on`` a day."""
    if isinstance(event, events.MediationOpened):
        return Mediation(parties=event.parties, day=on)
    if mediation is None:  # rules let nothing else come first
        return Mediation(parties=0, day=on)
    return _after(replace(mediation, day=max(mediation.day, on)), event, actor, on)


def _after(now: Mediation, event: MediationEvent, actor: str, on: date) -> Mediation:
    after = now
    match event:
        case events.PartyConsented():
            after = replace(now, consented=(*now.consented, event.party))
        case events.MediatorsNamed():
            after = replace(now, mediators=(*now.mediators, *event.mediators))
        case events.MediatorCleared():
            after = replace(now, cleared=(*now.cleared, actor))
        case events.MediatorRecused():
            after = _recused(now, event.mediator)
        case events.MediationHeld():
            after = replace(now, sessions=event.number)
        case events.PartyDeclined():
            after = replace(now, ended="declined")
        case events.MediationFailed():
            after = replace(now, ended="failed", form=None, perform_by=None)
        case events.MediationOpened() | events.PerformanceChecked():
            pass
        case _:
            after = _agreed(now, event, on)
    return after


def _agreed(now: Mediation, event: _Agreement, on: date) -> Mediation:
    after = now
    match event:
        case events.AgreedOrally():
            after = _in_effect(replace(now, perform_by=event.perform_by), "oral", on)
        case events.AgreedInWriting():
            after = replace(now, form="written", perform_by=event.perform_by)
        case events.AgreementSigned():
            after = _in_effect(now, "written", on)
        case events.ConfirmationApplied():
            after = replace(now, confirmation="applied")
        case events.ConfirmationDecided():
            after = replace(now, confirmation="confirmed" if event.confirmed else "refused")
        case events.Performed() | events.Breached():
            after = replace(now, performed=isinstance(event, events.Performed))
        case _:
            assert_never(event)
    return after


def _recused(now: Mediation, mediator: str) -> Mediation:
    return replace(
        now,
        mediators=tuple(one for one in now.mediators if one != mediator),
        cleared=tuple(one for one in now.cleared if one != mediator),
        recused=(*now.recused, mediator),
    )


def _in_effect(now: Mediation, form: Form, on: date) -> Mediation:
    return replace(now, form=form, effective=on, ended="agreed")
