"""Wishes of those who mediate a dispute."""

from typing import Annotated, ClassVar

from msgspec import Meta

from ledger.aggregates.case.commands import Line, Text, Wish
from ledger.aggregates.case.mediation import events
from ledger.kernel.event import Code, Date, Digest, PersonRef
from ledger.rules.kinds.case import Asked


class OpenMediation(Wish, frozen=True, kw_only=True):
    """Open mediation between so many parties, who applied for it or to whom it is offered."""

    name: ClassVar[str] = "case.open_mediation"
    zh: ClassVar[str] = "开启调解"
    en: ClassVar[str] = "Open mediation"
    leads_to = events.MediationOpened
    parties: events.Parties
    asked: Asked


class Consent(Wish, frozen=True, kw_only=True):
    """Record that a party agrees to mediation."""

    name: ClassVar[str] = "case.consent"
    zh: ClassVar[str] = "登记当事人同意调解"
    en: ClassVar[str] = "Consent"
    leads_to = events.PartyConsented
    party: events.PartyNumber
    party_name: Line | None = None
    party_contact: Line | None = None
    party_address: Line | None = None
    party_id_no: Line | None = None


class Decline(Wish, frozen=True, kw_only=True):
    """Record that a party refuses mediation, and what else they were told they may do."""

    name: ClassVar[str] = "case.decline"
    zh: ClassVar[str] = "登记当事人拒绝调解"
    en: ClassVar[str] = "Decline"
    leads_to = events.PartyDeclined
    party: events.PartyNumber
    remedies: events.Remedies
    party_name: Line | None = None
    party_contact: Line | None = None
    party_address: Line | None = None
    party_id_no: Line | None = None


class NameMediators(Wish, frozen=True, kw_only=True):
    """Name mediators, or more of them."""

    name: ClassVar[str] = "case.name_mediators"
    zh: ClassVar[str] = "指定调解员"
    en: ClassVar[str] = "Name mediators"
    leads_to = events.MediatorsNamed
    mediators: events.Mediators


class DeclareNoTie(Wish, frozen=True, kw_only=True):
    """Declare to be no party, no near relative of one and without a stake in it."""

    name: ClassVar[str] = "case.declare_no_tie"
    zh: ClassVar[str] = "调解员声明无须回避"
    en: ClassVar[str] = "Declare no tie"
    leads_to = events.MediatorCleared


class Recuse(Wish, frozen=True, kw_only=True):
    """Let a mediator stand down."""

    name: ClassVar[str] = "case.recuse"
    zh: ClassVar[str] = "登记调解员回避"
    en: ClassVar[str] = "Recuse"
    leads_to = events.MediatorRecused
    mediator: PersonRef
    reason: Code
    text: Text | None = None


class HoldMediation(Wish, frozen=True, kw_only=True):
    """Record a session of mediation."""

    name: ClassVar[str] = "case.hold_mediation"
    zh: ClassVar[str] = "登记调解会"
    en: ClassVar[str] = "Hold mediation"
    leads_to = events.MediationHeld
    present: events.Count
    private: bool = False
    text: Text | None = None


class AgreeOrally(Wish, frozen=True, kw_only=True):
    """Record what parties agreed orally: in effect at once."""

    name: ClassVar[str] = "case.agree_orally"
    zh: ClassVar[str] = "登记口头协议"
    en: ClassVar[str] = "Agree orally"
    leads_to = events.AgreedOrally
    terms: Text
    perform_by: Date | None = None


class AgreeInWriting(Wish, frozen=True, kw_only=True):
    """Record the text parties agreed on: in effect once signed and sealed."""

    name: ClassVar[str] = "case.agree_in_writing"
    zh: ClassVar[str] = "登记议定的书面协议"
    en: ClassVar[str] = "Agree in writing"
    leads_to = events.AgreedInWriting
    terms: Text
    perform_by: Date | None = None


class SignAgreement(Wish, frozen=True, kw_only=True):
    """Record that every party and a mediator signed, and that the committee's seal is affixed."""

    name: ClassVar[str] = "case.sign_agreement"
    zh: ClassVar[str] = "登记协议签署生效"
    en: ClassVar[str] = "Sign agreement"
    leads_to = events.AgreementSigned
    signatures: events.Count
    mediator: PersonRef
    stamped: bool
    document: Digest | None = None


class ApplyForConfirmation(Wish, frozen=True, kw_only=True):
    """Record that parties jointly applied to the court for confirmation."""

    name: ClassVar[str] = "case.apply_for_confirmation"
    zh: ClassVar[str] = "登记申请司法确认"
    en: ClassVar[str] = "Apply for confirmation"
    leads_to = events.ConfirmationApplied
    applicants: events.Count
    text: Text | None = None


class DecideConfirmation(Wish, frozen=True, kw_only=True):
    """Record what the court decided; if it did not confirm, what parties were told they may do."""

    name: ClassVar[str] = "case.decide_confirmation"
    zh: ClassVar[str] = "登记司法确认决定"
    en: ClassVar[str] = "Decide confirmation"
    leads_to = events.ConfirmationDecided
    confirmed: bool
    remedies: Annotated[tuple[Code, ...], Meta(max_length=9)] = ()
    text: Text | None = None


class CheckPerformance(Wish, frozen=True, kw_only=True):
    """Note how the agreement is performed."""

    name: ClassVar[str] = "case.check_performance"
    zh: ClassVar[str] = "登记督促履行"
    en: ClassVar[str] = "Check performance"
    leads_to = events.PerformanceChecked
    text: Text


class RecordPerformed(Wish, frozen=True, kw_only=True):
    """Record that the agreement was performed."""

    name: ClassVar[str] = "case.record_performed"
    zh: ClassVar[str] = "登记履行完毕"
    en: ClassVar[str] = "Record performed"
    leads_to = events.Performed
    text: Text | None = None


class RecordBreach(Wish, frozen=True, kw_only=True):
    """Record that the agreement was not performed."""

    name: ClassVar[str] = "case.record_breach"
    zh: ClassVar[str] = "登记未履行"
    en: ClassVar[str] = "Record breach"
    leads_to = events.Breached
    text: Text | None = None


class FailMediation(Wish, frozen=True, kw_only=True):
    """End mediation without agreement, and record what else parties were told they may do."""

    name: ClassVar[str] = "case.fail_mediation"
    zh: ClassVar[str] = "登记调解不成"
    en: ClassVar[str] = "Fail mediation"
    leads_to = events.MediationFailed
    reason: Code
    remedies: events.Remedies
    text: Text | None = None
