"""``mingzhang import|policy setup``: a device of this home, registered, keyed, proposed for a post.

The server keeps its key. Where a joint act needs more registrars, it is said how they approve.
"""

from collections.abc import Iterator
from typing import Annotated, NamedTuple

import typer
from rich.console import Console

from ledger.cli import signing
from ledger.cli.commands.keys import enrolled, enrolment
from ledger.cli.shell import Shell
from ledger.entry import ids
from ledger.entry.keys import PrivateKey
from ledger.kernel.aggregate import Command
from ledger.rules import posts
from ledger.rules.genesis import LOG, log_of
from ledger.rules.persons import DEVICE_ROLES, DeviceKind
from ledger.service.acts.commands import parse_command
from ledger.service.acts.prepare import prepare
from ledger.service.directory import facts, unit_of
from ledger.service.ledger import Ledger
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
    again: signing.Again = None,
) -> None:
    """Set up the device that signs imports 设置导入设备. Registrars then approve its post."""
    with shell.open() as ledger:
        hand = signing.signer(ledger, as_, custodial, posts.REGISTRAR)
        _set_up(shell, ledger, hand, _Wanted("import", responsible or hand.who.actor, unit), again)


def policy_setup(
    shell: Shell,
    *,
    responsible: Responsible = None,
    as_: signing.As = None,
    custodial: signing.Custodial = None,
    again: signing.Again = None,
) -> None:
    """Set up the device that publishes heads 设置策略设备. Registrars then approve its post."""
    with shell.open() as ledger:
        hand = signing.signer(ledger, as_, custodial, posts.REGISTRAR)
        _set_up(shell, ledger, hand, _Wanted("policy", responsible or hand.who.actor), again)


class _Wanted(NamedTuple):
    """The device asked for: of which kind, who answers for it, for which unit and those below."""

    kind: DeviceKind
    responsible: str
    unit: str | None = None


def _set_up(shell: Shell, ledger: Ledger, hand: Hand, wanted: _Wanted, again: str | None) -> None:
    before = signing.recorded_before(ledger, hand, again)
    recorded = (act.stream for act in before if act.aggregate == "device")
    device = next(recorded, None) or f"device/{ids.new_id()}"
    key = enrolled(ledger, device, before) or PrivateKey.generate()
    day = signing.day_of(ledger, before).isoformat()
    commands = list(_commands(ledger, device, key, wanted, day))
    if not before:
        prepare(ledger, commands, hand.who)  # what would be refused leaves no key behind
        ledger.keystore.save_signing_key(key, holder=device, custody="device")
    receipt, _ = signing.do_once(shell, ledger, hand, commands, again)
    post = receipt.entries[-1].stream
    more = log_of(facts(ledger, LOG)).threshold - 1
    approve = f"mingzhang post approve {post} --as KEYFILE"
    told = {"device": device, "post": post, "approvals_needed": more, "approve": approve}
    shell.result(told, lambda out: _print(out, device, more, approve))


def _commands(
    ledger: Ledger, device: str, key: PrivateKey, wanted: _Wanted, day: str
) -> Iterator[Command]:
    """Yield what sets a device up, as one submission: a device half set up is none."""
    register = {
        "stream": device, "kind": wanted.kind, "responsible": wanted.responsible,
    }  # fmt: skip
    yield parse_command(ledger, "device.register", register)
    yield enrolment(ledger, device, key, "device")
    appoint = {
        "holder": device,
        "post_role": DEVICE_ROLES[wanted.kind],
        "from_date": day,
        "unit": unit_of(ledger, wanted.unit) if wanted.unit else None,
    }
    yield parse_command(ledger, "post.appoint", appoint)


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
