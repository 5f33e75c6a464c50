"""Lines of accounts: vouchers of collective funds, hours and points of volunteers, as claims.

An import books nothing by itself: each line is a claim that those sign whom its kind asks for.
Where lines state the balance after them, every one must follow from the one before, and the first
from what the ledger holds; where one does not, nobody knows which is wrong, so all of that
account's lines are left out together. Hours of one person that overlap are refused both.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from typing import Any, cast

from ledger.aggregates.account.events import Claimed
from ledger.aggregates.account.state import AccountState
from ledger.errors import MalformedError, NotFound, RuleViolation
from ledger.rules.accounts import minute_of
from ledger.service.imports import cells
from ledger.service.imports.importable import Fact, Fault, Held, Importable, Intake, LeftOut, Row
from ledger.service.imports.importables.accounts import (
    ID_NO,
    KIND,
    NAME,
    UNIT,
    Account,
    accounts_held,
    counted,
    key_of,
    spelt,
)
from ledger.service.imports.importables.disclosure_items import ClosingDiffers
from ledger.service.imports.tables import Column
from ledger.service.reading.recorded import recorded

DAY = Column(id="day", zh="日期", en="Day", form=cells.day, required=True, example="2026-03-05")
VOUCHER = Column(id="voucher", zh="凭证号", en="Voucher", example="2026-03-012")
PURPOSE = Column(id="purpose", zh="用途", en="Purpose", words="purpose", required=True,
                 example="资产租金")  # fmt: skip
INCOME = Column(id="income", zh="收入", en="In", form=cells.amount, example="1200.50",
                note_zh="收支只填一项；时长按分钟", note_en="in or out; in minutes")  # fmt: skip
EXPENSE = Column(id="expense", zh="支出", en="Out", form=cells.amount)
START = Column(id="start", zh="开始时间", en="Begun", form=cells.clock, example="09:30",
               note_zh="服务时长必填", note_en="needed for hours of service")  # fmt: skip
PAYEE = Column(id="payee", zh="收付款人", en="Payee")
TEXT = Column(id="text", zh="摘要", en="Text", form=cells.prose)
BALANCE = Column(id="balance", zh="余额", en="Balance", form=cells.amount, derived=True,
                 note_zh="填写则逐行核对", note_en="checked line by line where given")  # fmt: skip


class AccountMissing(NotFound):
    """A line names an account nobody opened."""

    code = "import.account_missing"
    zh = "没有这个账户（单位、账户类型、户主）。请先导入账户表，或更正该行。"
    en = "There is no such account: unit, kind, holder. Import the accounts first, or correct it."


class AccountShared(RuleViolation):
    """Several accounts of the ledger are told by the same cells."""

    code = "import.account_shared"
    zh = "账本中有 {count} 个账户的单位、类型、户主、证件号码都相同，请在该账户上单独登记。"
    en = "{count} accounts have this unit, kind, holder and number. Record the line by itself."


class OneAmount(MalformedError):
    """A line is either in or out."""

    code = "import.one_amount"
    zh = "“收入”与“支出”须填且只填一项，且大于零。请更正该行。"
    en = "Fill in either what came in or what went out, above zero. Correct the row."


class RowsOverlap(RuleViolation):
    """Two rows say that one person served at the same time."""

    code = "import.hours_overlap"
    zh = "与第 {row} 行的服务时段重叠（{day}）。请核对起止时间后再次导入。"
    en = "The time overlaps that of row {row} ({day}). Check both rows and import again."


def _key(row: Row) -> tuple[str, ...]:
    # A voucher is booked once, whatever else is said of it. Without one a line is all it says.
    if row.get("voucher"):
        return (*key_of(row), row.of("voucher"))
    rest = ("day", "purpose", "income", "expense", "start", "payee", "text")
    return (*key_of(row), "", *(row.of(name) for name in rest))


def _held(intake: Intake) -> Iterator[Held]:
    accounts = {
        account.stream: (key, account)
        for key, alike in _accounts(intake).items()
        for account in alike
    }
    balances = {stream: account.opening for stream, (_, account) in accounts.items()}
    for each in recorded(intake.ledger, "account", "account.claimed.v1"):
        stream, claimed = each.act.stream, cast(Claimed, each.act.event)
        if stream not in accounts or not _stands(intake, stream, claimed.item):
            continue
        key, account = accounts[stream]
        balances[stream] += claimed.amount if claimed.flow == "in" else -claimed.amount
        amount, empty = spelt(claimed.amount, account.measure), ""
        told = dict(zip(("unit", "kind", "name", "id_no"), key, strict=True)) | {
            "day": claimed.day,
            "purpose": claimed.purpose,
            "income": amount if claimed.flow == "in" else empty,
            "expense": amount if claimed.flow == "out" else empty,
            "start": "" if claimed.start is None else _time(claimed.start),
            "balance": spelt(balances[stream], account.measure),
            **{name: each.value("claim", name) for name in ("voucher", "payee", "text")},
        }
        yield Held(stream, told)


def _accounts(intake: Intake) -> Mapping[tuple[str, ...], tuple[Account, ...]]:
    return intake.once("accounts", lambda: accounts_held(intake))


def _stands(intake: Intake, account: str, number: int) -> bool:
    state = cast(AccountState, intake.ledger.known.stream(account).state)
    return any(item.number == number and item.counts for item in state.items)


def _time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _plan(intake: Intake, row: Row) -> Sequence[Fact]:
    alike = _accounts(intake).get(key_of(row), ())
    if len(alike) > 1:
        raise AccountShared(count=len(alike))
    if not alike:
        raise AccountMissing
    (account,) = alike
    flow, column = ("in", INCOME) if row.get("income") else ("out", EXPENSE)
    if bool(row.get("income")) == bool(row.get("expense")):
        raise OneAmount
    amount = counted(row.of(column.id), account.measure, column)
    if amount <= 0:
        raise OneAmount
    fields: dict[str, Any] = {name: row.get(name) for name in ("voucher", "payee", "text")}
    command = intake.command(
        "account.claim",
        stream=account.stream,
        amount=amount,
        purpose=row.of("purpose"),
        day=row.of("day"),
        flow=flow,
        start=row.get("start"),
        **fields,
    )
    return (Fact("line", _key(row), command),)


# -- what lines show together ----------------------------------------------------------------


def _check(intake: Intake, rows: Sequence[Row]) -> Iterator[Fault]:
    by_account: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        by_account.setdefault(key_of(row), []).append(row)
    for key, lines in by_account.items():
        days = [row.of("day") for row in lines]
        # Of lines out of order the first is not what follows the ledger.
        follows = min(days) == days[0]
        before = _before(intake, key, days[0]) if follows else None
        yield from _unbalanced(before, lines)
        yield from _overlapping(lines)


def _before(intake: Intake, key: tuple[str, ...], first: str) -> Decimal | None:
    """Return the balance before a first line of day ``first``: all the ledger holds of before it.

    None where the ledger holds lines of that very day: nobody can tell which come first.
    """
    alike = _accounts(intake).get(key, ())
    if len(alike) != 1:
        return None
    (account,) = alike
    state = cast(AccountState, intake.ledger.known.stream(account.stream).state)
    standing = [item for item in state.items if item.counts]
    if any(item.day.isoformat() == first for item in standing):
        return None
    earlier = sum(item.amount for item in standing if item.day.isoformat() < first)
    return Decimal(spelt(account.opening + earlier, account.measure))


def _moved(row: Row) -> Decimal:
    return Decimal(row.of("income") or 0) - Decimal(row.of("expense") or 0)


def _unbalanced(before: Decimal | None, lines: Sequence[Row]) -> Iterator[Fault]:
    balance = before
    for row in lines:
        balance = None if balance is None else balance + _moved(row)
        stated = Decimal(row.of("balance")) if row.get("balance") else None
        if stated is None:
            continue
        if balance is not None and stated != balance:
            why = ClosingDiffers(column=BALANCE.zh, due=balance, stated=stated)
            yield Fault(row.number, BALANCE.id, why)
            for other in lines:
                if other is not row:
                    yield Fault(other.number, "", LeftOut(row=row.number))
            return
        balance = stated


def _overlapping(lines: Iterable[Row]) -> Iterator[Fault]:
    timed = [row for row in lines if row.get("start") and row.get("income")]
    for one, other in combinations(timed, 2):
        if one.of("day") == other.of("day") and _meet(one, other):
            for row, with_ in ((one, other), (other, one)):
                why = RowsOverlap(row=with_.number, day=row.of("day"))
                yield Fault(row.number, START.id, why)


def _meet(one: Row, other: Row) -> bool:
    (begun, ended), (since, until) = _span(one), _span(other)
    return begun < until and since < ended


def _span(row: Row) -> tuple[Decimal, Decimal]:
    begun = Decimal(minute_of(row.of("start")))
    return begun, begun + Decimal(row.of("income"))


importable = Importable(
    name="account-lines",
    zh="账户明细",
    en="Lines of accounts",
    columns=(
        UNIT, KIND, NAME, ID_NO, DAY, VOUCHER, PURPOSE, INCOME, EXPENSE, START, PAYEE, TEXT,
        BALANCE,
    ),
    told_by="、".join(column.zh for column in (UNIT, KIND, NAME, ID_NO, VOUCHER)),
    key=_key,
    held=_held,
    plan=_plan,
    check=_check,
)  # fmt: skip
