"""Wishes of those who mediate a dispute."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from msgspec import Meta

from ledger.aggregates.case.commands import Line, Text
from ledger.aggregates.case.events import CaseEvent
from ledger.aggregates.case.mediation import events
from ledger.kernel.aggregate import Command
from ledger.kernel.event import Code, Date, Digest, PersonRef
from ledger.rules.kinds import Asked


class OpenMediation(Command, frozen=True, kw_only=True):
    """Open mediation between so many parties, who applied for it or to whom it is offered."""

    name: ClassVar[str] = "case.open_mediation"
    zh: ClassVar[str] = "开启调解"
    en: ClassVar[str] = "Open mediation"
    parties: events.Parties
    asked: Asked


class Consent(Command, frozen=True, kw_only=True):
    """Record that a party agrees to mediation."""

    name: ClassVar[str] = "case.consent"
    zh: ClassVar[str] = "登记当事人同意调解"
    en: ClassVar[str] = "Consent"
    party: events.PartyNumber
    party_name: Line | None = None
    party_contact: Line | None = None
    party_address: Line | None = None
    party_id_no: Line | None = None


class Decline(Command, frozen=True, kw_only=True):
    """Record that a party refuses mediation, and what else they were told they may do."""

    name: ClassVar[str] = "case.decline"
    zh: ClassVar[str] = "登记当事人拒绝调解"
    en: ClassVar[str] = "Decline"
    party: events.PartyNumber
    remedies: events.Remedies
    party_name: Line | None = None
    party_contact: Line | None = None
    party_address: Line | None = None
    party_id_no: Line | None = None


class NameMediators(Command, frozen=True, kw_only=True):
    """Name mediators, or more of them."""

    name: ClassVar[str] = "case.name_mediators"
    zh: ClassVar[str] = "指定调解员"
    en: ClassVar[str] = "Name mediators"
    mediators: events.Mediators


class DeclareNoTie(Command, frozen=True, kw_only=True):
    """Declare to be no party, no near relative of one and without a stake in it."""

    name: ClassVar[str] = "case.declare_no_tie"
    zh: ClassVar[str] = "调解员声明无须回避"
    en: ClassVar[str] = "Declare no tie"


class Recuse(Command, frozen=True, kw_only=True):
    """Let a mediator stand down."""

    name: ClassVar[str] = "case.recuse"
    zh: ClassVar[str] = "登记调解员回避"
    en: ClassVar[str] = "Recuse"
    mediator: PersonRef
    reason: Code
    text: Text | None = None


class HoldMediation(Command, frozen=True, kw_only=True):
    """Record a session of mediation."""

    name: ClassVar[str] = "case.hold_mediation"
    zh: ClassVar[str] = "登记调解会"
    en: ClassVar[str] = "Hold mediation"
    present: events.Count
    private: bool = False
    text: Text | None = None


class AgreeOrally(Command, frozen=True, kw_only=True):
    """Record what parties agreed orally: in effect at once."""

    name: ClassVar[str] = "case.agree_orally"
    zh: ClassVar[str] = "登记口头协议"
    en: ClassVar[str] = "Agree orally"
    terms: Text
    perform_by: Date | None = None


class AgreeInWriting(Command, frozen=True, kw_only=True):
    """Record the text parties agreed on: in effect once signed and sealed."""

    name: ClassVar[str] = "case.agree_in_writing"
    zh: ClassVar[str] = "登记议定的书面协议"
    en: ClassVar[str] = "Agree in writing"
    terms: Text
    perform_by: Date | None = None


class SignAgreement(Command, frozen=True, kw_only=True):
    """Record that every party and a mediator signed, and that the committee's seal is affixed."""

    name: ClassVar[str] = "case.sign_agreement"
    zh: ClassVar[str] = "登记协议签署生效"
    en: ClassVar[str] = "Sign agreement"
    signatures: events.Count
    mediator: PersonRef
    stamped: bool
    document: Digest | None = None


class ApplyForConfirmation(Command, frozen=True, kw_only=True):
    """Record that parties jointly applied to the court for confirmation."""

    name: ClassVar[str] = "case.apply_for_confirmation"
    zh: ClassVar[str] = "登记申请司法确认"
    en: ClassVar[str] = "Apply for confirmation"
    applicants: events.Count
    text: Text | None = None


class DecideConfirmation(Command, frozen=True, kw_only=True):
    """Record what the court decided; if it did not confirm, what parties were told they may do."""

    name: ClassVar[str] = "case.decide_confirmation"
    zh: ClassVar[str] = "登记司法确认决定"
    en: ClassVar[str] = "Decide confirmation"
    confirmed: bool
    remedies: Annotated[tuple[Code, ...], Meta(max_length=9)] = ()
    text: Text | None = None


class CheckPerformance(Command, frozen=True, kw_only=True):
    """Note how the agreement is performed."""

    name: ClassVar[str] = "case.check_performance"
    zh: ClassVar[str] = "登记督促履行"
    en: ClassVar[str] = "Check performance"
    text: Text


class RecordPerformed(Command, frozen=True, kw_only=True):
    """Record that the agreement was performed."""

    name: ClassVar[str] = "case.record_performed"
    zh: ClassVar[str] = "登记履行完毕"
    en: ClassVar[str] = "Record performed"
    text: Text | None = None


class RecordBreach(Command, frozen=True, kw_only=True):
    """Record that the agreement was not performed."""

    name: ClassVar[str] = "case.record_breach"
    zh: ClassVar[str] = "登记未履行"
    en: ClassVar[str] = "Record breach"
    text: Text | None = None


class FailMediation(Command, frozen=True, kw_only=True):
    """End mediation without agreement, and record what else parties were told they may do."""

    name: ClassVar[str] = "case.fail_mediation"
    zh: ClassVar[str] = "登记调解不成"
    en: ClassVar[str] = "Fail mediation"
    reason: Code
    remedies: events.Remedies
    text: Text | None = None


EVENT_OF: Mapping[type[Command], type[CaseEvent]] = {
    OpenMediation: events.MediationOpened,
    Consent: events.PartyConsented,
    Decline: events.PartyDeclined,
    NameMediators: events.MediatorsNamed,
    DeclareNoTie: events.MediatorCleared,
    Recuse: events.MediatorRecused,
    HoldMediation: events.MediationHeld,
    AgreeOrally: events.AgreedOrally,
    AgreeInWriting: events.AgreedInWriting,
    SignAgreement: events.AgreementSigned,
    ApplyForConfirmation: events.ConfirmationApplied,
    DecideConfirmation: events.ConfirmationDecided,
    CheckPerformance: events.PerformanceChecked,
    RecordPerformed: events.Performed,
    RecordBreach: events.Breached,
    FailMediation: events.MediationFailed,
}
