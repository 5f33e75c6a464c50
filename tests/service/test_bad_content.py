"""What an entry says, seals or repeats and may not: refused by name, nothing stored."""

import copy
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from ledger.aggregates.unit import EstablishUnit
from ledger.entry import base64url, ids
from ledger.service.acts.submit import submit
from ledger.service.ledger import today
from tests.service.spoiling import (
    CLERK,
    Payload,
    joined,
    parts,
    refusal,
    request,
    resigned,
    sealed_anew,
    signed,
)
from tests.support.office import Office, counts, presented
from tests.support.trust import a_key

# What it says -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda pub: pub.update(colour="red"),
        lambda pub: pub.pop("kind"),
        lambda pub: pub.update(kind=7),
        lambda pub: pub.update(kind="No Code"),
        lambda pub: pub.update(open="yes"),
        lambda pub: pub.update(open=True),
        lambda pub: pub.update(category=None),
        lambda pub: pub.update(unit="unit/x"),
        lambda pub: pub.update(basis="cn-base"),
        lambda pub: pub.update(due=[{"clock": "x"}]),
        lambda pub: pub.clear(),
    ],
)
def test_public_members_that_are_not_the_types_are_refused(
    office: Office, change: Callable[[Payload], object]
) -> None:
    code = refusal(office, resigned(office, lambda claims: change(claims["pub"])))
    assert code == "entry.schema"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda claims: [claims.pop("sealed"), claims.pop("_sd_alg")], "disclosure.unreferenced"),
        (lambda claims: claims.pop("_sd_alg"), "entry.bad_claims"),
        (lambda claims: claims.update(_sd_alg="sha-512"), "entry.bad_claims"),
        (lambda claims: claims["sealed"].pop("matter"), "disclosure.unreferenced"),
        (
            lambda claims: claims["sealed"].update(secret={"_sd": ["A" * 43]}),
            "entry.schema",
        ),
        (
            lambda claims: claims["sealed"]["matter"]["_sd"].insert(0, "-" * 42 + "0"),
            "entry.schema",
        ),
        (
            lambda claims: claims["sealed"]["matter"]["_sd"].reverse(),
            "entry.bad_claims",
        ),
        (lambda claims: claims["sealed"].update(matter={"_sd": []}), "entry.bad_claims"),
        (lambda claims: claims["sealed"].update(matter={"_sd": ["x"]}), "entry.bad_claims"),
        (lambda claims: claims["pub"].update(_sd=["x"]), "disclosure.reserved_name"),
    ],
)
def test_sealed_groups_that_are_not_the_types_are_refused(
    office: Office, change: Callable[[Payload], object], code: str
) -> None:
    assert refusal(office, resigned(office, change)) == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda given, _: given[1:], "submission.disclosures"),
        (lambda given, _: given[:-1], "submission.disclosures"),
        (lambda _, __: [], "submission.disclosures"),
        (lambda given, _: [*given, given[0]], "disclosure.repeated"),
        (lambda given, other: [*given, other[0]], "disclosure.unreferenced"),
        (lambda given, other: [other[0], *given[1:]], "disclosure.unreferenced"),
        (lambda given, _: [given[0] + b"=", *given[1:]], "disclosure.malformed"),
        (lambda given, _: [given[0][:-2], *given[1:]], "disclosure.malformed"),
        (lambda given, _: [b"W10", *given[1:]], "disclosure.malformed"),
        (lambda given, _: [b"", *given[1:]], "disclosure.malformed"),
    ],
    ids=[
        "first missing", "last missing", "none", "repeated", "foreign too", "foreign instead",
        "padded", "cut", "no disclosure", "empty",
    ],
)  # fmt: skip
def test_disclosures_that_do_not_match_are_refused(
    office: Office, change: Callable[[list[bytes], list[bytes]], list[bytes]], code: str
) -> None:
    sent, other = request(office), request(office)
    jws, *_ = sent.split(b"~")
    assert refusal(office, joined(jws, change(parts(sent)[3], parts(other)[3]))) == code
    submit(office.ledger, [joined(jws, parts(sent)[3][::-1])])


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"name": "speech"}, "submission.disclosures"),
        ({"name": "title"}, "disclosure.repeated_field"),
        ({"value": "e\u0301"}, "canonical.bad_text"),
        ({"value": "bell\x07"}, "canonical.bad_text"),
        ({"value": "zero\u200bwidth"}, "canonical.bad_text"),
        ({"value": "right\u202eleft"}, "canonical.bad_text"),
        ({"value": "deleted\x7f"}, "canonical.bad_text"),
        ({"value": "broken\ufffd"}, "canonical.bad_text"),
        ({"value": {"deep": ["e\u0301"]}}, "canonical.bad_text"),
        ({"value": {"_sd": ["x"]}}, "disclosure.reserved_name"),
    ],
)
def test_sealed_text_that_could_deceive_is_refused(
    office: Office, members: dict[str, Any], code: str
) -> None:
    assert refusal(office, sealed_anew(office, **members)) == code
    submit(office.ledger, [sealed_anew(office, value="干净的文字\n第二行\t")])


@pytest.mark.parametrize("name", ["e\u0301", "a\x00b", "a\x7fb", "\u200b", "a\u2028b", "网\x0b格"])
def test_public_text_that_could_deceive_is_refused(office: Office, name: str) -> None:
    registrar = office.registrars[0]
    establish = EstablishUnit(
        code="g1", unit_name="网格", level="grid", effective_from=today(office.ledger).isoformat()
    )
    _, payload, _, _ = parts(presented(office.ledger, registrar, establish)[0])
    claims = msgspec.json.decode(base64url.decode(payload))
    spoilt = copy.deepcopy(claims)
    spoilt["pub"]["name"] = name
    data = msgspec.json.encode(spoilt, order="sorted")
    key = a_key("an")
    assert refusal(office, signed(data, key, [])) == "canonical.bad_text"
    submit(office.ledger, [signed(msgspec.json.encode(claims, order="sorted"), key, [])])


# What the client had seen -------------------------------------------------------------------------


def test_a_client_that_saw_another_history_is_refused(office: Office) -> None:
    clerk, size = office.hands[CLERK], office.size
    root = base64url.encode(office.ledger.reader.root(size))

    def with_seen(size: int, root: str) -> bytes:
        def change(claims: Payload) -> None:
            claims["seen"] = {"root": root, "size": size}

        return resigned(office, change)

    wrong = [(size, "A" * 43), (size - 1, root), (size + 1, root), (2**53 - 1, root), (0, root)]
    for seen in wrong:
        assert refusal(office, with_seen(*seen)) == "submission.seen_differs"
    assert refusal(office, with_seen(-1, root)) == "entry.bad_claims"
    empty = base64url.encode(office.ledger.reader.root(0))
    for seen in ((size, root), (0, empty)):
        assert submit(office.ledger, [with_seen(*seen)]).entries
    assert clerk.who.actor


# Replayed -----------------------------------------------------------------------------------------


def test_the_same_bytes_again_add_nothing(office: Office) -> None:
    sent = [request(office), request(office)]
    first = submit(office.ledger, sent)
    before = counts(office.path)
    for again in (sent, sent[:1], sent[1:]):
        receipt = submit(office.ledger, again)
        assert receipt.again
        assert set(receipt.entries) <= set(first.entries)
    assert counts(office.path) == before


def test_a_replay_with_new_words_is_not_the_same(office: Office) -> None:
    sent = request(office)
    submit(office.ledger, [sent])
    jti = msgspec.json.decode(base64url.decode(parts(sent)[1]))["jti"]
    assert refusal(office, resigned(office, lambda claims: claims.update(jti=jti))) == (
        "entry.jti_taken"
    )
    renamed = resigned(office, lambda claims: claims.update(jti=ids.new_id()), sent)
    assert refusal(office, renamed) == "stream.not_next"


def test_the_genesis_is_not_said_twice(office: Office) -> None:
    (state,) = office.ledger.recorder.states(0, 1)
    jws = state.partition(b" ")[2]
    assert submit(office.ledger, [joined(jws, [])]).again
    payload = msgspec.json.decode(base64url.decode(jws.split(b".")[1]))
    payload["jti"] = ids.new_id()
    data = msgspec.json.encode(payload, order="sorted")
    assert refusal(office, signed(data, a_key("an"), [])) == "stream.not_next"
