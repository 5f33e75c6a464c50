"""``publish-heads``, ``policy setup``, and what ``doctor`` and exports say of heads."""

from pathlib import Path

import pytest

from ledger.store.clock import RealClock
from tests.cli.conftest import Cli, without_receipt


@pytest.fixture
def publishing(cli: Cli) -> Cli:
    """A command line whose home has a policy device, set up and approved."""
    told = cli.data("policy", "setup", *cli.by())
    assert told["approvals_needed"] == 1
    assert cli.refused("publish-heads")["code"] == "heads.no_device"
    cli.ok(*told["approve"].split()[1:-2], *cli.by("bo"))
    return cli


def heads(cli: Cli) -> dict[str, str]:
    (found,) = (c for c in cli.data("doctor")["checks"] if c["name"] == "heads")
    return dict(found)


def test_without_a_device_the_refusal_names_the_commands(cli: Cli) -> None:
    error = cli.refused("publish-heads")
    assert error["code"] == "heads.no_device"
    assert "mingzhang policy setup" in error["en"]


def test_heads_are_published_once_for_what_is_new(publishing: Cli) -> None:
    first = publishing.data("publish-heads")
    assert first["index"] == first["size"]
    assert publishing.data("publish-heads") == first
    assert "published 已发布" in publishing.ok("publish-heads")
    assert publishing.data("verify")["clean"]


def test_doctor_warns_until_heads_are_published(publishing: Cli) -> None:
    assert heads(publishing)["status"] == "warn"
    assert "publish-heads" in heads(publishing)["en"]
    publishing.ok("publish-heads")
    assert heads(publishing)["status"] == "ok"


def test_an_export_publishes_first_unless_told_not_to(publishing: Cli, tmp_path: Path) -> None:
    size = publishing.data("stats")["as_of"]["size"]
    assert publishing.data("export", "log", tmp_path / "a", "--no-publish")["size"] == size
    assert publishing.data("export", "log", tmp_path / "b")["size"] == size + 1


def test_an_export_goes_on_where_nothing_can_be_published(cli: Cli, tmp_path: Path) -> None:
    result = cli.run("export", "log", tmp_path / "tree", "--json")
    assert result.exit_code == 0
    assert "heads.no_device" in result.stderr
    assert cli.data("verify", tmp_path / "tree")["clean"]


def test_what_a_machine_computes_is_typed_by_nobody(cli: Cli) -> None:
    assert cli.run("log", "publish-heads").exit_code == 2


def test_a_device_is_set_up_at_once_and_not_twice_where_the_receipt_did_not_come(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup = ("policy", "setup", *cli.by())
    size = cli.data("stats")["as_of"]["size"]
    jti = without_receipt(cli, monkeypatch, *setup)["facts"]["jti"]
    told = cli.data(*setup, "--again", jti)
    assert cli.data("stats")["as_of"]["size"] == size + 3
    other = cli.refused("import", "setup", *cli.by(), "--again", jti)
    assert other["code"] == "submission.another_act"
    cli.ok(*told["approve"].split()[1:-2], *cli.by("bo"))
    assert cli.data("publish-heads")["index"]


def test_what_was_said_to_be_from_today_is_the_same_on_another_day(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup, adopt = ("policy", "setup", *cli.by()), ("pack", "adopt", "cn-base", *cli.by())
    establish = (
        "unit", "establish", "--code", "520603", "--unit-name", "新区", "--level", "district",
        "--effective-from", "today", *cli.by(),
    )  # fmt: skip
    given = [
        (words, without_receipt(cli, monkeypatch, *words)["facts"]["jti"])
        for words in (setup, adopt, establish)
    ]
    now = RealClock.now_ms
    monkeypatch.setattr(RealClock, "now_ms", lambda clock: now(clock) + 3 * 86_400_000)
    for words, jti in given:
        cli.ok(*words, "--again", jti)


def test_a_kept_key_whose_receipt_did_not_come_is_kept_once(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = cli.data("person", "register", "--full-name", "甲", *cli.by())["entries"][0]["stream"]
    keep = ("key", "keep", person, *cli.by())
    jti = without_receipt(cli, monkeypatch, *keep)["facts"]["jti"]
    size = cli.data("stats")["as_of"]["size"]
    assert cli.data(*keep, "--again", jti)["again"]
    device = cli.refused("key", "keep", person, "--custody", "device", *cli.by(), "--again", jti)
    assert device["code"] == "submission.another_act"
    assert cli.data("stats")["as_of"]["size"] == size
