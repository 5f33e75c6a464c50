"""Appends on PostgreSQL: a server started for the measurement, its commits flushed to the disk.

The same work as on SQLite, against the library's own PostgreSQL recorder on the same server with
the same settings: one writer, unsigned events, one save per event.
"""

import os
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

from bench import appends
from bench.baseline import Matters, save
from bench.cluster import PORT, USER, Cluster
from bench.measure import Compared, Work, compare
from bench.office import open_office
from bench.workers import serving


def appending(seconds: float) -> Compared:
    """Measure appends on a PostgreSQL server of our own. Raises: Missing when there is none."""
    with (
        Cluster(shared_buffers="256MB", max_wal_size="4GB") as server,
        tempfile.TemporaryDirectory() as folder,
    ):
        office = open_office(Path(folder) / "home", database=server.url(server.create()))
        try:
            with serving(office) as servers:
                ours = appends.appending(servers, seconds)
                return compare(ours, _saving(server, seconds / 2))
        finally:
            office.ledger.close()


def _saving(server: Cluster, seconds: float) -> Work:
    def work() -> tuple[int, float]:
        environment = {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": server.create(),
            "POSTGRES_HOST": str(server.folder),
            "POSTGRES_PORT": str(PORT),
            "POSTGRES_USER": USER,
            "POSTGRES_PASSWORD": "trusted",
        }
        with patch.dict(os.environ, {"PGOPTIONS": "-c synchronous_commit=on"}):
            app = Matters(env=environment)
            try:
                began = time.perf_counter()
                return save(app, began + seconds), time.perf_counter() - began
            finally:
                app.close()

    return work
