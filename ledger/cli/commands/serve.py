"""``mingzhang serve``: the pages and the HTTP interface of a ledger, until Ctrl-C.

What is served is ``api``'s, a package beside this one: it is loaded when asked for, so that no
other command waits for it.
"""

import importlib
from typing import Annotated, Final

import typer

from ledger.cli.shell import Shell
from ledger.service.ledger import Ledger
from ledger.service.upkeep.daily import daily
from ledger.store.retag import require_tags

HOST: Final = "127.0.0.1"
PORT: Final = 8000

Port = Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on. 端口")]


def serve(
    shell: Shell,
    *,
    host: Annotated[
        str, typer.Option(help="Address to listen on; 0.0.0.0 for every one. 监听地址")
    ] = HOST,
    port: Port = PORT,
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Processes that answer. 提供服务的进程数")
    ] = 1,
) -> None:
    """Serve the pages and the HTTP interface 启动网页服务. Until Ctrl-C; logs go to stderr."""
    with shell.open() as ledger:
        serve_ledger(shell, ledger, host=host, port=port, workers=workers)


def serve_ledger(shell: Shell, ledger: Ledger, *, host: str, port: int, workers: int = 1) -> None:
    """Serve an opened ledger until Ctrl-C. Raises: PortTaken, TagsLacking."""
    require_tags(ledger.recorder, ledger.registry, ledger.known.streams.acts)
    server = importlib.import_module("api.serve")
    shown = "localhost" if host == HOST else host
    shell.note(f"Serving at http://{shown}:{port} (Ctrl-C ends it). 网页已启动，按 Ctrl-C 结束。")
    server.log_to_stderr()
    with daily(ledger):
        server.serve(ledger, host=host, port=port, workers=workers)


commands = {
    "serve": serve,
}
