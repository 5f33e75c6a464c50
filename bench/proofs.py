"""Checking an entry on the reader's own device: by the browser's cryptography, and in script.

Asked of the worker that a page's badges ask, one entry after another, fetching included; what it
must know of the log before the first is not counted, since a page asks for many. Medians.
"""

import statistics
from typing import Any, Final

from bench.browser import Browsing

ENTRIES: Final = 25
PLACE: Final = "/integrity"
_CHECK: Final = """
  entries => new Promise((resolve, reject) => {
    const own = document.querySelector("script[data-worker]");
    const worker = new Worker(own.dataset.worker, {type: "module"});
    const took = [];
    const ask = () => worker.postMessage({id: took.length, index: took.length, memory: {}});
    worker.onerror = event => reject(event.message);
    worker.onmessage = ({data}) => {
      if (data.state !== "valid") return reject(data.code);
      took.push(data.ms);
      if (took.length <= entries) return ask();
      worker.terminate();
      resolve(took.slice(1));
    };
    ask();
  })
"""


def measure(where: Browsing) -> dict[str, float]:
    """Return milliseconds per entry: in a secure context, and where script computes all."""
    return {
        "browser_verify_ms": _checked(where.browser, where.secure),
        "browser_verify_fallback_ms": _checked(where.browser, where.plain),
    }


def _checked(browser: Any, url: str) -> float:
    context = browser.new_context(base_url=url)
    page = context.new_page()
    page.goto(PLACE, wait_until="networkidle")
    took: list[float] = page.evaluate(_CHECK, ENTRIES)
    context.close()
    return round(statistics.median(took), 2)
