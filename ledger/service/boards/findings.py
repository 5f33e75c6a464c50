"""Findings: what supervisors should look at, each with its rule, record and entries.

Which rules there are: ``ledger.service.findings``. Shown are those that arose within the days asked
about, or within a year.
"""

from collections.abc import Iterator

from ledger.service.board import Board, Called, Column, Desk, Line
from ledger.service.finding import evidence, find


def rows(desk: Desk) -> Iterator[Line]:
    """Yield one line for each finding, the newest first."""
    asked = desk.asked
    for rule, one in find(desk, asked.since, asked.until, asked.kind):
        entries = evidence(desk.ledger, one, desk.point.size)
        yield {
            "unit": one.unit,
            "day": one.day.isoformat(),
            "rule": rule.id,
            "version": rule.version,
            "kind": rule.kind,
            "finding": rule.zh,
            "finding_en": rule.en,
            "about": one.about or None,
            "measure": one.measure,
            "record": one.record,
            "entries": " ".join(map(str, entries)) or None,
            "source": rule.source,
        }


board = Board(
    name="findings",
    zh="疑点",
    en="Findings",
    columns=(
        Column(id="unit", zh="单位", en="Unit", form="unit"),
        Column(id="day", zh="日期", en="Day", form="day"),
        Column(id="rule", zh="规则", en="Rule"),
        Column(id="version", zh="规则版本", en="Rule version", form="count", programs=True),
        Column(id="kind", zh="疑点代码", en="Kind", programs=True),
        Column(id="finding", zh="疑点", en="Finding (Chinese)"),
        Column(id="finding_en", zh="疑点（英文）", en="Finding"),
        Column(id="about", zh="对象", en="About", programs=True),
        Column(id="measure", zh="数量", en="Measure", form="count"),
        Column(id="record", zh="记录", en="Record", form="stream"),
        Column(id="entries", zh="条目序号", en="Log indexes", programs=True),
        Column(id="source", zh="出处", en="Source"),
    ),
    rows=rows,
    heeds=("days", "kind"),
    notes=(
        Called(
            zh="疑点只提示应查看的记录，不认定过错，不列个人；默认列出近一年内的。",
            en="A finding names records to look at; it blames nobody. Shown are those of a year.",
        ),
    ),
    about=Called(
        zh="规则从记录里自动找出的、应当有人看一看的地方。",
        en="What rules found in the entries that somebody should look at.",
    ),
    empty=Called(
        zh="这一年里没有疑点。有事项超期不办、连续延期、提前撤下公示等情形时，会自动列在这里。",
        en=(
            "No findings within the year. Matters past their term, chains of extensions, "
            "postings taken down early and the like appear here by themselves."
        ),
    ),
)
