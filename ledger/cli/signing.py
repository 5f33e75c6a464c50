"""Signing at the command line: whose key, what is shown, the receipt.

The person sees the values she signs, on stderr, each sealed digest recomputed from them; then her
key signs and the entry goes the same way as one from outside (docs/way-of-an-act.md). Where someone
else wrote first, everything is prepared and shown anew.
"""

import os
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from ledger.cli.shell import Shell, print_table, table
from ledger.entry import ids
from ledger.entry.claims import Seen
from ledger.entry.entry import parse_entry
from ledger.entry.jws import SignedEntry
from ledger.entry.keyfile import load_key
from ledger.entry.keys import PrivateKey
from ledger.errors import MalformedError, StorageError
from ledger.kernel.act import Act
from ledger.kernel.aggregate import Command
from ledger.kernel.event import Event
from ledger.kernel.registry import public_bytes
from ledger.rules.genesis import LOG, log_of
from ledger.rules.paper import Original
from ledger.rules.time import local_date, timestamp
from ledger.service.acts.prepare import Prepared, prepare
from ledger.service.acts.receipt import Receipt, stored_receipt
from ledger.service.acts.retried import require_same
from ledger.service.acts.sign import presentations, shown_values, sign_drafts
from ledger.service.acts.submit import submit
from ledger.service.directory import facts, hand_with, kept_key
from ledger.service.forms.by_proxy import jtis_of, recorded
from ledger.service.ledger import Ledger, today
from ledger.service.office import Hand
from ledger.service.reading import receipts
from ledger.service.reading.entries import short_code
from ledger.service.reading.numbers import numbers_of_receipt
from ledger.store.batch import GuardMoved, JtiTaken, NotNext
from ledger.store.dialect import OutcomeUnknown
from ledger.store.sequencer import ReceiptLater

PASSPHRASE_VARIABLE = "MINGZHANG_PASSPHRASE"  # noqa: S105 - the name of a variable
PROPOSED = "_proposed.v1"
TRIES = 3


class ReceiptOwed(StorageError):
    """An act may be recorded, and its receipt did not come."""

    code = "cli.receipt_owed"
    zh = (
        "未取得回执（{why}），该行为可能已经入账。请勿另行重办：故障排除后，以同一命令加 "
        "--again {jti} 再运行一次；已入账的给出回执，未入账的才办理。"
    )
    en = (
        "No receipt came ({why}), and the act may be recorded. Do not do it anew: once all is well "
        "run the same command with --again {jti}. If it is recorded you get its receipt; only if "
        "not is it done then."
    )


class NobodyToAsk(MalformedError):
    """A passphrase is needed, and neither the environment nor a terminal gives it."""

    code = "cli.no_passphrase"
    zh = "需要口令，但没有可以输入的终端。请在终端中运行，或设置环境变量 {variable}。"
    en = "A passphrase is needed and there is no terminal to ask. Run it in one or set {variable}."


class NoSigner(MalformedError):
    """The command line does not say who signs, or says it twice."""

    code = "cli.no_signer"
    zh = "请指明由谁签署：--as 密钥文件，或 --custodial person/…，两者取一。"
    en = "Say who signs: either --as KEYFILE or --custodial person/…."


As = Annotated[
    Path | None,
    typer.Option(
        "--as",
        metavar="KEYFILE",
        help="Sign with this key file. 用此密钥文件签署",
        show_default=False,
    ),
]
Custodial = Annotated[
    str | None,
    typer.Option(
        "--custodial",
        metavar="ACTOR",
        help="Sign with the key the server keeps for this person or device. 用服务器代管密钥签署",
        show_default=False,
    ),
]
Role = Annotated[
    str | None,
    typer.Option(
        "--role",
        help="The post to act in; else the only one held. 以何岗位办理",
        show_default=False,
    ),
]
ReceiptFile = Annotated[
    Path | None,
    typer.Option(
        "--receipt",
        metavar="FILE",
        help="Write the .tlog-proof here, the signed entry beside it as FILE.jws. 保存回执",
        show_default=False,
    ),
]
Again = Annotated[
    str | None,
    typer.Option(
        "--again",
        metavar="ID",
        help="Of an act whose receipt did not come: gives it, or does the act. 未取得回执的编号",
        show_default=False,
    ),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show what would be signed, sign nothing. 只预览，不签署")
]


def passphrase(prompt: str, *, confirm: bool = False) -> str:
    """Return the passphrase of the environment, or ask for it on the terminal.

    Raises: NobodyToAsk.
    """
    if (found := os.environ.get(PASSPHRASE_VARIABLE)) is not None:
        return found
    try:
        answer: str = typer.prompt(prompt, hide_input=True, confirmation_prompt=confirm, err=True)
    except typer.Abort:
        if sys.stdin.isatty():  # whoever is asked may leave
            raise
        raise NobodyToAsk(variable=PASSPHRASE_VARIABLE) from None
    return answer


def unlocked(path: Path) -> PrivateKey:
    """Return the key in a file, opened with its passphrase. Raises: as ``load_key``."""
    return load_key(path, passphrase(f"Passphrase of {path} 口令"))


def signer(
    ledger: Ledger, as_: Path | None, custodial: str | None, role: str | None = None
) -> Hand:
    """Return who signs. Raises: NoSigner; as ``load_key`` and ``hand_with``."""
    if as_ is not None and custodial is None:
        return hand_with(ledger, unlocked(as_), role)
    if custodial is not None and as_ is None:
        return hand_with(ledger, kept_key(ledger, custodial), role)
    raise NoSigner


def sign_and_submit(
    shell: Shell,
    ledger: Ledger,
    hand: Hand,
    commands: Sequence[Command],
    *,
    seen: Seen | None = None,
    original: Original | None = None,
    jti: str | None = None,
) -> tuple[Receipt, tuple[SignedEntry, ...]]:
    """Show, sign and submit commands as one submission; again where others were first.

    ``jti`` is the id it goes by, by which ``recorded_before`` finds it; else a new one.
    Raises: ReceiptOwed.
    """
    own = jti or ids.ulid(ledger.clock.now_ms())
    jtis = jtis_of(own, len(commands))
    for left in reversed(range(TRIES)):
        prepared = prepare(ledger, commands, hand.who, jtis=jtis, seen=seen, original=original)
        show(shell, prepared)
        signed = sign_drafts(prepared, hand.key)
        try:
            return submit(ledger, presentations(prepared, signed)), signed
        except (GuardMoved, NotNext):
            if not left:
                raise
            shell.note("Someone else wrote first; prepared anew. 内容有变，已重新拟制。")
            ledger.known.catch_up()
        except (ReceiptLater, OutcomeUnknown) as unsettled:
            if jti is None:
                raise
            raise ReceiptOwed(jti=own, why=unsettled.code) from unsettled
    raise AssertionError


def do_once(
    shell: Shell,
    ledger: Ledger,
    hand: Hand,
    commands: Sequence[Command],
    again: str | None,
) -> tuple[Receipt, tuple[SignedEntry, ...]]:
    """Do commands as one submission, unless they are recorded under the id ``again``.

    Raises: AnotherAct; as ``recorded_before`` and ``sign_and_submit``.
    """
    if not (before := recorded_before(ledger, hand, again)):
        jti = again or ids.ulid(ledger.clock.now_ms())
        return sign_and_submit(shell, ledger, hand, commands, jti=jti)
    for command in commands:
        require_same(ledger, command, before)
    return stored(ledger, before)


def recorded_before(ledger: Ledger, hand: Hand, jti: str | None) -> list[Act]:
    """Return what was recorded of a submission under an id, in log order; of none, nothing.

    Raises: BadIdentifier; JtiTaken where it is another's.
    """
    if jti is None:
        return []
    if not re.fullmatch(ids.ID, jti):
        raise ids.BadIdentifier(kind="--again")
    acts = recorded(ledger, jti)
    if any(act.actor != hand.who.actor for act in acts):
        raise JtiTaken
    return acts


def day_of(ledger: Ledger, before: Sequence[Act]) -> date:
    """Return what ``today`` is in a command: of one typed once more, the day it was signed on."""
    return local_date(before[0].iat) if before else today(ledger)


def stored(ledger: Ledger, acts: Sequence[Act]) -> tuple[Receipt, tuple[SignedEntry, ...]]:
    """Return the receipt of acts that are recorded, and what was signed."""
    states = [ledger.recorder.states(act.index or 0, (act.index or 0) + 1)[0] for act in acts]
    return stored_receipt(acts), tuple(parse_entry(state).signed for state in states)


def show(shell: Shell, prepared: Prepared) -> None:
    """Show what is about to be signed, on stderr: public members and sealed values."""
    for draft in prepared.drafts:
        claims = draft.claims
        shell.note(f"To be signed 待签：{claims.type}  {claims.stream}  #{claims.seq}")
        shell.note(f"  actor {claims.actor}  role {claims.role}  occurred {claims.occ}")
        show_public(shell, draft.act.event)
        for group, values in shown_values(draft).items():
            for name, value in values.items():
                shell.note(f"  sealed 密封  {group}.{name}: {_short(value)}")


def show_public(shell: Shell, event: Event) -> None:
    """Show the public members of an event, on stderr."""
    for name, value in msgspec.json.decode(public_bytes(event)).items():
        shell.note(f"  public 公开  {name}: {_short(value)}")


def give_receipt(
    shell: Shell,
    ledger: Ledger,
    receipt: Receipt,
    signed: Sequence[SignedEntry],
    file: Path | None,
) -> None:
    """Give the receipt as the command's result, and write its proofs where asked."""
    files = _write_proofs(ledger, receipt, signed, file) if file else []
    official = numbers_of_receipt(ledger, receipt)
    lines = [
        {
            "index": entry.index,
            "code": short_code(entry.index, entry.digest),
            "recorded_at": entry.recorded_at,
            "stream": entry.stream,
            "type": entry.type,
            "digest": entry.digest,
            "official": official.get(entry.index),
        }
        for entry in receipt.entries
    ]
    data = {"entries": lines, "again": receipt.again, "proofs": [str(path) for path in files]}
    needed = log_of(facts(ledger, LOG)).threshold
    shell.result(data, lambda out: _print_receipt(out, receipt, files, needed, official))


def _print_receipt(
    out: Console,
    receipt: Receipt,
    files: Sequence[Path],
    needed: int,
    official: Mapping[int, str],
) -> None:
    grid = table("number 编号", "recorded 入账时间", "stream 流", "type 类型")
    for entry in receipt.entries:
        grid.add_row(
            short_code(entry.index, entry.digest),
            timestamp(entry.recorded_at),
            entry.stream,
            entry.type,
        )
    print_table(out, grid)
    for entry in receipt.entries:
        if needed > 1 and entry.type.endswith(PROPOSED):
            group = entry.stream.partition("/")[0]
            approve = f"mingzhang {group} approve {entry.stream} --as KEYFILE"
            out.print(
                f"{needed - 1} more must approve for it to take effect 另需 {needed - 1} 人批准:"
            )
            out.print(f"  {approve}", soft_wrap=True)
    for number in official.values():
        out.print(f"official number 正式编号: {number}")
    for path in files:
        out.print(f"proof 证明: {path}")


def _write_proofs(
    ledger: Ledger, receipt: Receipt, signed: Sequence[SignedEntry], file: Path
) -> list[Path]:
    written = []
    for number, (proof, entry) in enumerate(
        zip(receipts.proofs(ledger, receipt), signed, strict=True)
    ):
        path = file if number == 0 else file.with_name(f"{file.name}.{number}")
        path.write_bytes(proof)
        path.with_name(f"{path.name}.jws").write_bytes(entry.jws)
        written.append(path)
    return written


def _short(value: Any) -> str:
    if isinstance(value, str):
        return value
    return msgspec.json.encode(value).decode()
