"""Bodies that do not arrive: too slow, too many from one place, cut off on the way."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.types import Message, Receive

from api.serving import arriving

HALF = {"type": "http.request", "body": b'{"presentations": [', "more_body": True}
GONE = {"type": "http.disconnect"}


def said_then(last: Callable[[], Awaitable[Message]]) -> Receive:
    """Return a ``receive`` that gives half a body, and then what ``last`` comes to."""
    said = iter([HALF])

    async def receive() -> Message:
        return next(said, None) or await last()

    return receive


async def nothing() -> Message:
    await asyncio.Event().wait()
    raise AssertionError


async def gone() -> Message:
    return GONE


async def ask(app: Any, receive: Receive) -> list[Message]:
    """Send a submission from one place; return what is answered."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    path = "/api/v1/entries"
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1",
        "method": "POST", "path": path, "raw_path": path.encode(), "root_path": "",
        "scheme": "http", "query_string": b"", "headers": [(b"host", b"testserver")],
        "client": ("203.0.113.7", 4711), "server": ("testserver", 80), "state": {},
    }  # fmt: skip
    await app(scope, receive, send)
    return sent


def answer(sent: list[Message]) -> tuple[int, dict[bytes, bytes], bytes]:
    start, *parts = sent
    return start["status"], dict(start["headers"]), b"".join(each["body"] for each in parts)


def call(client: TestClient, asked: Callable[..., Awaitable[Any]], *given: Any) -> Any:
    assert client.portal is not None
    return client.portal.call(asked, client.app, *given)


def test_half_a_body_is_not_waited_for_without_end(
    demo: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arriving, "SECONDS", 0.0)
    status, headers, body = answer(call(demo, ask, said_then(nothing)))
    assert status == 408
    assert b"request.too_slow" in body
    assert headers[b"connection"] == b"close"
    assert demo.get("/healthz").status_code == 200


def test_a_slow_line_has_time_for_what_it_brings(
    demo: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arriving, "SECONDS", 0.0)
    monkeypatch.setattr(arriving, "RATE", 0.0001)

    async def later() -> Message:
        await asyncio.sleep(0)
        return {"type": "http.request", "body": b"", "more_body": False}

    status, _, body = answer(call(demo, ask, said_then(later)))
    assert (status, b"request.invalid" in body) == (400, True)


def test_one_place_leaves_so_many_bodies_unfinished(
    demo: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arriving, "MOST_UNFINISHED", 2)

    async def three(app: Any) -> tuple[list[Message], list[list[Message]]]:
        asked, leave = asyncio.Semaphore(0), asyncio.Event()

        async def until_told() -> Message:
            asked.release()
            await leave.wait()
            return GONE

        waiting = [asyncio.create_task(ask(app, said_then(until_told))) for _ in range(2)]
        for _ in waiting:
            await asked.acquire()
        third = await ask(app, said_then(nothing))
        leave.set()
        return third, await asyncio.gather(*waiting)

    third, others = call(demo, three)
    status, headers, body = answer(third)
    assert (status, headers[b"retry-after"]) == (429, b"5")
    assert b"request.too_many_unfinished" in body
    assert others == [[], []]
    assert demo.post("/api/v1/entries", content=b"{").status_code == 400  # nobody is left waiting


def test_a_line_that_is_cut_is_no_fault_of_ours(
    demo: TestClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("mingzhang"), "propagate", True)
    with caplog.at_level(logging.INFO):
        assert call(demo, ask, said_then(gone)) == []
    told = [each for each in caplog.records if each.name.startswith(("mingzhang", "uvicorn"))]
    assert [each.__dict__["members"]["status"] for each in told] == [499]
    assert told[0].exc_info is None
    assert 'method="POST",route="/api/v1/entries",status="499"' in demo.get("/metrics").text
