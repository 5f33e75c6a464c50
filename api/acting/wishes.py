"""A wish as typed in a form: what is asked first, the commands it comes to, what changed since."""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

import msgspec

from ledger.entry import ids
from ledger.entry.ids import ID, parse_stream
from ledger.kernel.act import Act
from ledger.kernel.aggregate import Command
from ledger.service.acts.commands import BadValue, parse_command
from ledger.service.acts.together import together
from ledger.service.forms.by_proxy import since
from ledger.service.forms.choosing import choices
from ledger.service.forms.fields import fields_of
from ledger.service.forms.form import form_of, members_of
from ledger.service.forms.setting import Choice, Setting
from ledger.service.forms.transcribing import (
    begins_with_scan,
    begun,
    from_paper,
    with_scan,
)
from ledger.service.ledger import Ledger
from ledger.service.reading.moments import parse_occurred

HOUR_MS: Final = 3_600_000
LEADING: Final = ("unit", "kind", "code")
LATER: Final = ("step",)
"""Fields that decide what else is asked, of what begins something and of what goes on with it; each
is chosen by itself, before the others."""


AGAIN: Final = "again"
"""What a form that was carried over says of its files: the names of their fields."""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """A form as typed: ``seq`` is the version of the stream its reader saw, None if she has not.

    ``again`` are the fields whose files were chosen and are not kept here.
    """

    command: str
    jti: str
    stream: str | None = None
    role: str | None = None
    seq: int | None = None
    typed: Mapping[str, str]
    again: frozenset[str] = frozenset()


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The next choice to be made before a form is shown."""

    name: str
    choices: Sequence[Choice]


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What others recorded since a form was shown, and the version of the stream now."""

    acts: list[Act]
    seq: int


def form_id(at: int) -> str:
    """Return an id for a form opened ``at`` (Unix ms), which tells the hour alone (ADR 0044)."""
    return ids.ulid(at - at % HOUR_MS)


def parse_wish(typed: Mapping[str, str], at: int) -> Wish:
    """Return a wish from a form's fields; an id that is none is minted, ``at`` being the time."""
    jti, seq = typed.get("jti", ""), typed.get("seq", "")
    return Wish(
        command=typed.get("command", "")[:100],
        jti=jti if re.fullmatch(ID, jti) else form_id(at),
        stream=typed.get("stream") or None,
        role=typed.get("role") or None,
        seq=int(seq) if seq.isascii() and seq.isdecimal() and len(seq) < 10 else None,
        typed={
            name.removeprefix("f."): text for name, text in typed.items() if name.startswith("f.")
        },
        again=frozenset(typed.get(AGAIN, "").split()),
    )


def lead(
    ledger: Ledger, actor: str, wish: Wish
) -> tuple[Setting, Asked | None, list[tuple[str, Choice]]]:
    """Return the setting of a form, the choice to be made first, and those made already."""
    given = dict(wish.typed)
    chosen: list[tuple[str, Choice]] = []
    fields = {field.name: field for field in fields_of(ledger.registry.commands[wish.command][1])}
    make = partial(Setting, ledger, wish.command, actor, stream=_named(wish))
    for name in LEADING if wish.stream is None else LATER:
        if name not in fields:
            continue
        found = choices(make(given=given), fields[name])
        if found is None:
            continue
        picked = next((each for each in found if each.value == given.get(name)), None)
        if picked is None and len(found) == 1:
            picked = found[0]
        if picked is None:
            return make(given=given), Asked(name=name, choices=found), chosen
        given[name] = picked.value
        chosen.append((name, picked))
    return make(given=given), None, chosen


def asked_in(ledger: Ledger, actor: str, wish: Wish) -> tuple[str, ...]:
    """Return the fields of a wish's form in the order in which its reader filled them in."""
    setting, _, chosen = lead(ledger, actor, wish)
    return tuple(
        dict.fromkeys((*(name for name, _ in chosen), *(each.name for each in form_of(setting))))
    )


def _named(wish: Wish) -> str | None:
    return None if wish.stream is None else "/".join(parse_stream(wish.stream))


def wanted(ledger: Ledger, actor: str, wish: Wish) -> Sequence[Command]:
    """Return the commands of a wish, with those that go with it. Raises: BadValue and others."""
    setting, _, chosen = lead(ledger, actor, wish)
    typed = {**wish.typed, **{name: choice.value for name, choice in chosen}}
    members = members_of(setting, typed)
    if occurred := " ".join(filter(None, map(str.strip, _occurred(wish, setting)))):
        members["occ"] = parse_occurred(occurred)
    elif from_paper(wish.typed):  # a paper is rarely of the day on which it is typed
        raise BadValue(name=wish.command, member="occ", why="不能为空 must not be empty")
    if wish.stream is not None:
        members["stream"] = _named(wish)
    elif begins_with_scan(wish.command, None, wish.typed):
        members["stream"] = begun(wish.command, wish.jti)
    commands = together(ledger, parse_command(ledger, wish.command, members))
    return with_scan(ledger, commands, wish.typed)


def _occurred(wish: Wish, setting: Setting) -> tuple[str, str]:
    """Return the day and the time of day typed; a time alone is today's."""
    day, time = wish.typed.get("occ", ""), wish.typed.get("occ.time", "")
    return (day or setting.day.isoformat(), time) if time.strip() else (day, "")


def changes(ledger: Ledger, wish: Wish) -> Changes:
    """Return what was recorded in the wish's stream since its form was shown."""
    stream = _named(wish)
    if stream is None:
        return Changes(acts=[], seq=0)
    seq = wish.seq
    acts = [] if seq is None else since(ledger, stream, seq)
    return Changes(acts=acts, seq=ledger.known.stream(stream).version)


def state_of(ledger: Ledger, wish: Wish) -> object:
    """Return how the stream a wish is about stands, None of a wish to begin one."""
    stream = _named(wish)
    return None if stream is None else ledger.known.stream(stream).state
