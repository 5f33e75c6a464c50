"""What units would owe under a pack on trial: the lines of the matrix that would be others.

Compared are duties due within the last year or not yet, as the packs really in force have them and
as the pack on trial would; what was recorded stays as it is.
"""

from collections.abc import Iterator
from datetime import timedelta

import msgspec

from ledger.rules.compliance import Line
from ledger.rules.obligations import Verdict
from ledger.service.compliance import Laws, compliance
from ledger.service.directory import units_by_code
from ledger.service.ledger import Ledger, as_of, today
from ledger.service.packs.books import reigns_of
from ledger.service.packs.trial import Trial

BACK = timedelta(days=366)
_Key = tuple[str, str, str, str]


class Owing(msgspec.Struct, frozen=True, kw_only=True):
    """A duty that would stand otherwise: its last day and what became of it; None for not owed.

    ``begun_by`` is the stream of the event that begins it, where one does.
    """

    unit: str
    obligation: str
    period: str
    begun_by: str | None
    old_due: str | None
    new_due: str | None
    old: Verdict | None
    new: Verdict | None


def owing(ledger: Ledger, trial: Trial) -> Iterator[Owing]:
    """Yield every duty that would be due on another day, or have come to something else.

    Raises:
        ProjectionBehind: a view has not read all entries.
    """
    day = today(ledger)
    tried = {unit: trial.reigns(unit, day) for unit in units_by_code(ledger)}
    touched = [unit for unit in tried if tried[unit] != reigns_of(ledger, unit, day)]
    before = _matrix(ledger, touched)
    after = _matrix(ledger, touched, laws=lambda unit: tried[unit])
    for key in sorted(before.keys() | after.keys(), key=lambda key: (touched.index(key[0]), key)):
        old, new = before.get(key), after.get(key)
        if _stands(old) != _stands(new):
            unit, obligation, period, begun_by = key
            (old_due, was), (new_due, would) = _stands(old), _stands(new)
            yield Owing(
                unit=unit,
                obligation=obligation,
                period=period,
                begun_by=begun_by or None,
                old_due=old_due,
                new_due=new_due,
                old=was,
                new=would,
            )


def _matrix(ledger: Ledger, units: list[str], laws: Laws | None = None) -> dict[_Key, Line]:
    since = today(ledger) - BACK
    found = compliance(ledger, as_of(ledger), units, since=since, laws=laws)
    return {_key(line): line for line in found}


def _key(line: Line) -> _Key:
    duty = line.duty
    begun = duty.begun.stream if duty.begun else ""
    return duty.unit, duty.obligation.id, str(duty.period), begun


def _stands(line: Line | None) -> tuple[str | None, Verdict | None]:
    return (None, None) if line is None else (line.duty.deadline.isoformat(), line.verdict)
