"""Importing a table: row by row, each recorded whole or left out with its reason; exporting one.

A row the ledger holds already is passed over; one that says something else of the same thing is
refused, since imports never overwrite. Each row is one submission, so a broken run leaves no half
of one, and the next run goes on after it. A trial run judges every row upon those before it, as
if they had been recorded, and records nothing.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

import msgspec

from ledger.entry import ids
from ledger.errors import IntegrityFault, LedgerError, StorageError
from ledger.kernel.aggregate import Command
from ledger.rules.time import moment
from ledger.service.acts.prepare import Drafting, Pen, jti_of
from ledger.service.acts.submit import act
from ledger.service.imports.importable import (
    SYSTEM,
    CellMissing,
    DiffersFromLedger,
    Fact,
    Fault,
    Held,
    Importable,
    Intake,
    PackTable,
    Row,
    Table,
    Words,
    column_of,
    repeated,
)
from ledger.service.imports.tables import Column, RawRow, RowMerged
from ledger.service.ledger import Ledger
from ledger.service.office import Hand
from ledger.service.packs import choices
from ledger.store.dialect import reading

Progress = Callable[[int, int], None]
"""Called with how many rows are done, of how many."""


class Report(NamedTuple):
    """What an import did: ``rows`` read, ``added``, ``known`` before, ``approved``, ``entries``."""

    rows: int
    added: int
    known: int
    approved: int
    entries: int
    faults: tuple[Fault, ...]


def import_table(
    ledger: Ledger,
    importable: Importable,
    raw: Sequence[RawRow],
    hand: Hand,
    *,
    system: str = SYSTEM,
    approve: bool = False,
    dry_run: bool = False,
    progress: Progress = lambda _done, _total: None,
) -> Report:
    """Record the rows of a table, signed by ``hand``; return what was done and left out.

    ``system`` names where the table comes from; ids of two systems never meet. ``approve`` stands
    behind rows that another proposed. ``dry_run`` records nothing.

    Raises:
        StorageError, IntegrityFault: the ledger cannot go on; running it again resumes.
    """
    intake = Intake(ledger, system, hand.who.actor)
    rows, broken, faults = parse_rows(intake.words, importable, raw)
    run = _Run(intake, importable, hand, approve=approve, dry_run=dry_run)
    twice = repeated(importable, rows, broken, run.held)
    found = tuple(chain(twice, importable.check(intake, rows)))
    wrong = {fault.row for fault in found}
    sound = importable.order([row for row in rows if row.number not in wrong])
    for done, row in enumerate(sound, start=1):
        run.take(row)
        progress(done, len(sound))
    return Report(
        rows=len(raw),
        added=run.added,
        known=run.known,
        approved=run.approved,
        entries=run.entries,
        faults=in_order([*faults, *found, *run.faults]),
    )


def in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Return faults by row; of one row all its cells', then what rows show together."""
    return tuple(sorted(faults, key=lambda fault: fault.row))


def export_rows(ledger: Ledger, table: Table, system: str = SYSTEM) -> Iterator[list[str]]:
    """Yield the header and the rows the ledger holds, in words, as imports read them."""
    intake = Intake(ledger, system)
    yield [column.zh for column in table.columns]
    for cells in _held(intake, table):
        yield [_shown(intake.words, column, cells.get(column.id, "")) for column in table.columns]


def _held(intake: Intake, table: Table) -> Iterator[Mapping[str, str]]:
    if isinstance(table, Importable):
        yield from (held.cells for held in table.held(intake))
    if isinstance(table, PackTable):
        books = choices.books(intake.ledger)
        items = {each.id: each for book in books for each in book.items(table.section)}
        for item in filter(table.listed, items.values()):
            members = msgspec.to_builtins(item)
            yield {name: str(value) for name, value in members.items() if value is not None}


def _shown(words: Words, column: Column, cell: str) -> str:
    return words.label(column, cell) if column.words and cell else cell


# -- rows ------------------------------------------------------------------------------------


class Parsed(NamedTuple):
    """Rows whose cells are all usable, the others as far as theirs are, and what is wrong there."""

    rows: list[Row]
    broken: list[Row]
    faults: list[Fault]


def parse_rows(words: Words, table: Table, raw: Iterable[RawRow]) -> Parsed:
    """Return the rows of a table, each cell in its one spelling."""
    parsed = Parsed([], [], [])
    for each in raw:
        found: dict[str, str] = {}
        wrong = list(_cells(words, table, each, found))
        parsed.faults.extend(wrong)
        (parsed.broken if wrong else parsed.rows).append(Row(number=each.number, cells=found))
    return parsed


def _cells(words: Words, table: Table, raw: RawRow, found: dict[str, str]) -> Iterator[Fault]:
    if raw.merged:
        yield Fault(raw.number, "", RowMerged(cells=raw.merged))
        return
    for column in table.columns:
        try:
            found[column.id] = _cell(words, column, raw)
        except LedgerError as why:
            yield Fault(raw.number, column.id, why)


def _cell(words: Words, column: Column, raw: RawRow) -> str:
    cell = raw.cells.get(column.id)
    text = "" if cell is None or not str(cell).strip() else column.form(cell, column.zh)
    if column.required and not text:
        raise CellMissing(column=column.zh)
    return words.code(column, text) if column.words and text else text


# -- the run ---------------------------------------------------------------------------------


@dataclass
class _Run:
    """One run, row after row: what a row needs may have been recorded by the one before."""

    intake: Intake
    importable: Importable
    hand: Hand
    approve: bool
    dry_run: bool
    added: int = 0
    known: int = 0
    approved: int = 0
    entries: int = 0
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._held: dict[tuple[str, ...], list[Held]] = {}
        for each in self.importable.held(self.intake):
            key = self.importable.key(Row(number=0, cells=each.cells))
            self._held.setdefault(key, []).append(each)
        ledger = self.intake.ledger
        at = ledger.clock.now_ms()
        self._trial = Drafting(
            ledger,
            Pen(
                log=ledger.home.origin,
                who=self.hand.who,
                now=moment(at),
                seen=None,
                random=os.urandom,
                new_id=lambda: ids.ulid(at),
            ),
        )

    def held(self, key: tuple[str, ...]) -> int:
        """Return how many rows of this key the ledger had when the run began."""
        return len(self._held.get(key, ()))

    def take(self, row: Row) -> None:
        """Record a row, pass over it, or keep why it is refused.

        Raises: StorageError, IntegrityFault: no later row could fare better.
        """
        try:
            held = self._held.get(self.importable.key(row), ())
            if held:
                self._stand_behind(self._same(row, held))
            else:
                self._record(row)
        except (StorageError, IntegrityFault):
            raise
        except LedgerError as why:
            # People know units by their codes: a refusal names them so.
            named = type(why)(**{name: self.intake.plain(of) for name, of in why.facts.items()})
            self.faults.append(Fault(row.number, column_of(self.importable, named), named))

    def _same(self, row: Row, held: Sequence[Held]) -> Held:
        """Return the row held that says the same. Raises: DiffersFromLedger."""
        differing = [self._differing(row, each) for each in held]
        if all(differing):
            raise DiffersFromLedger(columns="、".join(differing[0]))
        return next(each for each, found in zip(held, differing, strict=True) if not found)

    def _differing(self, row: Row, held: Held) -> list[str]:
        # A cell left empty says nothing.
        return [
            column.zh
            for column in self.importable.columns
            if not column.derived and row.of(column.id) not in {"", held.cells.get(column.id, "")}
        ]

    def _stand_behind(self, held: Held) -> None:
        second = self.importable.second
        commands = second(self.intake, held) if self.approve and second else ()
        if commands:
            self._do(commands, ())
            self.approved += 1
            self.entries += len(commands)
        else:
            self.known += 1

    def _record(self, row: Row) -> None:
        wanted = self._unrecorded(self.importable.plan(self.intake, row))
        if not wanted:
            self.known += 1
            return
        self._do([fact.command for fact in wanted], [self.intake.jti(fact) for fact in wanted])
        self.added += 1
        self.entries += len(wanted)
        for fact in wanted:
            self.intake.made[fact.name, fact.of] = str(fact.command.stream)

    def _unrecorded(self, facts: Sequence[Fact]) -> list[Fact]:
        ledger = self.intake.ledger
        jtis = {self.intake.jti(fact): fact for fact in facts}
        with reading(ledger.recorder.engine) as connection:
            stored = ledger.recorder.by_jti(connection, jtis)
        return [fact for jti, fact in jtis.items() if jti not in stored]

    def _do(self, commands: Sequence[Command], jtis: Sequence[str]) -> None:
        if not self.dry_run:
            act(self.intake.ledger, commands, self.hand.who, self.hand.key, jtis=jtis)
            return
        for command, jti in zip(commands, jtis or map(_any_id, commands), strict=True):
            self._trial.take(command, jti_of(jti, 0), more=True)


def _any_id(_: Command) -> str:
    return ids.new_id()
