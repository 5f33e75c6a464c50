"""Persons in office: registered once, under an opaque id; who it is stays sealed.

Keys and posts are streams of their own. Residents, volunteers and parties are not registered
here: their own streams name them by a reference of that stream only.
"""

from collections.abc import Iterator
from typing import ClassVar

from ledger.entry.canonical import require_text
from ledger.entry.ids import timeless
from ledger.errors import RuleViolation
from ledger.kernel.act import Act, Proposed, Tag
from ledger.kernel.aggregate import Aggregate, Command, Context
from ledger.kernel.event import UnitRef
from ledger.kernel.facts import Facts
from ledger.kernel.naming import Naming
from ledger.rules import persons
from ledger.rules.authority import require_role
from ledger.rules.persons import Identity, PersonRegistered, Registration, actor_tag
from ledger.rules.posts import REGISTRAR

State = Registration | None


class AlreadyRegistered(RuleViolation):
    """The person is registered already, or founded the log."""

    code = "person.already_registered"
    zh = "该人员已登记，不能重复登记。请直接使用原编号。"
    en = "This person is registered already. Use the id she has."


class RegisterPerson(Command, frozen=True, kw_only=True):
    """Register an office-holder.

    ``unit`` is the one whose registrar answers for her keys.
    """

    name: ClassVar[str] = "person.register"
    zh: ClassVar[str] = "登记人员"
    en: ClassVar[str] = "Register"
    full_name: str
    id_no: str | None = None
    phone: str | None = None
    unit: UnitRef | None = None


def decide(state: State, command: RegisterPerson, context: Context) -> tuple[Proposed, ...]:
    """Propose the acts of a command.

    Raises:
        AlreadyRegistered: the stream is someone's.
        BadText: a name or number with refused characters.
    """
    if state is not None:
        raise AlreadyRegistered
    for text in (command.full_name, command.id_no, command.phone):
        require_text(text or "", lines=False)
    identity = Identity(name=command.full_name, id_no=command.id_no, phone=command.phone)
    event = PersonRegistered(unit=command.unit)
    stream = command.stream or f"person/{timeless(context.new_id())}"
    return (Proposed(stream=stream, event=event, sealed=(identity,)),)


def check(state: State, act: Act, facts: Facts) -> None:
    """Hold every rule of a registration.

    Raises:
        RoleNotAllowed: not by a registrar.
        AlreadyRegistered: once is enough, and founders are registered by the genesis.
    """
    require_role(act, REGISTRAR)
    if state is not None or persons.registration(facts, act.stream) is not None:
        raise AlreadyRegistered


def asks(_: State, what: Command | Act, __: Facts) -> Iterator[Tag]:
    """Yield the person's own tag, which a genesis may bear."""
    if isinstance(what, Act):
        yield actor_tag(what.stream)


def tags(act: Act) -> Iterator[Tag]:
    """Yield the tag of the person registered."""
    yield actor_tag(act.stream)


NAMING = Naming(
    zh="人员",
    en="Person",
    about="Office-holders",
)

aggregate = Aggregate[State](
    name="person",
    naming=NAMING,
    initial=None,
    events=(PersonRegistered,),
    commands=(RegisterPerson,),
    decide=decide,
    check=check,
    evolve=persons.step,
    asks=asks,
    tags=tags,
)
