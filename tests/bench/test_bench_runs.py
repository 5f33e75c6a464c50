"""The bench measures what it says it does; how fast is nobody's test."""

import json
import math

import pytest

import bench
from bench import crowd
from bench.cluster import Missing
from bench.measure import Compared, compare
from tests.support.postgres import started

RATIOS = (
    "append_sqlite_ratio",
    "append_postgresql_ratio",
    "submit_ratio",
    "post_ratio",
    "board_page_ratio",
    "audit_integrity_ratio",
    "audit_rules_ratio",
    "rebuild_ratio",
    "rebuild_all_ratio",
)
RATES = (
    "library_save_per_second",
    "verify_per_second",
    "bare_post_per_second",
    "bare_page_per_second",
    "decode_per_second",
)


@pytest.fixture(scope="module")
def figures() -> dict[str, bench.Figure]:
    started().remove()  # installed if need be, else skipped
    return bench.main(seconds=0.05, pages=False)


@pytest.mark.parametrize("name", [*RATIOS, *RATES, "pack_load_s", "demo_load_ratio"])
def test_every_figure_is_there_and_positive(figures: dict[str, bench.Figure], name: str) -> None:
    figure = figures[name]
    assert isinstance(figure, float)
    assert math.isfinite(figure)
    assert figure > 0


def test_every_ratio_has_its_rate_beside_it(figures: dict[str, bench.Figure]) -> None:
    assert {name.replace("_ratio", "_per_second") for name in RATIOS} <= figures.keys()


def test_without_a_server_its_figure_says_why_it_is_not_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(_seconds: float) -> Compared:
        raise Missing("none here")

    monkeypatch.setattr(bench.postgresql, "appending", missing)
    figures = bench.main(seconds=0.02, pages=False)
    assert figures["append_postgresql_ratio"] == "skipped: none here"


def test_the_figures_are_one_json_object_with_the_machine_named(
    figures: dict[str, bench.Figure],
) -> None:
    found = json.loads(json.dumps(figures))
    assert found.keys() >= {"cores", "python", "sqlite", "cryptography"}


def test_a_ratio_is_the_median_of_pairs_measured_in_turns() -> None:
    turns: list[str] = []
    rates = {"work": [10, 20, 90], "base": [10, 10, 30]}

    def measured(name: str) -> tuple[int, float]:
        turns.append(name)
        return rates[name].pop(0), 1.0

    found = compare(lambda: measured("work"), lambda: measured("base"), against_times=2)
    assert turns == ["base", "work"] * 3
    assert found == (20.0, 10.0, 1.0)


def test_a_crowd_of_kiosks_and_recorders_meets_no_error() -> None:
    figures = crowd.main(seconds=2)
    assert figures["crowd_errors"] == 0
    assert figures["crowd_entries"] >= crowd.RECORDERS
    assert figures["crowd_pages"] > 0
    for name in ("crowd_write_p99_s", "crowd_read_p99_s"):
        figure = figures[name]
        assert isinstance(figure, float)
        assert 0 < figure < math.inf
