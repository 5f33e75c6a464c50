"""The stage: acts of the story done one after another by those who do them, many under way at once.

Steps whose times lie close together are signed while those before them are being committed, so that
the sequencer commits them in groups. Nothing is signed before what it goes on from is in the log,
and the clock moves on only when the log is up to it: what an entry says it was recorded at is so.
"""

from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any, NamedTuple

from ledger.cli.demonstration.script import Step
from ledger.errors import LedgerError
from ledger.kernel.aggregate import Command
from ledger.rules.paper import Original
from ledger.rules.time import ZONE
from ledger.service.acts.prepare import parse_command, prepare
from ledger.service.acts.sign import sign_drafts
from ledger.service.acts.submit import act, own_drafts
from ledger.service.attachments.taking import claim, upload
from ledger.service.board import Desk
from ledger.service.finding import facts_of, find
from ledger.service.ledger import Ledger, as_of
from ledger.service.office import Hand
from ledger.store.batch import GuardMoved, NotNext, Placed, Submission
from ledger.store.clock import SimulatedClock

TOGETHER = timedelta(minutes=45)
"""Steps no further apart than this may be recorded together."""

UNITS = frozenset({"unit", "team", "department", "departments", "lead"})
PERSONS = frozenset({"handler", "holder", "former", "to", "mediator"})
CROWDS = frozenset({"mediators"})
STREAMS = frozenset(
    {"account", "order", "session", "activity", "case", "into", "replaced_by", "matter",
     "disclosure"}
)  # fmt: skip
DIGESTS = frozenset({"approves", "entry"})
LISTS = frozenset({"accounts"})
SEVERAL = LISTS | CROWDS | {"departments"}
FILE, FOUND = "file", "found"
"""Values that are a file of the sample to attach, and a finding by its kind and the name of its
record: its members are those of the line on the board."""
REFERENCES = UNITS | PERSONS | CROWDS | STREAMS | DIGESTS | LISTS
"""Values that are codes of units, labels of people or lists of them, names of streams or lists of
them, names of streams whose first entry is meant."""


class Told(NamedTuple):
    """A submission under way."""

    step: Step
    commands: tuple[Command, ...]
    placed: Future[Placed]


class Stage:
    """Where the story is played: who acts, what has begun, what is under way."""

    def __init__(self, ledger: Ledger, clock: SimulatedClock) -> None:
        self.hands: dict[str, Hand] = {}
        self.units: dict[str, str] = {}
        self.streams: dict[str, str] = {}
        self._first: dict[str, str] = {}
        self._ledger = ledger
        self._clock = clock
        self._under_way: list[Told] = []
        self._began = datetime.min.replace(tzinfo=ZONE)

    def play(self, step: Step) -> None:
        """Do one step. Raises: LedgerError, which is a fault of the story."""
        self.reach(step.at)
        if self._waits(step):
            self.settle()
        try:
            self._send(step)
        except LedgerError as error:
            if not self._under_way:
                error.add_note(f"{step.at} {step.who}: {step.act} on {step.on}")
                raise
            self.settle()  # it may go on from something that is not yet in the log
            self.play(step)

    def reach(self, moment: str) -> None:
        """Let it be ``moment``, once what is under way is in the log."""
        then = parse_moment(moment)
        if self._under_way and then - self._began > TOGETHER:
            self.settle()
        if not self._under_way:
            self._began = then
        self._clock.set(int(then.timestamp() * 1000))

    def settle(self) -> None:
        """Wait for everything under way."""
        for told in self._under_way:
            try:
                told.placed.result()
            except (GuardMoved, NotNext):
                hand = self.hands[told.step.who]
                receipt = act(self._ledger, told.commands, hand.who, hand.key)
                self.streams[told.step.on] = receipt.entries[0].stream
        self._under_way.clear()

    def _waits(self, step: Step) -> bool:
        """Tell whether the step is about, or refers to, something under way."""
        if not self._under_way:
            return False
        named = _named(step)
        return any(not named.isdisjoint(_begun(told.step)) for told in self._under_way)

    def _send(self, step: Step) -> None:
        ledger, hand = self._ledger, self.hands[step.who]
        commands = tuple(
            parse_command(ledger, each.act, self._values(each)) for each in (step, *step.more)
        )
        original = self._original(step)
        prepared = prepare(ledger, commands, hand.who, original=original)
        drafts = own_drafts(ledger, prepared, sign_drafts(prepared, hand.key))
        claim(ledger, drafts)
        placed = ledger.writer().append(Submission(drafts=drafts, guards=prepared.guards))
        self._under_way.append(Told(step, commands, placed))
        self.streams[step.on] = drafts[0].act.stream
        begun = (draft.act.stream for draft in drafts[1:] if draft.act.seq == 1)
        self.streams.update((f"{step.on}.{n}", stream) for n, stream in enumerate(begun, 1))
        self._first.setdefault(step.on, drafts[0].act.digest or "")
        if step.paper is not None:
            self._first[step.paper.name] = drafts[0].act.digest or ""

    def _original(self, step: Step) -> Original | None:
        if step.paper is None:
            return None
        signers = (self.hands[label].who.actor for label in step.paper.signers)
        return Original(box=step.paper.box, number=step.paper.number, persons=tuple(signers))

    def _values(self, step: Step) -> dict[str, Any]:
        told = {name: value for name, value in step.values.items() if name not in {FILE, FOUND}}
        values = {name: self._value(name, value) for name, value in told.items()}
        if FILE in step.values:
            values[FILE] = self._uploaded(self.streams[step.on], step.values[FILE])
        if FOUND in step.values:
            values |= self._found(*step.values[FOUND].split())
        return values | {"stream": self.streams.get(step.on)}

    def _uploaded(self, stream: str, name: str) -> str:
        data = files("ledger.cli.sample").joinpath(name).read_bytes()
        return upload(self._ledger, stream, data).text

    def _found(self, kind: str, name: str) -> dict[str, Any]:
        """Return what an answer says of a finding, as the board shows it now."""
        self.settle()
        self._ledger.follower.catch_up()
        desk = Desk(self._ledger, as_of(self._ledger), None)
        rule, one = next(
            (rule, one) for rule, one in find(desk, kind=kind) if one.record == self.streams[name]
        )
        facts = facts_of(rule, one)
        return {
            "unit": one.unit,
            "kind": kind,
            "version": rule.version,
            "facts": facts,
            "record": one.record,
        }

    def _value(self, name: str, value: Any) -> Any:
        look_up = self._table(name, value)
        if look_up is None:
            return value
        return tuple(map(look_up, value)) if name in SEVERAL else look_up(value)

    def _table(self, name: str, value: Any) -> Callable[[str], str] | None:
        """Return where a value is looked up, None where it is as typed."""
        if name in UNITS:
            return self.units.__getitem__
        if name in PERSONS | CROWDS:
            return lambda label: self.hands[label].who.actor
        if name in DIGESTS:
            return self._first.__getitem__
        if name in LISTS or _is_stream(name, value):
            return self.streams.__getitem__
        return None


def _is_stream(name: str, value: Any) -> bool:
    # What is answered for is a stream; of what body a vote is, is a code.
    return name in STREAMS or (name == "of" and "/" in value)


def _begun(step: Step) -> set[str]:
    """Return the names of the streams a step writes to."""
    return {each.on for each in (step, *step.more)}


def _named(step: Step) -> set[str]:
    """Return the names of the streams a step writes to or refers to."""
    found = _begun(step)
    for each in (step, *step.more):
        found |= {
            value
            for name, value in each.values.items()
            if name in DIGESTS or _is_stream(name, value)
        }
        found |= {one for name in LISTS & each.values.keys() for one in each.values[name]}
    return found


def parse_moment(text: str) -> datetime:
    """Return a step's time."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)
