"""Serving: processes that answer, and the one that keeps them, follows the log and ends on Ctrl-C.

The keeper binds the address and brings the views up to date; the servers, one or several, judge,
append and answer, and only look how far the views are. So whoever writes shares no interpreter
with the views, and the servers share nothing but the ledger: any of them answers anybody.
"""

import gc
import logging
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import ExitStack
from multiprocessing.connection import Connection as Leash
from types import FrameType

import uvicorn
from fastapi import FastAPI

from api.app import make_app
from api.serving.connections import Connection
from api.serving.middleware import JsonLines
from api.serving.webassets import ensure
from api.serving.workers import Workers, when_let_go
from ledger.errors import LedgerError, StorageError
from ledger.service.ledger import Ledger

GRACE_SECONDS = 5

_log = logging.getLogger("mingzhang.serve")


class PortTaken(StorageError):
    """The address cannot be listened on."""

    code = "serve.port"
    zh = "无法在 {host}:{port} 提供服务（{why}）。请用 --port 换一个端口，或停止占用它的程序。"
    en = "Cannot listen on {host}:{port} ({why}). Choose another --port, or stop what uses it."


class _Server(uvicorn.Server):
    """Lets open event streams go when the end is asked for, so that nobody has to wait for them."""

    def end(self) -> None:
        """Answer what is asked by now, then end."""
        app = self.config.app
        if isinstance(app, FastAPI) and hasattr(app.state, "surface"):
            app.state.surface.news.close()
        self.should_exit = True

    def handle_exit(self, _sig: int, _frame: FrameType | None) -> None:
        self.end()


def serve(ledger: Ledger, *, host: str, port: int, workers: int = 1) -> None:
    """Serve ``ledger`` by so many processes until Ctrl-C or a termination signal.

    Raises: PortTaken; LedgerError, where no process can open the ledger.
    """
    sock = bind(host, port)
    try:
        ensure()  # before several ask for it
        ledger.follower.start()
        Workers(_answer, (ledger.again, sock), workers).keep()
    finally:
        ledger.follower.stop()
        sock.close()


def bind(host: str, port: int) -> socket.socket:
    """Return a socket on the address. Raises: PortTaken.

    It names its protocol, as uvicorn's own does not: only then does asyncio send at once
    (``TCP_NODELAY``), where else an answer's second part waited 40 ms for the first one's receipt.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with ExitStack() as stack:
            sock = stack.enter_context(socket.socket(family, kind, socket.IPPROTO_TCP))
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind(address)
            stack.pop_all()
            return sock
    except OSError as error:
        raise PortTaken(host=host, port=port, why=error.strerror or "?") from error


def server(app: FastAPI) -> _Server:
    """Return the HTTP server of an application, whose sockets ``run`` is given."""
    return _Server(
        uvicorn.Config(
            app,
            http=Connection,
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
            timeout_keep_alive=15,
            h11_max_incomplete_event_size=64 << 10,
            limit_concurrency=1_000,
        )
    )


def _answer(number: int, leash: Leash, again: Callable[[], Ledger], sock: socket.socket) -> None:
    """Serve in this process until let go."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # until the server takes it: Ctrl-C reaches all
    log_to_stderr()
    try:
        with again() as ledger:
            serving = server(make_app(ledger, follow=False, worker=number))
            when_let_go(leash, serving.end)
            gc.freeze()  # what stands by now lives as long as the server: not to be looked through
            serving.run(sockets=[sock])
    except LedgerError as error:
        _log.error("worker %d cannot serve: %s", number, error.code)
        leash.send(error)
        sys.exit(1)


def log_to_stderr() -> None:
    """Send log lines to stderr as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    for name in ("mingzhang", "uvicorn"):
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.propagate = False
        logger.setLevel(logging.INFO if name == "mingzhang" else logging.WARNING)
