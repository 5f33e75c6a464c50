"""Findings (疑点): what supervisors should look at, each by one rule over views as of a point.

A module in ``ledger.service.findings`` declares one attribute ``rule``: its number
(docs/findings.md), a version, what it is called, where it comes from, and ``find(desk, window)``. A
finding blocks nothing and accuses nobody: it names a record, the entries to read, and no person.
Nothing here is stored, so that a rule mended is mended for all of history. What a supervision
committee made of one is an entry, which names it by its facts (``aggregates.finding``).

Those facts must not hang on the days somebody happens to ask about, or an answer would fit on one
page and not on the next. So a rule that looks at several days together (a month's payments) reads
all of them, also those outside the days asked about; only then ``Window.covers`` chooses what is
shown.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from itertools import zip_longest

import msgspec
from sqlalchemy import func, select

from ledger.entry import base64url, canonical
from ledger.kernel.discovery import declared
from ledger.rules.quantities import amount
from ledger.service import findings
from ledger.service.board import Called, Desk
from ledger.service.ledger import Ledger
from ledger.service.sheet import boards_declared
from ledger.store.dialect import reading
from ledger.store.tables import entry

BACK = timedelta(days=366)
"""How far back findings are looked for where nobody says since when."""
EARLIEST = date(1900, 1, 1)
"""Nothing is found of days before it, however early a day is asked for: years would be read singly,
and rules look at days before those asked about, which the calendar must still have."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """Which findings are asked for: of the days ``since`` to ``until``, both included.

    It is no bound on what a finding rests on; ``wider`` is what a rule reads of its own days.
    """

    since: date
    until: date

    def covers(self, one: "Found") -> bool:
        """Tell whether a finding arose in these days, or had arisen and lasts."""
        return one.day <= self.until and (one.lasts or self.since <= one.day)

    def wider(self, days: timedelta) -> "Window":
        """Return it with so many days more on either side."""
        return Window(since=self.since - days, until=self.until + days)

    @property
    def years(self) -> tuple[str, ...]:
        """The years asked for, as they are spelt."""
        return tuple(str(year) for year in range(self.since.year, self.until.year + 1))


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One finding: at which unit, of which record, since which day.

    ``about`` tells it from others of the same rule and record; ``measure`` is the number the rule
    names (days, times, entries). ``entries`` are log indexes; where none are given, the newest
    entry of the record is the evidence. An absence has no record. ``lasts``: it is still so on the
    day asked about, and its measure grows with the days; ``said`` is what else it rests on.
    """

    unit: str
    day: date
    record: str | None = None
    about: str = ""
    measure: int | None = None
    entries: tuple[int, ...] = ()
    lasts: bool = False
    said: str = ""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A finding rule; ``id`` and ``version`` name it, ``kind`` is what its findings are called by.

    ``source`` is the article or dossier section with its tag; ``measured`` says what the measure of
    a finding is, with ``{n}`` for it, or ``{yuan}`` for what is measured in fen. ``told`` says
    whose words the parts of ``about`` are, which blanks part: a code list (or several), a section
    of packs, or "" for one said as it is; the last
    says so of all that follow. A rule whose meaning changes takes a new version.
    """

    id: str
    version: int
    kind: str
    zh: str
    en: str
    source: str
    find: Callable[[Desk, Window], Iterable[Found]]
    measured: Called | None = None
    told: tuple[str, ...] = ()


def measured(rule: Rule, one: Found) -> tuple[str | None, str | None]:
    """Return how much a finding amounts to, in Chinese and in English; None where it is not so."""
    if rule.measured is None or one.measure is None:
        return None, None
    told = {"n": f"{one.measure:,}", "yuan": amount(one.measure)}
    return rule.measured.zh.format(**told), rule.measured.en.format(**told)


def about(desk: Desk, rule: Rule, one: Found) -> Called | None:
    """Return what a finding is about in words; None where its rule does not say in whose."""
    if not rule.told or not one.about:
        return None
    parts = [
        desk.called(one.unit, tables, part) if tables else Called(zh=part, en=part)
        for part, tables in zip_longest(one.about.split(), rule.told, fillvalue=rule.told[-1])
    ]
    return Called(zh=" ".join(p.zh for p in parts), en=", ".join(p.en for p in parts))


def kinds_of_records(desk: Desk, found: Iterable[Found]) -> Mapping[str, Called]:
    """Return what the records of findings are by kind, of those whose board tells it (``News``)."""
    records, called = {one.record for one in found if one.record}, dict[str, Called]()
    told = ((board.of, board.news) for board in boards_declared().values() if board.news)
    for noun, news in told:
        names = [name for name in records if name.startswith(f"{noun}/")]
        for name, row in desk.store(news.view).rows_of(names, desk.point).items():
            called[name] = desk.called(row.unit, news.words, getattr(row, news.code))
    return called


@cache
def rules() -> Mapping[str, Rule]:
    """Return all finding rules this program declares, by kind."""
    found = sorted(declared(findings, "rule"), key=lambda rule: (rule.id, rule.kind))
    return {rule.kind: rule for rule in found}


def find(desk: Desk, since: date | None = None, until: date | None = None,
         kind: str | None = None) -> Iterator[tuple[Rule, Found]]:  # fmt: skip
    """Yield the findings of a desk's unit, newest first, of one kind or of all.

    Raises:
        ProjectionBehind: a view has not read that far.
    """
    last = min(until or desk.day, desk.day)
    if last < EARLIEST:
        return
    window = Window(since=max(since or last - BACK, EARLIEST), until=last)
    found = [
        (rule, one)
        for rule in rules().values()
        if kind in {None, rule.kind}
        for one in rule.find(desk, window)
        if desk.covers(one.unit) and window.covers(one)
    ]
    found.sort(key=lambda each: (each[0].id, each[0].kind, each[1].record or "", each[1].about))
    found.sort(key=lambda each: each[1].day, reverse=True)
    yield from found


def evidence(ledger: Ledger, one: Found, size: int) -> tuple[int, ...]:
    """Return the log indexes to read: those given, else the record's newest before ``size``."""
    if one.entries or one.record is None:
        return one.entries
    index = newest_of(ledger, one.record, size)
    return () if index is None else (index,)


def facts_of(rule: Rule, one: Found) -> str:
    """Return the digest (base64url SHA-256) of what was found, which answers name.

    It is that of the canonical JSON of the members below, so that anybody can compute it. Days that
    pass make no other facts of what lasts; anything else does.
    """
    told = {
        "about": one.about,
        "day": one.day.isoformat(),
        "entries": list(one.entries),
        "kind": rule.kind,
        "measure": None if one.lasts else one.measure,
        "record": one.record,
        "said": one.said,
        "unit": one.unit,
        "version": rule.version,
    }
    return base64url.encode(sha256(canonical.encode(told)).digest())


def newest_of(ledger: Ledger, stream: str, size: int) -> int | None:
    """Return the log index of a stream's newest entry before ``size``, None where it has none."""
    newest = select(func.max(entry.c.idx)).where(entry.c.stream == stream, entry.c.idx < size)
    with reading(ledger.recorder.engine) as connection:
        found: int | None = connection.execute(newest).scalar()
    return found
