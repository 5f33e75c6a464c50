"""Who holds which role where, and which duties of a book nobody there can satisfy."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import cast

import msgspec

from ledger.rules.files.toml_file import PackInvalid
from ledger.rules.genesis import LOG, log_of
from ledger.rules.packs.book import Book
from ledger.rules.packs.satisfiable import Holders, shortfalls
from ledger.rules.packs.section import sections
from ledger.rules.posts import REGISTRAR, Appointment
from ledger.rules.units import Version, unit_at
from ledger.service.directory import facts, streams_of, units
from ledger.service.ledger import Ledger

PERSON = "person/"
SHOWN = 5


class DutyUnstaffed(PackInvalid):
    """A pack asks for steps by different persons, and too few hold a role of them."""

    code = "pack.duty_unstaffed"
    zh = (
        "{file}:{line}：“{name}”的步骤“{step}”在 {units} 缺 {lacks} 名担任 {roles} 的不同人员。"
        "请补充任职{ask_zh}，或修改该项安排。"
    )
    en = (
        '{file}:{line}: step {step} of "{name}" lacks {lacks} different persons as {roles} at '
        "{units}. Appoint them{ask_en}, or arrange it otherwise."
    )


class Unmet(msgspec.Struct, frozen=True, kw_only=True):
    """Duties that cannot be satisfied at some units: the step, how many persons lack.

    ``stops`` tells that work cannot be finished there. ``helpers`` are units above or beside where
    somebody holds a role of the step: whom one could ask, or appoint for the unit above.
    """

    section: str
    item: str
    step: str
    roles: tuple[str, ...]
    lacks: int
    stops: bool
    units: tuple[str, ...]
    helpers: tuple[str, ...]
    file: str
    line: int

    def facts(self, label: Callable[[str], str]) -> dict[str, object]:
        """Return what an error says of it; ``label`` tells what a unit is called."""
        helpers = _listed(map(label, self.helpers))
        return {
            "file": self.file,
            "line": self.line,
            "name": self.item,
            "step": self.step,
            "lacks": self.lacks,
            "roles": " / ".join(self.roles),
            "units": _listed(map(label, self.units)),
            "ask_zh": f"，或请 {helpers} 协助" if helpers else "",
            "ask_en": f", ask {helpers}" if helpers else "",
        }

    def fault(self, label: Callable[[str], str]) -> DutyUnstaffed:
        """Return it as what is wrong with the pack here."""
        return DutyUnstaffed(**self.facts(label))


def _listed(names: Iterable[str]) -> str:
    """Return the first few of many names."""
    found = tuple(names)
    more = f" … +{len(found) - SHOWN}" if len(found) > SHOWN else ""
    return ", ".join(found[:SHOWN]) + more


def unmet_below(ledger: Ledger, book: Book, unit: str | None, day: date) -> list[Unmet]:
    """Return what nobody could do on ``day`` in ``unit`` and below it.

    What stops work comes first. None for ``unit`` is the whole log.
    """
    standing = _standing(ledger, day)
    parents = {name: version.parent for name, version in standing.items()}
    within = [name for name in standing if unit is None or unit in _upwards(name, parents)]
    return sorted(unmet(ledger, book, within, day), key=lambda each: not each.stops)


def has_people(ledger: Ledger, day: date) -> bool:
    """Tell whether anybody holds a post on ``day`` but the registrars, who set an office up."""
    return any(role != REGISTRAR for held in _held(ledger, day).values() for role in held)


def unmet(ledger: Ledger, book: Book, within: Iterable[str], day: date) -> Iterator[Unmet]:
    """Yield what the holders of posts on ``day`` cannot satisfy at the units ``within``.

    Matters are handled at the units lowest down; one with others under it is asked only for what
    obligations of its own level want shown.
    """
    standing = _standing(ledger, day)
    parents = {name: version.parent for name, version in standing.items()}
    above = set(parents.values())
    held = _held(ledger, day)
    # A step may lack in several comparisons of one item; it is told once for a unit.
    declared = {each.name: each for each in sections()}
    found: dict[tuple[str, str, str, tuple[str, ...], int, bool], dict[str, None]] = {}
    for unit in within:
        covering = _covering(unit, parents, held)
        for each in shortfalls(book, covering, level=standing[unit].level):
            if unit in above and not declared[each.section].evidence:
                continue
            for step, lacks in each.unfilled:
                key = (each.section, each.item, step.name, step.roles, lacks, step.needed)
                found.setdefault(key, {})[unit] = None
    for (section, item, step_name, roles, lacks, stops), places in sorted(found.items()):
        file, line = book.place(declared[section], item)
        yield Unmet(
            section=section,
            item=item,
            step=step_name,
            roles=roles,
            lacks=lacks,
            stops=stops,
            units=tuple(places),
            helpers=tuple(sorted(_helpers(roles, places, held))),
            file=file,
            line=line,
        )


def _standing(ledger: Ledger, day: date) -> dict[str, Version]:
    found = ((name, unit_at(unit, day)) for name, unit in units(ledger))
    return {name: version for name, version in found if version is not None}


def _upwards(unit: str, parents: Mapping[str, str | None]) -> Iterator[str | None]:
    """Yield a unit, those above it, and None for the whole log."""
    at: str | None = unit
    walked: set[str | None] = set()
    while at not in walked:
        walked.add(at)
        yield at
        at = parents.get(at) if at is not None else None


def _held(ledger: Ledger, day: date) -> dict[str | None, dict[str, set[str]]]:
    """Return the persons by unit of the post (None: the whole log) and role."""
    threshold = log_of(facts(ledger, LOG)).threshold
    held: dict[str | None, dict[str, set[str]]] = {}
    for stream in streams_of(ledger, "post"):
        post = cast("Appointment | None", ledger.known.stream(stream).state)
        if post is None or not post.effective(threshold) or not post.held(day):
            continue
        if post.holder.startswith(PERSON):
            held.setdefault(post.unit, {}).setdefault(post.role, set()).add(post.holder)
    return held


def _covering(
    unit: str,
    parents: Mapping[str, str | None],
    held: Mapping[str | None, Mapping[str, set[str]]],
) -> Holders:
    """Return who holds which role over a unit: posts there, above it, and of the whole log."""
    found: dict[str, frozenset[str]] = {}
    for at in _upwards(unit, parents):
        for role, persons in held.get(at, {}).items():
            found[role] = found.get(role, frozenset()) | persons
    return found


def _helpers(
    roles: tuple[str, ...],
    places: Iterable[str],
    held: Mapping[str | None, Mapping[str, set[str]]],
) -> Iterator[str]:
    here = set(places)
    for unit, by_role in held.items():
        if unit is not None and unit not in here and not by_role.keys().isdisjoint(roles):
            yield unit
