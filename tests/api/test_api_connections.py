"""Connections whose headers do not arrive, on a socket of our own."""

import asyncio
import socket
from collections.abc import Iterator
from threading import Thread

import pytest
from fastapi import FastAPI

from api import connections
from api.serve import bind, server

WHOLE = b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n"
PATIENCE = 0.3


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int]]:
    """A server with one page, which takes longer than headers may."""
    monkeypatch.setattr(connections, "SECONDS", PATIENCE)
    app = FastAPI()

    @app.get("/slow")
    async def slow() -> str:
        await asyncio.sleep(2 * PATIENCE)
        return "here"

    sock = bind("127.0.0.1", 0)
    sock.listen()  # so that nobody comes before the server does
    serving = server(app)
    thread = Thread(target=serving.run, kwargs={"sockets": [sock]})
    thread.start()
    yield sock.getsockname()
    serving.should_exit = True
    thread.join()
    sock.close()


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
