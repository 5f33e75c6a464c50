"""All published types of a case, and the commands that lead to them."""

from ledger.aggregates.case import commands as wishes
from ledger.aggregates.case import events
from ledger.aggregates.case.events import CaseEvent
from ledger.aggregates.case.mediation import commands as mediating
from ledger.aggregates.case.mediation import events as mediation
from ledger.aggregates.case.steering import commands as steering_wishes
from ledger.aggregates.case.steering import events as steering
from ledger.kernel.aggregate import Command
from ledger.kernel.event import SPECS, Event

AnyCaseEvent = events.HandlingEvent | steering.SteeringEvent | mediation.MediationEvent

EVENTS: tuple[type[CaseEvent], ...] = (*events.EVENTS, *steering.EVENTS, *mediation.EVENTS)

FACT_OF: dict[type[Event], str] = {cls: SPECS[cls].name.split(".")[1] for cls in EVENTS}
"""The fact of each type, as packs name it: ``verification_failed``."""

EVENT_OF: dict[type[Command], type[CaseEvent]] = {
    wishes.Receive: events.Received,
    wishes.Accept: events.Accepted,
    wishes.Refuse: events.Refused,
    wishes.Triage: events.Triaged,
    wishes.Assign: events.Assigned,
    wishes.Object: events.Objected,
    wishes.Reassign: events.Reassigned,
    wishes.NoteProgress: events.ProgressNoted,
    wishes.Extend: events.Extended,
    wishes.Resolve: events.Resolved,
    wishes.Verify: events.Verified,
    wishes.FailVerification: events.VerificationFailed,
    wishes.GiveAnswer: events.Answered,
    wishes.Rate: events.Rated,
    wishes.CallBack: events.CalledBack,
    wishes.Close: events.Closed,
    wishes.Reopen: events.Reopened,
    wishes.Withdraw: events.Withdrawn,
    wishes.Submit: events.Submitted,
    wishes.Issue: events.Issued,
    wishes.Claim: events.Claimed,
    wishes.Release: events.Released,
    wishes.Complete: events.Completed,
    wishes.Confirm: events.Confirmed,
    wishes.Cancel: events.Cancelled,
    wishes.Expire: events.Expired,
    wishes.Attach: events.Attached,
    **steering_wishes.EVENT_OF,
    **mediating.EVENT_OF,
}
"""The event a command leads to. A part split off begins with the split itself."""

COMMANDS: tuple[type[Command], ...] = tuple(EVENT_OF)

WISHED: frozenset[str] = frozenset(FACT_OF[cls] for cls in EVENT_OF.values())
"""The facts a command of their own leads to."""
