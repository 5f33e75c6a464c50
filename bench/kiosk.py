"""A kiosk page in Chromium: bytes of the first load, first paint and blocking at 6 × CPU throttle.

The office's ledger is served by a process of its own; the browser keeps nothing. Blocking is the
part of each long task over 50 ms, from first paint until the page is quiet, as Lighthouse sums it.
Missing where there is no Chromium.
"""

import os
import shutil
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from bench.cluster import Missing

THROTTLE: Final = 6
TIMES: Final = 3
PLACE: Final = "/residents"
FLAGS: Final = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_WATCH: Final = """
  window.blocked = 0;
  new PerformanceObserver(list => {
    for (const each of list.getEntries()) window.blocked += Math.max(0, each.duration - 50);
  }).observe({type: "longtask", buffered: true});
"""
_PAINT: Final = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"


def measure(home: Path, port: int = 8741) -> dict[str, float]:
    """Return bytes (gzip), seconds and milliseconds, medians of three first loads.

    Raises: Missing, where there is no Chromium or nothing to drive it with.
    """
    chrome = os.environ.get("CHROME_PATH") or shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - of the tests' extra
    except ImportError as error:
        raise Missing("playwright") from error
    if chrome is None:
        raise Missing("chromium")
    with _served(home, port) as url, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chrome, args=FLAGS)
        loads = [_load(browser, url) for _ in range(TIMES)]
        browser.close()
    names = ("first_load_gzip_bytes", "first_contentful_paint_s", "total_blocking_time_ms")
    return {
        name: round(statistics.median(each), 3)
        for name, each in zip(names, zip(*loads, strict=True), strict=True)
    }


def _load(browser: Any, url: str) -> tuple[float, float, float]:
    context = browser.new_context(base_url=url, viewport={"width": 1080, "height": 1920})
    context.add_cookies([{"name": "mz_kiosk", "value": "1", "url": url}])
    page = context.new_page()
    page.add_init_script(_WATCH)
    taken: list[int] = []
    page.on("requestfinished", lambda r: taken.append(r.sizes()["responseBodySize"]))
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})
    page.goto(PLACE, wait_until="networkidle")
    measured = (sum(taken), page.evaluate(_PAINT) / 1000, page.evaluate("window.blocked"))
    context.close()
    return measured


@contextmanager
def _served(home: Path, port: int) -> Iterator[str]:
    program = Path(sys.executable).with_name("mingzhang")
    server = subprocess.Popen(
        [program, "--home", home, "serve", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://localhost:{port}"
        _await(f"{url}/readyz")
        yield url
    finally:
        server.terminate()
        server.wait(30)


def _await(url: str, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return
