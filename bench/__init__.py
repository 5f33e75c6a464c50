"""Performance, as ratios measured in one run against a named baseline; never in the tests.

``main`` measures everything; ``mingzhang bench`` prints it. What the figures mean and where the
time goes: docs/performance.md.
"""

import platform
import sqlite3
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from bench import (
    appends,
    audits,
    baseline,
    demonstrations,
    kiosk,
    packs,
    paging,
    postgresql,
    proofs,
    rebuilds,
    submits,
)
from bench.browser import browsing
from bench.cluster import Missing
from bench.measure import Compared, compare
from bench.office import Office, open_office
from bench.posting import posting, reports
from bench.servers import PAGE, served
from bench.workers import Workers, serving

Figure = float | int | str

BRIEF = 25
"""Of the demonstration's many like things every so many-th is told where time is short."""


def main(
    say: Callable[[str], None] = lambda _: None, *, seconds: float = 1.5, pages: bool = True
) -> dict[str, Figure]:
    """Return all figures by name: ratios first, then rates per second, then the machine's facts.

    ``seconds`` is how long one measurement of appends takes; the others follow from the entries
    these leave. ``pages`` loads pages in Chromium, too. Each ratio is the median of three,
    measured in turns with its baseline.
    """
    with tempfile.TemporaryDirectory() as folder:
        office = open_office(Path(folder) / "home")
        try:
            with serving(office) as servers:
                found = _measured(office, servers, say, seconds)
        finally:
            office.ledger.close()
        say("browser 浏览器")
        shown = _in_browser(Path(folder) / "home") if pages else {}
    say("append on PostgreSQL 在 PostgreSQL 上追加")
    skipped: dict[str, Figure] = {}
    try:
        found["append_postgresql"] = postgresql.appending(seconds)
    except Missing as missing:
        skipped["append_postgresql_ratio"] = f"skipped: {missing}"
    ratios: dict[str, Figure] = {f"{name}_ratio": each.ratio for name, each in found.items()}
    rates: dict[str, Figure] = {f"{name}_per_second": each.rate for name, each in found.items()}
    for name, against in _AGAINST.items():
        if name in found:
            rates[f"{against}_per_second"] = found[name].baseline
    say("demonstration 演示")
    told = demonstrations.loading(1 if seconds >= 1 else BRIEF)
    ratios["demo_load_ratio"] = told / found["append_sqlite"].rate
    rates["demo_load_per_second"] = told
    say("pack 规则包")
    return {**ratios, **skipped, **rates, "pack_load_s": packs.loading(), **shown, **_machine()}


_AGAINST = {
    "append_sqlite": "library_save",
    "append_postgresql": "library_save_postgresql",
    "submit": "verify",
    "post": "bare_post",
    "board_page": "bare_page",
    "rebuild": "decode",
}


def _measured(
    office: Office, servers: Workers, say: Callable[[str], None], seconds: float
) -> dict[str, Compared]:
    found = {}
    say("append 追加")
    found["append_sqlite"] = compare(
        appends.appending(servers, seconds), baseline.saving(seconds / 2)
    )
    entries = baseline.own_entries(office)
    verify, decode = baseline.verifying(office.ledger, entries), baseline.decoding(entries)
    say("submit 提交")
    found["submit"] = compare(submits.submitting(office, servers, round(700 * seconds)), verify)
    say("post 网上提交")
    home = str(office.ledger.home.path)
    with served("bare") as bare, served("ledger", home) as own:
        bodies, count = reports(office), round(400 * seconds)
        found["post"] = compare(posting(own.port, bodies, count), posting(bare.port, bodies, count))
    say("board page 公示页面")
    found["board_page"] = _board_page(home, round(1_000 * seconds))
    say("audit 核验")
    found["audit_integrity"] = compare(
        audits.integrity(office.ledger), verify, against_times=baseline.cores()
    )
    found["audit_rules"] = compare(audits.rules(office), verify)
    say("rebuild 重建")
    found["rebuild"] = compare(rebuilds.rebuilding(office, "register"), decode)
    found["rebuild_all"] = compare(rebuilds.rebuilding(office), decode)
    return found


def _board_page(home: str, count: int) -> Compared:
    with served("ledger", home) as own:
        size = paging.size_of(own.port)
        with served("bare", str(size)) as bare:
            return compare(
                paging.paging(own.port, paging.BOARD, count),
                paging.paging(bare.port, PAGE, count),
            )


def _in_browser(home: Path) -> dict[str, Figure]:
    try:
        with browsing(home) as where:
            return {**kiosk.measure(where), **proofs.measure(where)}
    except Missing as missing:
        return {"first_load_gzip_bytes": f"skipped: {missing}"}


def _machine() -> dict[str, Figure]:
    return {
        "cores": baseline.cores(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "cryptography": version("cryptography"),
        "eventsourcing": version("eventsourcing"),
    }
