"""``mingzhang pack units``: establish the units a pack lists, as far as they do not stand yet."""

from rich.console import Console

from ledger.aggregates.unit import EstablishUnit
from ledger.cli import signing
from ledger.cli.pack_files import EffectiveFrom, PackArgument, load_with_below
from ledger.cli.shell import Shell, print_table, table
from ledger.rules.packs.book import open_book
from ledger.service.ledger import today
from ledger.service.packs.planning import batches, missing


def units(
    shell: Shell,
    pack: PackArgument,
    *,
    effective_from: EffectiveFrom = None,
    as_: signing.As = None,
    custodial: signing.Custodial = None,
    role: signing.Role = "registrar",
    dry_run: signing.DryRun = False,
) -> None:
    """Establish a pack's units 按单位表设立单位. Those whose code stands already are left alone.

    Sixteen at a time, parents first; what a broken run left out the next one finds.
    """
    book = open_book(*load_with_below(pack))
    with shell.open() as ledger:
        wanted = missing(ledger, book, effective_from or today(ledger).isoformat())
        if not dry_run and wanted:
            hand = signing.signer(ledger, as_, custodial, role)
            for batch in batches(wanted):
                signing.sign_and_submit(shell, ledger, hand, batch)
    shell.result(
        {"established": [] if dry_run else _plain(wanted), "missing": _plain(wanted)},
        lambda out: _print(out, wanted, dry_run=dry_run),
    )


def _plain(commands: tuple[EstablishUnit, ...]) -> list[dict[str, str | None]]:
    return [
        {"unit": each.stream, "code": each.code, "name": each.unit_name, "level": each.level}
        for each in commands
    ]


def _print(out: Console, commands: tuple[EstablishUnit, ...], *, dry_run: bool) -> None:
    if not commands:
        out.print("nothing is missing 没有缺少的单位")
        return
    out.print("would be established 将设立" if dry_run else "established 已设立")
    grid = table("code 代码", "name 名称", "level 层级", "unit 单位")
    for each in commands:
        grid.add_row(each.code, each.unit_name, each.level, each.stream or "")
    print_table(out, grid)


commands = {
    "pack units": units,
}
