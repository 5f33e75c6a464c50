"""``mingzhang key new|show|keep``: key files, proofs of possession, keys the server keeps.

A key file stays with its holder; a registrar enrols its public half with ``mingzhang key enrol``,
from what ``key show --for`` prints on the holder's machine. A key the server keeps is labelled so
for good.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from ledger.cli import signing
from ledger.cli.shell import Shell
from ledger.entry import ids
from ledger.entry.keyfile import save_key
from ledger.entry.keys import PrivateKey, prove_possession
from ledger.kernel.act import Act
from ledger.kernel.aggregate import Command
from ledger.service.acts.commands import parse_command
from ledger.service.acts.prepare import prepare
from ledger.service.ledger import Ledger
from ledger.store.home import open_home

KeyPath = Annotated[Path, typer.Argument(metavar="FILE", help="The key file. 密钥文件")]


def new(shell: Shell, file: KeyPath) -> None:
    """Make a key in an encrypted file 生成密钥文件. Its passphrase cannot be recovered."""
    key = PrivateKey.generate()
    save_key(file, key, signing.passphrase(f"New passphrase for {file} 设置口令", confirm=True))
    shell.note("Keep the file and its passphrase apart and safe. 请分开妥善保管密钥文件与口令。")
    _tell(shell, {"file": str(file), "kid": key.kid, "public_key": key.public.jwk["x"]})


def show(
    shell: Shell,
    file: KeyPath,
    for_: Annotated[
        str | None,
        typer.Option(
            "--for",
            metavar="ACTOR",
            help="Also prove that this person or device holds it; ``new`` for a founder to be. "
            "生成持有证明；创始人用 new",
            show_default=False,
        ),
    ] = None,
    origin: Annotated[
        str | None,
        typer.Option(
            "--origin",
            help="The log the proof is for; else that of the home. 账本名称",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Show a key's public half 查看公钥. With --for, the proof that ``key enrol`` asks for."""
    key = signing.unlocked(file)
    told = {"kid": key.kid, "public_key": key.public.jwk["x"]}
    if for_ is not None:
        log = origin or open_home(shell.home).origin
        holder = f"person/{ids.new_id()}" if for_ == "new" else for_
        told |= {"holder": holder, "origin": log}
        told["proof"] = prove_possession(key, origin=log, actor=holder)
    _tell(shell, told)


def keep(
    shell: Shell,
    holder: Annotated[str, typer.Argument(help="The person or device. 持有人或设备编号")],
    *,
    custody: Annotated[
        Literal["custodial", "device"],
        typer.Option(help="Whose hand it is: a person's by proxy, or a device's. 代管方式"),
    ] = "custodial",
    as_: signing.As = None,
    custodial: signing.Custodial = None,
    role: signing.Role = "registrar",
    receipt: signing.ReceiptFile = None,
    again: signing.Again = None,
) -> None:
    """Make a key the server keeps, and enrol it 生成并登记代管密钥. It is labelled so for good."""
    with shell.open() as ledger:
        hand = signing.signer(ledger, as_, custodial, role)
        before = signing.recorded_before(ledger, hand, again)
        key = enrolled(ledger, holder, before) or PrivateKey.generate()
        wanted = enrolment(ledger, holder, key, custody)
        if not before:
            prepare(ledger, [wanted], hand.who)  # what would be refused leaves no key behind
            ledger.keystore.save_signing_key(key, holder=holder, custody=custody)
        given, signed = signing.do_once(shell, ledger, hand, [wanted], again)
        signing.give_receipt(shell, ledger, given, signed, receipt)


def enrolled(ledger: Ledger, holder: str, before: Sequence[Act]) -> PrivateKey | None:
    """Return which of the keys kept for a holder was enrolled by what is recorded, if any was."""
    streams = {act.stream for act in before}
    kept = ledger.keystore.signing_keys(holder)
    return next((key for key in kept if f"key/{key.kid}" in streams), None)


def enrolment(ledger: Ledger, holder: str, key: PrivateKey, custody: str) -> Command:
    """Return the command that enrols a key at hand for its holder."""
    fields = {
        "holder": holder,
        "public_key": key.public.jwk["x"],
        "proof": prove_possession(key, origin=ledger.home.origin, actor=holder),
        "custody": custody,
    }
    return parse_command(ledger, "key.enrol", fields)


def _tell(shell: Shell, told: dict[str, str]) -> None:
    lines = [f"{name}: {value}" for name, value in told.items()]
    shell.result(told, lambda out: out.print("\n".join(lines), soft_wrap=True))


commands = {
    "key new": new,
    "key show": show,
    "key keep": keep,
}
