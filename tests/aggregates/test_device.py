from ledger.aggregates.device import RegisterDevice, RetireDevice
from ledger.rules.persons import DeviceRegistered, DeviceRetired
from tests.support.gwt import device, person, unit
from tests.support.trust import (
    acting,
    device_registered,
    established,
    founded,
    registered,
    registrar,
)

TILL = device("till")


def test_a_device_is_registered_with_the_person_responsible():
    command = RegisterDevice(kind="kiosk", responsible=person("an"))
    outcome = founded("an").when(command, registrar("an"))
    outcome.then(DeviceRegistered(kind="kiosk", responsible=person("an")))
    assert outcome.stream.startswith("device/")


def test_the_person_responsible_is_registered():
    command = RegisterDevice(kind="phone", responsible=person("chen"))
    founded("an").when(command, registrar("an")).refused("actor.unknown")
    registered(founded("an"), "chen").when(command, registrar("an")).story  # noqa: B018


def test_a_device_is_registered_once():
    story = device_registered(founded("an"), "till")
    again = RegisterDevice(stream=TILL, kind="kiosk", responsible=person("an"))
    story.when(again, registrar("an")).refused("device.already_registered")
    event = DeviceRegistered(kind="kiosk", responsible=person("an"))
    story.submits(TILL, event, registrar("an")).refused("device.already_registered")


def test_only_a_registrar_registers_and_retires_devices():
    story = device_registered(registered(founded("an"), "chen"), "till")
    for command in (
        RegisterDevice(kind="phone", responsible=person("chen")),
        RetireDevice(stream=TILL),
    ):
        story.when(command, acting("chen", "holder")).refused("authority.role_not_allowed")


def test_a_retired_device_stays_retired():
    story = device_registered(founded("an"), "till")
    story = story.when(RetireDevice(stream=TILL), registrar("an")).then(DeviceRetired())
    assert story.state(TILL).retired
    story.when(RetireDevice(stream=TILL), registrar("an")).refused("device.out_of_use")


def test_an_unknown_device_cannot_be_retired():
    founded("an").when(RetireDevice(stream=TILL), registrar("an")).refused("actor.unknown")
    founded("an").submits(TILL, DeviceRetired(), registrar("an")).refused("actor.unknown")


def test_a_device_is_retired_in_the_unit_it_was_registered_for():
    story = established(founded("an"), "grid")
    command = RegisterDevice(stream=TILL, kind="kiosk", responsible=person("an"), unit=unit("grid"))
    story = story.when(command, registrar("an")).story
    story.submits(TILL, DeviceRetired(), registrar("an")).refused("authority.unit_differs")
    story.when(RetireDevice(stream=TILL), registrar("an")).then(DeviceRetired(unit=unit("grid")))
