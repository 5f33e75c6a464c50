"""A kind of case as a pack arranges it: states, transitions, clocks, form (``cases/<kind>.toml``).

The acts and the guards are code; a pack says which act leads from which state to which, who may do
it and under which guards. Both sets are closed here, so that a pack cannot name what no code does;
the ``case`` aggregate implements exactly these. There is no expression language.

A transition without ``to`` leaves the state as it is. Entering a state that is not open stops
every clock. What one kind's file shows to be wrong: ``case_faults``; which of its acts nobody gets
round: ``case_ways``. Whether the rules, roles and codes it names exist is settled where the packs
come together (``book``).
"""

from collections.abc import Mapping
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta

from ledger.kernel.event import Code
from ledger.rules.roles import Role
from ledger.rules.words import Word

Fact = Literal[
    "received", "accepted", "refused", "triaged", "assigned", "objected", "reassigned",
    "progress_noted", "extended", "resolved", "verified", "verification_failed", "answered",
    "rated", "called_back", "closed", "reopened", "withdrawn",
    "submitted", "issued", "claimed", "released", "completed", "confirmed", "cancelled", "expired",
    "attached",
    "consultation_called", "department_reported", "consultation_held", "leader_took_charge",
    "suspended", "resumed", "archived", "transferred_out", "transfer_accepted",
    "transfer_returned", "merging", "absorbed", "merged", "split", "split_off",
    "mediation_opened", "party_consented", "party_declined", "mediators_named", "mediator_cleared",
    "mediator_recused", "mediation_held", "agreed_orally", "agreed_in_writing",
    "agreement_signed", "confirmation_applied", "confirmation_decided", "performance_checked",
    "performed", "breached", "mediation_failed",
]  # fmt: skip
"""What can happen to a case; ``case.<fact>.v1`` is the published type."""

GuardName = Literal[
    "is_handler", "not_handler", "not_verifier", "not_caller", "not_first_decider",
    "assigns_another", "assignee_apart", "assignee_in_post", "self_handled", "verified", "answered",
    "within_extension_limit", "not_issuer", "not_claimer", "claimed", "unclaimed", "term_over",
    "claim_changes", "credits_claims",
]  # fmt: skip
"""What a transition may be guarded by; each is a function of the ``case`` aggregate."""

Route = Literal["self_handled", "direct", "joint"]
"""Where a triaged case goes: its finder handles it, one department does, or a joint meeting."""

MEDIATION_OF: Mapping[str, str] = {
    "agreed_written": "written",
    "agreed_oral": "oral",
    "mediation_failed": "failed",
}
"""Outcomes of ``resolved`` that tell of a mediation not recorded step by step: what it came to."""

Asked = Literal["applied", "offered"]
"""Whether parties applied for mediation, or the committee offered it (人民调解法 Art. 17)."""
Form = Literal["oral", "written"]
Confirmation = Literal["applied", "confirmed", "refused"]
Ended = Literal["agreed", "declined", "failed"]
MEDIATION_WORDS: Mapping[str, frozenset[str]] = {
    "asked": frozenset(get_args(Asked)),
    "form": frozenset(get_args(Form)),
    "confirmation": frozenset(get_args(Confirmation)),
    "ended": frozenset(get_args(Ended)),
}
"""What is said of a mediation in codes; packs say what each is called."""

FACTS: frozenset[str] = frozenset(get_args(Fact))
GUARDS: frozenset[str] = frozenset(get_args(GuardName))
ROUTES: frozenset[str] = frozenset(get_args(Route))
REASONED: frozenset[str] = frozenset(
    {
        "refused", "objected", "reassigned", "extended", "verification_failed", "reopened",
        "withdrawn", "released", "cancelled", "suspended", "transfer_returned",
        "mediator_recused", "mediation_failed",
    }
)  # fmt: skip
"""Acts that must give a reason; the pack lists the codes."""

LISTED: Mapping[str, str] = {
    "resolved": "outcomes",
    "consultation_held": "resolutions",
    "transferred_out": "authorities",
    "party_declined": "remedies",
    "mediation_failed": "remedies",
    "confirmation_decided": "remedies",
}
"""Acts that choose from a list of the kind, each with the member that holds the list."""


class State(Word, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A state of a case; ``open`` tells whether it still counts as open."""

    open: bool = True


MOST = 200
"""States of a kind of case: nobody keeps more apart, and all ways between them are looked at."""


class Transition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way an act may go: from any of some states to one; ``received`` has no ``from``."""

    act: str
    from_: Annotated[tuple[str, ...], Meta(max_length=MOST)] = msgspec.field(
        name="from", default=()
    )
    to: str | None = None
    roles: Annotated[tuple[Role, ...], Meta(min_length=1)]
    guards: tuple[str, ...] = ()
    reasons: tuple[Code, ...] = ()


class Pause(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A reason for which a clock stands still while a case is suspended, and the rule of it."""

    reason: Code
    rule: Code


class Clock(Word, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A term that acts start and stop; ``rule`` gives its length, ``extension`` the longest more.

    ``lapses`` marks a right that is lost when the term ends, not a duty that falls late. For any
    reason that is not among ``pauses`` it runs on while the case is suspended.
    """

    starts_on: Annotated[tuple[str, ...], Meta(min_length=1)]
    stops_on: tuple[str, ...] = ()
    rule: Code
    extension: Code | None = None
    lapses: bool = False
    pauses: tuple[Pause, ...] = msgspec.field(name="pause", default=())


FieldType = Literal["text", "integer", "money", "boolean", "date", "choice"]


class Field(Word, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A field of the form a kind adds; its value is sealed and rules never read it.

    ``money`` is typed and read in yuan and kept in whole fen, as all money is.
    """

    type: FieldType
    required: bool = False
    choice: tuple[Word, ...] = ()


class CaseKind(Word, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of case: what may be said of it, how it moves, which terms run.

    ``resolutions`` are what a joint consultation may end in, ``authorities`` those a case may be
    transferred to, ``remedies`` what parties are told of when mediation comes to nothing.
    """

    channels: Annotated[tuple[Code, ...], Meta(min_length=1)]
    categories: tuple[Code, ...] = ()
    outcomes: tuple[Code, ...] = ()
    resolutions: tuple[Code, ...] = ()
    authorities: tuple[Code, ...] = ()
    remedies: tuple[Code, ...] = ()
    states: Annotated[tuple[State, ...], Meta(max_length=MOST)] = msgspec.field(name="state")
    transitions: Annotated[tuple[Transition, ...], Meta(max_length=2 * MOST)] = msgspec.field(
        name="transition"
    )
    clocks: tuple[Clock, ...] = msgspec.field(name="clock", default=())
    fields: tuple[Field, ...] = msgspec.field(name="field", default=())

    def transition(self, act: str, state: str) -> Transition | None:
        """Return the way ``act`` goes from ``state`` ("" before the case is received)."""
        for way in self.transitions:
            if way.act == act and (state in way.from_ or not (state or way.from_)):
                return way
        return None

    def state(self, id_: str) -> State | None:
        """Return a state of this kind, None when a later pack no longer has it."""
        return next((state for state in self.states if state.id == id_), None)

    def is_open(self, id_: str) -> bool:
        """Tell whether ``id_`` is one of this kind's open states."""
        found = self.state(id_)
        return found is not None and found.open

    def roles(self, act: str) -> tuple[str, ...]:
        """Return the roles in which ``act`` may be done from some state, each once."""
        ways = (way for way in self.transitions if way.act == act)
        return tuple(dict.fromkeys(role for way in ways for role in way.roles))


APART = ("resolved", "verified", "called_back")
"""Acts that three different persons do (SD1), whatever a pack says."""
