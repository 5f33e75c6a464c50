"""``make screenshots``: the pages that README shows, in real Chromium, at three sizes, kept small.

Serves the demonstration from a folder of its own and writes PNG of few colours into
``docs/screenshots``; the whole folder stays under two megabytes. Needs Chromium, a CJK font,
playwright and Pillow (``make test`` installs the latter two).
"""

import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any, Final

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT: Final = Path(__file__).parents[1]
FOLDER: Final = ROOT / "docs" / "screenshots"
MOST_BYTES: Final = 2_000_000
COLOURS: Final = 96
PORT: Final = 8731
SIZES: Final = {"desktop": (1366, 900), "phone": (390, 844), "kiosk": (1080, 1920)}
WIDTHS: Final = {"desktop": 1100, "phone": 390, "kiosk": 540}
"""How wide each is kept."""
FLAGS: Final = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--lang=zh-CN"]


def main() -> int:
    """Take them all; 1 when they came out too large."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="mingzhang-") as folder:
        home = Path(os.environ.get("DEMO_HOME") or Path(folder) / "home")
        program = [str(Path(sys.executable).with_name("mingzhang")), "--home", str(home)]
        subprocess.run([*program, "demo", "--no-serve"], check=True, cwd=ROOT)  # noqa: S603
        server = subprocess.Popen([*program, "serve", "--port", str(PORT)], cwd=ROOT)  # noqa: S603
        try:
            _await()
            _take()
        finally:
            server.terminate()
            server.wait(30)
    total = sum(path.stat().st_size for path in FOLDER.glob("*.png"))
    sys.stdout.write(f"{total} bytes in {FOLDER}\n")
    return 0 if total <= MOST_BYTES else 1


def _await() -> None:
    until = time.monotonic() + 120
    while True:
        try:
            urllib.request.urlopen(f"http://localhost:{PORT}/readyz", timeout=5).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.3)
        else:
            return


def _take() -> None:
    chrome = os.environ.get("CHROME_PATH") or shutil.which("chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chrome, args=FLAGS)
        for size in SIZES:
            page = _page(browser, size)
            for name, path in _shown(page).items():
                if size != "kiosk" or name in {"kiosk", "first"}:
                    _keep(page, f"{name}-{size}", path)
        browser.close()


def _page(browser: Any, size: str) -> Any:
    width, height = SIZES[size]
    base = f"http://localhost:{PORT}"
    context = browser.new_context(
        base_url=base,
        viewport={"width": width, "height": height},
        is_mobile=size == "phone",
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    cookies = {"mz_lang": "zh"} | ({"mz_kiosk": "1"} if size == "kiosk" else {})
    context.add_cookies([{"name": n, "value": v, "url": base} for n, v in cookies.items()])
    page = context.new_page()
    page.set_default_timeout(180_000)
    return page


def _shown(page: Any) -> dict[str, str]:
    """Return the places by name; a case to replay is looked up in the ledger."""
    stream = page.request.get("/tour/evidence.json").json()["found"]["stream"]
    return {
        "first": "/",
        "kiosk": "/residents",
        "replay": f"/replay/{stream}?at=4",
        "tamper": "/tour/tamper?kind=changed",
        "supervision": "/supervision",
        "missing": "/tour/missing",
    }


def _keep(page: Any, name: str, path: str) -> None:
    page.goto(path, wait_until="networkidle")
    if page.locator("mz-proof").count():
        page.locator("mz-proof").first.scroll_into_view_if_needed()
        page.wait_for_selector("mz-proof[data-ms]")
        page.evaluate("scrollTo(0, 0)")
    if path.startswith("/tour/tamper"):
        page.evaluate("document.querySelector('.deeds').scrollIntoView()")
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    width = WIDTHS[name.rpartition("-")[2]]
    if image.width > width:
        height = round(image.height * width / image.width)
        image = image.resize((width, height), Image.Resampling.LANCZOS)
    small = image.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    small.save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    sys.exit(main())
