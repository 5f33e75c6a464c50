"""Units as every rule reads them: grid, community, street; effective-dated (coverage B-12).

Identity is an id; code, name and parent hold from a day on. ``unit_at`` tells a unit as of a day;
``chain`` walks from a unit to the root. A unit not yet standing is placed where it will stand, a
dissolved one where it last stood, so that what is pending there can still be done. Posts and packs
found by walking the chain are other modules' business.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, ClassVar, Final, Literal, assert_never, cast, get_args

from msgspec import Meta

from ledger.errors import NotFound
from ledger.kernel.act import Act, Tag
from ledger.kernel.event import Code, Date, Event, PublicText, UnitRef, event
from ledger.kernel.facts import Facts
from ledger.rules.time import parse_date

Mode = Literal["ordinary", "emergency"]
"""Whether a unit works as usual or in an emergency (平急转换)."""
MODES: frozenset[str] = frozenset(get_args(Mode))
Regime = Literal["village", "urban"]
"""Which organic law a unit is under: that of villagers' or of residents' committees."""
REGIMES: frozenset[str] = frozenset(get_args(Regime))
Number = Annotated[int, Meta(ge=0, le=1_000_000_000)]
NUMBER_LIST: Final = "counted"
"""The code list of the numbers a unit may be said to have: what rules of law count."""


class UnitUnknown(NotFound):
    """A unit that was never established."""

    code = "unit.unknown"
    zh = "单位 {unit} 未设立。请先设立该单位，或核对编号。"
    en = "Unit {unit} was never established. Establish it first, or check the id."


@event("unit.established.v1", zh="设立单位", en="Unit established")
class UnitEstablished(Event, frozen=True, kw_only=True):
    """Establish a unit under its parent (None: at the root) from a day on."""

    unit: UnitRef
    code: Code
    name: PublicText
    level: Code
    parent: UnitRef | None = None
    effective_from: Date


@event("unit.changed.v1", zh="变更单位", en="Unit changed")
class UnitChanged(Event, frozen=True, kw_only=True):
    """Give a unit another code, name or parent from a day on; what is absent stays."""

    unit: UnitRef
    code: Code | None = None
    name: PublicText | None = None
    parent: UnitRef | None = None
    effective_from: Date


@event("unit.dissolved.v1", zh="撤销单位", en="Unit dissolved")
class UnitDissolved(Event, frozen=True, kw_only=True):
    """Dissolve a unit from a day on, naming the units that take over."""

    unit: UnitRef
    successors: tuple[UnitRef, ...]
    effective_from: Date


@event("unit.mode_switched.v1", zh="平急转换", en="Switched to emergency or back")
class UnitModeSwitched(Event, frozen=True, kw_only=True):
    """Switch a unit, and all below it, to emergency or back to ordinary work from a day on."""

    unit: UnitRef
    mode: Mode
    effective_from: Date


@event("unit.split.v1", zh="单位分设", en="Unit split")
class UnitSplit(Event, frozen=True, kw_only=True):
    """Parts of a unit are units of their own from a day on; it goes on itself."""

    unit: UnitRef
    into: Annotated[tuple[UnitRef, ...], Meta(min_length=1)]
    effective_from: Date


@event("unit.regime_set.v1", zh="登记适用组织法", en="Put under an organic law")
class UnitRegimeSet(Event, frozen=True, kw_only=True):
    """Put a unit under an organic law from a day on, on another level or the same (村改居)."""

    unit: UnitRef
    regime: Regime
    level: Code | None = None
    effective_from: Date


@event("unit.number_stated.v1", zh="登记单位数字", en="Number of a unit stated")
class UnitNumberStated(Event, frozen=True, kw_only=True):
    """State a number of a unit as counted on a day; duties may rest on it (``rules.evidence``)."""

    states: ClassVar[bool] = True
    unit: UnitRef
    code: Code
    value: Number
    day: Date


UnitEvent = (
    UnitEstablished | UnitChanged | UnitDissolved | UnitModeSwitched | UnitSplit | UnitRegimeSet
    | UnitNumberStated
)  # fmt: skip
EVENTS: tuple[type[Event], ...] = UnitEvent.__args__
PLACING = (UnitEstablished, UnitChanged, UnitDissolved)
"""Those that say under which unit one is, or which it was merged into."""


def since_of(happened: UnitEvent) -> date:
    """Return the day from which an act about a unit holds. Raises: BadDate."""
    if isinstance(happened, UnitNumberStated):
        return parse_date(happened.day)
    return parse_date(happened.effective_from)


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """What a unit is from a day on."""

    since: date
    code: str
    name: str
    level: str
    parent: str | None
    regime: Regime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """A unit's versions by day; ``changes`` are the events they come from, in log order.

    ``parts`` are units split off from it, by day.
    """

    versions: tuple[Version, ...]
    changes: tuple[UnitChanged | UnitRegimeSet, ...] = ()
    dissolved: date | None = None
    successors: tuple[str, ...] = ()
    modes: tuple[tuple[date, Mode], ...] = ()
    parts: tuple[tuple[date, str], ...] = ()

    def mode(self, day: date) -> Mode:
        """Return the unit's own mode on a day: ordinary until it was switched."""
        return next((mode for since, mode in reversed(self.modes) if since <= day), "ordinary")

    @property
    def parents(self) -> frozenset[str]:
        """Every unit this one ever was, or will be, directly under."""
        return frozenset(v.parent for v in self.versions if v.parent is not None)

    def placed(self, day: date) -> Version:
        """Return the version of ``day``; before the first day, the first."""
        for version in reversed(self.versions):
            if version.since <= day:
                return version
        return self.versions[0]


def unit_tag(unit: str) -> Tag:
    """Return the tag of the acts about ``unit/<id>``."""
    return Tag(f"unit:{unit}")


def code_tag(code: str) -> Tag:
    """Return the tag of the acts that give a unit this code."""
    return Tag(f"unit-code:{code}")


def bearers(acts: tuple[Act, ...]) -> frozenset[str]:
    """Return the units that the acts of one code's tag ever gave it to."""
    return frozenset(act.stream for act in acts)


def borne(unit: Unit, code: str) -> list[tuple[date, date]]:
    """Return when the unit bears ``code``: first days, and the days after the last."""
    ends = [*(version.since for version in unit.versions[1:]), date.max]
    last = unit.dissolved or date.max
    stretches = zip(unit.versions, ends, strict=True)
    return [
        (version.since, min(end, last))
        for version, end in stretches
        if version.code == code and version.since < min(end, last)
    ]


def step(unit: Unit | None, act: Act) -> Unit | None:
    """Fold one act about a unit; what comes before its establishment is nothing."""
    happened = cast(UnitEvent, act.event)
    if isinstance(happened, UnitEstablished):
        return unit or Unit(versions=(_first(happened),))
    if unit is None:
        return None
    match happened:
        case UnitChanged() | UnitRegimeSet():
            changes = (*unit.changes, happened)
            after = replace(unit, versions=_versions(unit.versions[0], changes), changes=changes)
        case UnitDissolved():
            day = parse_date(happened.effective_from)
            after = replace(unit, dissolved=day, successors=happened.successors)
        case UnitModeSwitched():
            switched = (*unit.modes, (parse_date(happened.effective_from), happened.mode))
            # By day; of two for one day the later recorded holds.
            after = replace(unit, modes=tuple(sorted(switched, key=lambda each: each[0])))
        case UnitSplit():
            split = tuple((since_of(happened), part) for part in happened.into)
            after = replace(unit, parts=tuple(sorted({*unit.parts, *split})))
        case UnitNumberStated():
            after = unit
        case _:
            assert_never(happened)
    return after


def _first(happened: UnitEstablished) -> Version:
    return Version(
        since=parse_date(happened.effective_from),
        code=happened.code,
        name=happened.name,
        level=happened.level,
        parent=happened.parent,
    )


def _versions(
    first: Version, changes: tuple[UnitChanged | UnitRegimeSet, ...]
) -> tuple[Version, ...]:
    # By day, then by log order: a change recorded late holds from its own day until the next
    # change of the same member, and of two for one day the later recorded holds.
    versions = [first]
    for change in sorted(changes, key=lambda change: change.effective_from):
        newest = versions[-1]
        version = replace(_changed(newest, change), since=parse_date(change.effective_from))
        if version.since == newest.since:
            versions.pop()
        versions.append(version)
    return tuple(versions)


def _changed(version: Version, change: UnitChanged | UnitRegimeSet) -> Version:
    if isinstance(change, UnitRegimeSet):
        return replace(version, regime=change.regime, level=change.level or version.level)
    return replace(
        version,
        code=change.code or version.code,
        name=change.name or version.name,
        parent=change.parent or version.parent,
    )


def fold(acts: tuple[Act, ...]) -> Unit | None:
    """Return the unit its acts make, None if never established."""
    unit = None
    for act in acts:
        unit = step(unit, act)
    return unit


def unit_of(facts: Facts, unit: str) -> Unit | None:
    """Return ``unit/<id>``, None if never established; ``unit_tag`` must have been asked."""
    return facts.fold(unit_tag(unit), fold)


def verify_unit(facts: Facts, unit: str) -> Unit:
    """Return an established unit.

    Raises:
        UnitUnknown: never established.
    """
    found = unit_of(facts, unit)
    if found is None:
        raise UnitUnknown(unit=unit)
    return found


def unit_at(unit: Unit, day: date) -> Version | None:
    """Return what the unit is on ``day``, None before it stands or once it is dissolved."""
    if day < unit.versions[0].since or (unit.dissolved is not None and day >= unit.dissolved):
        return None
    return unit.placed(day)


def lineage(unit: str, facts: Facts) -> dict[str, Unit | None]:
    """Return a unit and all that ever were, or will be, above it, as far as facts reach."""
    found: dict[str, Unit | None] = {}
    waiting = [unit]
    while waiting:
        if (each := waiting.pop()) in found:
            continue
        known = facts.knows(unit_tag(each))
        found[each] = one = unit_of(facts, each) if known else None
        waiting.extend(one.parents if one else ())
    return found


def asks_chain(unit: str, facts: Facts) -> tuple[Tag, ...]:
    """Return the tags ``chain`` reads for any day; ask again until nothing is new."""
    return facts.once((asks_chain, unit), lambda: tuple(map(unit_tag, lineage(unit, facts))))


def chain(facts: Facts, unit: str, day: date) -> tuple[str, ...]:
    """Return a unit and those above it on ``day``, itself first; ``asks_chain`` must be asked.

    A unit never established stands alone.
    """
    walked = [unit]
    while (found := unit_of(facts, walked[-1])) and (parent := found.placed(day).parent):
        if parent in walked:  # Refused when recorded; an audit of a broken log must still end.
            break
        walked.append(parent)
    return tuple(walked)


def mode_switches(facts: Facts, unit: str) -> tuple[tuple[date, Mode], ...]:
    """Return the days on which a unit's mode changes, and to what; ``asks_chain`` must be asked.

    A unit is in an emergency while it or any above it is.
    """
    above = lineage(unit, facts)
    days = sorted({since for each in above.values() if each for since, _ in each.modes})
    found: list[tuple[date, Mode]] = []
    for day in days:
        standing = (above.get(each) for each in chain(facts, unit, day))
        emergency = any(each is not None and each.mode(day) == "emergency" for each in standing)
        found.append((day, "emergency" if emergency else "ordinary"))
    return tuple(found)
