"""A PostgreSQL server for the tests: Debian's, installed if need be.

One per test process. Its databases are copies of templates, made in milliseconds. Commits are not
flushed to the disk unless a test asks for it: killing the server's processes loses nothing that the
kernel has.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress

import pytest

from bench.cluster import Cluster, Missing, programs


def name_in(url: str) -> str:
    """Return the name of the database in an address of a cluster."""
    return url.removeprefix("postgresql:///").partition("?")[0]


def started(**settings: str) -> Cluster:
    """Start a server; where none can be had the test is skipped, saying why."""
    try:
        _install_if_missing()
        return Cluster(**settings)
    except Missing as missing:
        pytest.skip(str(missing))


def _install_if_missing() -> None:
    with suppress(Missing):
        programs()
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    for words in (["update", "-qq"], ["install", "-y", "-qq", "postgresql"]):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        command = ["apt-get", *words]
        done = subprocess.run(command, env=environment, capture_output=True, check=False)
        if done.returncode:
            raise Missing("PostgreSQL could not be installed by apt-get")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The server of this test process."""
    with started(fsync="off") as made:
        yield made


@pytest.fixture
def own_cluster() -> Iterator[Cluster]:
    """A server to be killed: it flushes its commits as in earnest."""
    with started() as made:
        yield made


@pytest.fixture
def database(cluster: Cluster) -> Iterator[str]:
    """The address of an empty database of this test's own."""
    name = cluster.create()
    yield cluster.url(name)
    cluster.drop(name)
