"""The closed registry of published types: decoding is strict and names no module of a row."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from ledger.entry import base64url
from ledger.entry.jws import SignedEntry
from ledger.entry.stored import Stored
from ledger.errors import MalformedError
from ledger.kernel.act import Act, Tag, concern_tag, concerned, paper_tag, series_tag
from ledger.kernel.aggregate import Aggregate, Command
from ledger.kernel.event import PAPER, SPECS, Event, EventSpec, Group


class UnknownType(MalformedError):
    """No aggregate declares this type."""

    code = "entry.unknown_type"
    zh = "未知的条目类型 {type}。请升级程序，或核对提交内容。"
    en = "Unknown entry type {type}. Upgrade the program, or check what was submitted."


class SchemaMismatch(MalformedError):
    """The public members or the sealed groups are not those the type declares."""

    code = "entry.schema"
    zh = "条目 {type} 的内容与其类型声明不符：{why}。"
    en = "The content of {type} is not what the type declares: {why}."


class Registry:
    """All aggregates of this program, by name; all their types and commands."""

    def __init__(self, aggregates: Iterable[Aggregate[Any]]) -> None:
        self.aggregates: Mapping[str, Aggregate[Any]] = {a.name: a for a in aggregates}
        self.types: dict[str, EventSpec] = {}
        self.commands: dict[str, tuple[Aggregate[Any], type[Command]]] = {}
        for aggregate in self.aggregates.values():
            self._take(aggregate)
        self._decoders = {
            name: msgspec.json.Decoder(spec.cls, strict=True) for name, spec in self.types.items()
        }
        for _, command in self.commands.values():
            # msgspec 0.22 learns a type when it is first used, and crashes the process when two
            # threads are the first at once: whoever makes the registry is the first.
            msgspec.json.Decoder(command)
        self._sealed = {
            name: {group.name: len(group.fields) for group in spec.groups}
            for name, spec in self.types.items()
        }

    def _take(self, aggregate: Aggregate[Any]) -> None:
        for cls in aggregate.events:
            spec = SPECS[cls]
            if spec.name.partition(".")[0] != aggregate.name or spec.name in self.types:
                raise TypeError(f"{spec.name} does not belong to {aggregate.name} alone")
            self.types[spec.name] = spec
        for command in aggregate.commands:
            if not (hasattr(command, "zh") and hasattr(command, "en")):
                raise TypeError(f"{command.name} does not say zh and en, what it is called")
            if not command.asked_of.keys() <= set(command.__struct_fields__):
                raise TypeError(f"{command.name} says of whom to ask a field it has not")
            self.commands[command.name] = (aggregate, command)

    def spec(self, type_: str) -> EventSpec:
        """Return what is declared of ``type_``. Raises: UnknownType."""
        try:
            return self.types[type_]
        except KeyError:
            raise UnknownType(type=type_) from None

    def owner(self, type_: str) -> Aggregate[Any]:
        """Return the aggregate whose type this is. Raises: UnknownType."""
        self.spec(type_)
        return self.aggregates[type_.partition(".")[0]]

    def act(
        self, signed: SignedEntry, *, index: int | None = None, recorded_at: int | None = None
    ) -> Act:
        """Return the act of a signed entry, its event upcast to the newest version.

        Raises: UnknownType; SchemaMismatch when public members or sealed counts differ.
        """
        claims = signed.claims
        return Act(
            stream=claims.stream,
            seq=claims.seq,
            type=claims.type,
            jti=claims.jti,
            actor=claims.actor,
            role=claims.role,
            kid=signed.kid,
            occ=claims.occ,
            iat=claims.iat,
            event=self._event(signed),
            digest=base64url.encode(signed.digest),
            index=index,
            recorded_at=recorded_at,
        )

    def stored_act(self, stored: Stored, *, index: int) -> Act:
        """Return the act of an entry of the own store.

        Raises: UnknownType; SchemaMismatch when the public members are not of their types.
        """
        payload = stored.payload
        return Act(
            stream=payload.stream,
            seq=payload.seq,
            type=payload.type,
            jti=payload.jti,
            actor=payload.actor,
            role=payload.role,
            kid=stored.kid,
            occ=payload.occ,
            iat=payload.iat,
            event=_upcast(self._decoded(payload.type, payload.pub), self.spec(payload.type)),
            digest=stored.digest,
            index=index,
            recorded_at=stored.recorded_at,
        )

    def _decoded(self, type_: str, pub: bytes | msgspec.Raw) -> Event:
        decoder = self._decoders.get(type_)
        if decoder is None:
            raise UnknownType(type=type_)
        try:
            return decoder.decode(pub)
        except msgspec.ValidationError as error:
            # msgspec names the member and the expected form, never the value.
            raise SchemaMismatch(type=type_, why=str(error)) from None

    def _event(self, signed: SignedEntry) -> Event:
        claims = signed.claims
        pub = bytes(claims.pub)
        found = self._decoded(claims.type, pub)
        if msgspec.json.encode(found, order="sorted") != pub:
            raise SchemaMismatch(type=claims.type, why="a member is spelled out at its default")
        counts = {name: len(digests) for name, digests in (claims.sealed or {}).items()}
        expected = self._sealed[claims.type]
        if found.transcribed is not None:
            expected = {**expected, PAPER.name: len(PAPER.fields)}
        if counts != expected:
            raise SchemaMismatch(type=claims.type, why="sealed groups differ from the declared")
        return _upcast(found, self.spec(claims.type))

    def tags(self, act: Act) -> tuple[Tag, ...]:
        """Return the tags of an act: standard ones, and those its aggregate declares; sorted."""
        found = {Tag(f"actor:{act.actor}"), *self.aggregates[act.aggregate].tags(act)}
        if (series := series_tag(act.event)) is not None:
            found.add(series)
        if act.event.transcribed is not None:
            found.add(paper_tag(act.stream))
        if act.event.concerns and concerned(act.event):
            found.add(concern_tag(act.stream))
        return tuple(sorted(found))


def _upcast(found: Event, spec: EventSpec) -> Event:
    while spec.upcast is not None:
        found = spec.upcast(found)
        spec = SPECS[type(found)]
    return found


def public_bytes(event: Event) -> bytes:
    """Return the canonical bytes of an event's public members.

    Its types allow nothing the profile refuses; whoever signs has the bytes checked again.
    """
    return msgspec.json.encode(event, order="sorted")


def group_values(group: Group) -> dict[str, object]:
    """Return a sealed group's values by wire name, absent ones as None."""
    values: dict[str, object] = msgspec.to_builtins(group)
    return values
