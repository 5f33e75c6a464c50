"""Disclosure: what each unit owed to publish and what it published; what is missing is a line.

One line per duty that a disclosure item meets, and one per item no duty asked for. Old and new
amounts stand side by side where a posting was corrected. Shown are duties due within a year before
the day asked about and those not yet due; items of any age.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from ledger.projections.disclosures import DisclosureRow, amounts_of
from ledger.rules.money import format_yuan
from ledger.rules.packs.sections import catalogues
from ledger.rules.periods import parse_period
from ledger.service.board import Board, Called, Cell, Column, Desk, Line, News
from ledger.service.compliance import of_desk

BACK = timedelta(days=366)
OF = "disclosure_item"


def rows(desk: Desk) -> Iterator[Line]:
    """Yield the lines by unit, the newest posted or missed first; what is still to come, last."""
    items: dict[str, DisclosureRow] = {row.item: row for row in desk.rows("disclosures", "item")}
    used: set[str] = set()
    lines = list(_owed(desk, items, used))
    lines += [_line(desk, row) for item, row in items.items() if item not in used]
    lines.sort(key=lambda line: str(line["code"]))
    lines.sort(key=_when, reverse=True)
    lines.sort(key=lambda line: (desk.order(str(line["unit"])), _to_come(line)))
    yield from lines


def _to_come(line: Line) -> bool:
    return line["item"] is None and line["verdict"] == "not_yet_due"


def _when(line: Line) -> str:
    """Return the day it was posted, else was due, else the last day of what it is about."""
    return str(line["day"] or line["due"] or parse_period(str(line["period"])).last)


def _owed(desk: Desk, items: dict[str, DisclosureRow], used: set[str]) -> Iterator[dict[str, Cell]]:
    """Yield a line per duty; the items that meet one are added to ``used``."""
    for met in of_desk(desk, desk.day - BACK):
        noun, code = met.duty.obligation.evidence
        if noun != OF:
            continue
        found = [items[stream] for stream in met.by if stream in items]
        used.update(row.item for row in found)
        owed: dict[str, Cell] = {
            "verdict": met.verdict,
            "due": met.duty.deadline.isoformat(),
            "afterwards": met.afterwards.isoformat() if met.afterwards else None,
        }
        for row in found:
            yield {**_line(desk, row), **owed}
        if not found:
            about = {"unit": met.duty.unit, "code": code, "period": str(met.duty.period)}
            yield {**dict.fromkeys(column.id for column in COLUMNS), **about, **owed}


def _line(desk: Desk, row: DisclosureRow) -> dict[str, Cell]:
    book = desk.book(row.unit)
    kind = None if book is None else book.find(catalogues.section, row.code)
    posted = row.standing == "published" and row.until is not None
    left = (date.fromisoformat(row.until or "") - desk.day).days if posted else None
    waiting = [one.partition("=")[2] for one in row.queries.split()]
    return {
        "unit": row.unit,
        "class": None if kind is None else kind.class_,
        "code": row.code,
        "period": row.period,
        "verdict": None,
        "due": None,
        "afterwards": None,
        "standing": row.standing,
        "day": row.day,
        "until": row.until,
        "days_left": None if left is None else max(left, 0),
        "early": row.early,
        "amounts": _amounts(row.shown_amounts),
        "before": _amounts(row.before),
        "version": row.shown or row.version,
        "asked": row.asked,
        "unanswered": len(waiting),
        "overdue": sum(due < desk.day.isoformat() for due in waiting),
        "contested": row.contested,
        "item": row.item,
    }


def _amounts(text: str) -> str | None:
    found = amounts_of(text)
    return " ".join(f"{of}={format_yuan(fen)}" for of, fen in found.items()) or None


COLUMNS = (
    Column(id="unit", zh="单位", en="Unit", form="unit"),
    Column(id="class", zh="类别", en="Class", form="code", words="class"),
    Column(id="code", zh="事项", en="Item", form="code", words="catalogues"),
    Column(id="period", zh="期间", en="Period"),
    Column(id="verdict", zh="按期情况", en="In time", form="code", words="verdict"),
    Column(id="due", zh="应公开截止", en="Due", form="day"),
    Column(id="afterwards", zh="逾期后补录", en="Recorded afterwards", form="day"),
    Column(id="standing", zh="状态", en="Standing", form="code", words="item_standing"),
    Column(id="day", zh="公布日期", en="Posted on", form="day"),
    Column(id="until", zh="公示至", en="Posted through", form="day"),
    Column(id="days_left", zh="剩余天数", en="Days left", form="count"),
    Column(id="early", zh="提前撤下", en="Taken down early", form="mark"),
    Column(id="amounts", zh="金额（元）", en="Amounts (yuan)"),
    Column(id="before", zh="更正前金额", en="Before correction"),
    Column(id="version", zh="版本", en="Version", form="count"),
    Column(id="asked", zh="询问", en="Questions", form="count"),
    Column(id="unanswered", zh="未答复", en="Unanswered", form="count"),
    Column(id="overdue", zh="其中逾期", en="Of these overdue", form="count"),
    Column(id="contested", zh="有异议待裁定", en="Challenged", form="mark"),
    Column(id="item", zh="记录", en="Record", form="stream"),
)

board = Board(
    name="disclosure",
    zh="居务（村务）公开",
    en="Disclosure",
    columns=COLUMNS,
    names=("unit", "code", "period"),
    headed=("code", "period"),
    by="period",
    rows=rows,
    views={"disclosures": (), "evidence": (), "beginnings": (), "unit_facts": ()},
    of="disclosure_item",
    news=News(facts=("published",), view="disclosures", words="catalogues"),
    listed=("unit", "code", "period", "verdict", "standing", "day", "until", "amounts", "before"),
    notes=(
        Called(
            zh="应公开而没有公开的也列出。此处只列金额，不显示正文；公示期满后金额仍列出。",
            en="What was owed and not published is a line, too. Amounts alone are shown here, no "
            "text; they stay when the posting has ended.",
        ),
    ),
    about=Called(
        zh="该公开的公开了没有、什么时候公开、改过什么。",
        en="What was to be published, whether and when it was, and what was corrected.",
    ),
    empty=Called(
        zh="还没有应公开的项目，也没有公布过。采用规定了公开目录的规则包，或公布第一项之后，这里就会出现；缺的月份也会占一行。",
        en="Nothing is owed and nothing was published. Lines appear once a pack "
        "with a disclosure catalogue is adopted, or an item is published; a "
        "missing month is a line, too.",
    ),
)
