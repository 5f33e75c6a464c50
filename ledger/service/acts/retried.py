"""Whether what is recorded under an id is what a command, typed once more, asks for.

A command is decided anew upon its stream as it was just before, with the facts of then: what it did
may be why it would be refused now. What it proposes is compared with what is recorded: streams,
public members, the time claimed, and sealed values as far as they can still be opened. Ids minted
for what begins, and for files that are kept once more, are others each time, and compared with
none: of a file its sealed digest is.
"""

from collections.abc import Iterator, Sequence

import msgspec
from msgspec.structs import replace

from ledger.entry import ids
from ledger.entry.entry import parse_entry
from ledger.errors import ConflictError, LedgerError
from ledger.kernel.act import Act, Proposed, Who
from ledger.kernel.aggregate import Command, Context
from ledger.kernel.event import SPECS
from ledger.kernel.registry import group_values
from ledger.rules.attachments import FileText, parse_file
from ledger.rules.paper import Original
from ledger.rules.time import moment
from ledger.service.acts.facts import facts_of
from ledger.service.acts.prepare import typed_from
from ledger.service.forms.fields import fields_of
from ledger.service.ledger import Ledger
from ledger.service.reading.values import open_groups


class AnotherAct(ConflictError):
    """What is recorded under the id named is not what the command asks for."""

    code = "submission.another_act"
    zh = (
        "编号 {jti} 已入账的是 {stream} 的 {type}，与现在输入的命令、对象或内容不符，"
        "本次未作任何办理。已入账的行为无须重办；现在要办的若是另一件事，请去掉该编号（--again）再运行。"
    )
    en = (
        "{jti} is recorded as {type} of {stream}; the command typed now, what it is about, or what "
        "it says is another, and nothing was done. What is recorded need not be done again. If you "
        "mean another act, run its command without that id (--again)."
    )


def require_same(
    ledger: Ledger,
    command: Command,
    recorded: Sequence[Act],
    original: Original | None = None,
) -> None:
    """Hold that ``recorded``, all acts of a submission, hold what a command asks for.

    ``original`` is the paper it is typed from, if it is. Raises: AnotherAct.
    """
    own = next((act for act in recorded if _is_of(act.stream, command)), None)
    if own is None or not _Again(ledger, command, own, original).is_in(recorded):
        first = own or recorded[0]
        raise AnotherAct(jti=recorded[0].jti, stream=first.stream, type=first.type)


def _is_of(stream: str, command: Command) -> bool:
    if command.stream is not None:
        return stream == command.stream
    return stream.partition("/")[0] == command.name.partition(".")[0]


def _uploaded(command: Command) -> Iterator[str]:
    """Yield the ids of the files a command names: each was kept once more as it was typed."""
    for field in fields_of(type(command)):
        if field.kind == FileText and (text := getattr(command, field.name)):
            yield parse_file(text).blob


class _Again:
    """A command decided anew as it was just before its first act, ``own``."""

    def __init__(
        self, ledger: Ledger, command: Command, own: Act, original: Original | None
    ) -> None:
        self._ledger, self._command, self._own = ledger, command, own
        self._at = own.iat * 1000
        self._minted = set(_uploaded(command))
        try:
            self._proposals = [typed_from(original, each) for each in self._decide()]
        except LedgerError:
            self._proposals = []  # it could not have been asked for

    def is_in(self, recorded: Sequence[Act]) -> bool:
        """Tell whether all it proposes is among what is recorded."""
        named = {proposed.stream for proposed in self._proposals}
        begun = self._own.seq == 1  # a stream that is minted has no act before
        if not named or not (begun or self._own.stream in named):
            return False
        return all(any(self._is(proposed, act) for act in recorded) for proposed in self._proposals)

    def _decide(self) -> tuple[Proposed, ...]:
        command, own, ledger = self._command, self._own, self._ledger
        aggregate, _ = ledger.registry.commands[command.name]
        state = aggregate.initial
        if command.stream is not None and own.seq > 1:
            state = ledger.known.streams.load(command.stream, version=own.seq - 1).state
        facts = facts_of(
            ledger, lambda found: aggregate.asks(state, command, found), size=own.index
        )
        who = Who(actor=own.actor, role=own.role, kid=own.kid)
        context = Context(now=moment(self._at), who=who, new_id=self._mint, facts=facts)
        proposals: tuple[Proposed, ...] = aggregate.decide(state, command, context)
        return proposals

    def _mint(self) -> str:
        minted = ids.ulid(self._at)
        self._minted |= {minted, ids.timeless(minted)}
        return minted

    def _is(self, proposed: Proposed, act: Act) -> bool:
        # The series of its number is added to what a command says.
        said = replace(proposed.event, numbered=act.event.numbered)
        return (
            SPECS[type(said)].name == act.type
            and self._agree(proposed.stream, act.stream)
            and self._agree(msgspec.to_builtins(said), msgspec.to_builtins(act.event))
            and act.occ == (self._command.occ or moment(self._at).isoformat(timespec="seconds"))
            and self._sealed_alike(proposed, act)
        )

    def _sealed_alike(self, proposed: Proposed, act: Act) -> bool:
        index = act.index or 0
        claims = parse_entry(self._ledger.recorder.states(index, index + 1)[0]).signed.claims
        opened = open_groups(self._ledger, index, claims)
        said = {type(group).__group__.name: group_values(group) for group in proposed.sealed}
        return said.keys() == opened.keys() and all(
            group.state != "shown" or self._agree(said[name], group.values)
            for name, group in opened.items()
        )

    def _agree(self, said: object, stands: object) -> bool:
        """Compare trees of plain values but for the ids minted."""
        match said, stands:
            case str(), str():
                return said == stands or said.rpartition("/")[2] in self._minted
            case dict(), dict():
                return said.keys() == stands.keys() and all(
                    self._agree(said[name], stands[name]) for name in said
                )
            case ((list() | tuple()), (list() | tuple())):
                return len(said) == len(stands) and all(map(self._agree, said, stands))
            case _:
                return said == stands
