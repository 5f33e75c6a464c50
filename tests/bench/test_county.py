"""The county's ledger is the same each time, however often its making was interrupted."""

from pathlib import Path

import pytest

from bench.county import plan
from bench.county.build import OtherLedger, build
from bench.county.seed import Seed
from ledger.bootstrap import open_ledger
from tests.support.soundness import require_sound

ENTRIES = 1200


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    home = tmp_path_factory.mktemp("county") / "home"
    return home, build(home, ENTRIES)


def test_one_seed_gives_one_root_though_the_making_was_interrupted(
    whole: tuple[Path, bytes], tmp_path: Path
) -> None:
    build(tmp_path / "home", 950)
    assert build(tmp_path / "home", ENTRIES) == whole[1]


def test_a_finished_one_is_left_as_it_is(whole: tuple[Path, bytes]) -> None:
    assert build(whole[0], ENTRIES) == whole[1]


def test_another_seed_gives_another_ledger_and_does_not_go_on_with_this(
    whole: tuple[Path, bytes],
) -> None:
    with pytest.raises(OtherLedger):
        build(whole[0], ENTRIES + 1, seed="another")
    with pytest.raises(OtherLedger):
        build(whole[0], ENTRIES - 1)


def test_what_is_made_is_whole_and_lawful_and_its_views_follow(whole: tuple[Path, bytes]) -> None:
    entries = require_sound(whole[0], rules=True)
    assert len(entries) == ENTRIES
    with open_ledger(whole[0]) as ledger:
        assert ledger.views["register"].position() == ENTRIES


def test_the_plan_has_terms_ending_keys_changing_and_cases_of_every_end() -> None:
    types = set()
    for number, step in enumerate(plan.steps(Seed("mingzhang"))):
        types.add(step.deed.command.name)
        if number > 60_000:
            break
    assert types >= {
        "unit.establish", "pack.adopt", "pack.approve", "device.register", "key.enrol",
        "key.rotate", "post.end", "case.refuse", "case.withdraw", "case.extend",
        "case.fail_verification", "case.reopen", "case.close",
    }  # fmt: skip
