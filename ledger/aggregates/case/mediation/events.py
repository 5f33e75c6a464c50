"""Published types of a mediation: ``case.<fact>.v1``, and what they seal.

Public are where it stands, in what form parties agreed, days and counts. Who the parties are, what
was said and what they agreed on is sealed (人民调解法 Art. 15 and 23). Parties are numbered from 1,
so that each one's consent and signature can be told without telling who she is.

Not handled: experts, joint mediation with police or courts, fees (there are none, Art. 4).
"""

from typing import Annotated, ClassVar

from msgspec import Meta

from ledger.aggregates.case.events import CaseEvent, Note
from ledger.kernel.event import Code, Date, Group, PersonRef, event, group
from ledger.rules.kinds.case import Asked

MOST_PARTIES = 50
Parties = Annotated[int, Meta(ge=2, le=MOST_PARTIES)]
PartyNumber = Annotated[int, Meta(ge=1, le=MOST_PARTIES)]
Count = Annotated[int, Meta(ge=0, le=MOST_PARTIES)]
SessionNumber = Annotated[int, Meta(ge=1, le=1000)]
Mediators = Annotated[tuple[PersonRef, ...], Meta(min_length=1, max_length=9)]
Remedies = Annotated[tuple[Code, ...], Meta(min_length=1, max_length=9)]


@group("party", data_class="identity", purpose="mediation", years=30, zh="当事人", en="Party")
class Party(Group, frozen=True, kw_only=True):
    """Who a party to the dispute is."""

    name: str | None = None
    contact: str | None = None
    address: str | None = None
    id_no: str | None = None


@group(
    "record",
    subject="party",
    data_class="personal",
    purpose="mediation",
    years=30,
    zh="调解记录",
    en="Record of the session",
)
class Record(Group, frozen=True, kw_only=True):
    """What was said in a session."""

    text: str | None = None


@group(
    "terms",
    subject="party",
    data_class="personal",
    purpose="mediation",
    years=30,
    zh="协议内容",
    en="What was agreed",
)
class Terms(Group, frozen=True, kw_only=True):
    """What was agreed; ``document`` is the SHA-256 of the paper, base64url, where there is one."""

    text: str | None = None
    document: str | None = None


@event("case.mediation_opened.v1")
class MediationOpened(CaseEvent, frozen=True, kw_only=True):
    """Mediation was applied for or offered, between so many parties."""

    parties: Parties
    asked: Asked


@event("case.party_consented.v1", Party)
class PartyConsented(CaseEvent, frozen=True, kw_only=True):
    """A party agrees to mediation."""

    party: PartyNumber


@event("case.party_declined.v1", Party)
class PartyDeclined(CaseEvent, frozen=True, kw_only=True):
    """A party refuses, so there is no mediation (Art. 17); what else they may do was told."""

    party: PartyNumber
    remedies: Remedies


@event("case.mediators_named.v1")
class MediatorsNamed(CaseEvent, frozen=True, kw_only=True):
    """Mediators were named, or more of them (Art. 19)."""

    concerns: ClassVar[tuple[str, ...]] = ("mediators",)
    mediators: Mediators


@event("case.mediator_cleared.v1")
class MediatorCleared(CaseEvent, frozen=True, kw_only=True):
    """A mediator declares that she is no party, no near relative of one, and has no stake."""


@event("case.mediator_recused.v1", Note)
class MediatorRecused(CaseEvent, frozen=True, kw_only=True):
    """A mediator stands down, of herself or because a party asks, for a reason."""

    concerns: ClassVar[tuple[str, ...]] = ("mediator",)
    mediator: PersonRef


@event("case.mediation_held.v1", Record)
class MediationHeld(CaseEvent, frozen=True, kw_only=True):
    """A session was held, with so many of the parties; not in public if they ask so (Art. 23)."""

    number: SessionNumber
    present: Count
    private: bool = False


class Agreed(CaseEvent, frozen=True, kw_only=True):
    """Parties agreed; ``perform_by`` is the day they set themselves, if any."""

    perform_by: Date | None = None


@event("case.agreed_orally.v1", Terms)
class AgreedOrally(Agreed, frozen=True, kw_only=True):
    """They agreed orally: in effect at once, and recorded by the mediator (Art. 28, 30)."""


@event("case.agreed_in_writing.v1", Terms)
class AgreedInWriting(Agreed, frozen=True, kw_only=True):
    """They agreed on a text: in effect once signed and sealed (Art. 29)."""


@event("case.agreement_signed.v1", Terms)
class AgreementSigned(CaseEvent, frozen=True, kw_only=True):
    """So many parties and a mediator signed, and the committee's seal is affixed: it has effect."""

    signatures: Count
    concerns: ClassVar[tuple[str, ...]] = ("mediator",)
    mediator: PersonRef
    stamped: bool


@event("case.confirmation_applied.v1", Note)
class ConfirmationApplied(CaseEvent, frozen=True, kw_only=True):
    """So many parties jointly applied to the court to confirm the agreement (Art. 33)."""

    applicants: Count


@event("case.confirmation_decided.v1", Note)
class ConfirmationDecided(CaseEvent, frozen=True, kw_only=True):
    """The court confirmed it, or not; if not, what else they may do was told (Art. 33)."""

    confirmed: bool
    remedies: tuple[Code, ...] = ()


@event("case.performance_checked.v1", Note)
class PerformanceChecked(CaseEvent, frozen=True, kw_only=True):
    """The committee looked how the agreement is performed (Art. 31)."""


@event("case.performed.v1", Note)
class Performed(CaseEvent, frozen=True, kw_only=True):
    """What was agreed was done."""


@event("case.breached.v1", Note)
class Breached(CaseEvent, frozen=True, kw_only=True):
    """What was agreed was not done; a court may be asked (Art. 32)."""


@event("case.mediation_failed.v1", Note)
class MediationFailed(CaseEvent, frozen=True, kw_only=True):
    """They did not agree: mediation ended, and what else they may do was told (Art. 26)."""

    remedies: Remedies


MediationEvent = (
    MediationOpened | PartyConsented | PartyDeclined | MediatorsNamed | MediatorCleared
    | MediatorRecused | MediationHeld | AgreedOrally | AgreedInWriting | AgreementSigned
    | ConfirmationApplied | ConfirmationDecided | PerformanceChecked | Performed | Breached
    | MediationFailed
)  # fmt: skip

EVENTS: tuple[type[CaseEvent], ...] = MediationEvent.__args__
