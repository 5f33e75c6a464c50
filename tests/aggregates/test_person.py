from ledger.aggregates.person import RegisterPerson
from ledger.rules.persons import Identity, PersonRegistered, Registration, actor_tag, registration
from tests.support.gwt import person, unit
from tests.support.trust import (
    acting,
    appointed,
    established,
    founded,
    registered,
    registrar,
)

CHEN = person("chen")


def test_a_registrar_registers_a_person_and_seals_who_she_is():
    outcome = founded("an").when(
        RegisterPerson(full_name="陈小芳", id_no="110105199001011234", phone="13800000000"),
        registrar("an"),
    )
    outcome.then(PersonRegistered())
    (proposed,) = outcome.proposed
    assert proposed.stream.startswith("person/")
    assert proposed.sealed == (
        Identity(name="陈小芳", id_no="110105199001011234", phone="13800000000"),
    )


def test_a_person_is_registered_for_a_unit():
    story = registered(established(founded("an"), "grid"), "chen", unit=unit("grid"))
    facts = story.knows(actor_tag(CHEN))
    assert registration(facts, CHEN) == Registration(unit=unit("grid"))
    assert story.state(CHEN) == Registration(unit=unit("grid"))


def test_a_person_is_registered_once():
    story = registered(founded("an"), "chen")
    again = RegisterPerson(stream=CHEN, full_name="chen")
    story.when(again, registrar("an")).refused("person.already_registered")
    story.submits(CHEN, PersonRegistered(), registrar("an")).refused("person.already_registered")


def test_a_founder_is_registered_by_the_genesis():
    again = RegisterPerson(stream=person("an"), full_name="an")
    founded("an").when(again, registrar("an")).refused("person.already_registered")


def test_only_a_registrar_registers_people():
    story = appointed(registered(founded("an"), "chen"), CHEN, "clerk", "an")
    command = RegisterPerson(full_name="bo")
    for role in ("clerk", "holder"):
        story.when(command, acting("chen", role)).refused("authority.role_not_allowed")


def test_a_name_with_invisible_characters_is_refused():
    for text in ("陈\u200b芳", "陈\n芳", "e\u0301"):
        command = RegisterPerson(full_name=text)
        founded("an").when(command, registrar("an")).refused("canonical.bad_text")


def test_one_persons_registration_does_not_say_who_another_is():
    story = registered(registered(founded("an"), "chen"), "bo")
    assert len(story.knows(actor_tag(CHEN)).about(actor_tag(CHEN))) == 1
    assert registration(story.knows(actor_tag(person("cai"))), person("cai")) is None
