"""``mingzhang explain``: why a deadline is that day, by article and step of the count.

Of a stream every day that stands in it; of a duty the day it falls due; of a rule any day.
"""

from collections.abc import Mapping
from typing import Annotated, Final

import typer
from rich.console import Console

from ledger.cli.pack_files import load_with_below
from ledger.cli.shell import Shell
from ledger.errors import MalformedError
from ledger.rules.packs.book import open_book
from ledger.rules.sources import source_word
from ledger.rules.time import parse_date
from ledger.service.directory import unit_of
from ledger.service.ledger import Ledger, today
from ledger.service.packs.books import book_at
from ledger.service.packs.deadlines import explain_owed, explain_stream
from ledger.service.packs.explaining import Explained, explain_rule


class NothingToExplain(MalformedError):
    """Nothing to explain is named, or several things are."""

    code = "cli.nothing_to_explain"
    zh = (
        "请写明编号（case/…、disclosure_item/…、decision/…、post/…），或用 --rule 写明规则，"
        "或用 --obligation 和 --period 写明应办事项，三者只取其一。"
    )
    en = (
        "Name a stream (case/…, disclosure_item/…, decision/…, post/…), or a rule with --rule, or "
        "a duty with --obligation and --period: one of the three."
    )


class DayNeeded(MalformedError):
    """Without a ledger there is no today to count from."""

    code = "cli.day_needed"
    zh = "没有账本，不知今日：请用 --from 写明起算日。"
    en = "Without a ledger there is no today: say with --from from which day to count."


class UnitOrPackNeeded(MalformedError):
    """A rule is read in the packs of a unit, or of a pack named."""

    code = "cli.unit_or_pack_needed"
    zh = "请用 --unit 写明单位；规则也可用 --pack 写明规则包。"
    en = "Say whose with --unit; of a rule, or in which pack with --pack."


class OptionOutOfPlace(MalformedError):
    """An option was given that what is to be explained does not ask for."""

    code = "cli.option_out_of_place"
    zh = "此处不用 {option}：它不改变所说明的内容。请去掉。"
    en = "{option} changes nothing of what is explained here. Leave it out."


FITTING: Final[Mapping[str, frozenset[str]]] = {
    "STREAM": frozenset(),
    "--rule": frozenset({"--from", "--unit"}),
    "--pack": frozenset({"--from", "--pack"}),
    "--obligation": frozenset({"--unit"}),
}
"""Which options say something of a stream, of a unit's rule, of a pack's rule, of a duty."""


def explain(
    shell: Shell,
    stream: Annotated[
        str | None,
        typer.Argument(
            metavar="STREAM",
            help="Such as case/…, disclosure_item/…, decision/…, post/…. 编号",
            show_default=False,
        ),
    ] = None,
    *,
    rule: Annotated[
        str | None,
        typer.Option(metavar="ID", help="A rule instead of a stream. 规则编号", show_default=False),
    ] = None,
    obligation: Annotated[
        str | None,
        typer.Option(
            metavar="ID", help="What --unit owes for --period. 应办事项编号", show_default=False
        ),
    ] = None,
    period: Annotated[
        str | None,
        typer.Option(
            metavar="PERIOD", help="Such as 2026-04, as the board shows. 期间", show_default=False
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="DAY", help="Day it begins; else today. 起算日", show_default=False
        ),
    ] = None,
    unit: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Whose rule, or who owes it. 单位", show_default=False),
    ] = None,
    pack: Annotated[
        str | None,
        typer.Option(
            metavar="PACK",
            help="Read the rule in this pack, no ledger needed. 规则包",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Explain a deadline 说明期限. The rule, its article, and every step of the count."""
    if [stream, rule, obligation].count(None) != 2 or (obligation is None) != (period is None):
        raise NothingToExplain
    kinds = {"STREAM": stream, "--obligation": obligation, "--pack": pack, "--rule": rule}
    of = next(kind for kind, named in kinds.items() if named is not None)
    _require_fitting(of, {"--from": since, "--unit": unit, "--pack": pack})
    found: tuple[Explained, ...]
    if rule is not None and pack is not None:
        own, below = load_with_below(pack)
        if since is None:
            raise DayNeeded
        found = (explain_rule(open_book(own, below), rule, parse_date(since)),)
    elif stream is not None:
        with shell.open() as ledger:
            found = explain_stream(ledger, stream)
    elif unit is None:
        raise UnitOrPackNeeded
    elif rule is not None:
        with shell.open() as ledger:
            found = _of_rule(ledger, rule, since or today(ledger).isoformat(), unit)
    else:
        with shell.open() as ledger:
            with shell.progress("views 视图") as progress:
                ledger.follower.catch_up(lambda _view, done, size: progress(done, size))
            found = explain_owed(ledger, unit_of(ledger, unit), str(obligation), str(period))
    shell.result({"explained": found}, lambda out: _print(out, found))


def _require_fitting(of: str, given: Mapping[str, str | None]) -> None:
    for option, value in given.items():
        if value is not None and option not in FITTING[of]:
            raise OptionOutOfPlace(option=option)


def _of_rule(ledger: Ledger, rule: str, since: str, unit: str) -> tuple[Explained, ...]:
    book = book_at(ledger, unit_of(ledger, unit), ledger.clock.now_ms() // 1000)
    return (explain_rule(book, rule, parse_date(since)),)


def _print(out: Console, found: tuple[Explained, ...]) -> None:
    for each in found:
        out.print(f"{each.zh} {each.en}")
        sure = f"{source_word(each.source, 'zh')} {source_word(each.source, 'en')}"
        out.print(f"  {each.article}（{sure}）  {each.pack} {each.rule}", soft_wrap=True)
        for said in (*each.measures, *each.steps):
            out.print(f"  {said.zh}  {said.en}", soft_wrap=True)
        if each.day is not None:
            provisional = "  待放假安排 provisional" if each.provisional else ""
            out.print(f"  = {each.day}{provisional}")
        if each.recorded not in {None, each.day}:
            out.print(f"  记录为 recorded as {each.recorded}")


commands = {
    "explain": explain,
}
