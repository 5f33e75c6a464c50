"""``mingzhang pack adopt|list``: keep a pack's bytes in the home and propose them; see what is so.

A pack is a folder, or the name of one that comes with the program. The packs it extends are taken
from beside it, or from those that come with the program. Approval: ``mingzhang pack approve``.
Checking, comparing and trying one out: ``pack_trials``.
"""

from functools import partial
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from ledger.cli import signing
from ledger.cli.pack_files import EffectiveFrom, PackArgument, load_with_below
from ledger.cli.shell import Shell, print_table, table
from ledger.rules.files.toml_file import PackInvalid
from ledger.rules.genesis import LOG
from ledger.rules.packs import adoptions
from ledger.rules.packs.adoptions import ADOPTIONS
from ledger.rules.packs.book import Book, open_book
from ledger.rules.time import parse_date
from ledger.service.acts.commands import parse_command
from ledger.service.directory import facts, unit_label, unit_of
from ledger.service.ledger import Ledger, today
from ledger.service.office import keep
from ledger.service.packs.staffing import Unmet, has_people, unmet_below


class NobodyCould(PackInvalid):
    """A pack asks for what nobody with a post here could do, and that is not acknowledged."""

    code = "pack.nobody_could"
    zh = (
        "{file}:{line}：“{name}”的步骤“{step}”在 {units} 缺 {lacks} 名担任 {roles} 的不同人员；"
        "这样无人可办的共 {count} 处，mingzhang pack check {pack} --against 账本目录 逐条列出。"
        "请补充任职{ask_zh}，或修改该项安排；确要先行采用，请加 --unstaffed。"
    )
    en = (
        '{file}:{line}: step {step} of "{name}" lacks {lacks} different persons as {roles} at '
        "{units}; {count} steps lack somebody, and mingzhang pack check {pack} --against DIR lists "
        "them. Appoint them{ask_en}, or arrange it otherwise; to adopt it all the same, add "
        "--unstaffed."
    )


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """An adoption as proposed; ``index`` is where it took effect, None while it has not."""

    pack: str
    digest: str
    unit: str | None
    effective_from: str
    signatures: int
    needed: int
    index: int | None


def adopt(
    shell: Shell,
    pack: PackArgument,
    *,
    unit: Annotated[
        str | None,
        typer.Option(
            metavar="UNIT",
            help="For this unit and all below it; else for the whole log. 适用单位",
            show_default=False,
        ),
    ] = None,
    effective_from: EffectiveFrom = None,
    unstaffed: Annotated[
        bool,
        typer.Option(
            "--unstaffed",
            help="Adopt it though people lack for some of it, which is told. 明知缺人仍采用",
        ),
    ] = False,
    as_: signing.As = None,
    custodial: signing.Custodial = None,
    role: signing.Role = "registrar",
    receipt: signing.ReceiptFile = None,
    again: signing.Again = None,
) -> None:
    """Propose to adopt a pack 提议采用规则包. Another registrar approves it to take effect.

    Once anybody but registrars holds a post, what nobody here could do is refused.
    """
    own, below = load_with_below(pack)
    book = open_book(own, below)  # what does not fit together is refused before anyone signs
    with shell.open() as ledger:
        hand = signing.signer(ledger, as_, custodial, role)
        place = unit_of(ledger, unit) if unit else None
        before = signing.recorded_before(ledger, hand, again)
        day = effective_from or "today"
        if day == "today":
            day = signing.day_of(ledger, before).isoformat()
        _tell_unstaffed(shell, ledger, _short(ledger, book, place, day), pack, unstaffed)
        kept = {each.ref: keep(ledger, each).digest for each in (own, *below)}
        fields = {
            "pack": own.ref,
            "digest": kept[own.ref],
            "extends": [{"pack": each.ref, "digest": kept[each.ref]} for each in below],
            "unit": place,
            "effective_from": day,
        }
        wanted = parse_command(ledger, "pack.adopt", fields)
        given, signed = signing.do_once(shell, ledger, hand, [wanted], again)
        signing.give_receipt(shell, ledger, given, signed, receipt)


def _short(ledger: Ledger, book: Book, unit: str | None, since: str) -> list[Unmet]:
    """Return what nobody could do, from the day it takes effect, or today if that is past."""
    day = max(parse_date(since), today(ledger))
    return unmet_below(ledger, book, unit, day) if has_people(ledger, day) else []


def _tell_unstaffed(
    shell: Shell, ledger: Ledger, short: list[Unmet], pack: str, known: bool
) -> None:
    label = partial(unit_label, ledger)
    if short and not known:
        raise NobodyCould(count=len(short), pack=pack, **short[0].facts(label))
    for each in short:
        fault = each.fault(label)
        shell.note(f"{fault.text('zh')}\n{fault.text('en')}")


def list_(shell: Shell) -> None:
    """List the packs proposed and in effect 列出规则包. The newest in effect for a unit holds."""
    with shell.open() as ledger:
        known = facts(ledger, ADOPTIONS, LOG)
        needed = adoptions.needed(known)
        lines = [
            Line(
                pack=each.event.pack,
                digest=each.event.digest,
                unit=each.event.unit,
                effective_from=each.event.effective_from,
                signatures=len(each.joint.signatures),
                needed=needed,
                index=each.joint.effect(needed),
            )
            for each in known.fold(ADOPTIONS, adoptions.fold)
        ]
    shell.result({"packs": lines}, lambda out: _print(out, lines))


def _print(out: Console, lines: list[Line]) -> None:
    grid = table(
        "pack 规则包", "unit 单位", "from 生效", "signed 联署", "in effect at 生效序号", "digest"
    )
    for line in lines:
        grid.add_row(
            line.pack,
            line.unit or "whole log 全账本",
            line.effective_from,
            f"{line.signatures} / {line.needed}",
            "pending 待批准" if line.index is None else str(line.index),
            line.digest,
        )
    print_table(out, grid)
    for line in lines:
        if line.index is None:
            approve = f"mingzhang pack approve {line.pack} --as KEYFILE"
            out.print(f"Another registrar approves 由另一名登记员批准: {approve}", soft_wrap=True)


commands = {
    "pack adopt": adopt,
    "pack list": list_,
}
