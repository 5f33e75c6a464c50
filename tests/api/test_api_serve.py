"""``mingzhang serve`` as an operator runs it: a process, a port, Ctrl-C."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from api.serve import bind

MAIN = "from ledger.cli import main; main()"


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


@contextmanager
def served(
    home: Path, *words: str, logs: int = subprocess.PIPE, port: int = 0
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Serve a home in a process of its own; yield it and its address once it answers.

    Whoever serves for long gives ``logs=DEVNULL``: a pipe nobody reads fills up and stops it.
    """
    port = port or free_port()
    command = [sys.executable, "-c", MAIN, "--home", str(home), *words, "--port", str(port)]
    process = subprocess.Popen(
        command, stdout=logs, stderr=logs, text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        await_answer(process, f"{address}/readyz")
        yield process, address
    finally:
        process.kill()
        process.communicate()


def await_answer(process: subprocess.Popen[str], url: str, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert process.poll() is None, process.communicate()
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("it never answered")


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_it_answers_and_ends_on_ctrl_c_though_somebody_watches(
    demo_home: Path, command: str
) -> None:
    with served(demo_home, command) as (process, address):
        watching = urllib.request.urlopen(f"{address}/api/v1/events", timeout=20)
        assert watching.readline() == b"retry: 3000\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    assert "Traceback" not in err
    logged = [json.loads(line) for line in err.splitlines() if line.startswith("{")]
    assert {"route": "/readyz", "status": 200}.items() <= logged[0].items()
    assert (out == "") is (command == "serve")


def test_a_port_in_use_is_told_with_what_to_do(demo_home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-c", MAIN, "--home", str(demo_home), "serve", "--port", port]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "serve.port" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_answered_is_sent_at_once() -> None:
    """asyncio turns Nagle's waiting off only on sockets that name their protocol."""
    with bind("127.0.0.1", 0) as listening:
        listening.listen()
        with socket.create_connection(listening.getsockname()):
            accepted, _ = listening.accept()
            with accepted:
                assert accepted.proto == socket.IPPROTO_TCP
