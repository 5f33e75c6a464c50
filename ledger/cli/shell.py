"""The shell around every command: global options, output, progress, errors, exit status.

Results go to stdout, as a table or with ``--json`` as one JSON object; progress, logs and errors
go to stderr. Exit status: 0 fine, 1 a finding, 2 wrong use or refused. The global options may
stand before or after the command's name.
"""

import inspect
import logging
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, Protocol

import msgspec
import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from ledger.bootstrap import open_ledger
from ledger.errors import LedgerError, StorageError
from ledger.service.ledger import Ledger

FINDING, REFUSED = 1, 2
HOME_VARIABLE = "MINGZHANG_HOME"
DEFAULT_HOME = Path(".mingzhang")
QUIET_SECONDS = 2.0
PIPE_WIDTH = 160
"""Columns of a table that nobody's window limits."""
UNBOUND = 1000
LEAST_WIDTH = 12
"""Columns a cell needs: in fewer, its words are cut to pieces."""


class Count(Protocol):
    """Told how much is done, of how much."""

    def __call__(self, done: int, size: int) -> None:
        """Take note that ``done`` of ``size`` is done."""


class FileUnusable(StorageError):
    """A file named on the command line, or the folder for it, cannot be used."""

    code = "cli.file"
    zh = "无法使用文件 {path}（{why}）。请核对路径和权限。"
    en = "The file {path} cannot be used ({why}). Check the path and its permissions."


class InternalError(LedgerError):
    """A bug of this program."""

    code = "internal"
    zh = "程序内部错误（{what}）。请用 --debug 重新运行，并把输出报告给维护者。"
    en = "Internal error ({what}). Run again with --debug and report what it prints."


@dataclass(frozen=True, kw_only=True)
class Shell:
    """Where one command runs."""

    home: Path
    as_json: bool = False
    debug: bool = False

    @property
    def out(self) -> Console:
        """Where results go."""
        return _console(stderr=False)

    @property
    def err(self) -> Console:
        """Where everything else goes."""
        return _console(stderr=True)

    def open(self) -> Ledger:
        """Open the ledger of the home. Raises: as ``bootstrap.open_ledger``."""
        return open_ledger(self.home)

    def result(self, data: object, render: Callable[[Console], object]) -> None:
        """Give a command's result: ``data`` as JSON, or what ``render`` prints."""
        if self.as_json:
            print(msgspec.json.format(msgspec.json.encode(data, enc_hook=str)).decode())
        else:
            render(self.out)

    def note(self, text: str) -> None:
        """Say something beside the result."""
        self.err.print(text, soft_wrap=True)  # ids in it are copied

    @contextmanager
    def progress(self, title: str) -> Iterator[Count]:
        """Show how far a long piece of work is: a bar in a terminal, else a line now and then."""
        if not sys.stderr.isatty():
            yield Lines(self, title).count
            return
        with Progress(console=self.err, transient=True) as bar:
            task = bar.add_task(title, total=None)
            yield lambda done, size: bar.update(task, completed=done, total=size)

    def refuse(self, error: LedgerError) -> None:
        """Print an error: code, Chinese, English; as JSON if asked."""
        said = {"code": error.code, "zh": error.text("zh"), "en": error.text("en")}
        if self.as_json:
            facts = {name: str(value) for name, value in error.facts.items()}
            text = msgspec.json.encode({"error": {**said, "facts": facts}}).decode()
        else:
            text = f"{said['code']}\n{said['zh']}\n{said['en']}"
        print(text, file=sys.stderr)


def table(*headings: str, title: str | None = None, lines: bool = False) -> Table:
    """Return a table that folds long ids rather than cutting them: people copy them."""
    made = Table(title=title, show_lines=lines)
    for heading in headings:
        made.add_column(heading, overflow="fold")
    return made


def print_table(out: Console, grid: Table, *, whole: bool = False) -> None:
    """Print a table; where there is too little room for its cells, its rows one under the other.

    ``whole``: nothing of it is folded where no screen bounds it, as in a pipe.
    """
    needed = out.measure(grid, options=out.options.update(width=UNBOUND)).maximum
    if whole and not out.is_terminal:
        out.width = max(out.width, needed)
    roomy = out.width >= max(PIPE_WIDTH, LEAST_WIDTH * len(grid.columns))
    if needed <= out.width or roomy:
        out.print(grid)
        return
    if grid.title:
        out.print(grid.title)
    for row in zip(*(column.cells for column in grid.columns), strict=True):
        for column, cell in zip(grid.columns, row, strict=True):
            if cell:
                value = str(cell).replace("\n", "\n    ")
                out.print(f"{column.header}  {value}", soft_wrap=True)
        out.print()


class Lines:
    """Progress for a log file: a line at most every two seconds, none for short work."""

    def __init__(self, shell: Shell, title: str) -> None:
        self._shell = shell
        self._title = title
        self._last = time.monotonic()
        self._first: tuple[float, int] | None = None

    def count(self, done: int, size: int) -> None:
        """Take in how far it is."""
        now = time.monotonic()
        if self._first is None:
            self._first = now, done  # what was done before this run tells nothing of its speed
        if now - self._last >= QUIET_SECONDS:
            self._last = now
            self._shell.note(f"{self._title}: {done} / {size}{self._left(now, done, size)}")

    def _left(self, now: float, done: int, size: int) -> str:
        began, first = self._first or (now, done)
        if done <= first or done >= size:
            return ""
        seconds = round((now - began) * (size - done) / (done - first))
        return f", about {seconds} s left 约剩 {seconds} 秒"


def _console(*, stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    # What people wrote may look like markup; nothing printed here is any.
    width = None if stream.isatty() else PIPE_WIDTH
    return Console(stderr=stderr, width=width, markup=False, highlight=False)


Home = Annotated[
    Path | None,
    typer.Option(
        "--home",
        metavar="DIR",
        help=f"Folder of the ledger; else ${HOME_VARIABLE}, else ./{DEFAULT_HOME}. 账本目录",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON. 以 JSON 输出")]
Debug = Annotated[bool, typer.Option("--debug", help="Show tracebacks and logs. 显示调试信息")]
GLOBALS: Mapping[str, tuple[Any, object]] = {
    "home": (Home, None),
    "as_json": (Json, False),
    "debug": (Debug, False),
}


def _tell_version(wanted: bool) -> None:
    if wanted:
        print(f"mingzhang {version('mingzhang')}")
        raise typer.Exit


Version = Annotated[
    bool,
    typer.Option(
        "--version", is_eager=True, callback=_tell_version, help="Print the version. 显示版本"
    ),
]


def global_options(
    ctx: typer.Context,
    home: Home = None,
    as_json: Json = False,
    debug: Debug = False,
    version_: Version = False,  # noqa: ARG001 - told by its callback
) -> None:
    """Keep the global options given before a command's name."""
    ctx.obj = {"home": home, "as_json": as_json, "debug": debug}


def command(
    app: typer.Typer, name: str, run: Callable[..., int | None], *, help_: str | None = None
) -> None:
    """Add a command: ``run(shell, **options) -> exit status``, None being 0.

    Its help is ``help_``, else the docstring of ``run``.
    """
    app.command(name, help=help_ or inspect.getdoc(run))(in_shell(run))


def in_shell(run: Callable[..., int | None]) -> Callable[..., None]:
    """Return ``run`` as Typer calls it: the global options added, its status made the exit's."""
    signature = inspect.signature(run, eval_str=True)
    given = [parameter for each, parameter in signature.parameters.items() if each != "shell"]
    ours = [
        inspect.Parameter(each, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)
        for each, (kind, default) in GLOBALS.items()
    ]
    context = inspect.Parameter(
        "ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
    )

    def wrapped(**options: Any) -> None:
        ctx = options.pop("ctx")
        before = ctx.obj or {}
        mine = {each: options.pop(each) or before.get(each) for each in GLOBALS}
        if ctx.invoked_subcommand is not None:
            ctx.obj = mine
            return
        status = guarded(_shell(**mine), lambda shell: run(shell, **options))
        if status:
            raise typer.Exit(status)

    parameters = [context, *(p.replace(kind=p.KEYWORD_ONLY) for p in given), *ours]
    wrapped.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    wrapped.__annotations__ = {p.name: p.annotation for p in parameters}
    return wrapped


def guarded(shell: Shell, run: Callable[[Shell], int | None]) -> int:
    """Run a command; return its exit status. Nothing but a wish to stop gets through."""
    logging.basicConfig(stream=sys.stderr)
    logging.getLogger("ledger").setLevel(logging.DEBUG if shell.debug else logging.WARNING)
    try:
        with _terminable():
            return run(shell) or 0
    except (typer.Exit, BrokenPipeError, KeyboardInterrupt):
        raise
    except typer.Abort:
        return REFUSED
    except LedgerError as error:
        _trace(shell)
        shell.refuse(error)
    except OSError as error:
        _trace(shell)
        shell.refuse(FileUnusable(path=error.filename or "?", why=error.strerror or "I/O"))
    except Exception as error:  # noqa: BLE001 - the last resort: a bug is told, not shown raw
        _trace(shell)
        shell.refuse(InternalError(what=type(error).__name__))
    return REFUSED


@contextmanager
def _terminable() -> Iterator[None]:
    """Let a termination signal end a command as Ctrl-C does: what it laid out is put away first.

    A command that takes the signal itself, as a server does, is let be.
    """

    def end(number: int, _: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _trace(shell: Shell) -> None:
    if shell.debug:
        traceback.print_exc(file=sys.stderr)


def _shell(*, home: Path | None, as_json: bool | None, debug: bool | None) -> Shell:
    found = home or Path(os.environ.get(HOME_VARIABLE) or DEFAULT_HOME)
    return Shell(home=found, as_json=bool(as_json), debug=bool(debug))
