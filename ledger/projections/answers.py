"""Answers to findings: one row per unit, kind, record and facts, where they stand and by whose act.

Which facts are found at all, and of what, is not read here: the board ``findings`` lays both beside
each other. Answers to the same facts that name different records are different rows: one who names
a wrong one takes no other's over.
"""

from typing import cast

from ledger.aggregates.finding.events import Answer, Dismissed
from ledger.aggregates.finding.state import Answers
from ledger.kernel.act import Act
from ledger.kernel.view import Row, View
from ledger.rules.time import local_date, occ_date


class AnswerRow(Row, frozen=True, kw_only=True):
    """What was made of some facts; ``answer`` is ``<unit> <kind> <record> <facts>``.

    A record there is none of is ``-``.
    ``by``, ``on``, ``reason`` and ``entry`` (a log index) are of the newest answer;
    ``acknowledged`` and ``dismissing`` are persons, parted by spaces. ``since`` is the day on which
    the ledger recorded the first of the answers that the standing rests on: the newest
    acknowledgement, or the first dismissal after it. One given before there was such a finding
    answers nothing, and what a finding will say of a term can be foreseen.
    """

    answer: str
    unit: str
    kind: str
    facts: str
    record: str | None
    standing: str
    by: str
    on: str
    reason: str
    entry: int
    acknowledged: str = ""
    dismissing: str = ""
    since: str


def keys(act: Act) -> tuple[str, ...]:
    """Return the row of the finding an act answers."""
    answer = cast(Answer, act.event)
    return (f"{answer.unit} {answer.kind} {answer.record or '-'} {answer.facts}",)


def fold(row: AnswerRow | None, act: Act, key: str) -> AnswerRow:
    """Return the row after one answer more."""
    answer = cast(Answer, act.event)
    before = Answers() if row is None else _answers(row)
    after = before.after(act)
    return AnswerRow(
        answer=key,
        unit=answer.unit,
        kind=answer.kind,
        facts=answer.facts,
        record=answer.record,
        standing=after.standing,
        by=act.actor,
        on=occ_date(act.occ).isoformat(),
        reason=answer.reason or "",
        entry=cast(int, act.index),
        acknowledged=" ".join(sorted(after.acknowledged)),
        dismissing=" ".join(sorted(after.dismissing)),
        since=row.since if row is not None and _goes_on(before, act) else _recorded_on(act),
    )


def _goes_on(before: Answers, act: Act) -> bool:
    """Tell whether an answer adds to dismissals that stand."""
    return bool(before.dismissing) and isinstance(act.event, Dismissed)


def _recorded_on(act: Act) -> str:
    return local_date((act.recorded_at or 0) // 1000).isoformat()


def _answers(row: AnswerRow) -> Answers:
    return Answers(
        acknowledged=frozenset(row.acknowledged.split()),
        dismissing=frozenset(row.dismissing.split()),
    )


view = View(
    name="answers",
    version=4,
    row=AnswerRow,
    reads=frozenset({"finding"}),
    keys=keys,
    fold=fold,
    counts=(("unit", "standing"),),
)
