"""Typed from paper over a real home: sealed, marked everywhere, answered for with own keys."""

import msgspec
import pytest
from msgspec.structs import replace

from ledger.aggregates.case.commands import Accept
from ledger.aggregates.paper import Confirm, Dispute
from ledger.bootstrap import registry
from ledger.entry.jws import sign_entry
from ledger.entry.presentation import format_presentation
from ledger.errors import LedgerError
from ledger.kernel.act import AsOf
from ledger.kernel.event import Transcribed
from ledger.kernel.registry import public_bytes
from ledger.rules.paper import Original
from ledger.service import office as setting_up
from ledger.service.acts.prepare import prepare
from ledger.service.acts.submit import submit
from ledger.service.auditing.audits import audit_evidence, audit_home
from ledger.service.exports.evidence import export_evidence
from ledger.service.office import Hand, do, hand
from ledger.service.reading.entries import entry_at
from ledger.service.reading.papers import transcribed
from ledger.service.reading.replay import replay
from ledger.service.sheet import make_sheet
from tests.support.office import Office, forged
from tests.support.trust import a_key

SCAN = "A" * 43


def member(office: Office, label: str, custody: str = "file") -> Hand:
    """Register a member of a committee with a key of her own and no post at all."""
    first = office.registrars[0]
    holder = setting_up.register(office.ledger, first, f"委员{label}", office.unit)
    key = a_key(label)
    setting_up.enrol(office.ledger, first, holder, key, custody)
    return hand(holder, "holder", key)


@pytest.fixture
def members(office: Office) -> list[Hand]:
    return [member(office, label) for label in ("jia", "yi")]


def an_original(*members: Hand, **more) -> Original:
    told = {"box": "2026-3", "number": "17", "scan": SCAN, "names": "王秀兰、李建国"} | more
    return Original(persons=tuple(each.who.actor for each in members), **told)


def typed(office: Office, *members: Hand, original: Original | None = None) -> tuple[str, int, str]:
    """Take a matter in from paper; return stream, log index and digest of the entry."""
    (line,) = do(
        office.ledger,
        office.hands["intake_clerk"],
        office.receive(),
        original=original or an_original(*members),
    ).entries
    return line.stream, line.index, line.digest


def refused(office: Office, by: Hand, *commands, original: Original | None = None) -> str:
    size = office.size
    with pytest.raises(LedgerError) as raised:
        do(office.ledger, by, *commands, original=original)
    for lang in ("zh", "en"):
        assert "?" not in raised.value.text(lang)
    assert office.size == size
    return raised.value.code


def steps(office: Office, stream: str, **more):
    return replay(office.ledger, stream, AsOf(size=office.size, at=0), **more)


def test_an_entry_typed_from_paper_says_so_publicly_and_seals_where_it_lies(office, members):
    stream, index, _ = typed(office, *members)
    shown, _ = entry_at(office.ledger, index)
    assert set(shown.pub["transcribed"]["persons"]) == {each.who.actor for each in members}
    assert "王秀兰" not in shown.jws
    assert shown.sealed["paper"] == 4
    (step,) = steps(office, stream, values=True)
    assert step.sealed["paper"].values == {
        "box": "2026-3", "number": "17", "scan": SCAN, "names": "王秀兰、李建国"
    }  # fmt: skip
    assert step.paper.confirmed == ()


def test_any_act_may_be_typed_from_paper_and_most_are_not(office, members):
    stream, _, _ = typed(office, *members)
    clerk = office.hands["intake_clerk"]
    do(office.ledger, clerk, Accept(stream=stream), original=an_original(members[0]))
    marks = [step.paper and len(step.paper.persons) for step in steps(office, stream)]
    assert marks == [2, 1]
    plain = office.a_case()
    assert steps(office, plain)[0].paper is None
    assert transcribed(office.ledger, [stream, plain], office.size) == {stream}


def test_a_paper_only_residents_signed_names_nobody_publicly(office):
    _, index, _ = typed(office)
    shown, _ = entry_at(office.ledger, index)
    assert shown.pub["transcribed"] == {}


def test_each_who_signed_confirms_with_her_own_key_and_no_post(office, members):
    stream, _, digest = typed(office, *members)
    sizes = []
    for each in members:
        do(office.ledger, each, Confirm(of=stream, entry=digest))
        sizes.append(len(steps(office, stream)[0].paper.confirmed))
    assert sizes == [1, 2]
    assert audit_home(office.ledger, views=False, workers=1).faults.counts == {}


def test_who_does_not_agree_says_so_and_the_entry_stays(office, members):
    stream, _, digest = typed(office, *members)
    dispute = Dispute(of=stream, entry=digest, text="金额不是我签的那个")
    (line,) = do(office.ledger, members[0], dispute).entries
    paper = steps(office, stream)[0].paper
    assert (paper.confirmed, paper.disputed) == ((), (members[0].who.actor,))
    assert "金额" not in entry_at(office.ledger, line.index)[0].jws


def test_an_earlier_replay_does_not_know_of_a_later_confirmation(office, members):
    stream, _, digest = typed(office, *members)
    size = office.size
    do(office.ledger, members[0], Confirm(of=stream, entry=digest))
    (step,) = replay(office.ledger, stream, AsOf(size=size, at=0))
    assert step.paper.confirmed == ()


def test_only_those_named_answer_and_only_once(office, members):
    stream, _, digest = typed(office, members[0])
    wanted = Confirm(of=stream, entry=digest)
    assert refused(office, members[1], wanted) == "paper.not_named"
    do(office.ledger, members[0], wanted)
    assert refused(office, members[0], wanted) == "paper.answered_before"
    dispute = Dispute(of=stream, entry=digest, text="不对")
    assert refused(office, members[0], dispute) == "paper.answered_before"


def test_a_custodial_key_confirms_nothing(office):
    kept = member(office, "bing", custody="custodial")
    stream, _, digest = typed(office, kept)
    assert refused(office, kept, Confirm(of=stream, entry=digest)) == "paper.not_own_key"


def test_nobody_confirms_in_a_post(office, members):
    clerk = office.hands["coordinator"]
    stream, _, digest = typed(office, clerk)
    code = refused(office, clerk, Confirm(of=stream, entry=digest))
    assert code == "authority.role_not_allowed"


def test_what_was_not_typed_from_paper_cannot_be_confirmed(office, members):
    stream = office.a_case()
    digest = steps(office, stream)[0].act.digest
    wanted = Confirm(of=stream, entry=digest)
    assert refused(office, members[0], wanted) == "paper.unknown"


def test_a_clerk_may_not_name_herself_nor_a_stranger(office, members):
    clerk = office.hands["intake_clerk"]
    stranger = replace(an_original(), persons=("person/" + "0" * 26,))
    for original, code in ((an_original(clerk), "paper.own_name"), (stranger, "person.unknown")):
        found = refused(office, clerk, office.receive(), original=original)
        assert found in {code, "actor.unknown", "authority.actor_unknown"}


def test_keys_and_packs_and_answers_are_never_typed_from_paper(office, members):
    stream, _, digest = typed(office, *members)
    wanted = Confirm(of=stream, entry=digest)
    code = refused(office, members[0], wanted, original=an_original(members[1]))
    assert code == "paper.own_key_only"


@pytest.mark.parametrize(("member_", "value"), [("box", "  "), ("names", "a\u202eb")])
def test_texts_of_the_original_are_held_to_what_may_be_sealed(office, member_, value):
    original = an_original(**{member_: value})
    code = refused(office, office.hands["intake_clerk"], office.receive(), original=original)
    assert code in {"text.blank", "canonical.bad_text"}


def test_a_mark_without_the_sealed_original_is_refused_and_the_other_way_round(office, members):
    clerk = office.hands["intake_clerk"]
    event = prepare(office.ledger, [office.receive()], clerk.who).drafts[0].act.event
    marked = msgspec.Raw(public_bytes(replace(event, transcribed=Transcribed())))
    (draft,) = prepare(office.ledger, [office.receive()], clerk.who, original=an_original()).drafts
    for text in (
        forged(office.ledger, clerk, office.receive(), pub=marked),
        forged(office.ledger, clerk, office.receive(), sealed=draft.claims.sealed),
    ):
        with pytest.raises(LedgerError):
            submit(office.ledger, [text])


def test_persons_out_of_order_or_twice_are_refused(office, members):
    clerk = office.hands["intake_clerk"]
    names = sorted((each.who.actor for each in members), reverse=True)
    (draft,) = prepare(
        office.ledger, [office.receive()], clerk.who, original=an_original(*members)
    ).drafts
    for persons in (names, names[:1] * 2):
        event = replace(draft.act.event, transcribed=Transcribed(persons=tuple(persons)))
        claims = msgspec.structs.replace(draft.claims, pub=msgspec.Raw(public_bytes(event)))
        assert refused_presentation(office, clerk, draft, claims) == "paper.persons"


def refused_presentation(office, clerk, draft, claims) -> str:
    every = [one for group in draft.disclosures.values() for one in group]
    with pytest.raises(LedgerError) as raised:
        submit(office.ledger, [format_presentation(sign_entry(claims, clerk.key).jws, every)])
    return raised.value.code


def board(office: Office, name: str):
    office.ledger.follower.catch_up()
    return make_sheet(office.ledger, name, AsOf(size=office.size, at=office.clock.now_ms()))


def test_the_board_counts_who_answered_and_any_board_marks_the_stream(office, members):
    stream, index, digest = typed(office, *members)
    do(office.ledger, members[0], Confirm(of=stream, entry=digest))
    sheet = board(office, "papers")
    (line,) = sheet.rows
    assert (line["named"], line["confirmed"], line["disputed"], line["waiting"]) == (2, 1, 0, True)
    assert (line["entry"], sheet.transcribed) == (index, (stream,))
    do(office.ledger, members[1], Dispute(of=stream, entry=digest, text="不对"))
    assert board(office, "papers").rows[0]["waiting"] is False


def test_an_evidence_package_brings_the_confirmations_and_says_what_was_typed(
    office, members, tmp_path
):
    stream, index, digest = typed(office, *members)
    (line,) = do(office.ledger, members[0], Confirm(of=stream, entry=digest)).entries
    manifest = export_evidence(office.ledger, tmp_path / "p.zip", streams=[stream])
    assert {index, line.index} <= set(manifest.shown)
    report = audit_evidence(tmp_path / "p.zip", registry())
    assert report.faults.counts == {}
    assert report.findings.counts == {}
    (said,) = [each for each in report.statements if each.name == "transcribed"]
    assert str(index) in said.zh


def test_a_backed_up_paper_group_is_kept_its_thirty_years(office, members):
    _, index, _ = typed(office, *members)
    rows = {row.grp: row for row in office.ledger.recorder.vault_rows(index, index + 1)}
    assert (rows["paper"].subject, rows["paper"].retain_until) == ("paper", "2056-03-02")
