"""Units: the tree of an office, by code. Parents may stand below their children in the file."""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from ledger.errors import RuleViolation
from ledger.rules.units import Unit, UnitEstablished
from ledger.rules.words import Word
from ledger.service.imports import cells
from ledger.service.imports.importable import Fact, Fault, Held, Importable, Intake, Row
from ledger.service.imports.tables import Column
from ledger.service.ledger import today
from ledger.service.reading.recorded import recorded

CODE = Column(id="code", zh="单位代码", en="Code", form=cells.code, required=True,
              example="520602001001")  # fmt: skip
NAME = Column(id="name", zh="单位名称", en="Name", required=True, example="清水社区")
LEVEL = Column(id="level", zh="层级", en="Level", words="level", required=True, example="社区")
PARENT = Column(id="parent", zh="上级单位代码", en="Parent", form=cells.code,
                example="520602001",
                note_zh="顶层单位留空", note_en="empty for a unit at the top")  # fmt: skip
SINCE = Column(id="since", zh="生效日期", en="Since", form=cells.day, example="2026-01-01",
               note_zh="留空为今天", note_en="today if empty")  # fmt: skip
REGIME = Column(id="regime", zh="适用组织法", en="Law", note_zh="村、社区填写",
                note_en="of villages and communities", words=(
    Word(id="village", zh="村民委员会组织法", en="Organic law of villagers' committees"),
    Word(id="urban", zh="城市居民委员会组织法", en="Organic law of urban residents' committees"),
))  # fmt: skip


class UnitsInCircle(RuleViolation):
    """Units of a table lie under each other in a circle."""

    code = "import.units_in_circle"
    zh = "“{column}”绕了一圈：{units}。请更正其中一个上级单位后再次导入。"
    en = "{column} goes in a circle: {units}. Correct one of the parents and import again."


def _key(row: Row) -> tuple[str, ...]:
    return (row.of("code"),)


def _held(intake: Intake) -> Iterator[Held]:
    for each in recorded(intake.ledger, "unit", "unit.established.v1"):
        stream, first = each.act.stream, cast(UnitEstablished, each.act.event)
        unit = cast(Unit, intake.ledger.known.stream(stream).state)
        if unit.dissolved is not None and unit.dissolved <= intake.day:
            continue
        version = unit.placed(intake.day)
        told = {
            "code": version.code,
            "name": version.name,
            "level": version.level,
            "parent": intake.unit_code(version.parent),
            "since": first.effective_from,
            "regime": version.regime or "",
        }
        yield Held(stream, told)


def _plan(intake: Intake, row: Row) -> Sequence[Fact]:
    parent, stream = row.get("parent"), intake.stream("unit", "unit", _key(row))
    since = row.get("since") or today(intake.ledger).isoformat()
    command = intake.command(
        "unit.establish",
        stream=stream,
        code=row.of("code"),
        unit_name=row.of("name"),
        level=row.of("level"),
        parent=intake.unit(parent, PARENT) if parent else None,
        effective_from=since,
    )
    established = Fact("unit", _key(row), command)
    if (regime := row.get("regime")) is None:
        return (established,)
    set_ = intake.command("unit.set_regime", stream=stream, regime=regime, effective_from=since)
    return (established, Fact("regime", _key(row), set_))


def _check(_: Intake, rows: Sequence[Row]) -> Iterator[Fault]:
    parents = {row.of("code"): row.of("parent") for row in rows}
    for row in rows:
        circle = _circle(row.of("code"), parents)
        if circle:
            why = UnitsInCircle(column=PARENT.zh, units=" → ".join(circle))
            yield Fault(row.number, "parent", why)


def _circle(start: str, parents: Mapping[str, str]) -> list[str]:
    """Return the way from a unit up to itself, empty when it leads elsewhere."""
    walked = [start]
    while (above := parents.get(walked[-1])) and above not in walked:
        walked.append(above)
    return [*walked, start] if above == start else []


def _parents_first(rows: Sequence[Row]) -> Sequence[Row]:
    by_code = {row.of("code"): row for row in rows}
    done: dict[str, Row] = {}
    for row in rows:
        above = [row]
        while (parent := by_code.get(above[-1].of("parent"))) and parent not in above:
            above.append(parent)
        done |= {each.of("code"): each for each in reversed(above)}
    return tuple(done.values())


importable = Importable(
    name="units",
    zh="单位",
    en="Units",
    columns=(CODE, NAME, LEVEL, PARENT, SINCE, REGIME),
    told_by=CODE.zh,
    key=_key,
    held=_held,
    plan=_plan,
    check=_check,
    order=_parents_first,
    role="registrar",
)
