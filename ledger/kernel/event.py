"""Published event types: reviewed public members, sealed groups, standard members.

An event class states the public members of one type (``pub``, docs/spec/entry.md); the groups it
seals are classes of their own, one per data subject or purpose. A published type never changes: a
new version is a new name, and ``upcast`` turns the old class into the new one on read.
"""

from collections.abc import Callable, Container
from typing import Annotated, ClassVar, Final, TypeVar

import msgspec
from msgspec import Meta

from ledger.kernel.naming import Name

_ID = "[0-9A-HJKMNP-TV-Z]{26}"

UnitRef = Annotated[str, Meta(pattern=rf"\Aunit/{_ID}\Z")]
PersonRef = Annotated[str, Meta(pattern=rf"\Aperson/{_ID}\Z")]
ActorRef = Annotated[str, Meta(pattern=rf"\A(person|device)/{_ID}\Z")]
CaseRef = Annotated[str, Meta(pattern=rf"\Acase/{_ID}\Z")]
Code = Annotated[str, Meta(pattern=r"\A[a-z0-9][a-z0-9_.-]*\Z", max_length=64)]
Digest = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{43}\Z")]
PackRef = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9-]*@[0-9A-Za-z.]+\Z", max_length=64)]
Year = Annotated[int, Meta(ge=1970, le=9999)]
Date = Annotated[str, Meta(pattern=r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]
PublicText = Annotated[str, Meta(min_length=1, max_length=80)]


class Basis(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """The rule an act rests on: rule id inside the pack ``id@version``."""

    pack: PackRef
    rule: Code


class Verdict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the service answered from sealed values: equality, relation or consent."""

    check: Code
    subject: Code
    verdict: bool


class Numbered(
    msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True,
    omit_defaults=True,
):  # fmt: skip
    """The series an entry takes its official number in: the number is its rank there.

    ``series`` is a line of ``pack``; ``unit`` is whose series it is, where that is another than the
    entry's own; ``year`` is that in which it was signed.
    """

    pack: PackRef
    series: Code
    unit: UnitRef | None = None
    year: Year


class Transcribed(
    msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True,
    omit_defaults=True,
):  # fmt: skip
    """That an entry was typed from a paper original, which the group ``paper`` describes.

    ``persons`` are the office-holders who signed the paper, each once, in order.
    """

    persons: tuple[PersonRef, ...] = ()


class Event(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    gc=False,
):
    """Base of every event: the standard public members (docs/spec/entry.md).

    ``numbers`` names the member that says of which kind a thing is, in events that begin one that
    may bear an official number; their aggregate asks for the packs in force at the unit. ``voids``
    marks those that may make such a number void. ``prompt`` marks those recorded within a day of
    being signed: what they make later must not have ended meanwhile. ``concerns`` names the members
    that name persons it puts a matter into the hands of, or says something about (SD13);
    ``replaces`` marks those each of which takes the place of the one before it in its stream, with
    whom that one concerned.
    """

    concerns: ClassVar[tuple[str, ...]] = ()
    numbers: ClassVar[str | None] = None
    voids: ClassVar[bool] = False
    prompt: ClassVar[bool] = False
    replaces: ClassVar[bool] = False

    unit: UnitRef | None = None
    basis: tuple[Basis, ...] = ()
    reason: Code | None = None
    cause: Digest | None = None
    approves: Digest | None = None
    checks: tuple[Verdict, ...] = ()
    numbered: Numbered | None = None
    transcribed: Transcribed | None = None


class Group(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """Base of a sealed group: every field is committed, null when absent."""

    __group__: ClassVar["GroupSpec"]


class GroupSpec(msgspec.Struct, frozen=True, kw_only=True):
    """What is declared of a group, frozen with the types that seal it.

    ``subject`` names whose data it is, inside the stream; one data key per subject and stream.
    ``years`` is the retention counted from the day the act occurred; None keeps it for good.
    """

    name: str
    called: Name
    subject: str
    data_class: str
    purpose: str
    years: int | None
    fields: tuple[str, ...] = ()


class EventSpec(msgspec.Struct, frozen=True, kw_only=True):
    """What is declared of one published type.

    ``called`` is None where packs say what it is called: in their list of acts, by the fact.
    """

    name: str
    called: Name | None = None
    cls: type[Event]
    groups: tuple[GroupSpec, ...]
    seals: tuple[type[Group], ...]
    upcast: Callable[[Event], Event] | None = None


G = TypeVar("G", bound=type[Group])
E = TypeVar("E", bound=type[Event])

SPECS: dict[type[Event], EventSpec] = {}
"""Specification of each decorated class. A registry takes what its aggregates name, no more."""


def group(
    name: str,
    *,
    data_class: str,
    purpose: str,
    years: int | None,
    zh: str,
    en: str,
    subject: str | None = None,
) -> Callable[[G], G]:
    """Declare a sealed group: what kind of data, for what purpose, kept how many years."""

    def declare(cls: G) -> G:
        cls.__group__ = GroupSpec(
            name=name,
            called=Name(zh, en),
            subject=subject or name,
            data_class=data_class,
            purpose=purpose,
            years=years,
            fields=tuple(sorted(cls.__struct_encode_fields__)),
        )
        return cls

    return declare


@group(
    "paper",
    data_class="personal",
    purpose="finding the paper original",
    years=30,
    zh="纸质原件",
    en="Paper original",
)
class Paper(Group, frozen=True, kw_only=True):
    """Where a paper original lies, the digest of its scan, and the names written on it."""

    box: str | None = None
    number: str | None = None
    scan: str | None = None
    names: str | None = None


PAPER: Final = Paper.__group__
"""The group that an entry of any type seals, beside its own, where it was typed from paper."""


def groups_of(spec: EventSpec, sealed: Container[str]) -> tuple[GroupSpec, ...]:
    """Return the groups an entry must seal that has those named ``sealed``: its type's, and paper.

    The registry holds the group ``paper`` to the public mark.
    """
    return (*spec.groups, PAPER) if PAPER.name in sealed else spec.groups


def event(
    type_: str,
    *seals: type[Group],
    zh: str = "",
    en: str = "",
    upcast: Callable[[Event], Event] | None = None,
) -> Callable[[E], E]:
    """Declare a published type: its name, the groups it seals, and what it is called.

    It is called nothing here where packs have words for its facts.
    """

    def declare(cls: E) -> E:
        groups = tuple(seal.__group__ for seal in seals)
        if any(each.name == PAPER.name for each in groups):
            raise TypeError(f"{type_} seals a group that any type may carry")
        if len({g.name for g in groups}) != len(groups):
            raise TypeError(f"{type_} seals one group twice")
        called = Name(zh, en) if zh and en else None
        SPECS[cls] = EventSpec(
            name=type_, called=called, cls=cls, groups=groups, seals=seals, upcast=upcast
        )
        return cls

    return declare
