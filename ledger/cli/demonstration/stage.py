"""The stage: acts of the story done one after another by those who do them, many under way at once.

Each is judged and signed when its turn comes, by what is in the log, and handed to the sequencer a
crowd at a time, which commits them in one go. What goes on from something under way waits until
that is in the log: a stream it names, a reference, or a fact its judgement rests on. So the log is
in the order of the story, and in the same order each time it is told, whatever the machine does
meanwhile.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from datetime import datetime
from importlib.resources import files
from typing import Any

from ledger.cli.demonstration.script import Step
from ledger.errors import LedgerError
from ledger.kernel.act import Act, Tag
from ledger.kernel.aggregate import Command
from ledger.rules.paper import Original
from ledger.rules.periods import parse_period
from ledger.rules.time import ZONE
from ledger.service.acts.commands import parse_command
from ledger.service.acts.drafts import own_drafts
from ledger.service.acts.prepare import prepare
from ledger.service.acts.sign import sign_drafts
from ledger.service.attachments.taking import claim, upload
from ledger.service.board import Desk
from ledger.service.exports.copies import make_copy
from ledger.service.finding import facts_of, find
from ledger.service.ledger import Ledger, as_of
from ledger.service.office import Hand
from ledger.store.batch import Draft, Placed, Submission
from ledger.store.clock import StoryClock
from ledger.store.streams import Stream
from ledger.store.views.follower import catch_up
from ledger.store.views.store import ViewStore

CROWD = 64
"""Submissions handed to the sequencer together, unless somebody waits for one of them."""

# What a step's value stands for, by its name: codes of units, labels of people or lists of them,
# names of streams or lists of them, names of streams whose first entry is meant.
UNITS = frozenset({"unit", "team", "department", "departments", "lead", "receiver"})
PERSONS = frozenset({"handler", "holder", "former", "to", "mediator"})
CROWDS = frozenset({"mediators"})
STREAMS = frozenset(
    {"account", "order", "session", "activity", "case", "into", "replaced_by", "matter",
     "disclosure"}
)  # fmt: skip
DIGESTS = frozenset({"approves", "entry"})
LISTS = frozenset({"accounts"})
SEVERAL = LISTS | CROWDS | {"departments"}
FILE, FOUND, COPY = "file", "found", "copy"
"""Values that are a file of the sample to attach, a finding by its kind and the name of its record,
whose members are those of the line on the board, and the copy of a unit's period that is made."""


class Stage:
    """Where the story is played: who acts, what has begun, what is under way."""

    def __init__(self, ledger: Ledger, clock: StoryClock) -> None:
        self.hands: dict[str, Hand] = {}
        self.units: dict[str, str] = {}
        self.streams: dict[str, str] = {}
        self._first: dict[str, str] = {}
        self._copies: dict[str, str] = {}
        self._ledger = ledger
        self._clock = clock
        self._under_way = _UnderWay(ledger)

    def play(self, step: Step) -> None:
        """Do one step. Raises: LedgerError, which is a fault of the story."""
        self.reach(step.at)
        try:
            self._do(step)
        except LedgerError as error:
            if not self._under_way:
                error.add_note(f"{step.at} {step.who}: {step.act} on {step.on}")
                raise
            self.settle()  # it may go on from something that is not yet in the log
            self.play(step)

    def reach(self, moment: str) -> None:
        """Let it be ``moment``."""
        self._clock.set(int(parse_moment(moment).timestamp() * 1000))

    def settle(self) -> None:
        """Wait until everything under way is in the log. Raises: LedgerError, of what is not."""
        self._under_way.settle()

    def do(
        self, by: Hand, *commands: Command, name: str = "", original: Original | None = None
    ) -> tuple[Draft, ...]:
        """Judge, sign and hand in commands as one submission; return its entries.

        ``name`` is what steps call the stream of the first. ``original`` is the paper they are
        typed from. Raises: LedgerError, of whichever rule refuses.
        """
        ledger, ahead = self._ledger, self._under_way
        prepared = prepare(ledger, commands, by.who, original=original, ahead=ahead.stream)
        if ahead.moves(guard.tag for guard in prepared.guards):
            self.settle()
            prepared = prepare(ledger, commands, by.who, original=original)
        drafts = own_drafts(ledger, prepared, sign_drafts(prepared, by.key))
        claim(ledger, drafts)
        ahead.add(Submission(drafts=drafts, guards=prepared.guards))
        if name:
            self.streams[name] = drafts[0].act.stream
            self._first.setdefault(name, drafts[0].act.digest or "")
        return drafts

    def _do(self, step: Step) -> None:
        commands = [
            parse_command(self._ledger, each.act, self._values(each)) for each in (step, *step.more)
        ]
        hand = self.hands[step.who]
        drafts = self.do(hand, *commands, name=step.on, original=self._original(step))
        begun = (draft.act.stream for draft in drafts[1:] if draft.act.seq == 1)
        self.streams.update((f"{step.on}.{n}", stream) for n, stream in enumerate(begun, 1))
        if step.paper is not None:
            self._first[step.paper.name] = drafts[0].act.digest or ""

    def _original(self, step: Step) -> Original | None:
        if step.paper is None:
            return None
        signers = (self.hands[label].who.actor for label in step.paper.signers)
        return Original(box=step.paper.box, number=step.paper.number, persons=tuple(signers))

    def _values(self, step: Step) -> dict[str, Any]:
        told = {
            name: value for name, value in step.values.items() if name not in {FILE, FOUND, COPY}
        }
        values = {name: self._value(name, value) for name, value in told.items()}
        if FILE in step.values:
            values[FILE] = self._uploaded(self.streams[step.on], step.values[FILE])
        if FOUND in step.values:
            values |= self._found(*step.values[FOUND].split())
        if COPY in step.values:
            values |= self._copied(step.on, step.values)
        return values | {"stream": self.streams.get(step.on)}

    def _uploaded(self, stream: str, name: str) -> str:
        data = files("ledger.cli.sample").joinpath(name).read_bytes()
        return upload(self._ledger, stream, data).text

    def _found(self, kind: str, name: str) -> dict[str, Any]:
        """Return what an answer says of a finding, as the board shows it now."""
        self.settle()
        desk = _Desk(self._ledger, as_of(self._ledger), None)
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

    def _copied(self, on: str, values: dict[str, Any]) -> dict[str, Any]:
        """Return what is stated of a copy: made when it is handed over, named when received."""
        if on in self._copies:
            return {"package": self._copies[on]}
        self.settle()
        period = values[COPY]
        made = make_copy(self._ledger, self.units[values["unit"]], parse_period(period))
        self._copies[on] = made.digest
        manifest = made.manifest
        return {
            "period": period,
            "size": manifest.size,
            "root": manifest.root,
            "package": made.digest,
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


class _UnderWay:
    """Submissions signed and not known to be in the log: waiting in a crowd, or handed in."""

    def __init__(self, ledger: Ledger) -> None:
        self._known = ledger.known
        self._sequencer = ledger.writer()
        self._acts: dict[str, list[Act]] = {}
        self._tags: set[Tag] = set()
        self._waiting: list[Submission] = []
        self._handed_in: list[Future[Placed]] = []

    def __bool__(self) -> bool:
        return bool(self._waiting or self._handed_in)

    def stream(self, name: str) -> Stream | None:
        """Return a stream as they leave it, None where none of them writes to it."""
        acts = self._acts.get(name)
        if acts is None:
            return None
        stream = self._known.stream(name, begins=acts[0].seq == 1)
        for act in acts:
            if act.seq > stream.version:  # else it came to be in the log by now
                stream = self._known.streams.after(stream, act)
        return stream

    def moves(self, tags: Iterable[Tag]) -> bool:
        """Tell whether one of them bears a tag of ``tags``: a fact that is about to move."""
        return not self._tags.isdisjoint(tags)

    def add(self, submission: Submission) -> None:
        """Take one more."""
        self._waiting.append(submission)
        for draft in submission.drafts:
            self._acts.setdefault(draft.act.stream, []).append(draft.act)
            self._tags.update(draft.tags)
        if len(self._waiting) == CROWD:
            self._hand_in()

    def settle(self) -> None:
        """Wait for all of them. Raises: LedgerError, of the first that is refused."""
        self._hand_in()
        self._sequencer.flush()
        for placed in self._handed_in:
            placed.result()
        for gone in (self._handed_in, self._acts, self._tags):
            gone.clear()

    def _hand_in(self) -> None:
        self._handed_in += map(self._sequencer.append, self._waiting)
        self._waiting.clear()


class _Desk(Desk):
    """A desk whose views are brought up to the log when they are looked at."""

    def store(self, view: str) -> ViewStore[Any]:
        """Return a view, as of now."""
        store, ledger = super().store(view), self.ledger
        catch_up([store], read=ledger.known.streams.acts, size=lambda: ledger.recorder.head().size)
        return store


def _is_stream(name: str, value: Any) -> bool:
    # What is answered for is a stream; of what body a vote is, is a code.
    return name in STREAMS or (name == "of" and "/" in value)


def parse_moment(text: str) -> datetime:
    """Return a step's time."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)
