"""Serving: uvicorn on the application, logs as JSON lines, an end on Ctrl-C."""

import gc
import logging
import sys
from types import FrameType

import uvicorn
from fastapi import FastAPI

from api.app import make_app
from api.middleware import JsonLines
from ledger.errors import StorageError
from ledger.service.ledger import Ledger

GRACE_SECONDS = 5


class PortTaken(StorageError):
    """The address cannot be listened on."""

    code = "serve.port"
    zh = "无法在 {host}:{port} 提供服务（{why}）。请用 --port 换一个端口，或停止占用它的程序。"
    en = "Cannot listen on {host}:{port} ({why}). Choose another --port, or stop what uses it."


class _Server(uvicorn.Server):
    """Lets open event streams go when the end is asked for, so that nobody has to wait for them."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        app = self.config.app
        if isinstance(app, FastAPI) and hasattr(app.state, "surface"):
            app.state.surface.news.close()
        super().handle_exit(sig, frame)


def serve(ledger: Ledger, *, host: str, port: int) -> None:
    """Serve ``ledger`` until Ctrl-C or a termination signal. Raises: PortTaken."""
    config = uvicorn.Config(
        make_app(ledger),
        host=host,
        port=port,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_keep_alive=15,
        h11_max_incomplete_event_size=64 << 10,
        limit_concurrency=1_000,
    )
    try:
        sock = config.bind_socket()
    except SystemExit as error:  # uvicorn's way to say that it cannot listen
        raise PortTaken(host=host, port=port, why="in use or not allowed") from error
    gc.freeze()  # what stands by now lives as long as the server: no need to look through it again
    try:
        _Server(config).run(sockets=[sock])
    except KeyboardInterrupt:
        pass  # asked for, and everything is closed by now
    finally:
        sock.close()


def log_to_stderr() -> None:
    """Send log lines to stderr as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    for name in ("mingzhang", "uvicorn"):
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.propagate = False
        logger.setLevel(logging.INFO if name == "mingzhang" else logging.WARNING)
