"""The county's ledger is the same each time, however often its making was interrupted."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import cast

import pytest
from sqlalchemy import event

from bench import growth
from bench.county import plan
from bench.county.build import OtherLedger, build
from bench.county.seed import Seed
from ledger.bootstrap import open_ledger
from ledger.projections.register import OPEN_CASES, CaseRow, due_before, overdue
from ledger.service.ledger import Ledger, as_of
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


@pytest.fixture
def ledger(whole: tuple[Path, bytes]) -> Iterator[Ledger]:
    with open_ledger(whole[0]) as opened:
        opened.follower.catch_up()
        yield opened


def test_what_is_late_on_any_day_at_any_size_is_what_the_rows_say(ledger: Ledger) -> None:
    store, random = ledger.views["register"], Random(7)
    seen = set()
    for _ in range(60):
        point = as_of(ledger, size=random.randrange(ENTRIES))
        day = date(2024, 1, 1) + timedelta(days=random.randrange(60))
        late = store.total(point, where=OPEN_CASES, below=due_before(day))
        rows = cast("list[CaseRow]", store.rows(point, limit=10_000))
        assert late == sum(overdue(row, day) for row in rows)
        listed = store.rows(point, where=OPEN_CASES, below=due_before(day), limit=10_000)
        assert listed == [row for row in rows if overdue(row, day)]
        seen.add(late)
    assert len(seen) > 5, "the days asked about differ in what is late"


def test_statistics_read_no_rows(ledger: Ledger) -> None:
    """Counts by kind, open, late, imported are answered by cells, each read once for the point."""
    asked = list[str]()
    engine = ledger.places["register"].engine()

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    growth.stats(ledger, as_of(ledger, size=1000), "")
    event.remove(engine, "before_cursor_execute", note)
    assert len([one for one in asked if "FROM move_" in one]) == 2
    assert not [one for one in asked if 'FROM "row"' in one or "FROM row" in one]


def test_the_figures_of_growth_are_all_there(
    whole: tuple[Path, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("SMALL", 1100), ("ASKED", 4), ("APPENDING", 0.1), ("PAGE", 1)):
        monkeypatch.setattr(growth, name, value)
    before = (whole[0] / "ledger.sqlite").read_bytes()
    figures = growth.main(whole[0], seconds=0.2)
    assert figures.keys() >= {
        "append_growth_ratio", "as_of_stats_ratio", "as_of_list_ratio", "as_of_county_list_ratio",
        "audit_rss_mb", "audit_integrity_ratio", "follow_rss_mb", "follow_lag_s", "serve_rss_mb",
    }  # fmt: skip
    assert all(figure > 0 for figure in figures.values() if not isinstance(figure, str))
    assert (whole[0] / "ledger.sqlite").read_bytes() == before, "what is written to is a copy"
    alone = growth.main(whole[0], only=["append"])
    assert alone.keys() == {"entries", "append_growth_ratio", "append_growth_per_second"}
