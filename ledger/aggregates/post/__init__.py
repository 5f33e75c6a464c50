"""Posts: appointed or elected, held for a term, ended, handed over (SD8; coverage B-04).

An appointment is a joint act of registrars at the log's threshold; nobody proposes or approves
her own. Two other acts are joint, since one registrar alone could do too much by them: ending
another registrar's post would stop all joint acts (ADR 0018), and recusing somebody else would
take a matter out of any hands. All other posts are ended by one registrar.

One stream is one appointment: another term is another post. An election is an appointment with its
ballots. That a near relative sits somewhere is declared; who that is stays sealed. A recusal takes
effect on every act of the matter (``rules.authority``; ADR 0028).
"""

from ledger.aggregates.post.check import asks, check, tags
from ledger.aggregates.post.commands import (
    COMMANDS,
    ApproveAppointment,
    DeclareRelation,
    DrawUpHandover,
    Elect,
    EndPost,
    ProposeAppointment,
    Recuse,
    SignHandover,
)
from ledger.aggregates.post.decide import decide
from ledger.aggregates.post.naming import NAMING
from ledger.kernel.act import Act
from ledger.kernel.aggregate import Aggregate, as_stated
from ledger.rules import posts
from ledger.rules.posts import EVENTS, Appointment

__all__ = [
    "ApproveAppointment",
    "DeclareRelation",
    "DrawUpHandover",
    "Elect",
    "EndPost",
    "ProposeAppointment",
    "Recuse",
    "SignHandover",
    "aggregate",
]

State = Appointment | None


def evolve(state: State, act: Act) -> State:
    """Return the appointment after an act."""
    return posts.step({act.stream: state} if state else {}, act).get(act.stream)


aggregate = Aggregate[State](
    name="post",
    naming=NAMING,
    initial=None,
    events=EVENTS,
    commands=COMMANDS,
    decide=decide,
    check=check,
    evolve=evolve,
    asks=asks,
    tags=tags,
    restate=as_stated,
)
