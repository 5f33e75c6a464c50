"""Accounts: those of units with their opening balances, those of volunteers.

One row opens one account. Amounts are yuan where the kind counts fen, else whole minutes or
points. What is booked in them are lines of their own (``account-lines``).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, cast

from ledger.errors import MalformedError
from ledger.rules.accounts import AccountOpened
from ledger.rules.kinds.account import AccountKind
from ledger.rules.money import format_yuan, parse_yuan
from ledger.rules.packs.sections import accounts as section
from ledger.rules.words import Word
from ledger.service.imports import cells
from ledger.service.imports.importable import Fact, Held, Importable, Intake, Row
from ledger.service.imports.tables import Column
from ledger.service.reading.recorded import recorded

UNIT = Column(id="unit", zh="单位代码", en="Unit", form=cells.code, required=True,
              example="520602001001")  # fmt: skip
KIND = Column(id="kind", zh="账户类型", en="Kind", words="accounts", required=True,
              example="集体资金")  # fmt: skip
NAME = Column(id="name", zh="户主姓名", en="Holder",
              note_zh="单位账户留空", note_en="empty for a unit's own account")  # fmt: skip
ID_NO = Column(id="id_no", zh="证件号码", en="Document number",
               note_zh="同名者必填", note_en="needed where two bear one name")  # fmt: skip
CONTACT = Column(id="contact", zh="联系方式", en="Contact")
CATEGORY = Column(id="category", zh="志愿者类别", en="Category", note_zh="志愿者账户必填",
                  note_en="needed for a volunteer's account", words=(
    Word(id="resident", zh="居民", en="Resident"), Word(id="staff", zh="单位职工", en="Staff"),
))  # fmt: skip
OPENING = Column(id="opening", zh="期初余额", en="Opening", form=cells.amount, example="1200.50")
SINCE = Column(id="since", zh="起始期间", en="First period", form=cells.period,
               example="2026-01")  # fmt: skip


class NotWhole(MalformedError):
    """Minutes and points are whole."""

    code = "import.not_whole"
    zh = "“{column}”须为整数（分钟或积分）。请更正该单元格后再次导入。"
    en = "{column} must be whole: minutes or points have no cents. Correct the cell."


class Account(NamedTuple):
    """An account the ledger holds: its stream, what it counts, what it began with."""

    stream: str
    measure: str
    opening: int


def key_of(row: Row) -> tuple[str, ...]:
    """Return what tells accounts apart: unit, kind, whose."""
    return tuple(row.of(name) for name in ("unit", "kind", "name", "id_no"))


def kind_of(intake: Intake, unit: str, kind: str) -> AccountKind:
    """Return a kind of account as the packs in force at a unit arrange it. Raises: NotFound."""
    return intake.book(unit).item(section.section, kind)


def counted(text: str, measure: str, column: Column) -> int:
    """Return an amount as typed in what the account counts. Raises: NotWhole."""
    if measure == "fen":
        return parse_yuan(text)
    if "." in text:
        raise NotWhole(column=column.zh)
    return int(text)


def spelt(amount: int, measure: str) -> str:
    """Return an amount as a table says it."""
    return cells.amount(format_yuan(amount), "") if measure == "fen" else str(amount)


def accounts_held(intake: Intake) -> Mapping[tuple[str, ...], tuple[Account, ...]]:
    """Return the accounts of before this run, by what tells them apart; not those closed."""
    found: dict[tuple[str, ...], tuple[Account, ...]] = {}
    for held, account in _accounts(intake):
        key = key_of(Row(number=0, cells=held.cells))
        found[key] = (*found.get(key, ()), account)
    return found


def _accounts(intake: Intake) -> Iterator[tuple[Held, Account]]:
    closed = {each.act.stream for each in recorded(intake.ledger, "account", "account.closed.v1")}
    for each in recorded(intake.ledger, "account", "account.opened.v1"):
        opened = cast(AccountOpened, each.act.event)
        if each.act.stream in closed:
            continue
        measure = kind_of(intake, opened.unit, opened.kind).measure
        told = {
            "unit": intake.unit_code(opened.unit),
            "kind": opened.kind,
            "name": each.value("holder", "name"),
            "id_no": each.value("holder", "id_no"),
            "contact": each.value("holder", "contact"),
            "category": opened.category or "",
            "opening": spelt(opened.opening, measure) if opened.since else "",
            "since": opened.since or "",
        }
        stream = each.act.stream
        yield Held(stream, told), Account(stream, measure, opened.opening)


def _held(intake: Intake) -> Iterator[Held]:
    yield from (held for held, _ in _accounts(intake))


def _plan(intake: Intake, row: Row) -> Sequence[Fact]:
    unit = intake.unit(row.of("unit"), UNIT)
    measure = kind_of(intake, unit, row.of("kind")).measure
    opening = row.get("opening")
    command = intake.command(
        "account.open",
        stream=intake.stream("account", "account", key_of(row)),
        unit=unit,
        kind=row.of("kind"),
        category=row.get("category"),
        opening=counted(opening, measure, OPENING) if opening else 0,
        since=row.get("since"),
        full_name=row.get("name"),
        contact=row.get("contact"),
        id_no=row.get("id_no"),
    )
    return (Fact("account", key_of(row), command),)


importable = Importable(
    name="accounts",
    zh="账户",
    en="Accounts",
    columns=(UNIT, KIND, NAME, ID_NO, CONTACT, CATEGORY, OPENING, SINCE),
    told_by="、".join(column.zh for column in (UNIT, KIND, NAME, ID_NO)),
    key=key_of,
    held=_held,
    plan=_plan,
)
