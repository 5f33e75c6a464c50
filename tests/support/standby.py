"""A standby of a PostgreSQL server: it streams the log asynchronously, and can be promoted."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.cluster import PORT, USER, Cluster
from tests.support.postgres import name_in

WAIT_SECONDS = 120


class Standby(Cluster):
    """A hot standby, asynchronous: what it has not received when its primary dies, it lacks."""

    def __init__(self, primary: Cluster, **settings: str) -> None:
        self._primary = primary
        super().__init__(**settings)

    def wait_until_level(self) -> None:
        """Wait until all that the primary has committed so far can be read here."""
        with self._primary.connect() as primary:
            ((written,),) = primary.execute("SELECT pg_current_wal_flush_lsn()").fetchall()
        with self.connect() as connection:
            replayed = "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn"
            until = time.monotonic() + WAIT_SECONDS
            while connection.execute(replayed, [written]).fetchall() != [(True,)]:
                assert time.monotonic() < until, "the standby does not follow"
                time.sleep(0.02)

    @contextmanager
    def cut_off(self) -> Iterator[None]:
        """Let nothing reach the standby from its primary while the block runs."""
        with self._primary.connect() as connection:
            ((sender,),) = connection.execute("SELECT pid FROM pg_stat_replication").fetchall()
        os.kill(sender, signal.SIGSTOP)
        try:
            yield
        finally:
            _go_on(sender)

    def promote(self) -> None:
        """Let it be a primary of its own; wait until it is."""
        with self.connect() as connection:
            promoted = connection.execute("SELECT pg_promote(true, %s)", [WAIT_SECONDS]).fetchall()
        assert promoted == [(True,)], "the standby was not promoted"

    def _lay_out(self) -> None:
        self._run(
            "pg_basebackup", "-D", self.data, "-R", "-c", "fast", "--no-sync",
            "-h", str(self._primary.folder), "-p", str(PORT), "-U", USER,
        )  # fmt: skip


def url_of_both(primary: Cluster, standby: Cluster, database: str) -> str:
    """Return an address that leads to whichever of two servers can be written."""
    hosts = f"{primary.folder},{standby.folder}"
    return f"postgresql:///{name_in(database)}?host={hosts}&port={PORT},{PORT}&user={USER}&target_session_attrs=read-write"


def _go_on(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGCONT)
    except ProcessLookupError:
        return  # its server was killed meanwhile
