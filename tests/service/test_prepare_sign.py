"""Prepare and sign: what is signed is what was shown; drafts in a chain; ids a retry repeats."""

from collections.abc import Sequence
from dataclasses import replace as _replace
from typing import Any

import msgspec
import pytest

from ledger.aggregates.case.commands import Accept, Assign, NoteProgress, Triage
from ledger.aggregates.case.errors import NotReceived
from ledger.aggregates.post import ProposeAppointment
from ledger.entry import base64url, canonical, ids
from ledger.entry.claims import Seen
from ledger.entry.disclosure import Disclosure, make_disclosure
from ledger.entry.jws import sign_entry
from ledger.entry.keys import PrivateKey
from ledger.entry.presentation import format_presentation
from ledger.errors import LedgerError, VerificationError
from ledger.kernel.act import Who
from ledger.kernel.aggregate import Command
from ledger.service.acts.commands import parse_command
from ledger.service.acts.drafts import own_drafts
from ledger.service.acts.prepare import MAX_ENTRIES, Prepared, TooManyEntries, prepare
from ledger.service.acts.sign import DraftMismatch, presentations, shown_values, sign_drafts
from ledger.service.acts.submit import submit
from ledger.service.ledger import as_of, today
from ledger.service.office import do
from ledger.service.reading.replay import replay
from ledger.store.batch import Submission
from tests.support.office import Office, counts, drafted, each_dialect, queued
from tests.support.soundness import require_sound

__all__ = ["each_dialect"]

CLERK = "intake_clerk"


class Reluctant:
    """A key that must not be used."""

    kid = "A" * 43

    def sign(self, message: bytes) -> bytes:
        raise AssertionError("something was signed")


def prepared_request(office: Office, **members: Any) -> Prepared:
    return prepare(office.ledger, [office.receive(**members)], office.hands[CLERK].who)


def test_what_goes_on_from_an_entry_under_way_is_judged_upon_it_and_follows_it(
    office: Office,
) -> None:
    ledger, clerk = office.ledger, office.hands[CLERK]
    first = drafted(ledger, clerk, office.receive())
    act = first.drafts[0].act
    accept = Accept(stream=act.stream)
    with pytest.raises(NotReceived):
        prepare(ledger, [accept], clerk.who)
    left = ledger.known.streams.after(ledger.known.streams.empty(act.stream), act)
    prepared = prepare(ledger, [accept], clerk.who, ahead={act.stream: left}.get)
    drafts = own_drafts(ledger, prepared, sign_drafts(prepared, clerk.key))
    second = Submission(drafts=drafts, guards=prepared.guards)
    with queued(office) as queue:
        told = [queue(each) for each in (first, second)]
    places = [each.result(timeout=120).indexes[0] for each in told]
    assert places[1] == places[0] + 1
    assert ledger.known.stream(act.stream).version == 2
    require_sound(office.path)


def shown(office: Office, change: Any) -> Prepared:
    """Return a prepared request whose disclosures by group ``change`` has changed."""
    made = prepared_request(office, reporter_name="张三")
    draft = made.drafts[0]
    disclosures = {group: list(each) for group, each in draft.disclosures.items()}
    change(disclosures)
    other = {group: tuple(each) for group, each in disclosures.items()}
    return msgspec.structs.replace(
        made, drafts=(msgspec.structs.replace(draft, disclosures=other),)
    )


def another(name: str, value: object) -> Disclosure:
    return make_disclosure(name, value, bytes(16))


# The signer sees what she signs ---------------------------------------------------------------


def test_the_values_shown_are_those_the_draft_commits_to(office: Office) -> None:
    made = prepared_request(office, text="路灯坏了", reporter_name="张三")
    assert shown_values(made.drafts[0])["matter"]["text"] == "路灯坏了"
    assert shown_values(made.drafts[0])["reporter"] == {
        "name": "张三", "contact": None, "address": None, "ref": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        lambda shown: shown["matter"].pop(),
        lambda shown: shown.pop("reporter"),
        lambda shown: shown["matter"].clear(),
        lambda shown: shown["matter"].append(another("text", "另一句")),
        lambda shown: shown["matter"].__setitem__(0, another("text", "另一句")),
        lambda shown: shown["matter"].append(shown["matter"][0]),
        lambda shown: shown["reporter"].append(shown["matter"][0]),
    ],
    ids=["one hidden", "a group hidden", "all hidden", "one more", "another", "twice", "in two"],
)
def test_a_draft_that_does_not_commit_to_what_is_shown_is_not_signed(
    office: Office, change: Any
) -> None:
    with pytest.raises(VerificationError) as refused:
        sign_drafts(shown(office, change), Reluctant())
    assert refused.value.code.split(".")[0] in {"draft", "disclosure"}


def test_digests_exchanged_by_the_server_are_not_signed(office: Office) -> None:
    made = prepared_request(office)
    draft = made.drafts[0]
    sealed = dict(draft.claims.sealed or {})
    sealed["matter"] = tuple(sorted(["A" * 43, *sealed["matter"][1:]]))
    claims = msgspec.structs.replace(draft.claims, sealed=sealed)
    spoilt = msgspec.structs.replace(draft, claims=claims)
    with pytest.raises((DraftMismatch, VerificationError)):
        sign_drafts(msgspec.structs.replace(made, drafts=(spoilt,)), Reluctant())


def test_a_bad_draft_behind_a_good_one_keeps_both_unsigned_from_the_server(
    office: Office,
) -> None:
    """The second draft is refused before its signature; without it nothing is submitted."""
    commands = [office.receive(), office.receive()]
    made = prepare(office.ledger, commands, office.hands[CLERK].who)
    first, second = made.drafts
    hidden = msgspec.structs.replace(second, disclosures={"matter": (), "reporter": ()})
    with pytest.raises(DraftMismatch):
        sign_drafts(msgspec.structs.replace(made, drafts=(first, hidden)), office.hands[CLERK].key)


# Several acts at once -------------------------------------------------------------------------


def chain(office: Office, stream: str) -> list[Command]:
    handler = office.hands["liaison"].who.actor
    return [Triage(stream=stream, route="direct"), Assign(stream=stream, handler=handler)]


def test_drafts_of_one_stream_are_chained(office: Office) -> None:
    clerk, coordinator = office.hands[CLERK], office.hands["coordinator"]
    stream = office.a_case()
    do(office.ledger, clerk, Accept(stream=stream))
    made = prepare(office.ledger, chain(office, stream), coordinator.who)
    assert [draft.chained for draft in made.drafts] == [False, True]
    signed = sign_drafts(made, coordinator.key)
    assert signed[1].claims.prev == base64url.encode(signed[0].digest)
    receipt = submit(office.ledger, presentations(made, signed))
    assert [entry.type for entry in receipt.entries] == ["case.triaged.v1", "case.assigned.v1"]
    assert replay(office.ledger, stream, as_of(office.ledger))[-1].state.handler is not None
    require_sound(office.path, rules=True)


def test_a_chain_may_cross_streams(office: Office) -> None:
    clerk, coordinator, liaison = (office.hands[role] for role in (CLERK, "coordinator", "liaison"))
    streams = [office.a_case() for _ in range(2)]
    do(office.ledger, clerk, *[Accept(stream=stream) for stream in streams])
    crossing = [chain(office, stream)[step] for step in (0, 1) for stream in streams]
    do(office.ledger, coordinator, *crossing)
    notes = [NoteProgress(stream=streams[n % 2], text=f"第{n}步") for n in range(MAX_ENTRIES)]
    receipt = do(office.ledger, liaison, *notes)
    assert len(receipt.entries) == MAX_ENTRIES
    require_sound(office.path, rules=True)


def test_a_chain_is_judged_step_by_step(office: Office) -> None:
    stream = office.a_case()
    do(office.ledger, office.hands[CLERK], Accept(stream=stream))
    before = counts(office.path)
    for steps in (chain(office, stream)[::-1], [chain(office, stream)[0]] * 2):
        with pytest.raises(LedgerError) as refused:
            do(office.ledger, office.hands["coordinator"], *steps)
        assert refused.value.code == "case.act_not_possible"
    assert counts(office.path) == before


@pytest.mark.parametrize("count", [0, MAX_ENTRIES + 1])
def test_one_to_sixteen_are_prepared(office: Office, count: int) -> None:
    with pytest.raises(TooManyEntries):
        prepare(office.ledger, [office.receive()] * count, office.hands[CLERK].who)


def test_a_proposal_and_its_approval_by_one_hand_are_refused_in_one_submission(
    office: Office,
) -> None:
    """Judged as the audit will: the second draft sees the first."""
    registrar = office.registrars[0]
    holder = office.hands["liaison"].who.actor
    propose = ProposeAppointment(
        holder=holder,
        post_role="verifier",
        from_date=today(office.ledger).isoformat(),
        unit=office.unit,
    )
    made = prepare(office.ledger, [propose], registrar.who)
    (signed,) = sign_drafts(made, registrar.key)
    digest = base64url.encode(signed.digest)
    stream = made.drafts[0].claims.stream
    approve = msgspec.structs.replace(
        made.drafts[0].claims,
        seq=2,
        prev=digest,
        jti=ids.new_id(),
        type="post.approved.v1",
        pub=msgspec.Raw(canonical.encode(
            {"approves": digest, "holder": holder, "unit": office.unit}
        )),
    )  # fmt: skip
    approval = format_presentation(sign_entry(approve, registrar.key).jws, [])
    with pytest.raises(LedgerError) as refused:
        submit(office.ledger, [*presentations(made, [signed]), approval])
    assert refused.value.code == "joint.own_proposal"
    assert office.ledger.known.stream(stream).version == 0


# Ids ------------------------------------------------------------------------------------------


def test_the_clients_ids_are_the_entries_ids(office: Office) -> None:
    jtis = [ids.new_id() for _ in range(3)]
    commands: Sequence[Command] = [office.receive()] * 3
    made = prepare(office.ledger, commands, office.hands[CLERK].who, jtis=jtis)
    assert [draft.claims.jti for draft in made.drafts] == jtis


def test_several_entries_of_one_command_derive_their_ids_and_a_retry_the_same(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = office.ledger.registry
    aggregate, command = registry.commands["case.receive"]

    def twofold(state: Any, wish: Any, context: Any) -> Any:
        proposed = aggregate.decide(state, wish, context)
        second = msgspec.structs.replace(proposed[0], stream=f"case/{context.new_id()}")
        return (*proposed, second)

    doubled = _replace(aggregate, decide=twofold)
    monkeypatch.setitem(registry.commands, "case.receive", (doubled, command))
    jti, who = ids.new_id(), office.hands[CLERK].who
    first, again = (
        [d.claims.jti for d in prepare(office.ledger, [office.receive()], who, jtis=[jti]).drafts]
        for _ in range(2)
    )
    assert first == again
    assert first[0] == jti
    assert len(set(first)) == 2
    other = prepare(office.ledger, [office.receive()], who, jtis=[ids.new_id()])
    assert {draft.claims.jti for draft in other.drafts}.isdisjoint(first)


def test_no_two_prepared_drafts_share_a_salt(office: Office) -> None:
    drafts = [prepared_request(office).drafts[0] for _ in range(20)]
    salts = [one.salt for draft in drafts for group in draft.disclosures.values() for one in group]
    assert len(set(salts)) == len(salts)


# What a draft says ----------------------------------------------------------------------------


def test_a_draft_says_what_the_client_had_seen(office: Office) -> None:
    size = office.size
    seen = Seen(size=size, root=base64url.encode(office.ledger.reader.root(size)))
    clerk = office.hands[CLERK]
    made = prepare(office.ledger, [office.receive()], clerk.who, seen=seen)
    receipt = submit(office.ledger, presentations(made, sign_drafts(made, clerk.key)))
    assert receipt.entries[0].index == size


def test_preparing_writes_nothing(office: Office) -> None:
    before = counts(office.path)
    for _ in range(3):
        sign_drafts(prepared_request(office), PrivateKey.generate())
    assert counts(office.path) == before


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("case.fly", {}),
        ("", {}),
        ("case.accept", {"colour": 1}),
        ("case.receive", {}),
        ("case.receive", {"unit": 7}),
        ("case.extend", {"stream": "case/x", "clock": "a", "days": "3", "reason": "b"}),
        ("case.triage", {"stream": "case/x", "route": "sideways"}),
    ],
)
def test_a_command_is_parsed_strictly(office: Office, name: str, fields: dict[str, Any]) -> None:
    with pytest.raises(LedgerError) as refused:
        parse_command(office.ledger, name, fields)
    assert refused.value.code in {"command.unknown", "command.bad_value"}


@pytest.mark.parametrize("text", ["e\u0301", "bell\x07", "zero\u200bwidth", "del\x7f"])
def test_text_that_could_deceive_is_not_prepared(office: Office, text: str) -> None:
    with pytest.raises(LedgerError) as refused:
        prepared_request(office, text=text)
    assert refused.value.code == "canonical.bad_text"


def test_a_signer_that_is_no_person_of_ours_prepares_nothing(office: Office) -> None:
    stranger = PrivateKey.generate()
    who = Who(actor="person/" + "0" * 26, role="intake_clerk", kid=stranger.kid)
    with pytest.raises(LedgerError) as refused:
        sign_drafts(prepare(office.ledger, [office.receive()], who), stranger)
    assert refused.value.code == "authority.key_unknown"
