"""Given, when, then on pure functions: a small log in memory, judged as the ledger judges.

A ``Story`` is an immutable log of acts. ``given`` records acts unjudged; ``when`` decides a
command and judges what it proposes; ``submits`` judges an event made by hand, as a forger or
another client would. Facts are answered by tag, asked for in rounds, so ``asks`` and ``tags``
are exercised too: a rule that reads what it did not ask for fails with ``NotAsked``.

    story = a_story(case).given(did("case/…", CaseReceived(…), clerk))
    story.when(AcceptCase(stream=…), clerk).then(CaseAccepted(…))
    story.when(CloseCase(stream=…), clerk).refused("case.not_verified")
    story = story.when(AcceptCase(stream=…), clerk).story     # goes on from there
    story.submits("case/…", CaseAccepted(…), clerk).refused("case.basis")
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec

from ledger.entry import base64url
from ledger.errors import LedgerError, NotFound
from ledger.kernel.act import Act, Proposed, Tag, Who
from ledger.kernel.aggregate import Aggregate, Command, Context
from ledger.kernel.event import SPECS, Event
from ledger.kernel.facts import Answer, Facts, Shelf, close
from ledger.kernel.registry import Registry

ZONE = timezone(timedelta(hours=8))
START = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
"""When stories begin: a Monday morning. Each act is recorded one minute after the other."""

Permit = tuple[Callable[[Act, Facts], Iterable[Tag]], Callable[[Act, Facts], None]]
"""``asks`` and ``check`` of a rule over every act, such as ``ledger.rules.authority``."""


def an_id(label: str) -> str:
    """Return a 26-character id that is always the same for a label."""
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    return "".join(alphabet[b % 32] for b in hashlib.sha256(label.encode()).digest()[:26])


def person(label: str) -> str:
    return f"person/{an_id(label)}"


def device(label: str) -> str:
    return f"device/{an_id(label)}"


def unit(label: str) -> str:
    return f"unit/{an_id(label)}"


def a_digest(label: str) -> str:
    """Return 43 base64url characters that are always the same for a label."""
    return base64url.encode(hashlib.sha256(label.encode()).digest())


def who(actor: str, role: str = "registrar", kid: str | None = None) -> Who:
    """Return an actor in a role; ``kid`` defaults to a made-up key of her own."""
    return Who(actor=actor, role=role, kid=kid or a_digest(actor))


def a_shelf(packs: Mapping[str, Mapping[str, bytes]]) -> Shelf:
    """Return a shelf of pack bytes by digest that refuses what it does not hold."""

    def shelf(digest: str) -> Mapping[str, bytes]:
        try:
            return packs[digest]
        except KeyError:
            raise NotFound(what=digest) from None

    return shelf


@dataclass(frozen=True, kw_only=True)
class Did:
    """One act to record: the story gives it its seq, index, digest and, if unsaid, its time."""

    stream: str
    event: Event
    who: Who
    occ: str | None = None
    at: datetime | None = None


def did(
    stream: str, event: Event, by: Who, *, occ: str | None = None, at: datetime | None = None
) -> Did:
    """Say that ``by`` recorded ``event`` in ``stream``; ``at`` is her clock (iat)."""
    return Did(stream=stream, event=event, who=by, occ=occ, at=at)


def on(day: str) -> datetime:
    """Return nine in the morning of an ISO date, local time."""
    return datetime.fromisoformat(day).replace(hour=9, tzinfo=ZONE)


@dataclass(frozen=True)
class Outcome:
    """What became of a command: a longer story, or a refusal."""

    told: "Story | None"
    proposed: tuple[Proposed, ...]
    acts: tuple[Act, ...]
    error: LedgerError | None

    @property
    def story(self) -> "Story":
        """The story with the new acts recorded; a refusal is raised."""
        if self.error is not None:
            raise self.error
        assert self.told is not None
        return self.told

    @property
    def events(self) -> tuple[Event, ...]:
        self.story  # noqa: B018 - raises the refusal
        return tuple(proposal.event for proposal in self.proposed)

    @property
    def stream(self) -> str:
        """The stream of the first event."""
        self.story  # noqa: B018 - raises the refusal
        return self.proposed[0].stream

    def then(self, *events: Event) -> "Story":
        """Assert exactly these events, in order; return the story that goes on."""
        assert self.events == events
        return self.story

    def refused(self, code: str) -> LedgerError:
        """Assert a refusal with this code, worded in both languages; return the error."""
        assert self.error is not None, f"accepted: {self.proposed}"
        assert self.error.code == code, f"{self.error!r} is {self.error.code}, not {code}"
        for lang in ("zh", "en"):
            assert "?" not in self.error.text(lang), f"{code}: a fact is missing from {lang}"
        return self.error


@dataclass(frozen=True)
class Story:
    """An immutable log of acts of some aggregates."""

    registry: Registry
    acts: tuple[Act, ...] = ()
    shelf: Shelf = field(default=a_shelf({}))
    permits: tuple[Permit, ...] = ()

    # -- telling ---------------------------------------------------------------------------

    def given(self, *recorded: Did) -> "Story":
        """Return the story with these acts recorded, unjudged."""
        story = self
        for one in recorded:
            story = story._record(story._act(one))
        return story

    def when(
        self, command: Command, by: Who, *, at: datetime | None = None, ids: Iterable[str] = ()
    ) -> Outcome:
        """Decide ``command`` at ``at`` (default: the story's next minute), judge, record."""
        aggregate = self.registry.commands[command.name][0]
        now = at or self.next_minute
        given_ids = iter(ids)
        serial = iter(range(1_000))
        context = Context(
            now=now,
            who=by,
            new_id=lambda: next(given_ids, an_id(f"{len(self.acts)}.{next(serial)}")),
            facts=Facts({}, self.shelf),
        )
        try:
            state = self.state(command.stream, aggregate)
            facts = self.facts(lambda found: aggregate.asks(state, command, found))
            proposed = aggregate.decide(state, command, replace(context, facts=facts))
        except LedgerError as error:
            return Outcome(None, (), (), error)
        return self._judged(proposed, by, occ=command.occ, at=now)

    def submits(
        self, stream: str, event: Event, by: Who, *, occ: str | None = None,
        at: datetime | None = None,
    ) -> Outcome:  # fmt: skip
        """Judge an event made by hand, without ``decide``; record it when it is accepted."""
        return self._judged((Proposed(stream=stream, event=event),), by, occ=occ, at=at)

    # -- reading ---------------------------------------------------------------------------

    @property
    def next_minute(self) -> datetime:
        """The time of the next act: one minute after the newest."""
        if not self.acts:
            return START
        return datetime.fromtimestamp(self.acts[-1].iat, UTC).astimezone(ZONE) + timedelta(
            minutes=1
        )

    def state(self, stream: str | None, aggregate: Aggregate[Any] | None = None) -> Any:
        """Return the state of a stream; a stream not begun has its aggregate's initial one."""
        mine = [act for act in self.acts if act.stream == stream]
        owner = aggregate or self.registry.aggregates[str(stream).partition("/")[0]]
        state = owner.initial
        for act in mine:
            state = owner.evolve(state, act)
        return state

    def facts(self, asks: Callable[[Facts], Iterable[Tag]]) -> Facts:
        """Answer what ``asks`` names, in rounds, from this story."""
        return close(asks, self._answer, Facts({}, self.shelf))[0]

    def knows(self, *tags: str) -> Facts:
        """Return facts that answer just these tags."""
        return Facts(self._answer(Tag(tag) for tag in tags), self.shelf)

    # -- inside ----------------------------------------------------------------------------

    def _answer(self, tags: Iterable[Tag]) -> Mapping[Tag, Answer]:
        wanted = set(tags)
        found: dict[Tag, list[Act]] = {tag: [] for tag in wanted}
        for act in self.acts:
            for tag in wanted.intersection(self.registry.tags(act)):
                found[tag].append(act)
        return {tag: Answer(tuple(acts)) for tag, acts in found.items()}

    def _act(self, one: Did) -> Act:
        at = one.at or self.next_minute
        seq = 1 + sum(act.stream == one.stream for act in self.acts)
        return Act(
            stream=one.stream,
            seq=seq,
            type=SPECS[type(one.event)].name,
            jti=an_id(f"{one.stream}.{seq}.jti"),
            actor=one.who.actor,
            role=one.who.role,
            kid=one.who.kid,
            occ=one.occ or at.isoformat(timespec="seconds"),
            iat=int(at.timestamp()),
            event=one.event,
        )

    def _record(self, act: Act) -> "Story":
        recorded = msgspec.structs.replace(
            act,
            index=len(self.acts),
            digest=a_digest(f"{len(self.acts)}.{act.stream}.{act.seq}.{act.type}"),
            recorded_at=act.iat * 1_000,
        )
        return replace(self, acts=(*self.acts, recorded))

    def _judged(
        self, proposed: tuple[Proposed, ...], by: Who, *, occ: str | None, at: datetime | None
    ) -> Outcome:
        story = self
        when = at or self.next_minute
        try:
            for one in proposed:
                act = story._act(Did(stream=one.stream, event=one.event, who=by, occ=occ, at=when))
                story._judge(act)
                story = story._record(act)
        except LedgerError as error:
            return Outcome(None, proposed, (), error)
        return Outcome(story, proposed, story.acts[len(self.acts) :], None)

    def _judge(self, act: Act) -> None:
        owner = self.registry.owner(act.type)
        state = self.state(act.stream)
        for asks, check in self.permits:
            check(act, self.facts(lambda found, asks=asks: asks(act, found)))
        owner.check(state, act, self.facts(lambda found: owner.asks(state, act, found)))
        owner.evolve(state, act)


def a_story(
    *aggregates: Aggregate[Any],
    packs: Mapping[str, Mapping[str, bytes]] | None = None,
    permits: tuple[Permit, ...] = (),
) -> Story:
    """Begin a story of these aggregates, with these pack bytes by digest on the shelf."""
    return Story(Registry(aggregates), shelf=a_shelf(packs or {}), permits=permits)
