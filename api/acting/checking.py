"""What is to be signed, shown before it is: judged as if it were submitted now."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from api.acting.subjects import Subject, Typed, Version, copy_of, subject_of, typed_of, version_of
from api.acting.wishes import LEADING, Wish, asked_in, wanted
from ledger.aggregates.delivery import Delivery
from ledger.kernel.act import Who
from ledger.kernel.aggregate import Command
from ledger.rules.keys import Hand
from ledger.rules.paper import Original
from ledger.service.acts.prepare import Unsigned
from ledger.service.acts.sign import shown_values
from ledger.service.forms.by_proxy import jtis_of, proposed, proxy_of
from ledger.service.forms.holding import keys_of
from ledger.service.forms.transcribing import original_of
from ledger.service.ledger import Ledger


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


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be signed: as whom, the entries, the commands for a device, her keys.

    ``asked`` are the fields of the form in their order: what was typed is read in the same.

    ``proxy`` is whose hand the server can sign with for her, None where there is none or her own
    device alone may sign (``own_key_only``); ``original`` is the paper they are typed from;
    ``subject``, ``version``, ``copy`` or ``typed`` is what they are about, where they name it by a
    number or a digest alone.
    """

    who: Who
    asked: tuple[str, ...]
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


def check(ledger: Ledger, actor: str, wish: Wish) -> Checked:
    """Return what is to be signed, judged as if submitted now. Raises: as ``proposed``."""
    commands = wanted(ledger, actor, wish)
    original = original_of(wish.command, wish.typed)
    own_key = ledger.registry.commands[wish.command][1].own_key
    who, prepared = proposed(ledger, commands, actor, wish.role, wish.jti, original=original)
    told = zip(commands, jtis_of(wish.jti, len(commands)), strict=True)
    return Checked(
        who=who,
        asked=asked_in(ledger, actor, wish),
        shown=list(_shown(prepared.drafts)),
        commands=[
            {"command": each.name, "jti": jti, "members": _members(each)} for each, jti in told
        ],
        kids=[key.kid for key in keys_of(ledger, actor)],
        proxy=None if own_key else proxy_of(ledger, actor),
        own_key_only=own_key,
        original=original,
        subject=subject_of(ledger, commands[0]),
        version=version_of(ledger, commands[0]),
        copy=copy_of(ledger, commands[0]),
        typed=typed_of(ledger, commands[0]),
    )


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
