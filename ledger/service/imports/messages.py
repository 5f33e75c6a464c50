"""Residents' messages as a row of a table tells them: parsed strictly, or refused with a reason.

Columns 留言编号, 留言用户, 留言主题, 留言时间, 留言详情 and, where there is a reply, 答复意见 and
答复时间. Times without offset are +08:00. Tabs and line breaks in text are kept; control and
zero-width characters are a reason to refuse the row. Nothing here knows a ledger: ``importing``
turns messages into cases.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone

from ledger.entry.canonical import BadText, require_text
from ledger.errors import LedgerError, MalformedError, RuleViolation
from ledger.rules.time import ZONE
from ledger.service.imports.spreadsheet import Cell, SheetRow, text_of

ID, USER, SUBJECT, RECEIVED, TEXT = "留言编号", "留言用户", "留言主题", "留言时间", "留言详情"
ANSWER, ANSWERED = "答复意见", "答复时间"
REQUIRED = (ID, USER, SUBJECT, RECEIVED, TEXT)
OPTIONAL = (ANSWER, ANSWERED)

_ID = re.compile(r"[^\s\x00-\x1f\x7f]{1,64}")
_TIME = re.compile(
    r"(?P<year>[0-9]{4})[-/.年](?P<month>[0-9]{1,2})[-/.月](?P<day>[0-9]{1,2})日?"
    r"(?:[ T]+(?P<hour>[0-9]{1,2})[:：时](?P<minute>[0-9]{1,2})"
    r"(?:[:：分](?P<second>[0-9]{1,2})秒?(?:\.[0-9]{1,9})?|分)?"
    r" ?(?P<offset>Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_HALF_SECOND = timedelta(milliseconds=500)


class RowWithoutId(MalformedError):
    """The row has no number of its own."""

    code = "import.no_id"
    zh = "该行没有留言编号，或编号含空白、超过 64 个字符。请在原表补正后再次导入。"
    en = "The row has no id, or one with blanks or over 64 characters. Correct it and import again."


class RowTimeUnreadable(MalformedError):
    """A time is missing or of no known form."""

    code = "import.bad_time"
    zh = "“{column}”缺失或无法识别，应如 2019-04-25 09:32:08。请在原表更正后再次导入。"
    en = "{column} is missing or unreadable; write 2019-04-25 09:32:08. Correct it, import again."


class RowTextBroken(MalformedError):
    """A text holds control, zero-width or otherwise refused characters."""

    code = "import.bad_text"
    zh = "“{column}”第 {position} 个字符处有控制、不可见或非规范字符。请在原表删除后再次导入。"
    en = "{column} has a control, invisible or non-NFC character at {position}. Remove it, retry."


class RowWithoutText(MalformedError):
    """The message says nothing."""

    code = "import.no_text"
    zh = "该行“{column}”为空。请在原表补正后再次导入。"
    en = "{column} is empty. Fill it in and import again."


class ReplyBeforeMessage(RuleViolation):
    """The reply is dated before the message."""

    code = "import.reply_before_message"
    zh = "答复时间早于留言时间。请在原表核对两个时间后再次导入。"
    en = "The reply is dated before the message. Check both times and import again."


class ReplyIncomplete(MalformedError):
    """There is a reply without its time, or a time without its reply."""

    code = "import.reply_incomplete"
    zh = "答复意见与答复时间须同时填写。请在原表补正后再次导入。"
    en = "A reply needs its text and its time. Fill in both and import again."


class IdRepeated(RuleViolation):
    """One file tells two different things under one id."""

    code = "import.id_repeated"
    zh = "该编号在第 {first} 行已出现且内容不同。请在原表核对后再次导入。"
    en = "Row {first} has this id with other content. Check the file and import again."


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """A day at +08:00 and, where it was given, the time of it; ``text`` is RFC 3339 or a date."""

    day: date
    time: datetime | None = None

    @property
    def text(self) -> str:
        """The moment as exactly as it is known."""
        return self.time.isoformat() if self.time else self.day.isoformat()

    def before(self, other: "Moment") -> bool:
        """Tell whether this is surely earlier than ``other``."""
        if self.time and other.time:
            return self.time < other.time
        return self.day < other.day


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """The office's answer and when it was given."""

    text: str
    at: Moment


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One resident's message; ``row`` is where the table has it."""

    row: int
    id: str
    user: str | None
    subject: str
    text: str
    received: Moment
    reply: Reply | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reject:
    """A row left out and why; ``id`` is empty where the row has none that can be printed."""

    row: int
    id: str
    why: LedgerError


def parse_messages(rows: Iterable[SheetRow]) -> tuple[list[Message], list[Reject]]:
    """Return the messages of a table, one per id, and the rows refused, both in row order.

    A row that says the same again is passed over; one that adds the reply completes the first.
    """
    found: dict[str, Message] = {}
    rejects = []
    for row in rows:
        try:
            message = parse_message(row)
            earlier = found.get(message.id)
            found[message.id] = merged(earlier, message) if earlier else message
        except LedgerError as why:
            rejects.append(Reject(row=row.number, id=printable_id(row), why=why))
    return list(found.values()), rejects


def parse_message(row: SheetRow) -> Message:
    """Return the message of one row.

    Raises:
        RowWithoutId, RowTimeUnreadable, RowTextBroken, RowWithoutText: a cell is not usable.
        ReplyIncomplete, ReplyBeforeMessage: the reply does not go with the message.
    """
    message = Message(
        row=row.number,
        id=_id(row),
        user=_text(row, USER) or None,
        subject=_filled(row, SUBJECT),
        text=_filled(row, TEXT),
        received=parse_moment(row.cells.get(RECEIVED), RECEIVED),
        reply=_reply(row),
    )
    if message.reply and message.reply.at.before(message.received):
        raise ReplyBeforeMessage
    return message


def merged(earlier: Message, later: Message) -> Message:
    """Return what two rows of one id say together. Raises: IdRepeated when they differ."""
    same = replace(later, row=earlier.row, reply=earlier.reply) == earlier
    if not same or (earlier.reply and later.reply and earlier.reply != later.reply):
        raise IdRepeated(first=earlier.row)
    return replace(earlier, reply=earlier.reply or later.reply)


def parse_moment(cell: Cell, column: str) -> Moment:
    """Return the moment a cell tells: a date cell, or text in one of the usual forms.

    Raises:
        RowTimeUnreadable: naming ``column``.
    """
    try:
        if isinstance(cell, datetime):
            return _of(cell)
        if isinstance(cell, date):
            return Moment(day=cell)
        if isinstance(cell, str) and (found := _TIME.fullmatch(cell.strip())):
            return _matched(found)
    except (ValueError, OverflowError):
        raise RowTimeUnreadable(column=column) from None
    raise RowTimeUnreadable(column=column)


def printable_id(row: SheetRow) -> str:
    """Return the row's id where it has one that may stand in a report, else nothing."""
    try:
        return _id(row)
    except LedgerError:
        return ""


def _id(row: SheetRow) -> str:
    cell = row.cells.get(ID)
    text = text_of(cell).strip()
    if isinstance(cell, bool | datetime) or not _ID.fullmatch(text):
        raise RowWithoutId
    _require(text, ID)
    return text


def _filled(row: SheetRow, column: str) -> str:
    text = _text(row, column)
    if not text.strip():
        raise RowWithoutText(column=column)
    return text


def _text(row: SheetRow, column: str) -> str:
    text = text_of(row.cells.get(column))
    _require(text, column)
    return text


def _require(text: str, column: str) -> None:
    try:
        require_text(text)
    except BadText as error:
        # People count characters from 1.
        raise RowTextBroken(column=column, position=_position(error)) from None


def _position(error: BadText) -> int:
    position = error.facts["position"]
    assert isinstance(position, int)
    return position + 1


def _reply(row: SheetRow) -> Reply | None:
    text = _text(row, ANSWER)
    timed = bool(text_of(row.cells.get(ANSWERED)).strip())
    if not text.strip() and not timed:
        return None
    if not text.strip() or not timed:
        raise ReplyIncomplete
    return Reply(text=text, at=parse_moment(row.cells.get(ANSWERED), ANSWERED))


def _of(cell: datetime) -> Moment:
    # A spreadsheet keeps a time as a fraction of a day, so a second may come back a hair short.
    time = (cell + _HALF_SECOND).replace(microsecond=0)
    time = time.replace(tzinfo=ZONE) if time.tzinfo is None else time.astimezone(ZONE)
    return Moment(day=time.date(), time=time)


def _matched(found: re.Match[str]) -> Moment:
    day = date(int(found["year"]), int(found["month"]), int(found["day"]))
    if found["hour"] is None:
        return Moment(day=day)
    time = datetime(
        day.year,
        day.month,
        day.day,
        int(found["hour"]),
        int(found["minute"]),
        int(found["second"] or 0),
        tzinfo=_offset(found["offset"]),
    ).astimezone(ZONE)
    return Moment(day=time.date(), time=time)


def _offset(text: str | None) -> timezone:
    if text is None:
        return ZONE
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    if minutes > 59:
        raise ValueError("no such offset")
    span = timedelta(hours=hours, minutes=minutes)
    return timezone(-span if text[0] == "-" else span)
