"""Whether what is recorded under an id is what a command, typed once more, asks for.

A command is decided anew upon its stream as it was just before, with the facts of then: what it did
may be why it would be refused now. Types and streams are compared, not the values typed.
"""

from collections.abc import Sequence

from ledger.entry import ids
from ledger.errors import ConflictError, LedgerError
from ledger.kernel.act import Act, Who
from ledger.kernel.aggregate import Command, Context
from ledger.kernel.event import SPECS
from ledger.rules.time import moment
from ledger.service.acts.facts import facts_of
from ledger.service.ledger import Ledger


class AnotherAct(ConflictError):
    """What is recorded under the id named is not what the command asks for."""

    code = "submission.another_act"
    zh = (
        "编号 {jti} 已入账的是 {stream} 的 {type}，与现在输入的命令或其对象不符，本次未作任何办理。"
        "已入账的行为无须重办；现在要办的若是另一件事，请去掉该编号（--again）再运行。"
    )
    en = (
        "{jti} is recorded as {type} of {stream}; the command typed now, or what it is about, is "
        "another, and nothing was done. What is recorded need not be done again. If you mean "
        "another act, run its command without that id (--again)."
    )


def require_same(ledger: Ledger, command: Command, who: Who, recorded: Sequence[Act]) -> None:
    """Hold that ``recorded``, all acts of a submission, are of a command's type and stream.

    Raises: AnotherAct.
    """
    own = next((act for act in recorded if _is_of(act.stream, command)), None)
    if own is None or own.type not in _types(ledger, command, who, own):
        first = own or recorded[0]
        raise AnotherAct(jti=recorded[0].jti, stream=first.stream, type=first.type)


def _is_of(stream: str, command: Command) -> bool:
    if command.stream is not None:
        return stream == command.stream
    return stream.partition("/")[0] == command.name.partition(".")[0]


def _types(ledger: Ledger, command: Command, who: Who, own: Act) -> frozenset[str]:
    """Return the types a command would have made just before ``own``; none where it could not."""
    aggregate, _ = ledger.registry.commands[command.name]
    before = own.seq - 1
    # One that begins a stream is typed without it: it cannot be an act upon what was begun.
    if command.stream is None and before:
        return frozenset()
    streams = ledger.known.streams
    state = streams.load(own.stream, version=before).state if before else aggregate.initial
    at = own.iat * 1000
    try:
        facts = facts_of(
            ledger, lambda found: aggregate.asks(state, command, found), size=own.index
        )
        context = Context(now=moment(at), who=who, new_id=lambda: ids.ulid(at), facts=facts)
        proposals = aggregate.decide(state, command, context)
    except LedgerError:
        return frozenset()
    return frozenset(SPECS[type(each.event)].name for each in proposals)
