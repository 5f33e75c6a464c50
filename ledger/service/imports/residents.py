"""Importing residents' messages: each becomes a case of kind ``message``, signed by a device.

Stream and ``jti`` are HMACs under the home's import secret over
(system, id, fact), so a second run finds what is there and a stranger cannot match the log to
the source; a known ``jti`` is passed over before anything is prepared. ``occ`` is the day, the
exact time is sealed. A message is received and, where it has a reply, answered and closed, in one
submission; a later table with the reply appends the rest. Many submissions are under way at once,
so that the sequencer commits them in groups.

What the log holds is never overwritten: a row that says something else under a known id is
refused. Reading tables and rows: ``spreadsheet``, ``messages``.
"""

import hmac
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import islice

from ledger.entry import ids
from ledger.entry.entry import parse_entry
from ledger.errors import IntegrityFault, LedgerError, MalformedError, RuleViolation, StorageError
from ledger.kernel.aggregate import Command
from ledger.service.acts.commands import BadValue, parse_command
from ledger.service.acts.drafts import own_drafts
from ledger.service.acts.prepare import prepare
from ledger.service.acts.sign import sign_drafts
from ledger.service.acts.submit import act
from ledger.service.imports.messages import Message, Reject, Reply, parse_messages
from ledger.service.imports.spreadsheet import SheetRow
from ledger.service.ledger import Ledger
from ledger.service.office import Hand
from ledger.service.reading.values import open_rows
from ledger.store.batch import GuardMoved, NotNext, Placed, Submission
from ledger.store.dialect import reading
from ledger.store.mapper import StoredEntry
from ledger.store.vault import VaultRow

KIND, CHANNEL = "message", "web"
SYSTEM = "messages"
RECEIVE, ANSWER, CLOSE = "case.receive", "case.answer", "case.close"
STREAM, RECEIVED, ANSWERED, CLOSED = "stream", "received", "answered", "closed"
FACTS = (RECEIVED, ANSWERED, CLOSED)

COMPARED: Mapping[str, Mapping[str, str]] = {
    "reporter": {"ref": "reporter_ref"},
    "matter": {"title": "title", "text": "text", "received_at": "received_at"},
    "answer": {"text": "text", "answered_at": "answered_at"},
}
"""By sealed group: the fields a table fills, and the members of the command they come from."""

_CHUNK = 200
_UNDER_WAY = 256

Progress = Callable[[int, int], None]
"""Called with how many messages are done, of how many."""


class CellNotUsable(MalformedError):
    """A cell does not fit the case's field, by length mostly."""

    code = "import.cell_not_usable"
    zh = "该行内容不符合登记要求：{why}。请在原表更正后再次导入。"
    en = "The row does not fit a case: {why}. Correct it and import again."


class DiffersFromLog(RuleViolation):
    """The log holds another content under this id."""

    code = "import.differs_from_log"
    zh = "账本中该编号的{what}与本行不同；导入从不覆盖。请核对原表，如确有更正，另行登记办理。"
    en = (
        "The log holds another {what} under this id, and imports never overwrite. "
        "Check the table; a true correction is an act of its own on that case."
    )


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What an import did.

    ``rows`` read, cases ``added``, ``replies`` appended to cases already there, messages ``known``
    and unchanged, ``entries`` written, rows refused.
    """

    rows: int
    added: int
    replies: int
    known: int
    entries: int
    rejects: tuple[Reject, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """A message, its ids by what they name, the entries the log has by jti, their vault rows."""

    message: Message
    ids: Mapping[str, str]
    stored: Mapping[str, StoredEntry]
    sealed: Mapping[int, Sequence[VaultRow]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """What is still to be recorded of one message."""

    message: Message
    commands: tuple[Command, ...]
    jtis: tuple[str, ...]


@dataclass(kw_only=True)
class Tally:
    """Counts as the import goes."""

    total: int
    progress: Progress
    added: int = 0
    replies: int = 0
    known: int = 0
    entries: int = 0
    rejects: list[Reject] = field(default_factory=list)
    done: int = 0

    def refuse(self, message: Message, why: LedgerError) -> None:
        """Count a message refused. Raises: ``why`` itself where no later row could fare better."""
        if isinstance(why, StorageError | IntegrityFault):
            raise why
        self.rejects.append(Reject(row=message.row, id=message.id, why=why))
        self.step()

    def record(self, task: Task) -> None:
        """Count a submission recorded."""
        opened = type(task.commands[0]).name == RECEIVE
        self.added += opened
        self.replies += not opened
        self.entries += len(task.commands)
        self.step()

    def step(self) -> None:
        """Count a message done with."""
        self.done += 1
        self.progress(self.done, self.total)


def import_messages(
    ledger: Ledger,
    rows: Sequence[SheetRow],
    *,
    unit: str,
    device: Hand,
    system: str = SYSTEM,
    progress: Progress = lambda _done, _total: None,
) -> ImportReport:
    """Record the messages of a table at ``unit``, signed by ``device``; return what was done.

    ``system`` names where the ids come from, so that two systems' ids never meet.

    Raises:
        StorageError, IntegrityFault: the ledger cannot go on; running it again resumes.
    """
    messages, rejects = parse_messages(rows)
    tally = Tally(total=len(messages), progress=progress, rejects=rejects)
    pipeline = Pipeline(ledger, device, tally)
    importer = Importer(ledger, unit, system)
    for chunk in _chunks(messages):
        for known in importer.look_up(chunk):
            try:
                task = importer.task(known)
            except LedgerError as why:
                tally.refuse(known.message, why)
                continue
            if task.commands:
                pipeline.send(task)
            else:
                tally.known += 1
                tally.step()
    pipeline.finish()
    return ImportReport(
        rows=len(rows),
        added=tally.added,
        replies=tally.replies,
        known=tally.known,
        entries=tally.entries,
        rejects=tuple(sorted(tally.rejects, key=lambda reject: reject.row)),
    )


class Importer:
    """Names, looks up and compares; writes nothing."""

    def __init__(self, ledger: Ledger, unit: str, system: str) -> None:
        self._ledger = ledger
        self._unit = unit
        self._system = system
        self._secret = ledger.home.import_secret()

    def names(self, id_: str) -> dict[str, str]:
        """Return the ids (26 characters) of the source's ``id_``: its stream, a jti per fact."""
        texts = {name: f"{self._system}\n{id_}\n{name}" for name in (STREAM, *FACTS)}
        return {
            name: ids.id_from_bytes(hmac.digest(self._secret, text.encode(), "sha256"))
            for name, text in texts.items()
        }

    def look_up(self, messages: Sequence[Message]) -> list[Known]:
        """Return each message with its ids and what the log has of it."""
        names = {message.id: self.names(message.id) for message in messages}
        jtis = [each[fact] for each in names.values() for fact in FACTS]
        with reading(self._ledger.recorder.engine) as connection:
            stored = self._ledger.recorder.by_jti(connection, jtis)
        # Of all in a few queries: a table that was imported before is mostly known.
        sealed = defaultdict(list)
        for row in self._ledger.recorder.vault_rows_of(each.index for each in stored.values()):
            sealed[row.idx].append(row)
        self._ledger.keystore.fetch(str(each.originator_id) for each in stored.values())
        return [Known(message=m, ids=names[m.id], stored=stored, sealed=sealed) for m in messages]

    def task(self, known: Known) -> Task:
        """Return what is still to be recorded. Raises: DiffersFromLog, CellNotUsable."""
        wanted = self._wanted(known.message, f"case/{known.ids[STREAM]}")
        missing = []
        for fact, command in wanted.items():
            if (entry := known.stored.get(known.ids[fact])) is None:
                missing.append(fact)
            else:
                self._verify_same(command, entry, known.sealed.get(entry.index, ()))
        return Task(
            message=known.message,
            commands=tuple(wanted[fact] for fact in missing),
            jtis=tuple(known.ids[fact] for fact in missing),
        )

    def _wanted(self, message: Message, stream: str) -> dict[str, Command]:
        wanted = {RECEIVED: self._received(message, stream)}
        if message.reply:
            day = message.reply.at.day.isoformat()
            wanted[ANSWERED] = self._answered(message.reply, stream, day)
            wanted[CLOSED] = self._command(CLOSE, stream=stream, occ=day)
        return wanted

    def _received(self, message: Message, stream: str) -> Command:
        return self._command(
            RECEIVE,
            stream=stream,
            occ=message.received.day.isoformat(),
            unit=self._unit,
            kind=KIND,
            channel=CHANNEL,
            title=message.subject,
            text=message.text,
            received_at=message.received.text,
            reporter_ref=message.user,
        )

    def _answered(self, reply: Reply, stream: str, day: str) -> Command:
        return self._command(
            ANSWER, stream=stream, occ=day, text=reply.text, answered_at=reply.at.text
        )

    def _command(self, name: str, **fields: str | None) -> Command:
        try:
            return parse_command(self._ledger, name, fields)
        except BadValue as error:
            raise CellNotUsable(why=error.facts["why"]) from None

    def _verify_same(self, command: Command, stored: StoredEntry, rows: Sequence[VaultRow]) -> None:
        # What was erased, or is withheld, is not compared.
        claims = parse_entry(stored.state).signed.claims
        for group in open_rows(self._ledger, rows, claims).values():
            for name in COMPARED[group.group].keys() & group.values.keys():
                if group.values[name] != getattr(command, COMPARED[group.group][name]):
                    raise DiffersFromLog(what=f"{group.group}.{name}")


class Pipeline:
    """Prepares and signs one submission while those before it are committed in groups."""

    def __init__(self, ledger: Ledger, device: Hand, tally: Tally) -> None:
        self._ledger = ledger
        self._device = device
        self._tally = tally
        self._waiting: deque[tuple[Task, Future[Placed]]] = deque()

    def send(self, task: Task) -> None:
        """Queue a task's entries; refusals are counted, not raised."""
        ledger, device = self._ledger, self._device
        try:
            prepared = prepare(ledger, task.commands, device.who, jtis=task.jtis)
            drafts = own_drafts(ledger, prepared, sign_drafts(prepared, device.key))
            submission = Submission(drafts=drafts, guards=prepared.guards)
            self._waiting.append((task, ledger.writer().append(submission)))
        except LedgerError as why:
            self._tally.refuse(task.message, why)
        while len(self._waiting) >= _UNDER_WAY:
            self._settle()

    def finish(self) -> None:
        """Wait for everything under way."""
        while self._waiting:
            self._settle()

    def _settle(self) -> None:
        task, future = self._waiting.popleft()
        try:
            try:
                future.result()
            except (GuardMoved, NotNext):
                # Someone else wrote meanwhile: the slow way judges again upon that.
                act(self._ledger, task.commands, self._device.who, self._device.key, jtis=task.jtis)
        except LedgerError as why:
            self._tally.refuse(task.message, why)
        else:
            self._tally.record(task)


def _chunks(messages: Iterable[Message]) -> Iterator[list[Message]]:
    left = iter(messages)
    while chunk := list(islice(left, _CHUNK)):
        yield chunk
