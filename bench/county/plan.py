"""What happens in the county, day by day: cases taken in and brought to their ends, staff moving.

A pure sequence: it reads nothing of the ledger, so an interrupted build finds its place in it by
counting. 2,000 acts a working day at four hours of it, or as many as asked for; half of the cases
are messages, some are late, a few are extended, fail their verification or are taken up again. One
street's communities list their powers, hold what they owe and decide something now and then, the
same whatever the traffic beside it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import chain, count
from random import Random
from typing import NamedTuple

from bench.county.seed import Seed
from bench.county.staff import KIOSK, MOVING, ROLES, STREETS, Deed, Staff
from ledger.aggregates.case import commands as case
from ledger.aggregates.catalogue.commands import Publish
from ledger.aggregates.decision.commands import Propose
from ledger.aggregates.session.commands import Hold
from ledger.kernel.aggregate import Command
from ledger.rules.time import ZONE
from ledger.service.office import Hand

BEGIN = date(2024, 1, 2)
STAFF_AT = 8
HOURS = (9, 11, 14, 16)
PER_HOUR = 500
MOVES_EVERY = 10
"""Working days between two rounds of moves in the staff."""
GATHERING = 0
"""The street whose communities meet what they owe."""
GATHERINGS = {"law_class": 5, "family_education": 20, "deliberation_meeting": 60}
"""Sessions held, and after how many working days again."""
DECIDES_EVERY = 20
EXTENDED_WITHIN = 10 * len(HOURS)
"""Hours of work since acceptance in which more time may be asked for; the shortest term is longer,
and once it is over nobody extends it."""
TEXTS = (
    "路灯已坏三天，夜间出行不便，请尽快派人维修。",
    "楼道堆放杂物，影响消防通道，多次劝说无效，希望社区协调处理。",
    "小区门口污水外溢，气味很大，老人和孩子经过都要绕行，请查明原因并疏通。",
    "想咨询低保申请需要准备哪些材料，在哪里办理，家中有病人，收入主要靠打零工。",
    "施工噪声夜间十一点后仍不停止，严重影响休息，已持续一周，请有关部门到现场查看。",
)


class Step(NamedTuple):
    """One act, and when (Unix ms); acts of one moment do not rest on each other."""

    at: int
    deed: Deed


class _Case(NamedTuple):
    number: int
    stream: str
    street: int
    life: Iterator[tuple[str, Command]]


def steps(seed: Seed, per_hour: int = PER_HOUR) -> Iterator[Step]:
    """Yield what follows the genesis, without end."""
    return County(seed, per_hour).steps()


def founded_at() -> int:
    """Return when the genesis is recorded (Unix ms)."""
    return _moment(BEGIN, STAFF_AT)


class County:
    """The plan under way: ``staff`` is as the steps yielded so far leave it.

    ``per_hour`` acts are done in each hour of work.
    """

    def __init__(self, seed: Seed, per_hour: int = PER_HOUR) -> None:
        self._seed = seed
        self._per_hour = per_hour
        self.staff = Staff(seed)
        self._random = Random(seed.draw("plan"))
        self._numbers = count()
        self._due: dict[int, list[_Case]] = defaultdict(list)
        """Cases by the hour, counted from the first, of their next act."""
        self._now = 0
        """The hour under way."""

    def steps(self) -> Iterator[Step]:
        """Yield what follows the genesis, without end."""
        yield from _minutely(BEGIN, self.staff.founding(BEGIN.isoformat()))
        hours = count()
        for n, day in enumerate(_working_days()):
            moves = self._moves(n // MOVES_EVERY, day) if n and n % MOVES_EVERY == 0 else ()
            yield from _minutely(day, chain(moves, self._gatherings(n)))
            for hour in HOURS:
                at = _moment(day, hour)
                for deed in self._hour(next(hours), at):
                    yield Step(at, deed)

    def _moves(self, n: int, day: date) -> Iterator[list[Deed]]:
        role = MOVING[n % len(MOVING)]
        yield from self.staff.moving((n % STREETS, role, n % ROLES[role]), day.isoformat())
        yield from self.staff.rotating(((n * 5) % STREETS, "liaison", n % ROLES["liaison"]))

    def _gatherings(self, n: int) -> Iterator[list[Deed]]:
        """Yield what the communities of one street do on the n-th working day, each in its turn."""
        units = self.staff.units[GATHERING]
        if n == 1:
            yield self._each("publisher", n, [Publish(unit=u, code="powers") for u in units])
        for code, every in GATHERINGS.items():
            if n % every == 1:
                held = [Hold(unit=unit, code=code, present=9) for unit in units]
                yield self._each("session_clerk", n, held)
        if n % DECIDES_EVERY == 1:
            kind, title = "residents_four_two", TEXTS[0]
            put = [Propose(unit=unit, code=kind, title=title) for unit in units]
            yield self._each("decision_clerk", n, put)

    def _each(self, role: str, n: int, commands: Sequence[Command]) -> list[Deed]:
        by = self.staff.hands[GATHERING, role, 0]
        named = (self._seed.id(role, n, str(each), place) for place, each in enumerate(commands))
        return [Deed(by, each, mints) for each, mints in zip(commands, named, strict=True)]

    def _hour(self, hour: int, at: int) -> Iterator[Deed]:
        self._now = hour
        waiting = self._due.pop(hour, [])
        now, later = waiting[: self._per_hour], waiting[self._per_hour :]
        self._due[hour + 1][:0] = later
        for one in now:
            yield from self._next(one)
        for _ in range(self._per_hour - len(now)):
            yield from self._next(self._new(at))

    def _new(self, at: int) -> _Case:
        number, street = next(self._numbers), self._random.randrange(STREETS)
        unit = self._random.choice(self.staff.units[street])
        stream = f"case/{self._seed.ulid(at, 'case', number)}"
        handler = self.staff.hands[street, "liaison", number % ROLES["liaison"]].who.actor
        return _Case(number, stream, street, self._life(stream, handler, unit))

    def _next(self, one: _Case) -> Iterator[Deed]:
        step = next(one.life, None)
        if step is None:
            return
        role, command = step
        mints = one.stream.removeprefix("case/") if command.stream is None else ""
        yield Deed(self._by(one, role), command, mints)
        self._due[self._now + self._pause()].append(one)

    def _by(self, one: _Case, role: str) -> Hand:
        return self.staff.hands[one.street, role, one.number % ROLES[role]]

    def _pause(self) -> int:
        """Return after how many hours of work a case goes on: mostly soon, now and then late."""
        if self._random.random() < 0.01:
            return self._random.randrange(80, 240)
        return self._random.randrange(1, 12)

    def _life(self, stream: str, handler: str, unit: str) -> Iterator[tuple[str, Command]]:
        luck = self._random.random()
        if luck < 0.5:
            return self._message(stream, unit)
        if luck < 0.92:
            return self._brief(stream, unit)
        return self._request(stream, handler, unit)

    def _message(self, stream: str, unit: str) -> Iterator[tuple[str, Command]]:
        at_kiosk = self._random.random() < 0.3
        role, channel = (KIOSK, "kiosk") if at_kiosk else ("reply_clerk", "web")
        yield role, self._receives(unit, "message", channel)
        yield "reply_clerk", case.Accept(stream=stream)
        yield "reply_clerk", case.GiveAnswer(stream=stream, text=self._text())
        yield "coordinator", case.Close(stream=stream)
        if self._random.random() < 0.03:
            yield "coordinator", case.Reopen(stream=stream, reason="new_facts")
            yield "reply_clerk", case.GiveAnswer(stream=stream, text=self._text())
            yield "coordinator", case.Close(stream=stream)

    def _brief(self, stream: str, unit: str) -> Iterator[tuple[str, Command]]:
        yield "intake_clerk", self._receives(unit, "request", "phone")
        if self._random.random() < 0.5:
            yield "intake_clerk", case.Refuse(stream=stream, reason="not_ours", text=self._text())
        else:
            yield "intake_clerk", case.Withdraw(stream=stream, reason="by_reporter")

    def _request(self, stream: str, handler: str, unit: str) -> Iterator[tuple[str, Command]]:
        yield "intake_clerk", self._receives(unit, "request", "window")
        in_time = self._now + EXTENDED_WITHIN
        yield "intake_clerk", case.Accept(stream=stream)
        yield "coordinator", case.Triage(stream=stream, route="direct")
        yield "coordinator", case.Assign(stream=stream, handler=handler)
        yield "liaison", case.NoteProgress(stream=stream, text=self._text())
        if self._random.random() < 0.1 and self._now <= in_time:
            more = case.Extend(stream=stream, clock="handle", days=5, reason="complex")
            yield "unit_head", more
        yield "liaison", case.Resolve(stream=stream, outcome="settled", text=self._text())
        if self._random.random() < 0.1:
            yield "verifier", case.FailVerification(stream=stream, reason="not_done")
            yield "liaison", case.Resolve(stream=stream, outcome="settled")
        yield "verifier", case.Verify(stream=stream)
        yield "coordinator", case.Close(stream=stream)

    def _receives(self, unit: str, kind: str, channel: str) -> case.Receive:
        return case.Receive(
            unit=unit,
            kind=kind,
            channel=channel,
            category="transport",
            text=self._text(),
            reporter_name="来电人" if channel == "phone" else None,
        )

    def _text(self) -> str:
        return self._random.choice(TEXTS)


def _minutely(day: date, deeds: Iterable[list[Deed]]) -> Iterator[Step]:
    for minute, together in enumerate(deeds, start=1):
        at = _moment(day, STAFF_AT) + minute * 60_000
        yield from (Step(at, deed) for deed in together)


def _working_days() -> Iterator[date]:
    for n in count():
        day = BEGIN + timedelta(days=n)
        if day.weekday() < 5:
            yield day


def _moment(day: date, hour: int) -> int:
    return int(datetime.combine(day, time(hour), tzinfo=ZONE).timestamp() * 1000)
