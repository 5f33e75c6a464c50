"""Signed entries over HTTP: POSTed to the ledger's own server, against a bare FastAPI route.

Both are served by uvicorn in a process of its own, one after the other, and asked by the same
clients over connections that stay open. The bare route parses the same body into a model and
answers; what the ledger's does besides is all of ``submit``: parse strictly, verify, judge, append
durably. Bodies are signed before the clock starts, since signing happens on people's own devices.
"""

import asyncio
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from api.app import make_app
from bench.measure import Work
from bench.office import Office, life
from ledger.bootstrap import open_ledger
from ledger.service.acts.prepare import prepare
from ledger.service.acts.sign import presentations, sign_drafts

CLIENTS = 32
START_SECONDS = 60


class Submitted(BaseModel):
    """The body of both routes."""

    presentations: list[str]


def bare_app() -> FastAPI:
    """Return an application whose one route parses the body and answers."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.post("/api/v1/entries", status_code=201)
    async def submitted(body: Submitted) -> dict[str, int]:
        return {"entries": len(body.presentations)}

    return app


def posting(port: int, bodies: Iterator[bytes], count: int) -> Work:
    """Return the work: the next ``count`` bodies, POSTed by all clients."""

    def work() -> tuple[int, float]:
        batch = [body for body, _ in zip(bodies, range(count), strict=False)]
        began = time.perf_counter()
        asyncio.run(_post(port, batch))
        return len(batch), time.perf_counter() - began

    return work


def reports(office: Office) -> Iterator[bytes]:
    """Yield bodies of one signed entry each: a case of its own is reported."""
    hand, command = next(iter(life(office)))
    while True:
        prepared = prepare(office.ledger, [command("")], hand.who)
        sent = presentations(prepared, sign_drafts(prepared, hand.key))
        yield json.dumps({"presentations": [each.decode() for each in sent]}).encode()


async def _post(port: int, batch: Sequence[bytes]) -> None:
    await asyncio.gather(*(_client(port, batch[n::CLIENTS]) for n in range(CLIENTS)))


async def _client(port: int, bodies: Sequence[bytes]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for body in bodies:
        head = (
            b"POST /api/v1/entries HTTP/1.1\r\nHost: localhost\r\n"
            b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        )
        writer.write(head % len(body) + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        if not answer.startswith(b"HTTP/1.1 201"):
            raise RuntimeError(answer.decode("latin-1"))
        length = answer.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length))
    writer.close()
    await writer.wait_closed()


@contextmanager
def served(*words: str) -> Iterator[int]:
    """Serve ``bare``, or ``ledger HOME``, in a process of its own; yields its port."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.posting", str(port), *words], stderr=subprocess.DEVNULL
    )
    try:
        _await(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


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


def main(port: int, what: str, *home: str) -> None:
    """Serve until told to end."""

    def run(app: FastAPI) -> None:
        uvicorn.run(app, host="127.0.0.1", port=port, access_log=False, log_config=None)

    if what == "bare":
        run(bare_app())
    else:
        with open_ledger(Path(home[0])) as ledger:
            run(make_app(ledger))


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
