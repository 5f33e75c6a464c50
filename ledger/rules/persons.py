"""Persons and devices as every rule reads them (``actor``, docs/spec/entry.md).

Office-holders and devices have lasting opaque ids; who a person is stays sealed. A device has a
responsible person. Residents, volunteers and parties are named inside their own streams and are
not registered here. Keys and posts have modules of their own.
"""

from dataclasses import dataclass, replace
from typing import Literal, assert_never, cast

from ledger.errors import NotAuthorised, NotFound
from ledger.kernel.act import Act, Tag
from ledger.kernel.event import Event, Group, PersonRef, event, group
from ledger.kernel.facts import Facts
from ledger.rules.genesis import LogGenesis

DeviceKind = Literal["import", "kiosk", "policy", "phone"]


class ActorUnknown(NotFound):
    """A person or device that was never registered."""

    code = "actor.unknown"
    zh = "{actor} 未登记。请先登记该人员或设备，或核对编号。"
    en = "{actor} is not registered. Register the person or device first, or check the id."


class DeviceOutOfUse(NotAuthorised):
    """A device that was retired."""

    code = "device.out_of_use"
    zh = "设备 {device} 已停用。请改用在用设备，或登记新设备。"
    en = "Device {device} was retired. Use another device, or register a new one."


@group(
    "identity",
    subject="person",
    data_class="identity",
    purpose="telling who acted in office",
    years=30,
    zh="身份",
    en="Identity",
)
class Identity(Group, frozen=True, kw_only=True):
    """Who an office-holder is: full name, identity document number, telephone."""

    name: str
    id_no: str | None = None
    phone: str | None = None


@event("person.registered.v1", Identity, zh="登记人员", en="Person registered")
class PersonRegistered(Event, frozen=True, kw_only=True):
    """Register an office-holder; ``unit`` is the one whose registrar answers for her keys."""


@event("device.registered.v1", zh="登记设备", en="Device registered")
class DeviceRegistered(Event, frozen=True, kw_only=True):
    """Register a device and the person responsible for it."""

    kind: DeviceKind
    responsible: PersonRef


IMPORTER = "importer"
POLICY = "policy"
DEVICE_ROLES: dict[DeviceKind, str] = {
    "import": IMPORTER,
    "kiosk": "kiosk",
    "phone": "phone",
    "policy": POLICY,
}
"""The one role a device of each kind may hold a post in."""


@event("device.retired.v1", zh="停用设备", en="Device retired")
class DeviceRetired(Event, frozen=True, kw_only=True):
    """Take a device out of use: nothing it signs later is accepted."""


RegistrationEvent = PersonRegistered | DeviceRegistered | DeviceRetired


@dataclass(frozen=True, kw_only=True, slots=True)
class Registration:
    """An actor as registered: for which unit (None: the whole log); a device also its kind."""

    unit: str | None = None
    kind: DeviceKind | None = None
    responsible: str | None = None
    retired: bool = False


def actor_tag(actor: str) -> Tag:
    """Return the tag of the acts that register ``person/<id>`` or ``device/<id>``."""
    return Tag(f"{actor.partition('/')[0]}:{actor}")


def step(found: Registration | None, act: Act) -> Registration | None:
    """Fold one act about one person or device; a genesis registers its founders."""
    happened = cast(RegistrationEvent | LogGenesis, act.event)
    match happened:
        case LogGenesis():
            return found or Registration()
        case PersonRegistered():
            return found or Registration(unit=happened.unit)
        case DeviceRegistered():
            return found or Registration(
                unit=happened.unit, kind=happened.kind, responsible=happened.responsible
            )
        case DeviceRetired():
            return found and replace(found, retired=True)
        case _:
            assert_never(happened)


def fold(acts: tuple[Act, ...]) -> Registration | None:
    """Return the registration the acts of one actor make."""
    found = None
    for act in acts:
        found = step(found, act)
    return found


def registration(facts: Facts, actor: str) -> Registration | None:
    """Return how ``actor`` is registered, None if never; ``actor_tag`` must have been asked."""
    return facts.fold(actor_tag(actor), fold)


def verify_actor(facts: Facts, actor: str) -> Registration:
    """Return the registration of an actor who may be given a key or a post.

    Raises:
        ActorUnknown: never registered.
        DeviceOutOfUse: a retired device.
    """
    found = registration(facts, actor)
    if found is None:
        raise ActorUnknown(actor=actor)
    if found.retired:
        raise DeviceOutOfUse(device=actor)
    return found
