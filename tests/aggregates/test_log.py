import hashlib

import msgspec
import pytest

from ledger.aggregates.log import (
    ApproveKeyRotation,
    ExplainClock,
    ProposeKeyRotation,
    RenewMark,
)
from ledger.entry import base64url
from ledger.entry.genesis import Predecessor
from ledger.entry.keys import PrivateKey
from ledger.rules.genesis import (
    LOG,
    Founder,
    LogApproved,
    LogClockExplained,
    LogGenesis,
    LogMarkRenewed,
    log_of,
    rotation_message,
)
from ledger.tlog.note import NoteSigner, cosigner_verifier, format_vkey
from tests.support.gwt import Story, a_story, device, person, unit, who
from tests.support.trust import (
    ORIGIN,
    PERMIT,
    TRUST,
    acting,
    appointed,
    device_registered,
    established,
    founded,
    genesis,
    jwk,
    proof,
    registered,
    registrar,
    vkey,
)

STREAM = f"log/{ORIGIN}"
EMPTY = a_story(*TRUST, permits=(PERMIT,))


def submit(event: LogGenesis, stream: str = STREAM, by: str = "an", story: Story = EMPTY):
    return story.submits(stream, event, registrar(by))


def raw_signer(label: str) -> PrivateKey:
    return PrivateKey.from_seed(hashlib.sha256(label.encode()).digest())


def rotation(new: str = "new", old: str = "log", origin: str = ORIGIN) -> ProposeKeyRotation:
    message = rotation_message(origin=origin, old=vkey(old), new=vkey(new))
    return ProposeKeyRotation(
        vkey=vkey(new),
        proof=base64url.encode(raw_signer(new).sign(message)),
        consent=base64url.encode(raw_signer(old).sign(message)),
    )


def test_a_genesis_founds_a_log():
    story = submit(genesis("an", "bo", threshold=2)).then(genesis("an", "bo", threshold=2))
    log = log_of(story.knows(LOG))
    assert (log.origin, log.threshold, log.vkey) == (ORIGIN, 2, vkey())


def test_a_log_has_one_genesis():
    story = founded("an")
    submit(genesis("an"), story=story).refused("log.already_founded")


@pytest.mark.parametrize("count", [0, 3])
def test_a_threshold_lies_between_one_and_the_number_of_founders(count):
    if count == 0:
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(msgspec.to_builtins(genesis("an", "bo", threshold=0)), type=LogGenesis)
        return
    error = submit(genesis("an", "bo", threshold=count)).refused("genesis.malformed")
    assert error.facts["member"] == "pub.threshold"


def test_the_first_founder_signs_the_genesis():
    error = submit(genesis("an", "bo"), by="bo").refused("genesis.malformed")
    assert error.facts["member"] == "actor"


def test_the_genesis_is_signed_with_the_first_founders_key():
    outcome = EMPTY.submits(STREAM, genesis("an", "bo"), acting("an", "registrar", keyed="bo"))
    assert outcome.refused("genesis.malformed").facts["member"] == "kid"


def test_a_genesis_is_signed_in_the_role_registrar():
    outcome = EMPTY.submits(STREAM, genesis("an"), acting("an", "holder"))
    outcome.refused("authority.role_not_allowed")


def test_a_genesis_stands_in_the_stream_of_its_origin():
    error = submit(genesis("an"), stream="log/other.example").refused("genesis.malformed")
    assert error.facts["member"] == "stream"


def test_founders_are_distinct_people():
    founders = genesis("an").founders * 2
    error = submit(genesis("an", founders=founders)).refused("genesis.malformed")
    assert error.facts["member"] == "pub.founders"


def test_founders_have_distinct_keys():
    shared = Founder(actor=person("bo"), jwk=jwk("an"), proof=proof("an", person("bo")))
    founders = (*genesis("an").founders, shared)
    error = submit(genesis("an", founders=founders)).refused("genesis.malformed")
    assert error.facts["member"] == "pub.founders"


def test_every_founder_proves_her_key_for_this_log():
    for made_for, actor in ((ORIGIN, person("cai")), ("other.example", person("bo"))):
        borrowed = Founder(actor=person("bo"), jwk=jwk("bo"), proof=proof("bo", actor, made_for))
        founders = (*genesis("an").founders, borrowed)
        submit(genesis("an", founders=founders)).refused("key.bad_proof")


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        "a+b+c",
        vkey().replace("+", "+0", 1),
        vkey().replace(ORIGIN, "other.example"),
        format_vkey(NoteSigner(name="other.example", seed=bytes(32)).verifier),
        format_vkey(cosigner_verifier(name=ORIGIN, seed=bytes(32))),
    ],
)
def test_a_log_key_that_is_not_this_logs_is_refused(text):
    submit(genesis("an", vkey=text)).refused("log.bad_key")


def test_a_predecessor_is_named_with_a_checkpoint_of_its_own():
    good = Predecessor(origin="old.example", checkpoint="old.example\n5\nAAAA\n\n")
    submit(genesis("an", predecessor=good)).story  # noqa: B018
    for bad in (
        Predecessor(origin="old.example", checkpoint="other.example\n5\n"),
        Predecessor(origin=ORIGIN, checkpoint=f"{ORIGIN}\n5\n"),
    ):
        error = submit(genesis("an", predecessor=bad)).refused("genesis.malformed")
        assert error.facts["member"] == "pub.predecessor"


def test_a_registrar_explains_the_clock():
    story = founded("an")
    outcome = story.when(ExplainClock(reason="battery_replaced"), registrar("an"))
    outcome.then(LogClockExplained(reason="battery_replaced"))
    assert outcome.stream == STREAM


def test_a_registrar_answers_for_a_mark_made_anew():
    root = base64url.encode(bytes(32))
    command = RenewMark(reason="disk_failed", size=3, root=root)
    story = founded("an")
    story.when(command, registrar("an")).then(
        LogMarkRenewed(reason="disk_failed", size=3, root=root)
    )
    by_chen = registered(story, "chen").when(command, acting("chen", "holder"))
    by_chen.refused("authority.role_not_allowed")


def test_nobody_else_explains_the_clock():
    story = registered(founded("an"), "chen")
    story.when(ExplainClock(reason="moved"), acting("chen", "holder")).refused(
        "authority.role_not_allowed"
    )


def test_a_registrar_of_one_place_does_not_speak_for_the_log():
    story = registered(established(founded("an"), "grid"), "chen")
    story = appointed(story, person("chen"), "registrar", "an", unit=unit("grid"))
    chen = registrar("chen")
    story.when(ExplainClock(reason="moved"), chen).refused("authority.out_of_scope")
    named = LogClockExplained(reason="moved", unit=unit("grid"))
    story.submits(STREAM, named, chen).refused("authority.unit_differs")


def test_nothing_happens_in_a_log_not_founded_here():
    outcome = founded("an").submits(
        "log/other.example", LogClockExplained(reason="moved"), registrar("an")
    )
    outcome.refused("log.no_genesis")
    EMPTY.when(ExplainClock(reason="moved"), registrar("an")).refused("log.no_genesis")


def test_a_log_key_changes_when_the_last_needed_person_approves():
    story = founded("an", "bo", "cai", threshold=3)
    proposed = story.when(rotation(), registrar("an"))
    story, digest = proposed.story, proposed.story.acts[-1].digest
    assert log_of(story.knows(LOG)).vkey == vkey("log")
    story = story.when(ApproveKeyRotation(approves=digest), registrar("bo")).story
    assert log_of(story.knows(LOG)).vkey == vkey("log")
    story = story.when(ApproveKeyRotation(approves=digest), registrar("cai")).then(
        LogApproved(approves=digest)
    )
    assert log_of(story.knows(LOG)).vkey == vkey("new")


def test_one_founder_alone_changes_the_key_at_once():
    story = founded("an").when(rotation(), registrar("an")).story
    assert log_of(story.knows(LOG)).vkey == vkey("new")
    story = story.when(rotation("newer", "new"), registrar("an")).story
    assert log_of(story.knows(LOG)).vkey == vkey("newer")


@pytest.mark.parametrize("hand", ["new", "old"])
def test_both_keys_sign_the_change(hand):
    good, other = rotation(), rotation("other")
    forged = {"new": {"proof": other.proof}, "old": {"consent": other.consent}}[hand]
    outcome = founded("an").when(msgspec.structs.replace(good, **forged), registrar("an"))
    assert outcome.refused("log.rotation_not_signed").facts["key"] == hand


def test_consent_for_another_log_is_no_consent():
    founded("an").when(rotation(origin="other.example"), registrar("an")).refused(
        "log.rotation_not_signed"
    )


def test_the_key_in_force_is_no_new_key():
    founded("an").when(rotation("log"), registrar("an")).refused("log.same_key")


def test_a_new_key_is_named_by_the_origin():
    bad = msgspec.structs.replace(rotation(), vkey="other.example+00000000+AAAA")
    founded("an").when(bad, registrar("an")).refused("log.bad_key")


def test_a_second_proposal_lapses_when_the_first_takes_effect():
    story = founded("an", "bo", threshold=2)
    first = story.when(rotation("one"), registrar("an")).story
    both = first.when(rotation("two"), registrar("bo")).story
    one, two = (act.digest for act in both.acts[-2:])
    story = both.when(ApproveKeyRotation(approves=one), registrar("bo")).story
    story.when(ApproveKeyRotation(approves=two), registrar("an")).refused("log.rotation_lapsed")
    assert log_of(story.knows(LOG)).vkey == vkey("one")


def test_nobody_approves_her_own_change_nor_an_unknown_one():
    story = founded("an", "bo", threshold=2).when(rotation(), registrar("an")).story
    digest = story.acts[-1].digest
    approve = ApproveKeyRotation(approves=digest)
    story.when(approve, registrar("an")).refused("joint.own_proposal")
    unknown = ApproveKeyRotation(approves=story.acts[0].digest)
    story.when(unknown, registrar("bo")).refused("joint.proposal_unknown")


def test_a_machine_neither_proposes_nor_approves_a_change():
    story = device_registered(founded("an"), "till")
    machine = who(device("till"), "registrar")
    free = Story(story.registry, story.acts)  # without authority: the rule stands by itself
    free.when(rotation(), machine).refused("joint.person_needed")
    renewing = RenewMark(reason="disk_failed", size=3, root=base64url.encode(bytes(32)))
    free.when(renewing, machine).refused("joint.person_needed")


def test_a_genesis_bears_the_tags_of_its_founders():
    story = founded("an", "bo")
    tags = set(story.registry.tags(story.acts[0]))
    for label in ("an", "bo"):
        kid = registrar(label).kid
        assert {f"key:{kid}", f"person:{person(label)}", f"post:{person(label)}"} <= tags
    assert "log:self" in tags
