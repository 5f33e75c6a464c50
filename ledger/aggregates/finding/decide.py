"""From a wish to the answer that states it."""

from ledger.aggregates.finding.commands import Acknowledge, Dismiss
from ledger.aggregates.finding.errors import AnsweredAlready
from ledger.aggregates.finding.events import Acknowledged, Answer, Dismissed, Remark
from ledger.aggregates.finding.state import State
from ledger.kernel.act import Proposed
from ledger.kernel.aggregate import Command, Context
from ledger.rules.texts import sealable

_EVENT_OF: dict[type[Command], type[Answer]] = {Acknowledge: Acknowledged, Dismiss: Dismissed}


def decide(state: State, command: Acknowledge | Dismiss, context: Context) -> tuple[Proposed, ...]:
    """Propose the answer, in a stream of its own.

    Raises:
        AnsweredAlready: the stream holds one.
        BadText, TextBlank: a remark with refused characters, or of nothing but space.
    """
    if state is not None:
        raise AnsweredAlready
    answer = _EVENT_OF[type(command)](
        unit=command.unit,
        kind=command.kind,
        version=command.version,
        facts=command.facts,
        record=command.record,
        reason=command.reason,
    )
    remark = Remark(text=sealable("text", command.text, lines=True))
    stream = command.stream or f"finding/{context.new_id()}"
    return (Proposed(stream=stream, event=answer, sealed=(remark,)),)
