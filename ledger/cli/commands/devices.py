"""``mingzhang import|policy setup``: a device of this home, registered, keyed, proposed for a post.

The server keeps its key. Where a joint act needs more registrars, it is said how they approve.
"""

from typing import Annotated

import typer
from rich.console import Console

from ledger.cli import signing
from ledger.cli.commands.keys import enrolment
from ledger.cli.shell import Shell
from ledger.entry.keys import PrivateKey
from ledger.kernel.aggregate import Command
from ledger.rules import posts
from ledger.rules.genesis import LOG, log_of
from ledger.rules.persons import DEVICE_ROLES, DeviceKind
from ledger.service.acts.prepare import parse_command
from ledger.service.directory import facts, unit_of
from ledger.service.ledger import Ledger, today
from ledger.service.office import Hand

Responsible = Annotated[
    str | None,
    typer.Option(
        metavar="PERSON",
        help="Who answers for the device; else the signer. 责任人",
        show_default=False,
    ),
]


def import_setup(
    shell: Shell,
    *,
    unit: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="For this unit and below; else the whole log. 适用单位"),
    ] = None,
    responsible: Responsible = None,
    as_: signing.As = None,
    custodial: signing.Custodial = None,
) -> None:
    """Set up the device that signs imports 设置导入设备. Registrars then approve its post."""
    _set_up(shell, "import", unit=unit, responsible=responsible, as_=as_, custodial=custodial)


def policy_setup(
    shell: Shell,
    *,
    responsible: Responsible = None,
    as_: signing.As = None,
    custodial: signing.Custodial = None,
) -> None:
    """Set up the device that publishes heads 设置策略设备. Registrars then approve its post."""
    _set_up(shell, "policy", unit=None, responsible=responsible, as_=as_, custodial=custodial)


def _set_up(
    shell: Shell,
    kind: DeviceKind,
    *,
    unit: str | None,
    responsible: str | None,
    as_: signing.As,
    custodial: signing.Custodial,
) -> None:
    with shell.open() as ledger:
        hand = signing.signer(ledger, as_, custodial, posts.REGISTRAR)
        device = _registered(shell, ledger, hand, kind, responsible or hand.who.actor)
        fields = {
            "holder": device,
            "post_role": DEVICE_ROLES[kind],
            "from_date": today(ledger).isoformat(),
            "unit": unit_of(ledger, unit) if unit else None,
        }
        post = _done_by(shell, ledger, hand, parse_command(ledger, "post.appoint", fields))
        more = log_of(facts(ledger, LOG)).threshold - 1
    approve = f"mingzhang post approve {post} --as KEYFILE"
    told = {"device": device, "post": post, "approvals_needed": more, "approve": approve}
    shell.result(told, lambda out: _print(out, device, more, approve))


def _registered(
    shell: Shell, ledger: Ledger, hand: Hand, kind: DeviceKind, responsible: str
) -> str:
    fields = {"kind": kind, "responsible": responsible}
    device = _done_by(shell, ledger, hand, parse_command(ledger, "device.register", fields))
    key = PrivateKey.generate()
    ledger.keystore.save_signing_key(key, holder=device, custody="device")
    _done_by(shell, ledger, hand, enrolment(ledger, device, key, "device"))
    return device


def _done_by(shell: Shell, ledger: Ledger, hand: Hand, command: Command) -> str:
    receipt, _ = signing.sign_and_submit(shell, ledger, hand, [command])
    return receipt.entries[0].stream


def _print(out: Console, device: str, more: int, approve: str) -> None:
    out.print(f"device 设备: {device}")
    if more > 0:
        out.print(f"{more} more registrar(s) must approve 尚需 {more} 人批准:")
        out.print(f"  {approve}", soft_wrap=True)


topics = {"policy": "What machines publish by themselves 策略"}
commands = {
    "import setup": import_setup,
    "policy setup": policy_setup,
}
