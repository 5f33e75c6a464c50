"""Devices that act: import, kiosk, policy, phone; each with a responsible person.

A device's key is enrolled like a person's, and what it may do is a post it is appointed to. A
retired device signs nothing more.
"""

from collections.abc import Iterator
from typing import ClassVar, assert_never, cast

from ledger.entry.ids import timeless
from ledger.errors import RuleViolation
from ledger.kernel.act import Act, Proposed, Tag
from ledger.kernel.aggregate import Aggregate, Command, Context
from ledger.kernel.event import PersonRef, UnitRef
from ledger.kernel.facts import Facts
from ledger.kernel.naming import Name, Naming
from ledger.rules import persons
from ledger.rules.authority import require_role, require_unit
from ledger.rules.persons import (
    ActorUnknown,
    DeviceKind,
    DeviceOutOfUse,
    DeviceRegistered,
    DeviceRetired,
    Registration,
    actor_tag,
    verify_actor,
)
from ledger.rules.posts import REGISTRAR

State = Registration | None
DeviceEvent = DeviceRegistered | DeviceRetired


class AlreadyRegistered(RuleViolation):
    """The device is registered already."""

    code = "device.already_registered"
    zh = "该设备已登记，不能重复登记。请直接使用原编号。"
    en = "This device is registered already. Use the id it has."


class RegisterDevice(Command, frozen=True, kw_only=True):
    """Register a device and the person responsible for it."""

    name: ClassVar[str] = "device.register"
    zh: ClassVar[str] = "登记设备"
    en: ClassVar[str] = "Register"
    kind: DeviceKind
    responsible: PersonRef
    unit: UnitRef | None = None


class RetireDevice(Command, frozen=True, kw_only=True):
    """Take a device out of use."""

    name: ClassVar[str] = "device.retire"
    zh: ClassVar[str] = "停用设备"
    en: ClassVar[str] = "Retire"


DeviceCommand = RegisterDevice | RetireDevice


def decide(state: State, command: DeviceCommand, context: Context) -> tuple[Proposed, ...]:
    """Propose the acts of a command.

    Raises:
        AlreadyRegistered, ActorUnknown: the device is, or is not, registered.
    """
    match command:
        case RegisterDevice():
            return (_register(state, command, context),)
        case RetireDevice():
            found = _registered(state, command.stream)
            return (Proposed(stream=str(command.stream), event=DeviceRetired(unit=found.unit)),)
        case _:
            assert_never(command)


def _register(state: State, command: RegisterDevice, context: Context) -> Proposed:
    if state is not None:
        raise AlreadyRegistered
    event = DeviceRegistered(kind=command.kind, responsible=command.responsible, unit=command.unit)
    return Proposed(stream=command.stream or f"device/{timeless(context.new_id())}", event=event)


def check(state: State, act: Act, facts: Facts) -> None:
    """Hold every rule of a device's registration and retirement.

    Raises:
        RoleNotAllowed: not by a registrar.
        AlreadyRegistered, ActorUnknown, DeviceOutOfUse: the device, or who answers for it.
        UnitDiffers: a retirement names another unit than the registration.
    """
    require_role(act, REGISTRAR)
    event = cast(DeviceEvent, act.event)
    match event:
        case DeviceRegistered():
            if state is not None:
                raise AlreadyRegistered
            verify_actor(facts, event.responsible)
        case DeviceRetired():
            found = _registered(state, act.stream)
            if found.retired:
                raise DeviceOutOfUse(device=act.stream)
            require_unit(act, found.unit)
        case _:
            assert_never(event)


def _registered(state: State, stream: str | None) -> Registration:
    if state is None:
        raise ActorUnknown(actor=stream)
    return state


def asks(_: State, what: Command | Act, __: Facts) -> Iterator[Tag]:
    """Yield the tag of the person responsible."""
    if isinstance(what, Act) and isinstance(what.event, DeviceRegistered):
        yield actor_tag(what.event.responsible)


def tags(act: Act) -> Iterator[Tag]:
    """Yield the device's own tag."""
    yield actor_tag(act.stream)


NAMING = Naming(
    zh="设备",
    en="Device",
    about="Devices that sign",
    codes={
        "kind": {
            "import": Name("导入设备", "Import"),
            "kiosk": Name("自助终端", "Kiosk"),
            "phone": Name("手机", "Telephone"),
            "policy": Name("策略设备", "Policy"),
        },
    },
)

aggregate = Aggregate[State](
    name="device",
    naming=NAMING,
    initial=None,
    events=(DeviceRegistered, DeviceRetired),
    commands=(RegisterDevice, RetireDevice),
    decide=decide,
    check=check,
    evolve=persons.step,
    asks=asks,
    tags=tags,
)
