"""Prepare: a command becomes drafts, judged and sealed, for the person to see and sign.

A draft carries no authority: submit judges the entry itself.
"""

import os
from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from ledger.entry import ids
from ledger.entry.claims import Claims, Seen
from ledger.entry.disclosure import Disclosure
from ledger.entry.disclosure import seal as seal_groups
from ledger.errors import MalformedError
from ledger.kernel.act import Act, Proposed, Who
from ledger.kernel.aggregate import Command, Context
from ledger.kernel.event import SPECS, EventSpec
from ledger.kernel.registry import group_values, public_bytes
from ledger.rules import numbers
from ledger.rules.paper import Original
from ledger.rules.time import moment
from ledger.service.acts.commands import UnknownCommand
from ledger.service.acts.judge import Inquiry, after, judge_one
from ledger.service.acts.text import require_clean
from ledger.service.ledger import Ledger, up_to_date
from ledger.store.known import Guard
from ledger.store.streams import Stream

MAX_ENTRIES = 16

Ahead = Callable[[str], Stream | None]
"""``ahead(name)``: a stream with what is on its way to the log, None where nothing is."""


def _nothing(_name: str) -> None:
    """Say that nothing is on its way to the log."""


class TooManyEntries(MalformedError):
    """A submission holds 1 to 16 entries."""

    code = "submission.size"
    zh = "一次提交须为 1 至 16 条。请分次提交。"
    en = "A submission holds 1 to 16 entries. Split it."


class Unsigned(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One entry to be signed, with what the signer is to see.

    ``claims.prev`` is final unless ``chained``: then it is the digest of the JWS the same signer
    makes just before, in the same stream of the same submission.
    """

    claims: Claims
    spec: EventSpec
    act: Act
    disclosures: dict[str, tuple[Disclosure, ...]]
    chained: bool


class Pen(msgspec.Struct, frozen=True, kw_only=True):
    """Who writes and when: what all drafts of one command have in common."""

    log: str
    who: Who
    now: datetime
    seen: Seen | None
    random: Callable[[int], bytes]
    new_id: Callable[[], str]
    original: Original | None = None


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """The drafts of one command, and the facts they were judged by."""

    drafts: tuple[Unsigned, ...]
    guards: tuple[Guard, ...]


def prepare(
    ledger: Ledger,
    commands: Sequence[Command],
    who: Who,
    *,
    jtis: Sequence[str] = (),
    seen: Seen | None = None,
    original: Original | None = None,
    ahead: Ahead = _nothing,
    random: Callable[[int], bytes] = os.urandom,
    new_id: Callable[[], str] | None = None,
) -> Prepared:
    """Return the drafts of ``commands`` by ``who`` as one submission, judged as if submitted now.

    ``jtis`` are the client's ids, one per command; where a command makes several entries, the
    later ones' derive from it, so that a retry is recognised. ``original`` is the paper they are
    typed from. ``ahead`` tells of streams as what is signed and still on its way to the log leaves
    them: whoever gives it sees to it that those entries get there first.

    Raises: LedgerError of whichever rule refuses.
    """
    at = ledger.clock.now_ms()
    pen = Pen(
        log=ledger.home.origin,
        who=who,
        now=moment(at),
        seen=seen,
        random=random,
        new_id=new_id or (lambda: ids.ulid(at, random)),
        original=original,
    )
    own = tuple(jtis) or tuple(ids.ulid(at, random) for _ in commands)
    return up_to_date(ledger, lambda: _prepared(ledger, pen, commands, own, ahead))


def _prepared(
    ledger: Ledger,
    pen: Pen,
    commands: Sequence[Command],
    jtis: Sequence[str],
    ahead: Ahead,
) -> Prepared:
    drafting = Drafting(ledger, pen, ahead)
    for number, (command, jti) in enumerate(zip(commands, jtis, strict=True), start=1):
        drafting.take(command, jti, more=number < len(commands))
    if not 1 <= len(drafting.drafts) <= MAX_ENTRIES:
        raise TooManyEntries
    return Prepared(drafts=tuple(drafting.drafts), guards=drafting.inquiry.guards)


class Drafting:
    """One submission being drafted: each draft is judged upon those before it."""

    def __init__(self, ledger: Ledger, pen: Pen, ahead: Ahead = _nothing) -> None:
        self.drafts: list[Unsigned] = []
        self.inquiry = Inquiry(ledger.known, ledger.registry, ledger.home.shelf)
        self._ledger = ledger
        self._pen = pen
        self._ahead = ahead
        self._streams: dict[str, Stream] = {}
        self._minted: set[str] = set()

    def take(self, command: Command, jti: str, *, more: bool) -> None:
        """Decide a command, draft its events and judge them; ``more`` commands follow."""
        occ = command.occ or self._pen.now.isoformat(timespec="seconds")
        # What this person's last command of the kind asked is mostly asked again.
        self.inquiry.expect(self._ledger.known.recall(command.name, self._pen.who))
        proposals = self._decide(command)
        for number, proposed in enumerate(proposals):
            own = jti_of(jti, number)
            proposed = typed_from(self._pen.original, self._numbered(proposed))  # noqa: PLW2901
            stream = self._stream(proposed.stream)
            chained = proposed.stream in self._streams
            draft = _draft(self._pen, proposed, stream, own, occ=occ, chained=chained)
            act = self.inquiry.pending(draft.act)
            state = judge_one(self.inquiry, self._ledger.registry, stream, act)
            if number + 1 < len(proposals) or more:
                self.inquiry.follow(act)
            self._streams[stream.id] = after(stream, act, state)
            self.drafts.append(draft)
        asked, shelf = self.inquiry.asked, self._ledger.home.shelf
        self._ledger.known.remember(command.name, self._pen.who, asked, shelf)

    def _numbered(self, proposed: Proposed) -> Proposed:
        """Return a proposal with the series its entry takes its number in, if in any."""
        event = proposed.event
        if event.numbers is None:
            return proposed
        series = numbers.stated(event, int(self._pen.now.timestamp()), self.inquiry.known)
        return replace(proposed, event=replace(event, numbered=series))

    def _stream(self, name: str) -> Stream:
        if (drafted := self._streams.get(name) or self._ahead(name)) is not None:
            return drafted
        if name.partition("/")[2] in self._minted:
            return self._ledger.known.streams.empty(name)
        return self._ledger.known.stream(name)

    def _mint(self) -> str:
        """Return a new id; of the stream it names nothing need be read, the sequencer looks."""
        minted = self._pen.new_id()
        self._minted.add(minted)
        return minted

    def _decide(self, command: Command) -> tuple[Proposed, ...]:
        try:
            aggregate, _ = self._ledger.registry.commands[command.name]
        except KeyError:
            raise UnknownCommand(name=command.name, why="no such command") from None
        state = self._stream(command.stream).state if command.stream else aggregate.initial
        facts = self.inquiry.facts(lambda found: aggregate.asks(state, command, found))
        pen = self._pen
        context = Context(now=pen.now, who=pen.who, new_id=self._mint, facts=facts)
        proposals: tuple[Proposed, ...] = aggregate.decide(state, command, context)
        return proposals


def typed_from(original: Original | None, proposed: Proposed) -> Proposed:
    """Return a proposal marked as typed from paper, where it is."""
    # What puts the paper's scan to its stream is the clerk's own act: no paper says so.
    if original is None or getattr(proposed.event, "blob", None) is not None:
        return proposed
    event = replace(proposed.event, transcribed=original.mark)
    return replace(proposed, event=event, sealed=(*proposed.sealed, original.sealed()))


def _draft(
    pen: Pen, proposed: Proposed, stream: Stream, jti: str, *, occ: str, chained: bool
) -> Unsigned:
    spec = SPECS[type(proposed.event)]
    values = {type(group).__group__.name: group_values(group) for group in proposed.sealed}
    pub = public_bytes(proposed.event)
    require_clean(pub, values)
    sealed, disclosures = seal_groups(values, pen.random) if values else (None, {})
    claims = Claims(
        log=pen.log,
        stream=proposed.stream,
        seq=stream.version + 1,
        prev=stream.tip,
        type=spec.name,
        jti=jti,
        occ=occ,
        iat=int(pen.now.timestamp()),
        actor=pen.who.actor,
        role=pen.who.role,
        pub=msgspec.Raw(pub),
        seen=pen.seen,
        sealed=sealed,
    )
    act = Act(
        stream=claims.stream,
        seq=claims.seq,
        type=claims.type,
        jti=jti,
        actor=claims.actor,
        role=claims.role,
        kid=pen.who.kid,
        occ=claims.occ,
        iat=claims.iat,
        event=proposed.event,
    )
    return Unsigned(claims=claims, spec=spec, act=act, disclosures=disclosures, chained=chained)


def jti_of(jti: str, number: int) -> str:
    """Return the id of a command's entry ``number`` (from 0), ``jti`` being its first one's."""
    return ids.derived(jti, str(number)) if number else jti
