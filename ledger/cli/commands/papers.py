"""Paper originals at the command line: ``--paper`` on any act, ``mingzhang paper confirm|dispute``.

Whoever types from paper says where the original lies; those who signed it answer for the entry by
its log index, having been shown it, with their own key.
"""

from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from ledger.cli import signing
from ledger.cli.shell import FileUnusable, Shell
from ledger.entry import base64url
from ledger.errors import MalformedError
from ledger.kernel.aggregate import Command
from ledger.rules import paper as rules
from ledger.rules.posts import HOLDER
from ledger.service.acts.commands import parse_command
from ledger.service.ledger import Ledger
from ledger.service.reading.entries import entry_at


class PaperUnclear(MalformedError):
    """The options do not say where the original lies, or who signed it."""

    code = "cli.paper"
    zh = (
        "代录请写明 --paper 盒号/件号，如 --paper 2026-3/17；签名人用 --paper-person person/…，"
        "可重复。"
    )
    en = (
        "Say where the original lies, as --paper BOX/NUMBER; who signed it, as --paper-person "
        "person/…, may be repeated."
    )


Original = Annotated[
    str | None,
    typer.Option(
        "--paper",
        metavar="BOX/NUMBER",
        help="This is typed from a paper original that lies there. 代录：原件盒号/件号",
        show_default=False,
    ),
]
Scan = Annotated[
    Path | None,
    typer.Option(
        "--paper-scan",
        metavar="FILE",
        help="Its scan, sealed by digest. 扫描件",
        show_default=False,
    ),
]
Persons = Annotated[
    list[str] | None,
    typer.Option(
        "--paper-person",
        metavar="person/…",
        help="An office-holder who signed it. May be repeated. 原件签名人",
        show_default=False,
    ),
]
Names = Annotated[
    str | None,
    typer.Option(
        "--paper-names", help="Other names written on it; sealed. 原件所载姓名", show_default=False
    ),
]
EntryIndex = Annotated[
    int, typer.Argument(metavar="INDEX", min=0, help="The entry's log index. 条目序号")
]


def original_of(
    paper: str | None,
    paper_scan: Path | None,
    paper_person: list[str] | None,
    paper_names: str | None,
) -> rules.Original | None:
    """Return the original the options name, None where there is none.

    Raises:
        PaperUnclear: they do not say where it lies, or name no person.
        FileUnusable: the scan cannot be read.
    """
    if paper is None:
        if paper_scan or paper_person or paper_names:
            raise PaperUnclear
        return None
    box, _, number = paper.rpartition("/")
    told = {
        "box": box,
        "number": number,
        "scan": None if paper_scan is None else _digest(paper_scan),
        "names": paper_names,
        "persons": tuple(paper_person or ()),
    }
    try:
        return msgspec.convert(told, rules.Original)
    except msgspec.ValidationError:
        raise PaperUnclear from None


def confirm(
    shell: Shell,
    index: EntryIndex,
    *,
    as_: signing.As = None,
    receipt: signing.ReceiptFile = None,
    again: signing.Again = None,
) -> None:
    """Confirm with your own key that an entry says what you signed on paper 确认代录."""
    _answer(shell, "paper.confirm", {"index": index}, as_=as_, receipt=receipt, again=again)


def dispute(
    shell: Shell,
    index: EntryIndex,
    *,
    text: Annotated[str, typer.Option(help="What is not as you signed it; sealed. 异议内容")],
    as_: signing.As = None,
    receipt: signing.ReceiptFile = None,
    again: signing.Again = None,
) -> None:
    """Say with your own key that an entry is not what you signed on paper 对代录提出异议."""
    told = {"index": index, "text": text}
    _answer(shell, "paper.dispute", told, as_=as_, receipt=receipt, again=again)


def _answer(
    shell: Shell,
    name: str,
    told: dict[str, Any],
    *,
    as_: Path | None,
    receipt: Path | None,
    again: str | None,
) -> None:
    with shell.open() as ledger:
        hand = signing.signer(ledger, as_, None, HOLDER)
        wanted = _command(shell, ledger, name, told)
        given, signed = signing.do_once(shell, ledger, hand, [wanted], again)
        signing.give_receipt(shell, ledger, given, signed, receipt)


def _command(shell: Shell, ledger: Ledger, name: str, told: dict[str, Any]) -> Command:
    shown, act = entry_at(ledger, told.pop("index"))
    shell.note(f"The entry typed from paper 代录的条目：{shown.type}  {shown.stream}")
    signing.show_public(shell, act.event)
    return parse_command(ledger, name, {"of": shown.stream, "entry": shown.digest, **told})


def _digest(path: Path) -> str:
    try:
        return base64url.encode(sha256(path.read_bytes()).digest())
    except OSError as error:
        raise FileUnusable(path=path, why=error.strerror or "I/O") from None


commands = {
    "paper confirm": confirm,
    "paper dispute": dispute,
}
