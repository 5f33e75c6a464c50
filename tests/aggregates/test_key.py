import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from ledger.aggregates.device import RetireDevice
from ledger.aggregates.key import EnrolKey, RevokeKey, RotateKey
from ledger.aggregates.person import RegisterPerson
from ledger.aggregates.post import EndPost
from ledger.entry import base64url
from ledger.entry.entry import parse_entry
from ledger.kernel.act import Act, Who
from ledger.rules.genesis import Jwk
from ledger.rules.keys import KeyEnrolled, KeyRevoked, KeyRotated, key_of, key_tag
from tests.support.gwt import a_story, device, person, unit
from tests.support.trust import (
    PERMIT,
    SINCE,
    TRUST,
    a_key,
    acting,
    appointed,
    device_registered,
    enrolled,
    established,
    founded,
    jwk,
    proof,
    registered,
    registrar,
)

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "entries.json").read_text())
CHEN = person("chen")


def kid(label: str) -> str:
    return a_key(label).kid


def stream(label: str) -> str:
    return f"key/{kid(label)}"


def enrol(label: str, holder: str = CHEN, **changes: str) -> EnrolKey:
    members = {"public_key": jwk(label).x, "proof": proof(label, holder), "custody": "file"}
    return EnrolKey(holder=holder, **members | changes)


def with_chen():
    """A founder, and a person with her key "chen"."""
    return registered(founded("an"), "chen")


def test_a_key_is_enrolled_under_its_thumbprint():
    story = with_chen()
    outcome = story.when(enrol("second", custody="token"), acting("chen", "holder"))
    outcome.then(
        KeyEnrolled(holder=CHEN, jwk=jwk("second"), proof=proof("second", CHEN), custody="token")
    )
    assert outcome.stream == stream("second")
    key = key_of(outcome.story.knows(key_tag(kid("second"))), kid("second"))
    assert (key.holder, key.custody, key.ended) == (CHEN, "token", False)
    assert key.enrolled == len(outcome.story.acts) - 1


def test_the_known_enrolment_is_accepted_byte_for_byte():
    story = a_story(*TRUST, permits=(PERMIT,))
    acts = []
    for name in ("genesis", "enrolment"):
        entry = parse_entry(VECTORS[name]["entry"].encode())
        acts.append(story.registry.act(entry.signed))
    genesis, enrolment = acts
    founder = Who(actor=genesis.actor, role=genesis.role, kid=genesis.kid)
    story = story.submits(genesis.stream, genesis.event, founder, **_when(genesis)).story
    holder = RegisterPerson(stream=enrolment.event.holder, full_name="持有人")
    story = story.when(holder, founder).story
    outcome = story.submits(enrolment.stream, enrolment.event, founder, **_when(enrolment))
    outcome.then(enrolment.event)


def _when(act: Act):
    return {"occ": act.occ, "at": datetime.fromtimestamp(act.iat, UTC)}


def test_a_key_is_enrolled_once():
    story = with_chen()
    story.when(enrol("chen"), registrar("an")).refused("key.already_hers")
    other = registered(story, "dai")
    other.when(enrol("chen", person("dai")), registrar("an")).refused("key.already_enrolled")
    ended = story.when(RevokeKey(stream=stream("chen"), reason="lost"), registrar("an")).story
    ended.when(enrol("chen"), registrar("an")).refused("key.already_enrolled")


def test_a_founders_key_is_enrolled_by_the_genesis():
    story = with_chen()
    story.when(enrol("an"), registrar("an")).refused("key.already_enrolled")
    story.when(enrol("an", person("an")), registrar("an")).refused("key.already_hers")


def test_a_key_needs_a_registered_holder():
    founded("an").when(enrol("chen"), registrar("an")).refused("actor.unknown")
    event = KeyEnrolled(holder=CHEN, jwk=jwk("chen"), proof=proof("chen", CHEN), custody="file")
    founded("an").submits(stream("chen"), event, registrar("an")).refused("actor.unknown")


def test_a_retired_device_gets_no_key():
    story = device_registered(founded("an"), "till")
    story = story.when(RetireDevice(stream=device("till")), registrar("an")).story
    story.when(enrol("second", device("till")), registrar("an")).refused("device.out_of_use")


def test_nobody_but_a_registrar_enrols_keys_of_others():
    story = registered(with_chen(), "dai")
    story.when(enrol("second"), acting("dai", "holder")).refused("authority.role_not_allowed")


def test_whoever_has_a_key_in_force_enrols_further_ones_herself():
    story = with_chen()
    story.when(enrol("second"), registrar("an")).refused("key.holder_enrols_herself")
    story = enrolled(story, "second", CHEN, own="chen")
    story = story.when(RevokeKey(stream=stream("chen"), reason="lost"), registrar("an")).story
    story.when(enrol("third"), registrar("an")).refused("key.holder_enrols_herself")
    story = story.when(RevokeKey(stream=stream("second"), reason="lost"), registrar("an")).story
    assert isinstance(story.when(enrol("third"), registrar("an")).events[0], KeyEnrolled)


def test_the_proof_is_the_holders_for_this_log():
    story = with_chen()
    for bad in (
        proof("second", person("an")),
        proof("second", CHEN, "other.example"),
        proof("third", CHEN),
    ):
        story.when(enrol("second", proof=bad), registrar("an")).refused("key.bad_proof")


@pytest.mark.parametrize("raw", VECTORS["weak_ed25519_public_keys_hex"])
def test_a_weak_key_is_refused(raw):
    weak = enrol("second", public_key=base64url.encode(bytes.fromhex(raw)))
    with_chen().when(weak, registrar("an")).refused("key.weak")


def test_the_stream_is_the_keys_thumbprint():
    event = KeyEnrolled(holder=CHEN, jwk=jwk("second"), proof=proof("second", CHEN), custody="file")
    with_chen().submits(stream("third"), event, registrar("an")).refused("key.not_streams")


def test_a_key_is_enrolled_where_its_holder_is_registered():
    story = established(founded("an"), "grid")
    story = registered(story, "chen", unit=unit("grid"))
    outcome = story.when(enrol("second"), acting("chen", "holder"))
    assert outcome.events[0].unit == unit("grid")
    elsewhere = msgspec.structs.replace(outcome.events[0], unit=None)
    story.submits(stream("second"), elsewhere, registrar("an")).refused("authority.unit_differs")


def test_a_local_registrar_makes_nobody_elsewhere_a_key():
    story = established(established(founded("an"), "here"), "there")
    story = registered(registered(story, "chen", unit=unit("here")), "dai", unit=unit("there"))
    story = appointed(story, CHEN, "registrar", "an", unit=unit("here"))
    story.when(enrol("second", CHEN), registrar("chen")).story  # noqa: B018
    story.when(enrol("third", person("dai")), registrar("chen")).refused("authority.out_of_scope")
    event = KeyEnrolled(
        holder=person("an"), jwk=jwk("third"), proof=proof("third", person("an")),
        custody="file", unit=unit("here"),
    )  # fmt: skip
    story.submits(stream("third"), event, registrar("chen")).refused("authority.unit_differs")


def test_a_holder_rotates_her_own_key():
    story = enrolled(with_chen(), "second", CHEN, own="chen")
    rotate = RotateKey(stream=stream("chen"), successor=kid("second"))
    story = story.when(rotate, acting("chen", "holder")).then(KeyRotated(successor=kid("second")))
    key = key_of(story.knows(key_tag(kid("chen"))), kid("chen"))
    assert key.ended
    assert key.successor == kid("second")
    assert not key_of(story.knows(key_tag(kid("second"))), kid("second")).ended


def test_a_registrar_rotates_a_key_for_its_holder():
    story = enrolled(with_chen(), "second", CHEN, own="chen")
    rotate = RotateKey(stream=stream("chen"), successor=kid("second"))
    story.when(rotate, registrar("an")).then(KeyRotated(successor=kid("second")))


def test_nobody_ends_a_key_that_is_not_hers():
    story = enrolled(registered(with_chen(), "dai"), "second", CHEN, own="chen")
    for command in (
        RotateKey(stream=stream("chen"), successor=kid("second")),
        RevokeKey(stream=stream("chen"), reason="lost"),
    ):
        story.when(command, acting("dai", "holder")).refused("authority.not_holder")
        clerk = appointed(story, person("dai"), "clerk", "an")
        clerk.when(command, acting("dai", "clerk")).refused("authority.role_not_allowed")


def test_a_successor_is_another_key_in_force_of_the_same_holder():
    story = enrolled(with_chen(), "second", CHEN, own="chen")
    revoked = story.when(RevokeKey(stream=stream("second"), reason="lost"), registrar("an")).story
    for told, successor in (
        (story, "chen"),
        (story, "an"),
        (story, "nobodys"),
        (revoked, "second"),
    ):
        rotate = RotateKey(stream=stream("chen"), successor=kid(successor))
        told.when(rotate, registrar("an")).refused("key.unfit_successor")


def test_an_ended_key_is_not_rotated():
    story = enrolled(with_chen(), "second", CHEN, own="chen")
    rotate = RotateKey(stream=stream("chen"), successor=kid("second"))
    for end in (rotate, RevokeKey(stream=stream("chen"), reason="lost")):
        ended = story.when(end, registrar("an")).story
        ended.when(rotate, registrar("an")).refused("key.already_ended")


def test_a_founders_key_ends_in_a_stream_that_begins_with_its_end():
    story = founded("an", "bo")
    story = story.when(RevokeKey(stream=stream("bo"), reason="lost"), registrar("an")).then(
        KeyRevoked(reason="lost")
    )
    assert key_of(story.knows(key_tag(kid("bo"))), kid("bo")).revoked
    story.when(RevokeKey(stream=stream("bo"), reason="lost"), registrar("an")).refused(
        "key.already_ended"
    )


def test_a_founder_rotates_her_key():
    story = enrolled(founded("an"), "second", person("an"))
    rotate = RotateKey(stream=stream("an"), successor=kid("second"))
    story = story.when(rotate, acting("an", "holder")).story
    story.when(rotate, registrar("an")).refused("authority.key_ended")
    again = acting("an", "registrar", keyed="second")
    story.when(rotate, again).refused("key.already_ended")
    revoke = RevokeKey(stream=stream("an"), reason="lost")
    story.when(revoke, again).then(KeyRevoked(reason="lost"))


def test_an_unknown_key_has_no_end():
    for command in (
        RotateKey(stream=stream("chen"), successor=kid("an")),
        RevokeKey(stream=stream("chen"), reason="lost"),
    ):
        founded("an").when(command, registrar("an")).refused("key.not_enrolled")
    event = KeyRevoked(reason="lost")
    founded("an").submits(stream("chen"), event, registrar("an")).refused("key.not_enrolled")


def test_a_revocation_disputes_entries_from_an_index_on():
    story = with_chen()
    since = len(story.acts)
    revoke = RevokeKey(stream=stream("chen"), reason="stolen", since=since)
    story = story.when(revoke, acting("chen", "holder")).story
    key = key_of(story.knows(key_tag(kid("chen"))), kid("chen"))
    assert [key.disputes(index) for index in (since - 1, since, since + 9)] == [False, True, True]


def test_entries_before_the_enrolment_cannot_be_disputed():
    story = with_chen()
    enrolment = len(story.acts) - 1
    too_early = RevokeKey(stream=stream("chen"), reason="stolen", since=enrolment - 1)
    story.when(too_early, registrar("an")).refused("key.disputed_too_early")
    story.when(msgspec.structs.replace(too_early, since=enrolment), registrar("an")).story  # noqa: B018


def test_a_second_revocation_can_only_dispute_more():
    story = with_chen()
    revoke = RevokeKey(stream=stream("chen"), reason="lost", since=9)
    story = story.when(revoke, registrar("an")).story
    for since in (None, 9, 10):
        again = msgspec.structs.replace(revoke, since=since)
        story.when(again, registrar("an")).refused("key.already_ended")
    story = story.when(msgspec.structs.replace(revoke, since=5), registrar("an")).story
    assert key_of(story.knows(key_tag(kid("chen"))), kid("chen")).since == 5


def test_an_act_on_a_key_names_the_unit_of_its_enrolment():
    story = established(founded("an"), "grid")
    story = registered(story, "chen", unit=unit("grid"))
    story.submits(stream("chen"), KeyRevoked(reason="lost"), registrar("an")).refused(
        "authority.unit_differs"
    )
    story.when(RevokeKey(stream=stream("chen"), reason="lost"), registrar("an")).then(
        KeyRevoked(reason="lost", unit=unit("grid"))
    )


def test_the_jwk_of_an_enrolment_has_one_spelling():
    assert msgspec.json.encode(Jwk(x="A" * 43), order="sorted") == (
        b'{"crv":"Ed25519","kty":"OKP","x":"' + b"A" * 43 + b'"}'
    )


def test_a_key_of_a_registrar_is_enrolled_by_nobody_but_herself():
    story = founded("an", "bo")
    anothers = story.when(enrol("second", person("bo")), registrar("an"))
    anothers.refused("key.registrar_enrols_herself")
    own = story.when(enrol("second", person("bo")), registrar("bo"))
    assert isinstance(own.events[0], KeyEnrolled)


def test_a_registrar_who_lost_her_key_is_enrolled_again_once_her_post_has_ended():
    story = appointed(registered(founded("an"), "chen"), CHEN, "registrar", "an")
    story.when(enrol("second"), registrar("an")).refused("key.registrar_enrols_herself")
    post = story.acts[-1].stream
    ended = story.when(EndPost(stream=post, effective_from=SINCE), registrar("an")).story
    lost = ended.when(RevokeKey(stream=stream("chen"), reason="lost"), registrar("an")).story
    assert isinstance(lost.when(enrol("second"), registrar("an")).events[0], KeyEnrolled)
