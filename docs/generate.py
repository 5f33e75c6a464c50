"""Write the pages of documentation that are made from the program: ``make docs``.

``--check`` writes nothing, names the pages that are not current and exits with 1. Run in a process
of its own, so that nothing but the program itself has declared errors or types.
"""

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main
from coverage_page import coverage_page

import api
import ledger
from api.reference import http_page
from ledger.bootstrap import registry
from ledger.cli.app import app
from ledger.errors import all_errors
from ledger.service import finding
from ledger.service.exports import catalogue
from ledger.service.exports.types import types_document

DOCS = Path(__file__).parent


def pages() -> dict[str, bytes]:
    """Return every generated page by its path in ``docs``."""
    for package in (ledger, api):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(found.name)
    made = {
        "commands.md": commands_page(),
        "coverage.md": coverage_page(),
        "errors.md": catalogue.errors_page(all_errors()),
        "events.md": catalogue.events_page(registry()),
        "findings.md": catalogue.findings_page(finding.rules().values()),
        "http.md": http_page(),
    }
    texts = {name: text.encode() for name, text in made.items()}
    return texts | {"spec/types.json": types_document(registry())}


def commands_page() -> str:
    """Return the page of all commands of ``mingzhang``, with their options."""
    root = typer.main.get_command(app)
    everywhere = {parameter.name for parameter in root.params}
    parts = [
        "# Commands",
        catalogue.GENERATED,
        "Results go to stdout, everything else to stderr. Exit status: 0 fine, 1 a finding, 2 "
        "wrong use or refused. Every command takes these, before or after its name:",
        _options("mingzhang", root, set()),
    ]
    for name, command in _walk("mingzhang", root):
        said = (command.help or "").replace("``", "`")
        parts += [f"## {name}", said, _options(name, command, everywhere)]
    return "\n\n".join(filter(None, parts)) + "\n"


def _walk(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    for child, found in getattr(command, "commands", {}).items():
        if found.hidden:
            continue
        below = f"{name} {child}"
        if not hasattr(found, "commands") or found.invoke_without_command:
            yield below, found
        yield from _walk(below, found)


def _options(name: str, command: Any, but: set[str]) -> str:
    context = typer.Context(command, info_name=name)
    records = [
        parameter.get_help_record(context)
        for parameter in command.params
        if parameter.name not in but
    ]
    lines = (f"- `{spelled}` {words}".rstrip() for spelled, words in filter(None, records))
    return "\n".join(lines).replace("``", "`")


def main() -> int:
    """Write the pages, or check them; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, name what is stale")
    check = parser.parse_args().check
    stale = False
    for name, data in pages().items():
        path = DOCS / name
        if path.exists() and path.read_bytes() == data:
            continue
        stale = True
        if not check:
            path.write_bytes(data)
        sys.stdout.write(f"docs/{name}: {'not current, run make docs' if check else 'written'}\n")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
