"""The servers that are compared, each in a process of its own: a ledger's, and a bare FastAPI one.

Both are one uvicorn process with the same settings; beside the ledger's its keeper follows the
views, as ``mingzhang serve`` does. The bare one's POST parses the same body into a model and
answers; its page is text of the size it is told.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from api.serve import bind, serve, server
from ledger.bootstrap import open_ledger

START_SECONDS = 60
ENTRIES, PAGE = "/api/v1/entries", "/page"


class Submitted(BaseModel):
    """The body of a submission."""

    presentations: list[str]


class Served(NamedTuple):
    """A server's port, and the process it was started as."""

    port: int
    pid: int


def bare_app(size: int = 0) -> FastAPI:
    """Return an application of two routes that do no more than they must."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    text = "x" * size

    @app.post(ENTRIES, status_code=201)
    async def submitted(body: Submitted) -> dict[str, int]:
        return {"entries": len(body.presentations)}

    @app.get(PAGE, response_class=HTMLResponse)
    async def page() -> str:
        return text

    return app


@contextmanager
def served(what: str, *words: str) -> Iterator[Served]:
    """Serve ``bare [SIZE]`` or ``ledger HOME [WORKERS]`` in a process of its own."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.servers", str(port), what, *words],
        stderr=subprocess.DEVNULL,
    )
    try:
        _await(port)
        yield Served(port, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=60)


def _await(port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the server did not start")


def main(port: int, what: str, given: str = "0", workers: str = "1") -> None:
    """Serve until told to end."""
    if what == "bare":
        server(bare_app(int(given))).run(sockets=[bind("127.0.0.1", port)])
    else:
        with open_ledger(Path(given)) as ledger:
            serve(ledger, host="127.0.0.1", port=port, workers=int(workers))


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
