"""Events that begin duties (三必到 and the like): one row per act an obligation may follow."""

from ledger.kernel.act import Act
from ledger.kernel.view import Row, View
from ledger.rules.evidence import BEGINNINGS
from ledger.rules.time import occ_date


class BeginningRow(Row, frozen=True, kw_only=True):
    """An act that may begin a duty; ``act`` is its type without the version, ``day`` it occurred.

    ``shelf`` is the unit and the year of the day.
    """

    beginning: str
    act: str
    unit: str
    code: str
    day: str
    shelf: str


def fold(_: BeginningRow | None, act: Act, key: str) -> BeginningRow:
    """Return the row of ``act``."""
    what = act.type.rpartition(".")[0]
    unit, day = str(act.event.unit), occ_date(act.occ).isoformat()
    return BeginningRow(
        beginning=key,
        act=what,
        unit=unit,
        code=getattr(act.event, BEGINNINGS[what]),
        day=day,
        shelf=f"{unit} {day[:4]}",
    )


def _keys(act: Act) -> tuple[str, ...]:
    return (f"{act.stream} {act.seq}",) if act.type.rpartition(".")[0] in BEGINNINGS else ()


view = View(
    name="beginnings",
    version=1,
    row=BeginningRow,
    reads=frozenset(name.partition(".")[0] for name in BEGINNINGS),
    keys=_keys,
    fold=fold,
    counts=(("shelf",),),
)
