"""Answers to findings (疑点): a supervision committee takes one up, or lays it aside, for a reason.

A finding is computed and never stored; what people made of it is an entry. An answer names the
facts found by their digest: should they change, it answers them no longer, and the finding stands
open again. One member acknowledges a finding; two dismiss it; whoever acknowledges it after that
puts it up again. Only persons answer, each in a stream of her own (ADR 0039).

Whether there is such a finding is not checked: findings are read from views, which rules cannot
see. An answer to facts that nothing found, or that names another kind or record than was found,
shows nowhere. Since it must name the record, a member recused from that matter is refused.
"""

from ledger.aggregates.finding.check import asks, check, tags
from ledger.aggregates.finding.commands import Acknowledge, Dismiss
from ledger.aggregates.finding.decide import decide
from ledger.aggregates.finding.events import Acknowledged, Dismissed
from ledger.aggregates.finding.naming import NAMING
from ledger.aggregates.finding.state import State, step
from ledger.kernel.aggregate import Aggregate

aggregate = Aggregate[State](
    name="finding",
    naming=NAMING,
    initial=None,
    events=(Acknowledged, Dismissed),
    commands=(Acknowledge, Dismiss),
    decide=decide,
    check=check,
    evolve=step,
    asks=asks,
    tags=tags,
)
