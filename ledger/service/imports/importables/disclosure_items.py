"""Disclosure items, as drafts: what a committee is to publish, for it to review and approve.

An import signs for nobody else: two of the supervision committee still review each item, the
joint meeting approves it, and posting it is another act. Amounts are in yuan; closing is opening
plus income less expense, in every row that states the four.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import cast

from ledger.aggregates.disclosure_item.events import Version
from ledger.errors import RuleViolation
from ledger.rules.money import format_yuan
from ledger.service.imports import cells
from ledger.service.imports.importable import Fact, Fault, Held, Importable, Intake, Row
from ledger.service.imports.tables import Column
from ledger.service.reading.recorded import recorded

UNIT = Column(id="unit", zh="单位代码", en="Unit", form=cells.code, required=True,
              example="520602001001")  # fmt: skip
CODE = Column(id="code", zh="公开事项", en="Item", words="catalogues", required=True,
              example="集体财务收支")  # fmt: skip
PERIOD = Column(id="period", zh="所属期间", en="Period", form=cells.period, required=True,
                example="2026-03")  # fmt: skip
TITLE = Column(id="title", zh="标题", en="Title", required=True, example="三月份集体财务收支")
OPENING = Column(id="opening", zh="期初余额", en="Opening", form=cells.amount, example="1200.50")
INCOME = Column(id="income", zh="本期收入", en="Income", form=cells.amount)
EXPENSE = Column(id="expense", zh="本期支出", en="Expense", form=cells.amount)
CLOSING = Column(id="closing", zh="期末余额", en="Closing", form=cells.amount,
                 note_zh="期初＋收入－支出", note_en="opening + income - expense")  # fmt: skip
OTHER = Column(id="amounts", zh="其他金额", en="Other amounts", form=cells.counts,
               example="subsidy=300.00", note_zh="代码=元", note_en="code=yuan")  # fmt: skip
TEXT = Column(id="text", zh="内容", en="Text", form=cells.prose)
TABLE = Column(id="table", zh="表格", en="Table", form=cells.prose, example='[["项目","金额"]]',
               note_zh="JSON：若干行，每行若干文字", note_en="JSON: rows of texts")  # fmt: skip
FOUR = (OPENING, INCOME, EXPENSE, CLOSING)


class ClosingDiffers(RuleViolation):
    """A closing balance is not what the row, or the rows before it, add up to."""

    code = "import.closing_differs"
    zh = "“{column}”应为 {due}，所填 {stated}，不平衡。请核对各项金额后再次导入。"
    en = "{column} should be {due}, {stated} is stated. Check the amounts and import again."


def _key(row: Row) -> tuple[str, ...]:
    return tuple(row.of(name) for name in ("unit", "code", "period", "title"))


def _held(intake: Intake) -> Iterator[Held]:
    """Yield the items that were not taken back, in their newest version."""
    types = ("disclosure_item.drafted.v1", "disclosure_item.revised.v1")
    taken_back = "disclosure_item.withdrawn.v1"
    found: dict[str, dict[str, str]] = {}
    for each in recorded(intake.ledger, "disclosure_item", *types, taken_back):
        if each.act.type == taken_back:
            found.pop(each.act.stream, None)
            continue
        version = cast(Version, each.act.event)
        content = {name: each.value("content", name) for name in ("title", "text", "table")}
        amounts = {amount.of: format_yuan(amount.fen) for amount in version.amounts}
        found[each.act.stream] = content | {
            "unit": intake.unit_code(version.unit),
            "code": version.code,
            "period": version.period,
            "amounts": "; ".join(f"{of}={yuan}" for of, yuan in amounts.items() if of not in _FOUR),
            **{of: cells.amount(yuan, of) for of, yuan in amounts.items() if of in _FOUR},
        }
    for stream, told in found.items():
        yield Held(stream, told)


_FOUR = frozenset(column.id for column in FOUR)


def _plan(intake: Intake, row: Row) -> Sequence[Fact]:
    amounts = [f"{c.id}={_two_decimals(row.of(c.id))}" for c in FOUR if row.get(c.id)]
    amounts += row.of("amounts").split("; ") if row.get("amounts") else []
    command = intake.command(
        "disclosure_item.draft",
        stream=intake.stream("disclosure_item", "item", _key(row)),
        unit=intake.unit(row.of("unit"), UNIT),
        code=row.of("code"),
        period=row.of("period"),
        title=row.of("title"),
        text=row.get("text"),
        table=row.get("table"),
        amounts=tuple(amounts),
    )
    return (Fact("item", _key(row), command),)


def _two_decimals(amount: str) -> str:
    return amount if "." in amount else f"{amount}.00"


def _check(_: Intake, rows: Sequence[Row]) -> Iterator[Fault]:
    for row in rows:
        stated = [row.get(column.id) for column in FOUR]
        if None in stated:
            continue
        opening, income, expense, closing = (Decimal(str(each)) for each in stated)
        due = opening + income - expense
        if closing != due:
            why = ClosingDiffers(column=CLOSING.zh, due=due, stated=closing)
            yield Fault(row.number, CLOSING.id, why)


importable = Importable(
    name="disclosure-items",
    zh="公开事项",
    en="Disclosure items",
    columns=(UNIT, CODE, PERIOD, TITLE, *FOUR, OTHER, TEXT, TABLE),
    told_by="、".join(column.zh for column in (UNIT, CODE, PERIOD, TITLE)),
    key=_key,
    held=_held,
    plan=_plan,
    check=_check,
    by_device=True,
)
