"""Compliance: unit by obligation by period, on time, late, missing, withdrawn or not yet due.

Absence is a row. Shown are duties whose last day lies within a year before the day asked about, and
those not yet due.
"""

from collections.abc import Iterator
from datetime import timedelta

from ledger.service.board import Board, Called, Column, Desk, Line
from ledger.service.compliance import of_desk

BACK = timedelta(days=366)


def rows(desk: Desk) -> Iterator[Line]:
    """Yield one line for each duty, by unit, obligation and period."""
    for line in of_desk(desk, desk.day - BACK):
        duty = line.duty
        yield {
            "unit": duty.unit,
            "obligation": duty.obligation.id,
            "period": str(duty.period),
            "due": duty.deadline.isoformat(),
            "provisional": duty.provisional,
            "verdict": line.verdict,
            "times": duty.obligation.times,
            "done": line.done,
            "done_on": line.done_on.isoformat() if line.done_on else None,
            "afterwards": line.afterwards.isoformat() if line.afterwards else None,
            "rule": duty.obligation.rule,
            "begun_by": duty.begun.stream if duty.begun else None,
            "record": line.by[0] if line.by else None,
            "begun": line.begun[-1] if line.begun else None,
        }


board = Board(
    name="compliance",
    zh="应办事项履行情况",
    en="Compliance",
    columns=(
        Column(id="unit", zh="单位", en="Unit", form="unit"),
        Column(id="obligation", zh="应办事项", en="Obligation", form="code", words="obligations"),
        Column(id="period", zh="期间", en="Period"),
        Column(id="due", zh="截止", en="Due", form="day"),
        Column(id="provisional", zh="待放假安排", en="Provisional", form="mark"),
        Column(id="verdict", zh="情况", en="Outcome", form="code", words="verdict"),
        Column(id="times", zh="应办次数", en="Times owed", form="count"),
        Column(id="done", zh="已办次数", en="Times done", form="count"),
        Column(id="done_on", zh="办成日期", en="Done on", form="day"),
        Column(id="afterwards", zh="逾期后补录", en="Recorded afterwards", form="day"),
        Column(id="rule", zh="依据", en="Rule", form="rule"),
        Column(id="begun_by", zh="起因", en="Begun by", form="stream", beside=True),
        Column(id="record", zh="记录", en="Record", form="stream"),
        Column(
            id="begun", zh="提出过，未作数", en="Begun, not counting", form="stream", beside=True
        ),
    ),
    names=("unit", "obligation", "period", "begun_by"),
    headed=("obligation", "period"),
    rows=rows,
    views={"evidence": (), "beginnings": (), "unit_facts": ()},
    listed=(
        "unit",
        "obligation",
        "period",
        "due",
        "verdict",
        "done_on",
        "afterwards",
        "record",
        "begun",
    ),
    notes=(
        Called(
            zh="列出截止日在近一年内的和尚未到期的应办事项；没有记录的也列出。",
            en="Duties due within the last year or not yet due; those without record, too.",
        ),
        Called(
            zh="“提出过，未作数”是为它提出、尚未议定或有缺陷的决策：记录在，不算办成。",
            en="“Begun, not counting” is a decision put up for it that is not taken yet, or was "
            "taken with a defect: it is on record and does not meet the duty.",
        ),
    ),
    about=Called(
        zh="按规定该办的，办了没有；没办的也列成一行。",
        en="What the rules require, done or not; what is missing is a line, too.",
    ),
    empty=Called(
        zh="现在采用的规则包没有为这些单位规定应办事项，所以无从对照。采用规定了应办事项的规则包（例如“碧江”）后，应办而未办的会自动出现在这里。",
        en="The packs in force lay down no duties for these units, so there is "
        "nothing to compare. Once a pack with duties is adopted, what is owed "
        "and missing appears here by itself.",
    ),
)
