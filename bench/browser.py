"""Chromium on a ledger's server, for what is measured in a browser.

Missing where there is no Chromium or nothing to drive it with.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from bench.cluster import Missing
from bench.servers import served

INTRANET: Final = "ledger.intranet"
"""A name of this machine that is no secure context: there the browser lends no cryptography."""
FLAGS: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    f"--host-resolver-rules=MAP {INTRANET} 127.0.0.1",
]


class Browsing(NamedTuple):
    """A browser, and where the server is: by a name that is a secure context, and by one not."""

    browser: Any
    secure: str
    plain: str


@contextmanager
def browsing(home: Path) -> Iterator[Browsing]:
    """Serve ``home`` and start a browser. Raises: Missing."""
    chrome = os.environ.get("CHROME_PATH") or shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - of the tests' extra
    except ImportError as error:
        raise Missing("playwright") from error
    if chrome is None:
        raise Missing("chromium")
    with served("ledger", str(home)) as server, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chrome, args=FLAGS)
        try:
            names = (f"http://{name}:{server.port}" for name in ("localhost", INTRANET))
            yield Browsing(browser, *names)
        finally:
            browser.close()
