"""Founding a ledger, key files, proofs, keys the server keeps."""

import json
import stat
import subprocess
import sys
from pathlib import Path

from ledger.cli.signing import PASSPHRASE_VARIABLE
from ledger.entry.keyfile import load_key
from ledger.entry.keys import PublicKey, verify_possession
from ledger.store import home
from tests.cli.conftest import ORIGIN, PASSPHRASE, Cli
from tests.support.versions import BIJIANG


def founding(tmp_path: Path, *more: object) -> tuple[object, ...]:
    return ("init", "--origin", ORIGIN, "--keys", tmp_path / "keys", *more)


def test_init_tells_the_genesis_to_pin_and_makes_a_key_file_for_each_founder(
    tmp_path: Path,
) -> None:
    cli = Cli(tmp_path / "home")
    made = cli.data(*founding(tmp_path, "--founder", "安", "--founder", "bo"))
    assert made["threshold"] == 2
    report = cli.data("verify", "--genesis", made["genesis"])
    assert (report["size"], report["genesis"], report["clean"]) == (1, made["genesis"], True)
    for founder in made["founders"]:
        path = Path(founder["file"])
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert load_key(path, PASSPHRASE).kid == founder["kid"]


def test_init_says_what_to_keep_safe(tmp_path: Path) -> None:
    told = Cli(tmp_path / "home").ok(*founding(tmp_path, "--founder", "an"))
    for word in ("Genesis hash to pin", "创世摘要", "signer", "mingzhang unit establish"):
        assert word in told


def test_a_founder_may_bring_her_key_file(tmp_path: Path) -> None:
    cli = Cli(tmp_path / "home")
    key = cli.data("key", "new", tmp_path / "mine.key")
    made = cli.data(*founding(tmp_path, "--founder-key", tmp_path / "mine.key"))
    assert [founder["kid"] for founder in made["founders"]] == [key["kid"]]
    assert made["threshold"] == 1


def test_a_founder_may_keep_her_key_on_her_own_machine(tmp_path: Path) -> None:
    hers, cli = Cli(tmp_path / "hers"), Cli(tmp_path / "home")
    hers.ok("key", "new", tmp_path / "hers.key")
    shown = hers.data("key", "show", tmp_path / "hers.key", "--for", "new", "--origin", ORIGIN)
    proof = tmp_path / "hers.json"
    proof.write_text(json.dumps(shown))
    made = cli.data(*founding(tmp_path, "--founder", "an", "--founder-proof", proof))
    assert (made["threshold"], made["founders"][1]["actor"]) == (2, shown["holder"])
    assert made["founders"][1]["kid"] == shown["kid"]
    assert cli.data("verify")["clean"]
    establish = ("unit", "establish", "--code", "1", "--unit-name", "街道", "--level", "street")
    cli.ok(*establish, "--effective-from", "today", "--as", tmp_path / "hers.key")


def test_a_proof_that_proves_nothing_founds_nothing(tmp_path: Path) -> None:
    cli, proof = Cli(tmp_path / "home"), tmp_path / "hers.json"
    cli.ok("key", "new", tmp_path / "hers.key")
    shown = cli.data("key", "show", tmp_path / "hers.key", "--for", "new", "--origin", ORIGIN)
    for changes, code in (
        ({"origin": "ledger.example/other"}, "cli.founders"),
        ({"proof": "A" * 86}, "key.bad_proof"),
        ({"public_key": "A" * 43}, "key.weak"),
        ({"holder": "person/x"}, "cli.founders"),
    ):
        proof.write_text(json.dumps(shown | changes))
        founders = ("--founder-key", tmp_path / "hers.key", "--founder-proof", proof)
        error = cli.refused(*founding(tmp_path, *founders))
        assert error["code"] == code, changes
        assert not (tmp_path / "home").exists()
    unnamed = ("init", "--origin", "no name", "--founder", "bo", "--keys", tmp_path / "none")
    assert cli.refused(*unnamed)["code"] == "cli.founders"
    assert not (tmp_path / "none").exists(), "a refused founding leaves no key file"


def test_init_never_overwrites_and_then_makes_no_key_file(tmp_path: Path) -> None:
    cli = Cli(tmp_path / "home")
    cli.ok(*founding(tmp_path, "--founder", "an"))
    other = tmp_path / "other"
    error = cli.refused("init", "--origin", ORIGIN, "--founder", "bo", "--keys", other)
    assert error["code"] == "home.exists"
    assert not other.exists()


CUT_SHORT = """
import os, sys
from pathlib import Path
from ledger.bootstrap import FounderKey, found_ledger
from ledger.entry.keys import PrivateKey
from ledger.store.home import Home
Home.settle = lambda home: os._exit(9)
founder = FounderKey("person/" + "0" * 26, PrivateKey.generate())
found_ledger(Path(sys.argv[1]), origin="ledger.example/1", founders=[founder], threshold=1)
"""


def test_what_a_founding_cut_short_left_is_no_ledger_and_in_nobodys_way(tmp_path: Path) -> None:
    cli = Cli(tmp_path / "home")
    stopped = subprocess.run(
        [sys.executable, "-c", CUT_SHORT, str(cli.home)], check=False, timeout=60
    )
    assert stopped.returncode == 9
    assert (cli.home / "ledger.sqlite").exists()
    assert cli.refused("stats")["code"] == "home.missing"
    cli.ok(*founding(tmp_path, "--founder", "an"))
    assert cli.ok("verify")


def test_two_foundings_of_one_folder_do_not_meet(tmp_path: Path) -> None:
    cli = Cli(tmp_path / "home")
    with home.founding(cli.home):
        refused = cli.refused(*founding(tmp_path, "--founder", "an"))
        assert refused["code"] == "home.being_founded"
        assert not (cli.home / "ledger.sqlite").exists()
    cli.ok(*founding(tmp_path, "--founder", "an"))


def test_a_folder_with_somebody_elses_file_is_not_cleared(tmp_path: Path) -> None:
    cli = Cli(tmp_path / "home")
    cli.home.mkdir()
    for name in ("founding", "letter.txt"):
        (cli.home / name).touch()
    assert cli.refused(*founding(tmp_path, "--founder", "an"))["code"] == "home.exists"
    assert (cli.home / "letter.txt").exists()


def test_founders_that_cannot_found_are_refused(tmp_path: Path) -> None:
    cli = Cli(tmp_path / "home")
    for more in (
        (),
        ("--founder", "an", "--founder", "an"),
        ("--founder", "../an"),
        ("--founder", "an", "--threshold", "2"),
    ):
        assert cli.refused(*founding(tmp_path, *more))["code"] == "cli.founders"
    assert not cli.home.exists()


def test_a_malformed_origin_leaves_no_entry_behind(tmp_path: Path) -> None:
    cli = Cli(tmp_path / "home")
    result = cli.run("init", "--origin", "no spaces", "--founder", "an", "--keys", tmp_path / "k")
    assert result.exit_code == 2
    assert "internal" not in result.stderr


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    cli = Cli(tmp_path / "home")
    cli.ok("key", "new", tmp_path / "a.key")
    before = (tmp_path / "a.key").read_bytes()
    assert cli.refused("key", "new", tmp_path / "a.key")["code"] == "keyfile.exists"
    assert (tmp_path / "a.key").read_bytes() == before


def test_a_passphrase_is_asked_for_twice_and_never_shown(tmp_path: Path) -> None:
    cli = Cli(tmp_path / "home", **{PASSPHRASE_VARIABLE: None})
    result = cli.run("key", "new", tmp_path / "a.key", text="open sesame\nopen sesame\n")
    assert result.exit_code == 0
    assert "open sesame" not in result.output
    load_key(tmp_path / "a.key", "open sesame")


def test_stopping_at_the_prompt_makes_nothing(tmp_path: Path) -> None:
    cli = Cli(tmp_path / "home", **{PASSPHRASE_VARIABLE: None})
    assert cli.run("key", "new", tmp_path / "a.key", text="").exit_code == 2
    assert not (tmp_path / "a.key").exists()


def test_a_wrong_passphrase_is_refused(cli: Cli) -> None:
    cli.environment[PASSPHRASE_VARIABLE] = "another"
    assert cli.refused("key", "show", cli.key())["code"] == "keyfile.wrong_passphrase"


def test_show_proves_possession_for_the_log_of_the_home(cli: Cli) -> None:
    holder = f"person/{'0' * 26}"
    shown = cli.data("key", "show", cli.key(), "--for", holder)
    key = load_key(cli.key(), PASSPHRASE).public
    assert shown["kid"] == key.kid
    verify_possession(shown["proof"], origin=ORIGIN, actor=holder, key=PublicKey.from_raw(key.raw))


def test_a_person_enrols_with_what_show_printed_and_then_signs(cli: Cli, tmp_path: Path) -> None:
    person = cli.data("person", "register", "--full-name", "石小满", *cli.by())["entries"][0][
        "stream"
    ]
    cli.ok("key", "new", tmp_path / "hers.key")
    shown = cli.data("key", "show", tmp_path / "hers.key", "--for", person)
    cli.ok(
        "key", "enrol", "--holder", person, "--public-key", shown["public_key"],
        "--proof", shown["proof"], "--custody", "file", *cli.by(),
    )  # fmt: skip
    revoked = cli.data(
        "key", "revoke", shown["kid"], "--reason", "lost", "--role", "holder",
        "--as", tmp_path / "hers.key",
    )  # fmt: skip
    assert revoked["entries"][0]["type"] == "key.revoked.v1"


def test_a_custodial_key_is_made_kept_enrolled_and_signs(cli: Cli) -> None:
    registered = cli.data("person", "register", "--full-name", "龙和", *cli.by())
    person = registered["entries"][0]["stream"]
    cli.ok("key", "keep", person, *cli.by())
    post = cli.data(
        "post", "appoint", "--holder", person, "--post-role", "intake_clerk", "--from-date",
        "today", *cli.by(),
    )["entries"][0]["stream"]  # fmt: skip
    cli.ok("post", "approve", post, *cli.by("bo"))
    given = cli.data(
        "case", "receive", "--unit", "520602", "--kind", "request", "--channel", "phone",
        "--text", "路灯不亮", "--custodial", person,
    )  # fmt: skip
    assert given["entries"][0]["type"] == "case.received.v1"


def test_a_refused_enrolment_leaves_no_key_behind(cli: Cli) -> None:
    nobody = f"person/{'0' * 26}"
    assert cli.refused("key", "keep", nobody, *cli.by())["code"] == "actor.unknown"
    again = cli.refused("case", "close", "--custodial", nobody)
    assert again["code"] == "not_found"


def test_an_office_begins_with_a_pack_on_a_day(tmp_path: Path) -> None:
    cli = Cli(tmp_path / "home")
    words = ("--founder", "an", "--founder", "bo", "--pack", "bijiang", "--start", "2026-01-01")
    made = cli.data(*founding(tmp_path, *words))
    assert (made["pack"], made["start"], made["approvals_needed"]) == (
        BIJIANG, "2026-01-01", 0,
    )  # fmt: skip
    (pack,) = cli.data("pack", "list")["packs"]
    assert (pack["effective_from"], pack["signatures"], pack["index"]) == ("2026-01-01", 2, 2)
    assert cli.data("verify")["clean"]


def test_founders_elsewhere_approve_the_first_pack_afterwards(tmp_path: Path) -> None:
    hers, cli = Cli(tmp_path / "hers"), Cli(tmp_path / "home")
    hers.ok("key", "new", tmp_path / "hers.key")
    shown = hers.data("key", "show", tmp_path / "hers.key", "--for", "new", "--origin", ORIGIN)
    (tmp_path / "hers.json").write_text(json.dumps(shown))
    words = ("--founder", "an", "--founder-proof", tmp_path / "hers.json", "--pack", "cn-base")
    made = cli.data(*founding(tmp_path, *words))
    assert made["approvals_needed"] == 1
    assert cli.data("pack", "list")["packs"][0]["index"] is None
    cli.ok("pack", "approve", made["pack"], "--as", tmp_path / "hers.key")
    assert cli.data("pack", "list")["packs"][0]["index"] == 2


def test_nothing_is_made_for_a_pack_or_day_that_cannot_be(tmp_path: Path) -> None:
    cli = Cli(tmp_path / "home")
    for words, code in (
        (("--pack", "nowhere"), "cli.pack_not_found"),
        (("--start", "2026-01-01"), "cli.start_without_pack"),
        (("--pack", "bijiang", "--start", "2026-02-30"), "time.bad_date"),
    ):
        assert cli.refused(*founding(tmp_path, "--founder", "an", *words))["code"] == code
    assert not (tmp_path / "keys").exists()
