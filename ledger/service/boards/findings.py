"""Findings: what supervisors should look at, each with its rule, record, entries and answer.

Which rules there are: ``ledger.service.findings``. Shown are those that arose within the days asked
about, or within a year. An answer stands beside the very facts it names, if it names their kind and
record, too: only those are held to a recusal. One recorded before the finding's day was given by
foresight, not by looking, and does not count; the line says so. A finding whose facts have changed
since is open, and says that it was answered before.
"""

from collections.abc import Iterable, Iterator

from ledger.projections.answers import AnswerRow
from ledger.projections.marks import WHOLE
from ledger.rules.sources import cited
from ledger.service.board import Board, Called, Cell, Column, Desk, Line
from ledger.service.finding import about, evidence, facts_of, find, kinds_of_records, measured


def rows(desk: Desk) -> Iterator[Line]:
    """Yield one line for each finding, the newest first."""
    asked, answers = desk.asked, _answers(desk)
    found = [
        (rule, one, facts_of(rule, one))
        for rule, one in find(desk, asked.since, asked.until, asked.kind)
    ]
    kinds = kinds_of_records(desk, [one for _, one, _ in found])
    gone = _outlived(answers.values(), {facts for _, _, facts in found})
    for rule, one, facts in found:
        given = answers.get((one.unit, rule.kind, one.record, facts))
        answer = given if given and given.since >= one.day.isoformat() else None
        extent, extent_en = measured(rule, one)
        what = about(desk, rule, one) or kinds.get(one.record or "")
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
            "what": what.zh if what else None,
            "what_en": what.en if what else None,
            "measure": one.measure,
            "extent": extent,
            "extent_en": extent_en,
            "record": one.record,
            "entries": " ".join(map(str, entries)) or None,
            "source": cited(rule.source, "zh"),
            "source_en": cited(rule.source, "en"),
            "facts": None if one.unit == WHOLE else facts,
            **_answered(answer),
            "early": given is not None and answer is None,
            "again": given is None and (one.unit, rule.kind, one.record) in gone,
        }


def _answers(desk: Desk) -> dict[tuple[str, str, str | None, str], AnswerRow]:
    rows = desk.rows("answers", "answer")
    return {(row.unit, row.kind, row.record, row.facts): row for row in rows}


def _outlived(answers: Iterable[AnswerRow], found: set[str]) -> set[tuple[str, str, str]]:
    """Return the unit, kind and record of answers to facts that are found no longer.

    One that names another record than its facts tells nothing of either.
    """
    return {
        (row.unit, row.kind, row.record)
        for row in answers
        if row.facts not in found and row.record is not None
    }


def _answered(answer: AnswerRow | None) -> dict[str, Cell]:
    if answer is None:
        return {"standing": "open", "answered_on": None, "answered_by": None, "reason": None}
    return {
        "standing": answer.standing,
        "answered_on": answer.on,
        "answered_by": answer.by,
        "reason": answer.reason,
    }


board = Board(
    name="findings",
    zh="疑点",
    en="Findings",
    columns=(
        Column(id="unit", zh="单位", en="Unit", form="unit"),
        Column(id="day", zh="日期", en="Day", form="day"),
        Column(id="rule", zh="规则编号", en="Rule number", programs=True),
        Column(id="version", zh="规则版本", en="Rule version", form="count", programs=True),
        Column(id="kind", zh="疑点代码", en="Kind", programs=True),
        Column(id="finding", zh="疑点", en="Finding (Chinese)"),
        Column(id="finding_en", zh="疑点（英文）", en="Finding"),
        Column(id="about", zh="对象代码", en="Code of what it is about", programs=True),
        Column(id="what", zh="对象", en="About (Chinese)"),
        Column(id="what_en", zh="对象（英文）", en="About"),
        Column(id="extent", zh="程度", en="Extent (Chinese)"),
        Column(id="extent_en", zh="程度（英文）", en="Extent"),
        Column(id="measure", zh="数量", en="Measure", form="count", programs=True),
        Column(id="record", zh="记录", en="Record", form="stream"),
        Column(id="entries", zh="条目序号", en="Log indexes", programs=True),
        Column(id="standing", zh="处理", en="Standing", form="code", words="finding_standing"),
        Column(id="reason", zh="理由", en="Why", form="code", words="reason"),
        Column(id="answered_on", zh="处理日期", en="Answered on", form="day"),
        Column(id="answered_by", zh="处理人", en="Answered by"),
        Column(id="again", zh="处理后又有变化", en="Changed since", form="mark"),
        Column(id="early", zh="出现前已处理（不算）", en="Answered before it arose", form="mark"),
        Column(id="facts", zh="内容摘要", en="Digest of the facts", programs=True),
        Column(id="source", zh="出处", en="Source (Chinese)", programs=True),
        Column(id="source_en", zh="出处（英文）", en="Source", programs=True),
    ),
    names=("unit", "rule", "about", "record"),
    headed=("finding", "finding_en", "what", "what_en"),
    rows=rows,
    listed=(
        "unit",
        "day",
        "finding",
        "finding_en",
        "what",
        "what_en",
        "extent",
        "extent_en",
        "record",
        "standing",
    ),
    heeds=("days", "kind"),
    notes=(
        Called(
            zh="疑点只提示应查看的记录，不认定过错，不列个人；默认列出近一年内的。",
            en="A finding names records to look at; it blames nobody. Shown are those of a year.",
        ),
        Called(
            zh="监督委员会一人可受理，两人方可排除；所涉事实有变化的，重新列为待处理。",
            en="One member of the supervision committee takes a finding up, two lay it aside; "
            "one whose facts have changed is open again.",
        ),
        Called(
            zh="疑点出现之前作出的处理不算；须先受理，再由两人排除。",
            en="An answer given before the finding arose does not count: acknowledge it first, "
            "then two dismiss it.",
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
