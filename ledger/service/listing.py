"""Lists of what people have to name: units, persons, devices, posts, keys; codes with their words.

Answered from the registry's acts, like the directory; who a person is stays sealed unless asked
for. Two persons registered with one document number, or one name, are told of each other: rules
count persons, so whoever approves an appointment has to know that they may be one human being.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Literal

import msgspec

from ledger.entry.entry import parse_entry
from ledger.rules import keys, persons, posts
from ledger.rules.genesis import LOG, log_of
from ledger.rules.posts import Appointment
from ledger.rules.units import unit_at
from ledger.service.directory import actors, facts, founders, streams_of, units
from ledger.service.ledger import Ledger, today
from ledger.service.packs import choices
from ledger.service.reading.values import open_groups

PostState = Literal["in_force", "awaits_approval", "not_begun", "past"]


class UnitLine(msgspec.Struct, frozen=True, kw_only=True):
    """A unit as it is today, or last was."""

    unit: str
    code: str
    name: str
    level: str
    parent: str | None
    stands: bool


class PersonLine(msgspec.Struct, frozen=True, kw_only=True):
    """A person; ``name`` is None unless asked for, and of founders. ``like`` may be the same."""

    person: str
    unit: str | None
    name: str | None
    roles: tuple[str, ...]
    like: tuple[str, ...]


class DeviceLine(msgspec.Struct, frozen=True, kw_only=True):
    """A device and who answers for it."""

    device: str
    kind: str
    responsible: str
    retired: bool


class PostLine(msgspec.Struct, frozen=True, kw_only=True):
    """A post; ``signed`` persons stand behind it, of ``needed``."""

    post: str
    holder: str
    role: str
    unit: str | None
    since: str
    until: str | None
    signed: int
    needed: int
    state: PostState


class KeyLine(msgspec.Struct, frozen=True, kw_only=True):
    """An enrolled key."""

    key: str
    holder: str
    custody: str
    in_force: bool


class WordLine(msgspec.Struct, frozen=True, kw_only=True):
    """A code and what it is called."""

    code: str
    zh: str
    en: str


def lines(ledger: Ledger, what: str, *, values: bool = False) -> list[msgspec.Struct]:
    """Return the lines of a list; ``values`` opens who persons are.

    Raises: NotAChoice, naming the lists there are.
    """
    if what == "persons" and values:
        return list(_persons(ledger, values=True))
    if what in REGISTRY:
        return list(REGISTRY[what](ledger))
    table = CODES.get(what)
    if table is None:
        raise choices.NotAChoice(what="list", value=what, known=", ".join(names()))
    return [WordLine(code=w.id, zh=w.zh, en=w.en) for w in choices.words_of(ledger, table)]


def names() -> tuple[str, ...]:
    """Return the names of all lists."""
    return (*REGISTRY, *CODES)


def _units(ledger: Ledger) -> Iterator[UnitLine]:
    day = today(ledger)
    for name, unit in units(ledger):
        version = unit.placed(day)
        yield UnitLine(
            unit=name,
            code=version.code,
            name=version.name,
            level=version.level,
            parent=version.parent,
            stands=unit_at(unit, day) is not None,
        )


def _persons(ledger: Ledger, *, values: bool = False) -> Iterator[PersonLine]:
    registered = streams_of(ledger, "person")
    identities = {person: _identity(ledger, person) for person in registered}
    alike: Mapping[tuple[str, object], list[str]] = defaultdict(list)
    for person, identity in identities.items():
        for member in ("name", "id_no"):
            if identity.get(member):
                alike[member, identity[member]].append(person)
    for person in [*founders(ledger), *registered]:
        tag = persons.actor_tag(person)
        found = persons.registration(facts(ledger, tag), person)
        identity = identities.get(person, {})
        same = {other for item in identity.items() for other in alike.get(item, ())} - {person}
        yield PersonLine(
            person=person,
            unit=found.unit if found else None,
            name=str(identity["name"]) if values and identity.get("name") else None,
            roles=tuple(
                sorted({p.role for p in _appointments(ledger, person) if _held(ledger, p)})
            ),
            like=tuple(sorted(same)),
        )


def _identity(ledger: Ledger, person: str) -> dict[str, object]:
    for row in ledger.recorder.select_events(person, limit=1):
        index = ledger.known.streams.mapper.to_domain_event(row).index
        groups = open_groups(ledger, index, parse_entry(row.state).signed.claims)
        return groups["identity"].values
    return {}


def _devices(ledger: Ledger) -> Iterator[DeviceLine]:
    for device in streams_of(ledger, "device"):
        found = persons.registration(facts(ledger, persons.actor_tag(device)), device)
        if found is not None:
            yield DeviceLine(
                device=device,
                kind=str(found.kind),
                responsible=str(found.responsible),
                retired=found.retired,
            )


def _appointments(ledger: Ledger, actor: str) -> tuple[Appointment, ...]:
    return posts.posts_of(facts(ledger, posts.post_tag(actor)), actor)


def _threshold(ledger: Ledger) -> int:
    return log_of(facts(ledger, LOG)).threshold


def _held(ledger: Ledger, post: Appointment) -> bool:
    return post.effective(_threshold(ledger)) and post.held(today(ledger))


def _posts(ledger: Ledger) -> Iterator[PostLine]:
    for actor in actors(ledger):
        for post in _appointments(ledger, actor):
            yield PostLine(
                post=post.stream,
                holder=post.holder,
                role=post.role,
                unit=post.unit,
                since=post.since.isoformat(),
                until=min((d.isoformat() for d in (post.until, post.ended) if d), default=None),
                signed=len(post.joint.signatures) if post.joint else 0,
                needed=_threshold(ledger) if post.joint else 0,
                state=_state(ledger, post),
            )


def _state(ledger: Ledger, post: Appointment) -> PostState:
    if _held(ledger, post):
        return "in_force"
    if not post.effective(_threshold(ledger)) and post.ended is None:
        return "awaits_approval"
    return "not_begun" if today(ledger) < post.since else "past"


def _keys(ledger: Ledger) -> Iterator[KeyLine]:
    for actor in actors(ledger):
        tag = keys.holder_tag(actor)
        for kid in facts(ledger, tag).fold(tag, keys.fold):
            key = keys.key_of(facts(ledger, keys.key_tag(kid)), kid)
            if key is not None and key.holder == actor:
                yield KeyLine(
                    key=f"key/{kid}",
                    holder=actor,
                    custody=key.custody or "founder",
                    in_force=not key.ended,
                )


REGISTRY: Mapping[str, Callable[[Ledger], Iterator[msgspec.Struct]]] = {
    "units": _units,
    "persons": _persons,
    "posts": _posts,
    "keys": _keys,
    "devices": _devices,
}
KINDS: Mapping[str, str] = {
    "account-kinds": "accounts",
    "session-kinds": "sessions",
    "decision-kinds": "decisions",
    "items": "catalogues",
}
"""Sections of packs that acts and tables choose from; ``kinds`` are those of cases."""


def name_of(table: str) -> str:
    """Return what the list of a code list, or of a section of packs, is called: its plural."""
    if table in KINDS.values():
        return next(name for name, section in KINDS.items() if section == table)
    name = table.replace("_", "-")
    if name.endswith("ed"):  # those asked, counted, ended, handed over
        return name
    if name.endswith("y"):
        return f"{name[:-1]}ies"
    return f"{name}es" if name.endswith("s") else f"{name}s"


CODES: Mapping[str, str] = {name_of(table): table for table in choices.lists()} | dict(KINDS)
