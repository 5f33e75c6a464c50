"""``mingzhang certificate``: certificates of voluntary service, and whether one is ours."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console

from ledger.cli.shell import Shell, print_table, table
from ledger.rules.quantities import hours
from ledger.service.certificates import Certificate, certificates, verify_certificate
from ledger.service.directory import unit_label

AGGREGATE = "account/"


def show(
    shell: Shell,
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="account/…. 账户")],
    *,
    values: Annotated[
        bool, typer.Option("--values", help="Open the volunteer's name. 显示姓名")
    ] = False,
) -> None:
    """Show the certificates of an account 服务证明. Number, check code, hours."""
    named = account if account.startswith(AGGREGATE) else f"{AGGREGATE}{account}"
    with shell.open() as ledger:
        found = certificates(ledger, named, values=values)
        units = {each.unit: unit_label(ledger, each.unit) for each in found}
    shell.result(found, lambda out: _print(out, found, units))


def check(
    shell: Shell,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="As printed. 证明编号")],
    code: Annotated[str, typer.Argument(metavar="CODE", help="As printed. 校验码")],
) -> None:
    """Check a certificate by number and code 核对证明. Compare the hours with those printed."""
    with shell.open() as ledger:
        found = verify_certificate(ledger, number, code)
        units = {found.unit: unit_label(ledger, found.unit)}
    shell.result(found, lambda out: _print(out, [found], units))


def _print(out: Console, found: Sequence[Certificate], units: dict[str, str]) -> None:
    if not found:
        out.print("none 无")
        return
    grid = table(
        "number 编号", "code 校验码", "unit 单位", "hours 时长", "stars 星级", "day 日期",
        "holder 姓名",
    )  # fmt: skip
    for each in found:
        grid.add_row(
            each.number, each.check, units[each.unit], hours(each.minutes), str(each.stars),
            each.day, each.holder or "",
        )  # fmt: skip
    print_table(out, grid)


topics = {"certificate": "Certificates of voluntary service 服务证明"}
commands = {
    "certificate check": check,
    "certificate show": show,
}
