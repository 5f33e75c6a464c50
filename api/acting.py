"""Between a form and the rules: a wish as typed, what is asked first, what is to be signed."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

import msgspec

from ledger.aggregates.account.commands import Confirm, Post, Reject, Reverse
from ledger.aggregates.account.events import Claimed
from ledger.aggregates.account.state import AccountState, Item
from ledger.aggregates.delivery import Acknowledge, Delivery
from ledger.aggregates.disclosure_item.commands import Approve, Publish, Return, Review
from ledger.aggregates.disclosure_item.state import ItemState
from ledger.aggregates.paper import Confirm as ConfirmPaper
from ledger.aggregates.paper import Dispute as DisputePaper
from ledger.entry import ids
from ledger.entry.ids import ID, parse_stream
from ledger.errors import NotFound
from ledger.kernel.act import Act, Who
from ledger.kernel.aggregate import Command
from ledger.rules.keys import Hand
from ledger.rules.paper import Original
from ledger.service.acts.commands import BadValue, parse_command
from ledger.service.acts.prepare import Unsigned
from ledger.service.acts.sign import shown_values
from ledger.service.acts.together import together
from ledger.service.forms.by_proxy import jtis_of, proposed, proxy_of, since
from ledger.service.forms.choosing import choices
from ledger.service.forms.fields import fields_of
from ledger.service.forms.form import members_of
from ledger.service.forms.possible import keys_of, possible
from ledger.service.forms.setting import Choice, Setting
from ledger.service.forms.transcribing import (
    begins_with_scan,
    begun,
    from_paper,
    original_of,
    with_scan,
)
from ledger.service.ledger import Ledger
from ledger.service.reading.entries import Shown as Entry
from ledger.service.reading.entries import entry_at
from ledger.service.reading.moments import parse_occurred
from ledger.service.reading.readable import Opened, read_by_signer, readable

HOUR_MS: Final = 3_600_000
LEADING: Final = ("unit", "kind", "code")
LATER: Final = ("step",)
"""Fields that decide what else is asked, of what begins something and of what goes on with it; each
is chosen by itself, before the others."""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """A form as typed: ``seq`` is the version of the stream its reader saw, None if she has not."""

    command: str
    jti: str
    stream: str | None = None
    role: str | None = None
    seq: int | None = None
    typed: Mapping[str, str]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The next choice to be made before a form is shown."""

    name: str
    choices: Sequence[Choice]


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One entry to be signed: its public members and its sealed values by group.

    ``around`` are its public members and what entries signed with it say before it of their
    stream, which may not be recorded yet: its unit and kind tell what codes are called.
    """

    type: str
    stream: str
    seq: int
    occurred: str
    unit: str | None
    pub: dict[str, Any]
    around: Mapping[str, Any]
    sealed: Mapping[str, Mapping[str, object]]


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """The item of an account that an act is about, and what its claim sealed."""

    account: AccountState
    item: Item
    opened: list[Opened]


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """The version of a disclosure item that an act is about, and what it says."""

    state: ItemState
    act: Act
    opened: list[Opened]


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """The entry typed from paper that an answer is about, as one who signed the paper reads it."""

    entry: Entry
    opened: list[Opened]


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be signed: as whom, the entries, the commands for a device, her keys.

    ``proxy`` is whose hand the server can sign with for her, None where there is none or her own
    device alone may sign (``own_key_only``); ``original`` is the paper they are typed from;
    ``subject``, ``version``, ``copy`` or ``typed`` is what they are about, where they name it by a
    number or a digest alone.
    """

    who: Who
    shown: list[Shown]
    commands: list[dict[str, Any]]
    kids: list[str]
    proxy: Hand | None
    own_key_only: bool = False
    original: Original | None = None
    subject: Subject | None = None
    version: Version | None = None
    copy: Delivery | None = None
    typed: Typed | None = None


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


def check(ledger: Ledger, actor: str, wish: Wish) -> Checked:
    """Return what is to be signed, judged as if submitted now. Raises: as ``proposed``."""
    commands = wanted(ledger, actor, wish)
    original = original_of(wish.command, wish.typed)
    own_key = ledger.registry.commands[wish.command][1].own_key
    who, prepared = proposed(ledger, commands, actor, wish.role, wish.jti, original=original)
    told = zip(commands, jtis_of(wish.jti, len(commands)), strict=True)
    return Checked(
        who=who,
        shown=list(_shown(prepared.drafts)),
        commands=[
            {"command": each.name, "jti": jti, "members": _members(each)} for each, jti in told
        ],
        kids=[key.kid for key in keys_of(ledger, actor)],
        proxy=None if own_key else proxy_of(ledger, actor),
        own_key_only=own_key,
        original=original,
        subject=_subject(ledger, commands[0]),
        version=_version(ledger, commands[0]),
        copy=_copy(ledger, commands[0]),
        typed=_typed(ledger, commands[0]),
    )


def _typed(ledger: Ledger, command: Command) -> Typed | None:
    """Return the entry an answer that was just judged is about: she is named on its paper."""
    if not isinstance(command, ConfirmPaper | DisputePaper):
        return None
    act = next(act for act in since(ledger, command.of, 0) if act.digest == command.entry)
    index = act.index or 0
    return Typed(entry=entry_at(ledger, index)[0], opened=read_by_signer(ledger, index))


def _subject(ledger: Ledger, command: Command) -> Subject | None:
    """Return the item a command that was just judged names, read by whoever may sign it."""
    if not isinstance(command, Confirm | Reject | Post | Reverse) or command.stream is None:
        return None
    account: AccountState = ledger.known.stream(command.stream).state
    item = account.item(command.item)
    if item is None:
        return None
    claim = _claim_of(ledger, command.stream, item.number)
    opened = readable(ledger, command.stream, {command.name}, lambda act: act.index == claim)
    return Subject(account=account, item=item, opened=opened)


def _version(ledger: Ledger, command: Command) -> Version | None:
    """Return the version a command that was just judged is about, read by whoever may sign it."""
    if not isinstance(command, Review | Return | Approve | Publish) or command.stream is None:
        return None
    state: ItemState = ledger.known.stream(command.stream).state
    act = next(act for act in since(ledger, command.stream, 0) if act.digest == state.draft)
    opened = readable(ledger, command.stream, {command.name}, lambda each: each.index == act.index)
    return Version(state=state, act=act, opened=opened)


def _copy(ledger: Ledger, command: Command) -> Delivery | None:
    """Return the copy that an acknowledgement that was just judged names by its digest."""
    if not isinstance(command, Acknowledge) or command.stream is None:
        return None
    found: Delivery | None = ledger.known.stream(command.stream).state
    return found


def _claim_of(ledger: Ledger, stream: str, number: int) -> int | None:
    """Return the log index of the entry that claimed an item."""
    for act in since(ledger, stream, 0):
        if isinstance(act.event, Claimed) and act.event.item == number:
            return act.index
    return None


def _members(command: Command) -> dict[str, Any]:
    found = msgspec.to_builtins(command)
    return {name: value for name, value in found.items() if value is not None}


def _shown(drafts: Iterable[Unsigned]) -> Iterator[Shown]:
    told: dict[str, dict[str, Any]] = {}
    for draft in drafts:
        claims = draft.claims
        pub: dict[str, Any] = msgspec.json.decode(bytes(claims.pub))
        around = told.get(claims.stream, {}) | pub
        told[claims.stream] = {name: around[name] for name in LEADING if name in around}
        yield Shown(
            type=claims.type,
            stream=claims.stream,
            seq=claims.seq,
            occurred=claims.occ,
            unit=draft.act.event.unit,
            pub=pub,
            around=around,
            sealed={
                group: {name: value for name, value in values.items() if value is not None}
                for group, values in shown_values(draft).items()
            },
        )


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


def standing(ledger: Ledger, actor: str, stream: str) -> dict[str, Any]:
    """Return how a stream stands for ``actor``: what she may do, and what she reads to do it.

    Raises: NotFound when there is no such stream.
    """
    acts = since(ledger, stream, 0)
    if not acts:
        raise NotFound(what=stream)
    found = possible(ledger, actor, stream)
    open_ = [each for each in found if each.refusal is None]
    state = ledger.known.stream(stream).state
    may = {each.command for each in open_ if each.judged}
    return {
        "stream": stream,
        "unit": acts[-1].event.unit,
        "state": state,
        "acts": acts,
        "may": open_,
        "barred": [each for each in found if each.refusal is not None],
        "values": readable(ledger, stream, may, partial(_concerns, state)),
    }


def _concerns(state: object, act: Act) -> bool:
    """Tell whether an act is of what can still be acted on: of an account, items that wait."""
    number = getattr(act.event, "item", None)
    if not isinstance(state, AccountState) or number is None:
        return True
    item = state.item(number)
    return item is not None and item.standing == "claimed"
