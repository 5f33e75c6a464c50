"""``mingzhang pack check|diff|simulate``: what is wrong with a pack, what it changes, what if."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from ledger.cli.pack_files import PackArgument, PackNotFound, files_of, find_files, load_with_below
from ledger.cli.shell import FINDING, Shell, print_table, table
from ledger.rules.files.toml_file import PackInvalid
from ledger.rules.obligations import VERDICTS
from ledger.rules.packs import adoptions
from ledger.rules.packs.adoptions import ADOPTIONS
from ledger.rules.packs.book import Book, open_book
from ledger.rules.packs.check import check_pack
from ledger.rules.packs.diff import Difference, diff
from ledger.rules.packs.pack import PackFiles, digest_of, load_pack
from ledger.service.directory import facts, unit_label, unit_of
from ledger.service.ledger import Ledger, today
from ledger.service.packs.simulating import LAST, Simulated
from ledger.service.packs.simulating import simulate as simulate_
from ledger.service.packs.staffing import Unmet, unmet_below
from ledger.service.packs.trial import Trial

SHOWN = 200
_ADOPTED = "Name, folder, or ID@VERSION as adopted here. 名称、目录或已采用的版本"


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong with a pack."""

    file: str
    line: int
    code: str
    zh: str
    en: str


def check(
    shell: Shell,
    pack: PackArgument,
    *,
    against: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Also whether the people of this ledger can do what it asks for. 账本目录",
            show_default=False,
        ),
    ] = None,
) -> int:
    """Check a pack 检查规则包. Prints everything wrong with it, each with file and line."""
    files, beside = files_of(pack), Path(pack).parent
    found = check_pack(files, lambda name: find_files(name, beside))
    faults = [_fault(each) for each in found.faults]
    if against is not None and found.book is not None and not faults:
        with replace(shell, home=against).open() as ledger:
            label = partial(unit_label, ledger)
            faults += [_fault(each.fault(label)) for each in _short(ledger, found.book)]
    ref = found.pack.ref if found.pack else None
    data = {"pack": ref, "digest": digest_of(files), "faults": faults}
    shell.result(data, lambda out: _print_faults(out, ref or pack, faults))
    return FINDING if faults else 0


def _short(ledger: Ledger, book: Book) -> list[Unmet]:
    """Return what nobody could do today, at any unit."""
    return unmet_below(ledger, book, None, today(ledger))


def diff_(
    shell: Shell,
    old: Annotated[str, typer.Argument(metavar="OLD", help=_ADOPTED)],
    new: Annotated[str, typer.Argument(metavar="NEW", help=_ADOPTED)],
) -> int:
    """Compare two packs 比较规则包. What is added, removed, changed, section by section.

    One that was adopted, such as bijiang@2026.3, is taken from the bytes the home keeps.
    """
    before, after = (load_pack(_files(shell, name)) for name in (old, new))
    found = list(diff(before, after))
    data = {"old": before.ref, "new": after.ref, "differences": found}
    shell.result(data, lambda out: _print_diff(out, before.ref, after.ref, found))
    return FINDING if found else 0


def simulate(
    shell: Shell,
    pack: PackArgument,
    *,
    against: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Home to try it on; else --home. 账本目录", show_default=False
        ),
    ] = None,
    unit: Annotated[
        str | None,
        typer.Option(
            metavar="UNIT",
            help="As if adopted for this unit; else where it is adopted now. 适用单位",
            show_default=False,
        ),
    ] = None,
    last: Annotated[int, typer.Option(min=0, help="So many of the last entries. 条数")] = LAST,
) -> int:
    """Try a pack out 试行规则包. What would be refused, due, stated or owed otherwise.

    Nothing is written. It also tells which duties nobody could satisfy: steps that need different
    persons, and units where there are too few.
    """
    own, below = load_with_below(pack)
    book = open_book(own, below)
    where = shell if against is None else replace(shell, home=against)
    with where.open() as ledger:
        _follow(shell, ledger)
        trial = Trial(ledger, own, below, unit_of(ledger, unit) if unit else None)
        with shell.progress("simulate 试行") as progress:
            found = simulate_(ledger, trial, last=last, progress=progress)
        short = _short(ledger, book)
        named = {each for one in short for each in (*one.units, *one.helpers)}
        named.update(each.unit for each in found.owing)
        labels = {each: unit_label(ledger, each) for each in named}
        labels |= {code: _both(book, code) for code in VERDICTS}
    data = {"pack": own.ref, "simulated": found, "unmet": short}
    shell.result(data, lambda out: _print_simulated(out, own.ref, found, short, labels))
    return 0 if found.nothing and not short else FINDING


def _files(shell: Shell, name: str) -> PackFiles:
    if "@" not in name or Path(name).is_dir():
        return files_of(name)
    with shell.open() as ledger:
        proposals = facts(ledger, ADOPTIONS).fold(ADOPTIONS, adoptions.fold)
        kept = [each.event.digest for each in proposals if each.event.pack == name]
        if not kept:
            raise PackNotFound(name=name)
        return ledger.home.shelf(kept[-1])


def _follow(shell: Shell, ledger: Ledger) -> None:
    with shell.progress("views 视图") as progress:
        ledger.follower.catch_up(lambda _view, position, size: progress(position, size))


def _fault(error: PackInvalid) -> Fault:
    return Fault(
        file=str(error.facts["file"]),
        line=int(str(error.facts["line"])),
        code=error.code,
        zh=error.text("zh"),
        en=error.text("en"),
    )


def _print_faults(out: Console, name: str, faults: list[Fault]) -> None:
    for each in faults:
        out.print(f"{each.zh}\n{each.en}", soft_wrap=True)
    if not faults:
        out.print(f"{name}: no problems found 未发现问题")


def _print_diff(out: Console, old: str, new: str, found: list[Difference]) -> None:
    out.print(f"{old} -> {new}")
    if not found:
        out.print("no difference 没有差异")
        return
    grid = table("section 部分", "item 项", "change 变化", "member 成员", "old 原", "new 新")
    words = {"added": "added 增加", "removed": "removed 删去", "changed": "changed 修改"}
    for each in found:
        grid.add_row(
            each.section, each.item, words[each.change], each.member, each.old or "", each.new or ""
        )
    print_table(out, grid)


def _print_simulated(
    out: Console, ref: str, found: Simulated, short: list[Unmet], labels: dict[str, str]
) -> None:
    out.print(f"{ref}: {found.judged} acts judged 条已试判, {found.matters} open matters 件在办")
    for name, count in sorted(found.unjudged.items()):
        out.print(f"not judged 未试判: {name} {count}")
    for refused in found.refused[:SHOWN]:
        out.print(
            f"refused 将被拒绝: #{refused.index} {refused.stream} {refused.type}", soft_wrap=True
        )
        out.print(f"  {refused.zh}\n  {refused.en}", soft_wrap=True)
    for stranded in found.stranded[:SHOWN]:
        out.print(
            f"stranded 无法继续: {stranded.stream} {stranded.kind} {stranded.state} "
            f"({stranded.code})",
            soft_wrap=True,
        )
    for moved in found.moved[:SHOWN]:
        at = "open 在办" if moved.index is None else f"#{moved.index}"
        day = f"{moved.old or '-'} -> {moved.new or '-'}"
        out.print(f"due 期限改变: {at} {moved.stream} {moved.clock} {day}", soft_wrap=True)
    for other in found.restated[:SHOWN]:
        out.print(
            f"stated 登记内容改变: #{other.index} {other.stream} {other.type} "
            f"{other.member} {other.old} -> {other.new}",
            soft_wrap=True,
        )
    for owed in found.owing[:SHOWN]:
        out.print(
            f"owed 应办事项改变: {labels[owed.unit]} {owed.obligation} {owed.period} "
            f"{_owed(owed.old_due, owed.old, labels)} -> {_owed(owed.new_due, owed.new, labels)}",
            soft_wrap=True,
        )
    for each in short[:SHOWN]:
        _print_unmet(out, each, labels)
    for name, all_ in (
        ("refused", found.refused),
        ("stranded", found.stranded),
        ("due", found.moved),
        ("stated", found.restated),
        ("owed", found.owing),
    ):
        if len(all_) > SHOWN:
            out.print(f"{name}: … {len(all_) - SHOWN} more")


def _both(book: Book, verdict: str) -> str:
    return f"{book.word('verdict', verdict, 'zh')} {book.word('verdict', verdict, 'en')}"


def _owed(due: str | None, outcome: str | None, labels: dict[str, str]) -> str:
    return f"{labels[outcome]} ({due})" if outcome else "不应办 not owed"


def _print_unmet(out: Console, each: Unmet, labels: dict[str, str]) -> None:
    said = "cannot be finished 无法办结" if each.stops else "can never be done 无人可办"
    out.print(
        f"{each.file}:{each.line} {each.section} {each.item}, {each.step}: {said}; "
        f"lacks 缺 {each.lacks} ({' / '.join(each.roles)})",
        soft_wrap=True,
    )
    shown = [labels[unit] for unit in each.units[:5]]
    more = f" … {len(each.units) - 5} more" if len(each.units) > 5 else ""
    out.print(f"  at 单位: {', '.join(shown)}{more}", soft_wrap=True)
    if each.helpers:
        helpers = ", ".join(labels[unit] for unit in each.helpers[:5])
        out.print(f"  could help 可由上级或邻近单位协助: {helpers}", soft_wrap=True)


commands = {
    "pack check": check,
    "pack diff": diff_,
    "pack simulate": simulate,
}
