"""Acts: options from the declared fields, what is shown before signing, receipts."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from ledger.entry import base64url
from ledger.entry.entry import format_entry, leaf_hash
from ledger.tlog.note import parse_vkey
from ledger.tlog.tlogproof import parse_tlog_proof, verify_tlog_proof
from tests.cli.conftest import Cli, without_receipt

RECEIVE = (
    "case", "receive", "--unit", "520602001", "--kind", "request", "--channel", "phone",
)  # fmt: skip


OTHER_ID = "01KKD7NCG0FJQPJ5T2KCEE37TJ"


def by(demo: Cli, label: str) -> tuple[str, str]:
    return "--as", str(demo.home / "demo-keys" / f"{label}.key")


def test_an_act_shows_the_values_on_stderr_and_gives_a_receipt_on_stdout(demo: Cli) -> None:
    result = demo.run(*RECEIVE, "--text", "井盖松动", *by(demo, "intake"))
    assert result.exit_code == 0, result.output
    assert "matter.text: 井盖松动" in result.stderr
    assert "kind: request" in result.stderr
    assert "井盖松动" not in result.stdout
    assert "case.received.v1" in result.stdout


def test_the_only_post_held_is_the_role_acted_in(demo: Cli) -> None:
    given = demo.data(*RECEIVE, "--text", "井盖松动", *by(demo, "intake"))
    steps = demo.data("replay", given["entries"][0]["stream"])["steps"]
    assert [step["role"] for step in steps] == ["intake_clerk"]


def test_a_stream_may_be_named_without_its_aggregate(demo: Cli) -> None:
    stream = demo.data(*RECEIVE, "--text", "井盖", *by(demo, "intake"))["entries"][0]["stream"]
    given = demo.data("case", "accept", stream.removeprefix("case/"), *by(demo, "intake"))
    assert given["entries"][0]["stream"] == stream


def test_a_text_may_come_from_a_file_or_from_stdin(demo: Cli, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("第一行\n\t第二行\n", "utf-8")
    for option, text in ((f"@{tmp_path / 'text'}", None), ("@-", "第一行\n\t第二行\n")):
        result = demo.run(*RECEIVE, "--text", option, *by(demo, "intake"), "--json", text=text)
        assert result.exit_code == 0, result.output
        stream = json.loads(result.stdout)["entries"][0]["stream"]
        steps = demo.data("replay", stream, "--values")["steps"]
        assert steps[0]["sealed"]["matter"]["values"]["text"] == "第一行\n\t第二行"


def test_a_text_file_that_cannot_be_read_is_refused(demo: Cli, tmp_path: Path) -> None:
    error = demo.refused(*RECEIVE, "--text", f"@{tmp_path / 'none'}", *by(demo, "intake"))
    assert error["code"] == "cli.text_file"


def test_a_dry_run_shows_and_writes_nothing(demo: Cli) -> None:
    before = demo.data("checkpoint")
    result = demo.run(*RECEIVE, "--text", "井盖松动", "--dry-run", *by(demo, "intake"))
    assert result.exit_code == 0
    assert "井盖松动" in result.stderr
    assert demo.data("checkpoint") == before


def test_a_flag_may_be_left_out_set_or_denied(demo: Cli) -> None:
    case = demo.data("register", "--kind", "dispute", "--state", "closed")["rows"][0]["case"]
    rate = ("case", "rate", case, "--solved", "--no-satisfied", *by(demo, "caller"))
    demo.ok(*rate)
    last = demo.data("replay", case)["steps"][-1]["pub"]
    assert (last["solved"], last["satisfied"], "responded" in last) == (True, False, False)


def test_an_approval_shows_the_proposal_and_finds_it_by_itself(demo: Cli) -> None:
    person = demo.data("person", "register", "--full-name", "新人", *by(demo, "founder-1"))
    appointed = demo.data(
        "post", "appoint", "--holder", person["entries"][0]["stream"], "--post-role", "liaison",
        "--from-date", "today", "--unit", "520602001", *by(demo, "founder-1"),
    )["entries"][0]  # fmt: skip
    result = demo.run("post", "approve", appointed["stream"], *by(demo, "founder-2"))
    assert result.exit_code == 0
    assert "post.appointment_proposed.v1" in result.stderr
    assert "post_role: liaison" in result.stderr
    step = demo.data("replay", appointed["stream"])["steps"][-1]
    assert step["pub"]["approves"] == appointed["digest"]


def test_an_approval_without_a_proposal_is_refused(demo: Cli) -> None:
    for code, words in (
        ("cli.nothing_named", ("post", "approve")),
        ("joint.proposal_unknown", ("log", "approve")),
        ("not_found", ("pack", "approve", "pack/x@1")),
    ):
        assert demo.refused(*words, *by(demo, "founder-2"))["code"] == code


def test_the_log_s_own_acts_need_no_stream(demo: Cli) -> None:
    given = demo.data("log", "explain-clock", "--reason", "drill", *by(demo, "founder-1"))
    assert given["entries"][0]["stream"] == "log/ledger.example/520602"


def test_the_receipt_s_proof_verifies_with_nothing_but_the_file_and_the_log_key(
    demo: Cli, tmp_path: Path
) -> None:
    file = tmp_path / "receipt.tlog-proof"
    given = demo.data(*RECEIVE, "--text", "井盖", "--receipt", file, *by(demo, "intake"))
    entry = given["entries"][0]
    demo.ok("export", "log", tmp_path / "tree")
    vkey = parse_vkey((tmp_path / "tree" / "log.vkey").read_text().strip())
    leaf = leaf_hash(
        format_entry(entry["recorded_at"], file.with_name(f"{file.name}.jws").read_bytes())
    )
    proof = parse_tlog_proof(file.read_bytes())
    assert proof.index == entry["index"]
    assert verify_tlog_proof(proof, leaf, [vkey]).size > entry["index"]


def test_who_signs_must_be_said_once(demo: Cli) -> None:
    words = (*RECEIVE, "--text", "井盖")
    assert demo.refused(*words)["code"] == "cli.no_signer"
    both = demo.refused(*words, *by(demo, "intake"), "--custodial", "person/x")
    assert both["code"] == "cli.no_signer"


def test_a_key_of_no_one_here_is_refused(demo: Cli, tmp_path: Path) -> None:
    demo.ok("key", "new", tmp_path / "stranger.key")
    error = demo.refused(*RECEIVE, "--text", "井盖", "--as", tmp_path / "stranger.key")
    assert error["code"] == "authority.key_unknown"


def test_a_rule_s_refusal_names_the_rule(demo: Cli) -> None:
    case = demo.data("register", "--kind", "request", "--state", "closed")["rows"][0]["case"]
    error = demo.refused("case", "accept", case, *by(demo, "intake"))
    assert error["code"] == "case.act_not_possible"
    assert error["facts"]["rule"]


@pytest.mark.parametrize(
    ("option", "value"),
    [("--kind", "Not A Code"), ("--unit", "unit/short"), ("--channel", "")],
)
def test_a_value_of_another_form_is_refused_without_repeating_it(
    demo: Cli, option: str, value: str
) -> None:
    words = [*RECEIVE, "--text", "井盖", *by(demo, "intake")]
    words[words.index(option) + 1] = value
    error = demo.refused(*words)
    assert error["code"] == "command.bad_value"
    assert "Not A Code" not in error["en"]


def test_an_unknown_unit_code_says_how_to_establish_one(demo: Cli) -> None:
    words = [*RECEIVE, "--text", "井盖", *by(demo, "intake")]
    words[words.index("--unit") + 1] = "999999"
    error = demo.refused(*words)
    assert error["code"] == "unit.code_unknown"
    assert "mingzhang unit establish" in error["en"]


@pytest.mark.parametrize(
    ("typed", "signed"),
    [
        ("2026-03-01", "2026-03-01"),
        ("2026-03-01 08:30", "2026-03-01T08:30:00+08:00"),
        ("2026-03-01T00:30:00Z", "2026-03-01T00:30:00+00:00"),
    ],
)
def test_when_it_happened_is_signed_as_the_profile_writes_it(
    demo: Cli, typed: str, signed: str
) -> None:
    words = (*RECEIVE, "--text", "井盖", "--occurred", typed, *by(demo, "intake"))
    stream = demo.data(*words)["entries"][0]["stream"]
    assert demo.data("replay", stream)["steps"][0]["occurred"] == signed


@pytest.mark.parametrize("typed", ["yesterday", "2026-02-30", "2099-01-01"])
def test_a_time_that_is_none_or_to_come_is_refused(demo: Cli, typed: str) -> None:
    words = (*RECEIVE, "--text", "井盖", "--occurred", typed, *by(demo, "intake"))
    assert demo.refused(*words)["code"] in {"entry.bad_claims", "time.occurred_later"}


def test_an_act_whose_receipt_did_not_come_is_not_done_twice(
    demo: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As with a signer's disk that was pulled out: stored, the mark not moved, nobody told."""
    words = (*RECEIVE, "--text", "井盖松动", *by(demo, "intake"))
    owed = without_receipt(demo, monkeypatch, *words)
    assert owed["code"] == "cli.receipt_owed"
    jti = owed["facts"]["jti"]
    assert f"--again {jti}" in owed["en"]
    size = demo.data("register", "--limit", 1)["as_of"]["size"]
    given = demo.data(*words, "--again", jti, "--receipt", tmp_path / "proof")
    assert (given["again"], given["entries"][0]["index"]) == (True, size - 1)
    assert sha256((tmp_path / "proof.jws").read_bytes()).digest() == base64url.decode(
        given["entries"][0]["digest"]
    )
    other = demo.refused(*words[:-2], *by(demo, "coordinator"), "--again", jti)
    assert other["code"] == "entry.jti_taken"
    stream = given["entries"][0]["stream"]
    withdraw = ("case", "withdraw", stream, "--reason", "not_needed", *by(demo, "intake"))
    accept = ("case", "accept", stream, *by(demo, "intake"))
    elsewhere = ("session", "withdraw", "session/01KKD7NCG0FJQPJ5T2KCEE37TH", *by(demo, "intake"))
    for typed in (withdraw, accept, (*elsewhere, "--reason", "mistaken")):
        refused = demo.refused(*typed, "--again", jti)
        assert refused["code"] == "submission.another_act", typed
        assert refused["facts"]["stream"] == stream
    for other_value in (
        ("--text", "路灯不亮"),
        ("--occurred", "2026-03-01"),
        ("--paper", "2026-3/17"),
    ):
        refused = demo.refused(*words, *other_value, "--again", jti)
        assert refused["code"] == "submission.another_act", other_value
    accepted = demo.data(*accept, "--again", OTHER_ID)
    assert not accepted["again"]
    assert demo.data(*accept, "--again", OTHER_ID)["again"], "decided upon the case as it was"
    assert demo.refused(*words, "--again", OTHER_ID)["code"] == "submission.another_act"
    assert demo.refused(*words, "--again", "what")["code"] == "entry.bad_identifier"
    fresh = demo.data(*words, "--again", "01KKD7NCG0FJQPJ5T2KCEE37TH")
    assert (fresh["again"], fresh["entries"][0]["index"]) == (False, size + 1)
