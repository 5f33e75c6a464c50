"""Figures: what was stated beside what is computed; every computed number opens to its rows.

Neither is repaired: where both differ, both stand (ADR 0032).
"""

from collections.abc import Iterator
from urllib.parse import urlencode

from ledger.rules.figures import Both
from ledger.rules.periods import parse_period
from ledger.service.board import Board, Called, Cell, Column, Desk, Glance, Line, of_whole
from ledger.service.figures import Reconciled, reconciled
from ledger.service.measures import total


def rows(desk: Desk) -> Iterator[Line]:
    """Yield a line for each figure of the district and each number an entry states."""
    for one in reconciled(desk):
        yield {**_said(one), **_made(one)}


def _said(one: Reconciled) -> dict[str, Cell]:
    said = one.stated
    if said is None:
        return dict.fromkeys(("period", "stated", "before", "read", "source", "record"))
    return {
        "period": said.period,
        "stated": f"≥ {said.value}" if said.at_least else str(said.value),
        "before": said.before,
        "read": said.read,
        "source": said.source,
        "record": said.record,
    }


def _made(one: Reconciled) -> dict[str, Cell]:
    figure, notes = one.figure, _notes(one)
    rate = one.total if figure.is_rate and one.rows else None
    asked = figure.measure == "session_rate"
    part, whole = (rate.amount, rate.out_of) if rate else (None, None)
    return {
        "unit": one.unit,
        "figure": figure.id,
        "counted": figure.counted,
        "computed": one.computed,
        "part": part,
        "whole": whole,
        "of_whole": None if rate is None else of_whole(rate.amount, rate.out_of),
        "left_out": len(one.left_out) if asked else None,
        "left_out_of": total(one.left_out).out_of if asked else None,
        "aim": None if one.aim is None else one.aim.said,
        "agrees": one.agreement,
        "sort": one.sort,
        "note": "；".join(note.zh for note in notes) or None,
        "note_en": "; ".join(note.en for note in notes) or None,
        "rows": _question(one) if one.rows else None,
    }


def _notes(one: Reconciled) -> list[Both]:
    """Return what is said of a figure: by its pack, and of the sessions its rate leaves out."""
    said = one.figure.reading or one.figure.why
    notes = [] if said is None else [said]
    if one.left_out:
        number, asked = len(one.left_out), total(one.left_out).out_of
        zh = f"另有 {number} 场（合计 {asked}）没有登记此项计数，未计入"
        en = f"sessions left out, where this was not counted: {number} (of {asked} in all)"
        notes.append(Both(zh=zh, en=en))
    return notes


def _question(one: Reconciled) -> str:
    """Return what to ask the board of rows for this number."""
    asked = {"kind": one.figure.id, "unit": one.unit}
    if one.stated is not None and one.stated.period is not None:
        period = parse_period(one.stated.period)
        asked |= {"from": period.first.isoformat(), "to": period.last.isoformat()}
    return urlencode(asked)


COLUMNS = (
    Column(id="unit", zh="单位", en="Unit", form="unit"),
    Column(id="figure", zh="指标", en="Figure", form="code", words="figures"),
    Column(id="counted", zh="计量", en="Counted in", form="code", words="counted", programs=True),
    Column(id="period", zh="期间", en="Period"),
    Column(id="stated", zh="公布数", en="Stated", form="count", counts="counted"),
    Column(id="computed", zh="账本算出", en="Computed", form="count", counts="counted"),
    Column(id="of_whole", zh="分子／分母", en="Part of whole", form="count"),
    Column(id="agrees", zh="核对", en="Check", form="code", words="agreement"),
    Column(id="sort", zh="依据", en="Known by", form="code", words="sort"),
    Column(id="rows", zh="逐条", en="Rows", form="board", words="figure-rows"),
    Column(id="note", zh="说明", en="Note (Chinese)"),
    Column(id="note_en", zh="说明（英文）", en="Note"),
    Column(id="part", zh="分子", en="Part", form="count", programs=True),
    Column(id="whole", zh="分母", en="Whole", form="count", programs=True),
    Column(id="left_out", zh="未计入场次", en="Sessions left out", form="count", programs=True),
    Column(id="left_out_of", zh="未计入分母", en="Their whole", form="count", programs=True),
    Column(id="aim", zh="应达到", en="Aim", programs=True),
    Column(id="before", zh="更正前", en="Before correction", form="count", programs=True),
    Column(id="read", zh="理解为", en="Read as", form="count", programs=True),
    Column(id="source", zh="来源", en="Source", form="code", words="source", programs=True),
    Column(id="record", zh="记录", en="Record", form="stream", programs=True),
)

board = Board(
    name="figures",
    zh="公布数与账本数核对",
    en="Figures",
    columns=COLUMNS,
    names=("unit", "figure", "period", "source", "record"),
    headed=("figure", "period"),
    rows=rows,
    glance=Glance(
        place=3,
        zh="自己报的数，和算出来的数",
        en="Stated beside computed",
        calm=Called(
            zh="能算的指标都与公布数相符。",
            en="All figures that can be computed agree with what was stated.",
        ),
        columns=(
            "figure",
            "unit",
            "period",
            "stated",
            "computed",
            "of_whole",
            "agrees",
            "rows",
            "note",
            "note_en",
        ),
        asks=("agrees",),
    ),
    notes=(
        Called(
            zh="公布数是对外的说法，原样列出；账本数由所查时点已登记的记录逐条相加，可点开查看。比率只取整数，"
            "尾数舍去，不进位。",
            en="What was stated is shown as it was; what is computed adds up records as of the "
            "time asked about, each to be opened. A rate is cut off, never rounded up.",
        ),
    ),
    about=Called(
        zh="对外公布的数，和账本逐条算出来的数，对得上吗。",
        en="Whether published figures agree with what the entries add up to.",
    ),
    empty=Called(
        zh=(
            "现在采用的规则包没有列出要核对的指标，也没有登记过公布数。登记一个后，公布数和账"
            "本数并排列在这里。"
        ),
        en=(
            "The packs in force list no figures, and none was stated. Once one is, it stands "
            "here beside the computed number."
        ),
    ),
)
