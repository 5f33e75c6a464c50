"""A PostgreSQL server of one's own, for measurements and tests: started here, gone afterwards.

Debian's programs, run as its user ``postgres`` where we are root (the server refuses to be). It
listens on a socket in a folder of its own, so no port of the machine is taken. Not handled here:
installing it.
"""

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Self

import psycopg

USER = "postgres"
PORT = 5432
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "max_wal_size": "512MB",
    "log_min_messages": "panic",
}


class Missing(Exception):
    """PostgreSQL cannot be had here; says why."""


def programs() -> Path:
    """Return the folder of the newest server's programs. Raises: Missing."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    if found:
        return found[-1].parent
    elsewhere = shutil.which("initdb")
    if elsewhere is None:
        raise Missing("no PostgreSQL server is installed: apt-get install postgresql")
    return Path(elsewhere).resolve().parent


def _version(path: Path) -> int:
    name = path.parts[4]
    return int(name) if name.isdecimal() else 0


class Cluster:
    """A PostgreSQL server and its databases; commits are flushed unless ``fsync="off"``."""

    def __init__(self, **settings: str) -> None:
        self._programs = programs()
        self.folder = Path(tempfile.mkdtemp(prefix="mz-pg-"))
        self._settings = SETTINGS | settings
        self._numbers = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        if os.geteuid() == 0:
            shutil.chown(self.folder, USER, USER)
        else:
            self.folder.chmod(0o700)
        self._lay_out()
        self.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    @property
    def data(self) -> str:
        """The server's data directory."""
        return str(self.folder / "data")

    def start(self) -> None:
        """Start the server and wait until it takes connections."""
        words = [
            word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")
        ]
        command = [self._programs / "postgres", "-D", self.data, "-k", self.folder, *words]
        self._process = subprocess.Popen(
            [*_as_user(), *map(str, command)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + 60
        while True:
            try:
                self.connect().close()
            except psycopg.OperationalError:
                assert self._process.poll() is None, "the server did not start"
                assert time.monotonic() < until, "the server does not answer"
                time.sleep(0.01)
            else:
                return

    def stop(self) -> None:
        """Stop the server, without waiting for anybody."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(60)
            self._process = None

    def kill(self) -> None:
        """Kill every process of the server at once."""
        assert self._process is not None
        pids = [self._process.pid, *_children(self._process.pid)]
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self._process.wait(60)
        self._process = None
        while any(Path(f"/proc/{pid}").exists() for pid in pids):
            time.sleep(0.001)

    def remove(self) -> None:
        """Stop and delete everything."""
        self.stop()
        shutil.rmtree(self.folder)

    def url(self, database: str) -> str:
        """Return a database's address."""
        return f"postgresql:///{database}?host={self.folder}&port={PORT}&user={USER}"

    def connect(self, database: str = "postgres") -> "psycopg.Connection[Any]":
        """Connect past the store, each statement a transaction."""
        return psycopg.connect(self.url(database), autocommit=True)

    def create(self, template: str = "template0") -> str:
        """Create a database as a copy of another nobody is connected to; return its name."""
        name = f"db{next(self._numbers)}"
        with self.connect() as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop(self, name: str) -> None:
        """Drop a database, whoever is connected to it."""
        with self.connect() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _lay_out(self) -> None:
        """Make the data directory."""
        words = ["-D", self.data, "-U", USER, "-A", "trust", "--no-sync", "-E", "UTF8"]
        self._run("initdb", *words, "--locale=C.UTF-8")

    def _run(self, program: str, *words: str) -> None:
        command = [*_as_user(), str(self._programs / program), *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
        assert done.returncode == 0, done.stderr


def _as_user() -> list[str]:
    # The server refuses to run as root; and it is not to outlive us, however we end.
    words = ["setpriv", "--pdeathsig", "SIGQUIT"]
    if os.geteuid() == 0:
        words += ["--reuid", USER, "--regid", USER, "--clear-groups"]
    return [*words, "--"]


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
