"""Connections whose headers do not arrive, or answers are not read, on a socket of our own."""

import asyncio
import socket
import time
from collections.abc import Iterator
from threading import Thread

import pytest
import uvicorn
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from uvicorn.server import ServerState

from api.serve import bind, server
from api.serving import connections
from api.serving.arriving import WHOLE as ARRIVED

WHOLE = b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n"
PATIENCE = 0.3


LARGE = 32 << 20


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[uvicorn.Server, tuple[str, int]]]:
    """A server with a page which takes longer than headers may, and one larger than any buffer."""
    monkeypatch.setattr(connections, "SECONDS", PATIENCE)
    monkeypatch.setattr(connections, "UNREAD_SECONDS", PATIENCE)
    app = FastAPI()

    @app.get("/slow")
    async def slow() -> str:
        await asyncio.sleep(2 * PATIENCE)
        return "here"

    @app.get("/large")
    async def large() -> Response:
        return Response(bytes(LARGE))

    @app.post("/arrived")
    async def arrived(request: Request) -> bool:
        return ARRIVED in request.scope["state"]

    sock = bind("127.0.0.1", 0)
    sock.listen()  # so that nobody comes before the server does
    serving = server(app)
    thread = Thread(target=serving.run, kwargs={"sockets": [sock]})
    thread.start()
    yield serving, sock.getsockname()
    serving.should_exit = True
    thread.join()
    sock.close()


@pytest.fixture
def address(served: tuple[uvicorn.Server, tuple[str, int]]) -> tuple[str, int]:
    return served[1]


def all_of(line: socket.socket) -> bytes:
    """Return what is still said before the other side ends."""
    said = b""
    while piece := line.recv(4096):
        said += piece
    return said


@pytest.fixture
def line(address: tuple[str, int]) -> Iterator[socket.socket]:
    with socket.create_connection(address, timeout=60) as line:
        yield line


@pytest.mark.parametrize(("body", "whole"), [(b"{}", b"true"), (b"{", b"false"), (b"", b"false")])
def test_a_body_that_comes_with_its_headers_is_said_to_be_whole(
    line: socket.socket, body: bytes, whole: bytes
) -> None:
    line.sendall(b"POST /arrived HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n" + body)
    answer = b""
    while not answer.endswith((b"true", b"false")):
        answer += line.recv(4096)
    assert answer.endswith(whole)


def test_a_connection_that_says_nothing_is_ended_without_a_word(line: socket.socket) -> None:
    assert all_of(line) == b""


def test_headers_without_an_end_are_ended_however_they_drip(line: socket.socket) -> None:
    line.setblocking(False)

    async def drip() -> bytes:
        loop = asyncio.get_running_loop()
        answer = loop.create_task(loop.sock_recv(line, 4096))
        await loop.sock_sendall(line, b"GET / HTTP/1.1\r\n")
        while not (await asyncio.wait([answer], timeout=PATIENCE / 6))[0]:
            await loop.sock_sendall(line, b"x: y\r\n")
        return answer.result()

    said = asyncio.run(drip())
    assert said.startswith(b"HTTP/1.1 408 ")


def test_an_answer_may_take_longer_and_the_next_headers_may_not(line: socket.socket) -> None:
    line.sendall(WHOLE[:9])
    line.sendall(WHOLE[9:])
    first = line.recv(4096)
    assert first.startswith(b"HTTP/1.1 200 ")
    line.sendall(WHOLE[:-2])
    assert all_of(line).split(b"HTTP/1.1 ")[-1].startswith(b"408 ")


def test_headers_larger_than_any_are_refused(line: socket.socket) -> None:
    line.sendall(b"GET / HTTP/1.1\r\n" + b"x: " + b"y" * (70 << 10))
    assert all_of(line).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    ("header", "late"),
    [(b"content-length: 9", b"1"), (b"transfer-encoding: chunked", b"5\r\na")],
    ids=["of a length", "chunked"],
)
def test_a_body_begun_after_its_answer_holds_no_connection(
    line: socket.socket, header: bytes, late: bytes
) -> None:
    line.sendall(WHOLE[:-2] + header + b"\r\n\r\n")
    said = b""
    while not said.endswith(b'"here"'):
        said += line.recv(4096)
    line.sendall(late)
    assert all_of(line) == b""


def test_whoever_never_reads_her_answer_holds_no_connection(
    served: tuple[uvicorn.Server, tuple[str, int]],
) -> None:
    serving, address = served
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(60)
        line.connect(address)
        line.sendall(b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n")
        assert line.recv(1)
        until = time.monotonic() + 60
        while serving.server_state.connections and time.monotonic() < until:
            time.sleep(PATIENCE / 6)
        assert not serving.server_state.connections
        assert len(all_of(line)) < LARGE


class Slow(asyncio.Transport):
    """Has fewer bytes left at some looks, then no fewer."""

    def __init__(self, *left: int) -> None:
        super().__init__()
        self.left = list(left)
        self.ended = asyncio.Event()

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Heed none."""

    def get_write_buffer_size(self) -> int:
        return self.left.pop(0) if len(self.left) > 1 else self.left[0]

    def close(self) -> None:
        """Nothing to wait for."""

    def abort(self) -> None:
        self.ended.set()


def test_a_slow_reader_is_waited_for_while_she_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "UNREAD_SECONDS", 0.0)

    async def reads() -> list[int]:
        config = server(FastAPI()).config
        connection = connections.Connection(config, ServerState(), {})
        transport = Slow(9, 5, 5, 3, 3, 3)
        connection.connection_made(transport)
        connection.pause_writing()
        await asyncio.wait_for(transport.ended.wait(), 60)
        connection.connection_lost(None)
        return transport.left

    assert asyncio.run(reads()) == [3]
