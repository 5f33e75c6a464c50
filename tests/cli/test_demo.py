"""The demonstration: built once, kept, clean; who notices which tampering."""

import itertools
from collections import defaultdict
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ledger.bootstrap import open_ledger
from ledger.cli.app import app
from ledger.cli.demonstration import cast
from ledger.cli.demonstration.chapters import street
from ledger.cli.demonstration.play import KEYS, build
from ledger.service.ledger import as_of
from ledger.service.reading.overview import overview
from ledger.service.reading.replay import replay
from ledger.tampering.deeds import KINDS
from tests.cli.conftest import Cli


def test_demo_builds_then_keeps_and_shows_the_same(tmp_path: Path) -> None:
    cli = Cli(tmp_path / "home", MINGZHANG_PASSPHRASE=None)
    first, second = cli.data("demo", "--small", "--no-serve"), cli.data("demo")
    assert (first["built"], second["built"]) == (True, False)
    assert first["overview"] == second["overview"]
    assert first["report"]["clean"]
    assert first["played"]["entries"] == first["overview"]["size"]
    assert second["played"] is None
    assert first["overview"]["simulated"]
    assert not list(tmp_path.glob("*.building"))


def test_the_table_tells_who_signed(demo: Cli) -> None:
    told = demo.ok("demo", "--no-serve")
    for words in ("streams 流", "own keys 本人密钥", "devices 设备", "custodial keys 代管", "根"):
        assert words in told


def test_every_entry_was_signed_by_a_person_a_device_or_the_server_for_a_person(
    played: Path,
) -> None:
    with open_ledger(played) as ledger:
        seen = overview(ledger)
    by = (seen.by_own_keys, seen.by_devices, seen.by_custodial_keys, seen.by_founders_keys)
    assert sum(by) == seen.size
    assert min(by) > 0
    assert seen.persons == len(cast.FOUNDERS) + len(cast.MEMBERS)
    assert seen.streams == sum(seen.streams_by_aggregate.values())


def test_at_least_a_dozen_cases_are_walked_through_every_act() -> None:
    acts = {step.act for step in street.steps()} - {street.IMPORT}
    assert len(street.CASES) >= 12
    assert acts == {
        f"case.{verb}"
        for verb in (
            "receive", "accept", "refuse", "triage", "assign", "object", "reassign",
            "note_progress", "extend", "resolve", "verify", "fail_verification", "answer", "rate",
            "call_back", "close", "reopen", "withdraw",
        )
    }  # fmt: skip


def test_the_steps_of_a_case_are_in_order_of_time() -> None:
    for steps in street.CASES.values():
        assert [step.at for step in steps] == sorted(step.at for step in steps)


def test_several_people_had_a_hand_in_each_case_that_was_closed(played: Path) -> None:
    with open_ledger(played) as ledger:
        ledger.follower.catch_up()
        point = as_of(ledger)
        rows = ledger.views["register"].rows(
            point, where={"state": "closed", "imported": False}, limit=100
        )
        assert len(rows) >= 9
        for row in rows:
            actors = {step.act.actor for step in replay(ledger, row.case, point)}
            assert len(actors) >= (2 if row.kind == "message" else 4)


def test_a_person_of_the_story_signs_with_her_key_file_afterwards(demo: Cli) -> None:
    case = demo.data("register", "--overdue", "--kind", "request")["rows"][0]["case"]
    key = demo.home / KEYS / "city-works.key"
    demo.ok("case", "note-progress", case, "--text", "配件已到", "--as", key)
    assert demo.data("verify")["clean"]


def test_a_stopped_build_leaves_nothing_that_looks_like_a_ledger(tmp_path: Path) -> None:
    home = tmp_path / "home"

    def stop(done: int, _size: int) -> None:
        if done > 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(home, stop)
    assert list(tmp_path.iterdir()) == []
    build(home, lambda _done, _size: None)
    assert (home / "home.toml").exists()


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[int, int]]]:
    """The same story played once more: its home, and the progress shown meanwhile."""
    seen: list[tuple[int, int]] = []
    home = tmp_path_factory.mktemp("again") / "home"
    build(home, lambda done, size: seen.append((done, size)))
    return home, seen


def test_progress_ends_at_its_total(again: tuple[Path, list[tuple[int, int]]]) -> None:
    _, seen = again
    assert seen[-1][0] == seen[-1][1]
    assert all(a[0] + 1 == b[0] for a, b in itertools.pairwise(seen))


def test_two_builds_tell_the_same_acts_in_the_same_order_at_the_same_times(
    played: Path, again: tuple[Path, list[tuple[int, int]]]
) -> None:
    assert as_told(played) == as_told(again[0])


def as_told(home: Path) -> list[tuple[object, ...]]:
    """Return each entry's stream, type, time, series and time of recording.

    A stream is named by its aggregate and which it is of all, since ids are new each time.
    """
    with open_ledger(home) as ledger:
        acts = ledger.known.streams.acts(0, ledger.recorder.head().size)
    numbers = itertools.count()
    streams = defaultdict[str, str](lambda: str(next(numbers)))
    return [
        (
            act.stream.partition("/")[0] + streams[act.stream],
            act.type,
            act.occ,
            act.event.numbered,
            act.recorded_at,
        )
        for act in acts
    ]


def test_an_entry_of_the_story_was_recorded_when_it_was_signed(played: Path) -> None:
    with open_ledger(played) as ledger:
        acts = ledger.known.streams.acts(0, ledger.recorder.head().size)
    assert {(act.recorded_at or 0) - act.iat * 1000 for act in acts} == {0}


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert Cli(tmp_path).refused("demo")["code"] == "home.exists"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("kind", [kind for kind, each in KINDS.items() if not each.sealed])
def test_tampering_is_noticed_and_the_home_itself_untouched(demo: Cli, kind: str) -> None:
    before = demo.data("checkpoint")
    done = demo.data("demo", "tamper", kind)
    noticed = [notice["noticed"] for notice in done["notices"]]
    assert noticed == ([False, False, True, True] if kind == "fork" else [True, True, True])
    assert demo.data("checkpoint") == before
    assert demo.data("verify")["clean"]


def test_a_fork_is_proved_by_two_checkpoints_of_one_size(demo: Cli) -> None:
    first, second = (
        note.split("\n") for note in demo.data("demo", "tamper", "fork")["checkpoints"]
    )
    assert first[:2] == second[:2]
    assert first[2] != second[2]


def test_a_changed_entry_is_named_by_its_index(demo: Cli) -> None:
    done = demo.data("demo", "tamper", "changed")
    assert f"entry {done['notices'][1]['index']} " in done["en"]
    assert "signature.bad" in done["notices"][1]["codes"]


def test_a_demonstration_that_discloses_no_money_has_none_to_change(demo: Cli) -> None:
    assert demo.refused("demo", "tamper", "amount")["code"] == "tamper.nothing"


def test_another_kind_of_tampering_is_refused_naming_those_there_are(demo: Cli) -> None:
    error = demo.refused("demo", "tamper", "burnt")
    assert error["code"] == "tamper.unknown"
    assert "rollback" in error["en"]


def test_demo_takes_the_home_from_before_its_name(demo: Cli) -> None:
    words = ["demo", "--home", str(demo.home), "tamper", "rollback", "--json"]
    assert CliRunner().invoke(app, words).exit_code == 0
