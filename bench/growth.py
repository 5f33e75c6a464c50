"""What growth costs: a ledger of a million entries against one of ten thousand, and memory there.

Both span the same days: the small one is the same county with less traffic. Lists are compared
with those of the county's first ten thousand entries instead, where as many cases are open at a
unit: pages are of equal length, and what differs is the history behind them. ``main`` takes a
county's ledger (``make fixture``) and leaves it as it is: what is written to is a copy.
``mingzhang bench --at HOME`` prints it. It takes some minutes.
"""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from random import Random

from bench import audits, baseline, paging
from bench.county import plan
from bench.county.build import SEED, build
from bench.county.offices import office_in
from bench.county.seed import Seed
from bench.county.staff import Staff
from bench.lives import living
from bench.measure import compare, rate
from bench.memory import peak_rss, rss
from bench.servers import served
from ledger.bootstrap import open_ledger
from ledger.entry.entry import parse_entry
from ledger.kernel.act import AsOf
from ledger.projections.register import OPEN_CASES, day_of, due_before
from ledger.service.ledger import Ledger, as_of
from ledger.service.sheet import make_sheet

SMALL = 10_000
PAGE = 25
"""Lines of a page; fewer than are open at any unit."""
APPENDING = 3.0
"""Seconds of one measurement of appends."""
PAGES = ("/register", "/integrity", "/boards/figures", "/entries/1", "/residents")
VERIFIED = 1000
"""Entries whose signatures give the rate of one core."""
ASKED = 400
"""Questions of each kind to each ledger."""

Figure = float | int | str
Ask = Callable[[Ledger, AsOf, str], int]
"""Asks something of a unit; returns how many lines came, where that may differ."""


PARTS = ("as_of", "append", "follow", "serve", "audit")
"""What may be measured by itself: on a machine that others use, what needs quiet is soon over."""


def main(
    home: Path,
    say: Callable[[str], None] = lambda _: None,
    *,
    seconds: float = 60.0,
    only: Collection[str] = PARTS,
) -> dict[str, Figure]:
    """Return the figures of growth by name, all or those of some ``PARTS``.

    ``seconds`` is how long views follow at full speed.
    """
    found: dict[str, Figure] = {}
    if set(only) - {"audit"}:
        with tempfile.TemporaryDirectory(dir=home.absolute().parent) as folder:
            found |= _on_copies(home, Path(folder), say, seconds, only)
    if "audit" in only:
        say("audit 核验")
        audit = [sys.executable, "-c", "from ledger.cli import main; main()"]
        began = time.perf_counter()
        held = peak_rss([*audit, "--home", str(home), "verify"])
        found |= {"audit_rss_mb": held, "audit_s": time.perf_counter() - began}
        found["audit_integrity_ratio"] = _integrity(home)
    return found


def _integrity(home: Path) -> float:
    """Return the rate of an audit without rules and views, to that of verifying on all cores."""
    with open_ledger(home) as ledger:
        size = ledger.recorder.head().size
        newest = [
            parse_entry(state) for state in ledger.recorder.states(max(0, size - VERIFIED), size)
        ]
        verify = baseline.verifying(ledger, newest)
        before, audited, after = (rate(work) for work in (verify, audits.integrity(ledger), verify))
    return audited / (baseline.cores() * statistics.mean((before, after)))


def _on_copies(
    home: Path, folder: Path, say: Callable[[str], None], seconds: float, only: Collection[str]
) -> dict[str, Figure]:
    small, large = folder / "small", folder / "large"
    say("copy 复制")
    with open_ledger(home) as measured:
        size = measured.recorder.head().size
    traffic = max(1, round(plan.PER_HOUR * SMALL / size))
    build(small, SMALL, per_hour=traffic)
    shutil.copytree(home, large)
    found: dict[str, Figure] = {"entries": size}
    with open_ledger(small) as little, open_ledger(large) as much:
        say("views 视图")
        for ledger in (little, much):
            ledger.follower.catch_up()
        if "as_of" in only:
            say("as of 回溯")
            found |= _asked(ASKS, little, much)
            first = folder / "first"
            build(first, SMALL)
            with open_ledger(first) as early:
                found |= _asked(LISTS, early, much)
        if "append" in only:
            say("append 追加")
            offices = office_in(much), office_in(little, per_hour=traffic)
            grown = compare(*(living(office, APPENDING) for office in offices))
            found |= {
                "append_growth_ratio": grown.ratio,
                "append_growth_per_second": grown.rate,
            }
    if "follow" in only:
        say("follow 跟进")
        command = [sys.executable, "-m", "bench.following", str(large), str(seconds)]
        followed = json.loads(subprocess.check_output(command))
        found |= {f"follow_{name}": figure for name, figure in followed.items()}
    if "serve" in only:
        say("serve 服务")
        found["serve_rss_mb"] = _serving_rss(large)
    return found


def _serving_rss(home: Path) -> float:
    """Return the memory (MiB) of a server, its keeper included, once its pages were asked for."""
    with served("ledger", str(home)) as server:
        for path in PAGES:
            paging.size_of(server.port, path)
        return rss(server.pid)


def _asked(asks: Mapping[str, Ask], few: Ledger, many: Ledger) -> dict[str, Figure]:
    found: dict[str, Figure] = {}
    for name, ask in asks.items():
        base, grown = _p99(ask, few, many)
        found |= {f"as_of_{name}_ratio": grown / base, f"as_of_{name}_ms": grown * 1000}
    return found


def _p99(ask: Ask, *ledgers: Ledger) -> list[float]:
    """Return the 99th percentile (seconds) of asking each ledger, in turns, at its mid-history.

    Turns in which they answer with different numbers of lines do not count.
    """
    random, turns = Random(1), list[list[float]]()
    units = Staff(Seed(SEED)).units[plan.GATHERING]
    for turn in range(ASKED):
        depth = random.uniform(0.4, 0.6)
        answers = [_timed(ask, ledger, depth, units[turn % len(units)]) for ledger in ledgers]
        if len({lines for lines, _ in answers}) == 1:
            turns.append([seconds for _, seconds in answers])
    return [statistics.quantiles(times, n=100)[-1] for times in zip(*turns, strict=True)]


def _timed(ask: Ask, ledger: Ledger, depth: float, unit: str) -> tuple[int, float]:
    """Return how many lines came of asking at a depth of history, and the seconds it took."""
    point = as_of(ledger, size=round(ledger.recorder.head().size * depth))
    began = time.perf_counter()
    lines = ask(ledger, point, unit)
    return lines, time.perf_counter() - began


def stats(ledger: Ledger, point: AsOf, _unit: str) -> int:
    """Ask what ``mingzhang stats`` does."""
    store = ledger.views["register"]
    store.count(point, by=("unit", "kind", "state"))
    store.total(point)
    store.total(point, where=OPEN_CASES)
    store.total(point, where=OPEN_CASES, below=due_before(day_of(point)))
    store.total(point, where={"imported": True})
    return 0


def _page(ledger: Ledger, point: AsOf, unit: str) -> int:
    """Ask for a page of a unit's open cases."""
    store = ledger.views["register"]
    return len(store.rows(point, where={**OPEN_CASES, "unit": unit}, limit=PAGE))


def _county_page(ledger: Ledger, point: AsOf, _unit: str) -> int:
    """Ask for a page of all open cases."""
    return len(ledger.views["register"].rows(point, where=OPEN_CASES, limit=PAGE))


def _board(name: str) -> Ask:
    """Ask for a board of a unit, which has the same lines in both ledgers."""

    def ask(ledger: Ledger, point: AsOf, unit: str) -> int:
        make_sheet(ledger, name, point, unit)
        return 0

    return ask


ASKS: Mapping[str, Ask] = {
    "stats": stats,
    "five_publics": _board("five-publics"),
    "compliance": _board("compliance"),
}
LISTS: Mapping[str, Ask] = {"list": _page, "county_list": _county_page}
