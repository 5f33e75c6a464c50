"""What members of a supervision committee answered to one finding: who, when, why, in log order.

An answer counts for a finding when it names the same facts, kind and record (ADR 0039); one of the
three alone is not enough. What they wrote beside the reason is sealed and not read here.
"""

from collections.abc import Iterator
from typing import cast

from ledger.aggregates.finding.check import finding_tag
from ledger.aggregates.finding.events import Answer
from ledger.kernel.act import Act
from ledger.service.ledger import Ledger


def answers_to(
    ledger: Ledger, unit: str, kind: str, record: str | None, facts: str
) -> Iterator[Act]:
    """Yield the answers to the facts found at a unit, of a kind, about a record or about none."""
    size = ledger.recorder.head().size
    for _, row in ledger.recorder.tagged([finding_tag(unit, facts)], size):
        act = ledger.known.streams.mapper.act(row)
        answer = cast(Answer, act.event)
        if answer.named == (kind, record):
            yield act
