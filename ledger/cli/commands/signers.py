"""``mingzhang signer show|rotate-key|switch|renew-mark``: the log's own key, and its mark."""

from pathlib import Path
from typing import Annotated

import typer

from ledger.cli import signing
from ledger.cli.shell import Shell
from ledger.errors import LedgerError
from ledger.service.acts.prepare import prepare
from ledger.service.upkeep import signer as signer_upkeep
from ledger.store.signer import LogSigner

SINCE_BYTES = 64 << 10


def show(shell: Shell) -> None:
    """Show the log's key and the mark 查看签名密钥与标记: the last size signed."""
    with shell.open() as ledger:
        signer = ledger.signer
        mark, retired = signer.mark(), signer.retirement()
        told = {
            "vkey": signer.vkey,
            "next_vkey": _next(signer),
            "size": mark.size if mark else 0,
            "root": mark.root.hex() if mark else None,
            "successor": retired.successor if retired else None,
        }
    lines = [f"{name}: {value}" for name, value in told.items() if value is not None]
    shell.result(told, lambda out: out.print("\n".join(lines), soft_wrap=True))


def rotate_key(
    shell: Shell,
    *,
    as_: signing.As = None,
    role: signing.Role = "registrar",
    receipt: signing.ReceiptFile = None,
    again: signing.Again = None,
) -> None:
    """Make a new log key and propose it 生成并提议更换账本密钥. Others approve, then switch."""
    with shell.open() as ledger:
        hand = signing.signer(ledger, as_, None, role)
        before = signing.recorded_before(ledger, hand, again)
        proposed = signer_upkeep.proposed_key(before) if before else None
        wanted = proposed or signer_upkeep.propose_key(ledger)
        given, signed = signing.do_once(shell, ledger, hand, [wanted], again)
        signing.give_receipt(shell, ledger, given, signed, receipt)
        shell.note("Once it is approved 批准后: mingzhang signer switch")


def switch(shell: Shell) -> None:
    """Sign with the log's new key 启用新密钥, once its change is in force. Then restart servers."""
    with shell.open() as ledger:
        vkey = signer_upkeep.switch_key(ledger)
    shell.result({"vkey": vkey}, lambda out: out.print(f"log key 账本公钥: {vkey}", soft_wrap=True))


def renew_mark(
    shell: Shell,
    *,
    since: Annotated[
        Path,
        typer.Option(
            metavar="CHECKPOINT",
            help="The newest checkpoint kept elsewhere, which the log must extend. 外存检查点",
        ),
    ],
    reason: Annotated[str, typer.Option(metavar="CODE", help="How it was lost. 丢失原因")],
    as_: signing.As = None,
    role: signing.Role = "registrar",
    receipt: signing.ReceiptFile = None,
) -> None:
    """Make the lost mark anew 重立签名标记, by a registrar's act that answers for it in the log."""
    with since.open("rb") as file:
        note = file.read(SINCE_BYTES)
    with shell.open() as ledger:
        hand = signing.signer(ledger, as_, None, role)
        wanted, seen = signer_upkeep.renewal(signer_upkeep.held_to(ledger, note), reason)
        prepare(ledger, [wanted], hand.who, seen=seen)  # what would be refused makes no mark
        with signer_upkeep.mark_renewed(ledger):
            given, signed = signing.sign_and_submit(shell, ledger, hand, [wanted], seen=seen)
        signing.give_receipt(shell, ledger, given, signed, receipt)


def _next(signer: LogSigner) -> str | None:
    try:
        return signer.next_vkey()
    except LedgerError:
        return None


topics = {"signer": "The key and mark the log signs with 签名目录"}
commands = {
    "signer renew-mark": renew_mark,
    "signer rotate-key": rotate_key,
    "signer show": show,
    "signer switch": switch,
}
