"""A kiosk page in Chromium: bytes of the first load, first paint and blocking at 6 × CPU throttle.

The browser keeps nothing. Blocking is the part of each long task over 50 ms, from first paint until
the page is quiet, as Lighthouse sums it.
"""

import statistics
from typing import Any, Final

from bench.browser import Browsing

THROTTLE: Final = 6
TIMES: Final = 3
PLACE: Final = "/residents"
_WATCH: Final = """
  window.blocked = 0;
  new PerformanceObserver(list => {
    for (const each of list.getEntries()) window.blocked += Math.max(0, each.duration - 50);
  }).observe({type: "longtask", buffered: true});
"""
_PAINT: Final = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"


def measure(where: Browsing) -> dict[str, float]:
    """Return bytes (gzip), seconds and milliseconds, medians of three first loads."""
    loads = [_load(where.browser, where.secure) for _ in range(TIMES)]
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
